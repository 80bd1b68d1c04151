"""The console's wiring: what it asks of the scheduler, done; and agents of its own."""
