"""Workflows before anything of them runs: the file, what it means, and what is wrong with it. Pure."""
