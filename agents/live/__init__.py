"""The live screen: a headless page shown to a person elsewhere, who works in it as in a window."""
