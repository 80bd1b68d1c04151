"""The console's room of runs: found among many, and each shown as a filmstrip beside its demonstration."""
