"""The panel: a small page of our own beside the recorded one, with the steps so far and the recorder's controls."""

from agents.panel.server import serve_panel
from agents.panel.window import make_room, open_window

__all__ = ["make_room", "open_window", "serve_panel"]
