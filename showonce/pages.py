"""Serves commands that make pages for people: written so that only their owner reads them, and opened."""

from __future__ import annotations

from pathlib import Path


def write_page(text: str, path: Path) -> None:
    """Write a page, readable by its owner alone: it may show what others should not see.

    Raises:
        ShowonceError: It cannot be written.
    """
    from recordings.errors import ShowonceError

    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise ShowonceError(f"The page {path} could not be written: {reason}.", "Choose another file.") from error


def open_page(address: str) -> None:
    """Open an address where there is a display; on a bare terminal a text browser would take it over."""
    from browser.launch import has_display

    if has_display():
        import webbrowser

        webbrowser.open(address)
