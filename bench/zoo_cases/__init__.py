"""Small pages around browser behaviours and widget libraries, each with a scripted human and a final state."""
