"""When, in what order and how often to run."""
