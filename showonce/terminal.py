"""The terminal: standard output and standard error, an error, a note, and the mark of how something ended."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

SHORT_ID = 8
_MARKS = {
    "passed": ("✓", "green"),
    "failed": ("✗", "red"),
    "skipped": ("–", "yellow"),
    "running": ("…", "yellow"),
    "queued": ("·", "dim"),
    "waiting": ("?", "magenta"),
    "cancelled": ("–", "red"),
}


def screen() -> Console:
    """Standard output. Texts of pages may hold anything, so nothing in them is taken for markup."""
    return Console(markup=False, highlight=False, emoji=False)


def aside() -> Console:
    """Standard error: errors, notes, prompts."""
    return Console(stderr=True, markup=False, highlight=False, emoji=False)


def say_error(message: str, mend: str = "") -> None:
    """What happened in red, and the mend below it."""
    aside().print(Text(message, "red"), soft_wrap=True)
    if mend:
        aside().print(Text(mend), soft_wrap=True)


def say_note(text: str) -> None:
    """Something to know, in yellow."""
    aside().print(Text(text, "yellow"), soft_wrap=True)


def mark(status: str) -> Text:
    """✓, ✗, – (skipped) or … in its colour."""
    return Text(*_MARKS[status])
