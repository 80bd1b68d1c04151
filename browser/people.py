"""What pages show that may be about a person, with where it stands; whoever asks decides what is."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.async_api import CDPSession, Error, Frame
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from browser.asking import PageScriptError, ask, ask_tab, validated
from recordings.target import Box


class MaybePersonal(BaseModel):
    """A field's value or a text, ``known`` where it holds a value that was asked for, with its boxes in the frame's
    viewport. Of a field, what it says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    known: bool
    type: str
    autocomplete: str
    boxes: tuple[Box, ...]


class Said(BaseModel):
    """All that a frame says in one text, seen or not, and how long nothing in it has changed. ``blank``: its secret
    fields hold nothing, and would show dots alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    quiet_ms: float
    blank: bool


_TOLD = TypeAdapter(tuple[MaybePersonal, ...])


async def people_on(frame: Frame, values: Sequence[str], *, patterns: bool) -> tuple[MaybePersonal, ...]:
    """What is in view of a frame that holds one of the values; with ``patterns`` also what looks like a person's.

    Raises:
        LookLostError: The document was replaced meanwhile.
    """
    return await _told(frame, {"values": list(values), "patterns": patterns})


async def texts_on(frame: Frame) -> tuple[MaybePersonal, ...]:
    """All texts in view of a frame: for what must not be asked for, since the page would learn it.

    Raises:
        LookLostError: The document was replaced meanwhile.
    """
    return await _told(frame, {"values": [], "patterns": False, "every": True})


async def said_on(frame: Frame) -> Said:
    """What a frame says: cheaper than ``texts_on``, and without places.

    Raises:
        LookLostError: The document was replaced meanwhile.
    """
    return validated(Said, await ask(frame, "said_all"))


async def said_in_tab(session: CDPSession) -> Said | None:
    """What a tab's main frame says; None where it does not tell."""
    try:
        answer = await ask_tab(session, "said_all")
        return Said.model_validate_json(answer) if answer else None
    except (Error, ValidationError):
        return None


async def _told(frame: Frame, asked: dict[str, object]) -> tuple[MaybePersonal, ...]:
    answer = await ask(frame, "people", asked)
    try:
        return _TOLD.validate_json(answer)
    except ValidationError as error:
        raise PageScriptError("The page answered something else than its texts.", "Please report it.") from error
