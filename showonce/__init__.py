"""The command line: settings, what the terminal shows, and the wiring of all stages."""
