"""What the recorder says to the person about pointing and pausing; pure."""

from __future__ import annotations

from collections.abc import Iterator

from recorder.events import Paused
from recorder.page_events import Limit, Pointed
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
