"""Cobalt: a small console for revenue and support, whose report is drawn by the page's script."""
