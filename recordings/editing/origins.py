"""Where a recording may act, as people say it: ``allow https://pay.example.com``, ``forbid https://ads.example.com``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from recordings.editing.checked import changed
from recordings.editing.steps import Edited
from recordings.errors import EditRefusedError
from recordings.origins import allowed_origins, checked_origin, found_origins
from recordings.recording import Recording
from recordings.steps import Step


@dataclass(frozen=True, slots=True)
class FenceOrigin:
    """Let the recording act on an origin, or no longer."""

    verb: Literal["allow", "forbid"]
    origin: str


ORIGIN_USAGE: Mapping[str, tuple[str, str]] = {
    "allow": ("allow ORIGIN", "let it type secrets, upload and send there too: https://pay.example.com"),
    "forbid": ("forbid ORIGIN", "no longer let it act there"),
}


def origin_command_of(verb: Literal["allow", "forbid"], rest: Sequence[str]) -> FenceOrigin:
    """Read a command about an origin.

    Raises:
        EditRefusedError: It cannot be read.
    """
    if len(rest) != 1:
        raise EditRefusedError(f"'{verb}' is written otherwise.", f"Write: {ORIGIN_USAGE[verb][0]}")
    return FenceOrigin(verb, rest[0])


def fenced(recording: Recording, command: FenceOrigin) -> Edited:
    """Do a command.

    Raises:
        EditRefusedError: It names no origin, or one that is not there, or that the recording cannot do without.
    """
    origin, known = _origin_of(command.origin), allowed_origins(recording)
    if command.verb == "allow":
        return Edited(changed(recording, origins=(*known, origin)))
    if origin not in known:
        raise EditRefusedError(f"The recording may not act on {origin}.", f"It may act on {', '.join(known)}.")
    if origin in found_origins(recording.start, ()) or len(known) == 1:
        raise EditRefusedError(f"The recording begins at {origin}.", "Where it begins cannot be forbidden.")
    return Edited(changed(recording, origins=tuple(other for other in known if other != origin)))


def with_origins_of(recording: Recording, step: Step) -> tuple[str, ...]:
    """The origins of the recording once a step is put into it by a person; () where it names none."""
    if not recording.origins:
        return ()
    return tuple(dict.fromkeys((*recording.origins, *found_origins("", (step,)))))


def _origin_of(text: str) -> str:
    try:
        return checked_origin(text)
    except ValueError as error:
        raise EditRefusedError(f"{error}.", "Nothing was changed.") from error
