"""The browser: found, opened and closed here and nowhere else; sessions and page scripts live in it."""
