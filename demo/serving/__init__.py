"""What all demonstration applications stand on: a server, a log of visits, a gate, and words for the foreground."""
