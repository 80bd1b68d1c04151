"""Teaching from a browser tab: the live page, and the steps beside it."""
