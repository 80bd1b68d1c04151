"""Northdesk: a small line-of-business web application to demonstrate on, in three releases of its UI."""
