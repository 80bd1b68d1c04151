"""Looking at what happened and deciding on it: the last stage of the path."""
