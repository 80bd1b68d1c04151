"""Whose document a frame shows, for what may be done in it."""

from __future__ import annotations

from playwright.async_api import Frame


async def address_of(frame: Frame) -> str:
    """The address that tells a document's origin: its own, or that of whoever made it where it has none."""
    while frame.url in ("", "about:blank", "about:srcdoc"):
        parent = frame.parent_frame
        if parent is None:
            opener = await frame.page.opener()
            if opener is None:
                return frame.url
            parent = opener.main_frame
        frame = parent
    return frame.url
