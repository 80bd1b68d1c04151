"""Serves commands that make pages for people: written so that only their owner reads them, and opened."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import TextIO


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


@contextmanager
def private_file(path: Path) -> Iterator[TextIO]:
    """A file to write what is long, for its owner alone from its first byte on; it takes the place of what was there
    once it is whole, and is not there where the block ends early.

    Raises:
        CouldNotStartError: No file can be written there; the block was not begun.
        ShowonceError: It could not be written to its end.
    """
    from recordings.errors import CouldNotStartError, ShowonceError

    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # of mode 0600
    except OSError as error:
        reason = error.strerror or str(error)
        mend = "Name a file in it." if isinstance(error, IsADirectoryError) else "Choose another file."
        raise CouldNotStartError(f"The file {path} could not be written: {reason}.", mend) from error
    try:
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                yield file
            Path(part).replace(path)
        finally:
            Path(part).unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ShowonceError(f"The file {path} could not be written: {reason}.", "Choose another file.") from error


@contextmanager
def leading_on(address: str, path: Path) -> Iterator[None]:
    """Keep a page at ``path`` that leads on to ``address``, which is a secret, until the block is left.

    A browser's command line, which all users of a machine can read, then holds the page's path alone.
    """
    path.unlink(missing_ok=True)  # it may be there with other rights
    to = escape(address, quote=True)
    head = f'<meta charset="utf-8"><meta http-equiv="refresh" content="0; url={to}"><title>showonce</title>'
    write_page(f'<!doctype html><html lang="en">{head}<p><a href="{to}">To the console</a></p></html>', path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def open_page(address: str) -> None:
    """Open an address where there is a display; on a bare terminal a text browser would take it over."""
    from browser.launch import has_display

    if has_display():
        import webbrowser

        webbrowser.open(address)
