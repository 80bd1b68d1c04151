"""What the recorder says to the person about pointing and pausing; pure."""

from __future__ import annotations

from collections.abc import Iterator

from recorder.events import Paused
from recorder.page_events import Limit, Pointed
from recorder.words import called


def refusal(what: Pointed, *, has_list: bool) -> str:
    """Why what was pointed at cannot become a step; "" if it can.

    Args:
        has_list: There is a list, which a next page could be of.
    """
    trouble = _trouble(what, has_list=has_list)
    return f"{_capital(called(what.element))} {trouble}: no step was made." if trouble else ""


def _trouble(what: Pointed, *, has_list: bool) -> str:
    match what.purpose:
        case "next":
            return "" if has_list else "leads on, but there is no list that is read: point at its rows first"
        case _ if what.secret:
            return "holds a secret, which is never read or checked"
        case "assert" if not what.text:
            return "shows no text that could be there or not"
        case "read" if not what.text and not what.field:
            return "shows no text to read"
        case "equals" if not what.text:
            return "shows no value that could equal something"
        case "rows" if what.rows is None:
            return "stands in no list or table"
        case "rows" if what.rows is not None and not any(c.cells for c in what.rows.columns):
            return "has no row now that could show what is to be read"
        case _:
            return ""


def limit_of(what: Limit) -> str:
    """What cannot be recorded, and what that means for a replay."""
    match what.what:
        case "closed":
            return (
                f"The inside of <{what.detail}> is closed to the recorder: what is done in it is done again at the "
                "same place, whatever stands there then."
            )
        case "print":
            return "The page opened the browser's print window: what is chosen there is not recorded."
        case "permission":
            return f"The browser was asked for {what.detail}: a replay must be allowed the same."
        case "pdf":
            return f"{what.url} is a PDF in the browser's viewer: what is done in it is not recorded."
        case "picker":
            return "A window to choose a file was left without a new choice: a replay chooses nothing there either."
        case "unheard":
            count = "1 press or key was" if what.detail == "1" else f"{what.detail} presses and keys were"
            return (
                f"{count} not recorded: the page at {what.url} was there before the recorder, or keeps them to "
                "itself. Load the page again and show it once more."
            )


def said_of_pause(what: Paused) -> Iterator[str]:
    """What a pause that is over leaves to be known."""
    if what.missed:
        count = "1 press or key" if what.missed == 1 else f"{what.missed} presses and keys"
        yield f"{count} {'was' if what.missed == 1 else 'were'} not recorded while it was paused."
    if what.gone_to:
        yield f"While it was paused the page came to {what.gone_to}; a replay will not go there by itself."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
