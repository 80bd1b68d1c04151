"""The room of users: who may be let in, as what, and by which tokens."""
