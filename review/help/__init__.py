"""Helping runs that wait for a person: the live page, what is wanted, and what may be answered."""
