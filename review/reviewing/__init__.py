"""The console's room of review: what a person should look at, in piles that are decided on once."""
