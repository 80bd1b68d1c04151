"""The console's room of recordings: their steps as cards, edited with undo, and run from a form or a table."""
