"""The console's room of heals: what runs propose for recordings, looked at, accepted or refused."""
