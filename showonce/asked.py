"""What a person asks of a batch on the command line, made into its settings."""

from __future__ import annotations

import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from recordings.batch import Rate
from recordings.errors import CouldNotStartError
from recordings.session import is_session_name

if TYPE_CHECKING:
    from scheduler.telling import Call

_SECONDS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "hour": 3600}


class OptionUnreadableError(CouldNotStartError):
    """An option's value is not of the form it wants."""

    def __init__(self, option: str, given: str, wants: str) -> None:
        super().__init__(f"{option} cannot be '{given}'.", wants)


class SessionUnsafeError(CouldNotStartError):
    """A saved session cannot be used: it is not there, is none, or others can read it."""


class _Cookie(BaseModel):
    name: str
    value: str
    domain: str = ""
    path: str = ""


class _Origin(BaseModel):
    origin: str


class _State(BaseModel):
    cookies: list[_Cookie] = Field(default_factory=list)
    origins: list[_Origin] = Field(default_factory=list)


def rate_of(text: str) -> Rate:
    """``30/min``: at most so many items begin within the time; also ``/s`` and ``/h``, and numbers before them.

    Raises:
        OptionUnreadableError: It is of another form.
    """
    found = re.fullmatch(r"(\d+)\s*/\s*(\d+)?\s*([a-z]+)", text.strip().lower())
    if found is None or found[3] not in _SECONDS or int(found[1]) < 1 or int(found[2] or 1) < 1:
        raise OptionUnreadableError("--rate", text, "Write it like 30/min, 2/s or 1000/h.")
    return Rate(count=int(found[1]), seconds=int(found[2] or 1) * _SECONDS[found[3]])


def ramp_of(text: str, agents: int | None) -> tuple[int, ...]:
    """``1,2,4,8``: the numbers of agents to rise through.

    Raises:
        OptionUnreadableError: They do not rise, or pass the number of agents.
    """
    parts = [part.strip() for part in text.split(",")]
    numbers = tuple(int(part) for part in parts if part.isdecimal())
    rises = all(0 < one < other for one, other in zip((0, *numbers), (*numbers, 10**9), strict=True) if one or other)
    if len(numbers) != len(parts) or not rises or 0 in numbers:
        raise OptionUnreadableError("--ramp", text, "Write rising numbers of agents, like 1,2,4,8.")
    if agents is not None and numbers[-1] > agents:
        raise OptionUnreadableError("--ramp", text, f"It goes beyond the {agents} of --agents.")
    return numbers


def help_s_of(text: str, *, detach: bool) -> float:
    """``10m``: how long a row that is stuck waits for a person, in seconds.

    Raises:
        OptionUnreadableError: It is of another form, or this process does the rows, which can show them to nobody.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", text.strip().lower())
    if found is None or (found[2] or "s") not in _SECONDS:
        raise OptionUnreadableError("--wait-for-help", text, "Write it like 10m, 90s or 1h.")
    if not detach and float(found[1]):
        raise OptionUnreadableError(
            "--wait-for-help",
            text,
            "This process cannot show its pages to a person. Add --detach, and open 'showonce review': its agents do "
            "the rows, and those that are stuck wait at 'Take over'.",
        )
    return float(found[1]) * _SECONDS[found[2] or "s"]


def session_at(given: str, beside: Path | None = None) -> str:
    """What agents begin signed in by: the name of a session in the vault, or a saved one's file, which only its owner
    may read, since who has it is signed in.

    Args:
        beside: The folder that paths begin in.

    Raises:
        SessionUnsafeError: The file is not there, or others may read it.
    """
    if is_session_name(given):
        return given
    path = ((beside or Path()) / Path(given).expanduser()).resolve()
    if not path.is_file():
        raise SessionUnsafeError(f"There is no saved session {path}.", "Check the path.")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SessionUnsafeError(f"Others can read the saved session {path}.", f"Close it to them: chmod 600 {path}")
    if wrong := _wrong_in(path):
        raise SessionUnsafeError(
            f"{path} is no saved session: {wrong}.", "Save it anew with Playwright's storage_state, or: showonce login"
        )
    return str(path)


def _wrong_in(path: Path) -> str:
    """Why a file is no storage state of Playwright's; "" where it is one."""
    try:
        _State.model_validate_json(path.read_bytes())
    except OSError as error:
        return error.strerror or str(error)
    except ValidationError as error:  # without what stands in it: who has that is signed in
        first = error.errors(include_input=False, include_context=False)[0]
        return ": ".join(filter(None, [".".join(map(str, first["loc"])), first["msg"]]))
    return ""


def call_of(alerts: Sequence[str] | None, alert_to: Sequence[str] | None, *, detach: bool = False) -> Call:
    """When to tell, and where: to the log where no place is given.

    Raises:
        AlertRuleBadError, TellerBadError: A rule or a place cannot be meant.
        OptionUnreadableError: Nobody would be there to look.
    """
    from scheduler.alert_rules import parse_rule
    from scheduler.telling import Call, parse_teller

    if detach and (alerts or alert_to):
        raise OptionUnreadableError("--alert", "given with --detach", "Give it to 'showonce worker', which looks.")
    rules = tuple(parse_rule(text) for text in alerts or ())
    return Call(rules, tuple(parse_teller(text) for text in alert_to or (["log"] if rules else [])))
