"""The room of the audit log: who did what."""
