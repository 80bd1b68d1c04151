"""What the recorder says to the person about pointing and pausing; pure."""

from __future__ import annotations

from collections.abc import Iterator

from recorder.events import Paused, Pointed
from recorder.parameters import slug
from recorder.words import called


def refusal(what: Pointed) -> str:
    """Why what was pointed at cannot become a step; "" if it can."""
    if what.secret:
        return f"{_capital(called(what.element))} holds a secret, which is never read or checked: no step was made."
    if what.purpose == "assert" and not what.text:
        return f"{_capital(called(what.element))} shows no text that could be there or not: no step was made."
    if what.purpose == "read" and not what.text and not what.field:
        return f"{_capital(called(what.element))} shows no text to read: no step was made."
    return ""


def name_for(what: Pointed) -> str:
    """What a value that is read is called: as the person said, or by what stands beside it."""
    if what.purpose != "read":
        return ""
    seen = what.element
    beside = (seen.label, *seen.near, seen.heading, seen.attributes.get("id", "")) if seen is not None else ()
    return next((name for text in (what.name, *beside) if text != what.text and (name := slug(text))), "value")


def said_of_pause(what: Paused) -> Iterator[str]:
    """What a pause that is over leaves to be known."""
    if what.missed:
        count = "1 press or key" if what.missed == 1 else f"{what.missed} presses and keys"
        yield f"{count} {'was' if what.missed == 1 else 'were'} not recorded while it was paused."
    if what.gone_to:
        yield f"While it was paused the page came to {what.gone_to}; a replay will not go there by itself."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
