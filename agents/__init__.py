"""Headless browsers at work: an agent is one fresh session doing one plan; the pool owns the browser."""
