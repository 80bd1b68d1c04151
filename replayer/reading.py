"""What a page says: a text or a value that must be there is waited for, a value is read; nothing is touched."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from browser.asking import LookLostError
from browser.page_script import Said, said_by
from recordings.errors import SecretUnreadError, TextMissingError, ValueDiffersError, ValueUnreadableError
from recordings.inputs import HIDDEN
from recordings.selectors import by_place
from recordings.steps import Assert, AssertEquals, Read
from recordings.target import Target
from recordings.typed import Typed, UntypedError, named, typed
from replayer.asking import Asking
from replayer.comparing import Wanted, equals, words_of
from replayer.errors import NotFoundAtError
from replayer.locate import Found, Waits
from replayer.plan import PlannedStep

_POLL_S = 0.1
_BRIEFLY_S = 1.5
_FIELDS = ("input", "textarea", "select")
Find = Callable[[Target, float], Awaitable[Found]]


async def look_for_text(planned: PlannedStep, step: Assert, find: Find, wait_s: float) -> None:
    """Wait until the step's element says its text.

    Args:
        find: Finds a target within so many seconds.
        wait_s: How long the element may take to come, and how long to come to say it.

    Raises:
        TextMissingError: It says something else.
        NotFoundAtError, AmbiguousAtError: It is not there at all, or cannot be told.
    """
    wanted = planned.values[0]
    try:
        said = await _said(find, step.target, wait_s, lambda said: says(said.text, wanted))
    except NotFoundAtError as error:
        # Its text may be what told it apart: what stands in its place now says the difference.
        try:
            said = await _said(find, by_place(step.target), _BRIEFLY_S, lambda said: says(said.text, wanted))
        except NotFoundAtError:
            raise error from None
    if not says(said.text, wanted):
        raise TextMissingError(step.words, wanted, said.text[:200])


async def read_value(step: Read, find: Find, waits: Waits, asking: Asking) -> dict[str, str]:
    """What the step's element says, by the names it is given back under.

    It is read once the page is still and no script of it asks a server: what stands there before may be of the record
    before. An element that is no field is waited for until it says something of the step's type.

    Raises:
        SecretUnreadError: It is a secret field.
        TextMissingError: It says nothing.
        ValueUnreadableError: What it says is not of the type.
        NotFoundAtError, AmbiguousAtError: It is not there, or cannot be told.
    """
    is_field = step.target.description.tag in _FIELDS

    def enough(said: Said) -> bool:
        return said.secret or (is_field and not said.text) or (bool(said.text) and _value(step, said) is not None)

    said = await _said_at_rest(find, step.target, waits, asking, enough)
    if said.secret:
        raise SecretUnreadError(step.words)
    if not said.text and not is_field:
        raise TextMissingError(step.words, "some text", "")
    value = _typed(step, said) if said.text else Typed("")
    return named(step.name, step.type, value)


async def look_for_value(step: AssertEquals, wanted: Wanted, find: Find, wait_s: float) -> Typed:
    """Wait until the step's element shows the value, and give back what it shows.

    Raises:
        ValueDiffersError: It shows another.
        ValueUnreadableError: What it shows is no value of the type.
        SecretUnreadError, NotFoundAtError, AmbiguousAtError: As ``read_value``.
    """

    def enough(said: Said) -> bool:
        value = _value(step, said)
        return said.secret or (value is not None and equals(value, wanted, step.type))

    said = await _said(find, step.target, wait_s, enough)
    if said.secret:
        raise SecretUnreadError(step.words)
    value = _typed(step, said)
    if not equals(value, wanted, step.type):
        raise ValueDiffersError(step.words, words_of(value, step.type), wanted.words)
    return value


def _typed(step: Read | AssertEquals, said: Said) -> Typed:
    try:
        return typed(said.text, step.type, step.written, said.href)
    except UntypedError as error:
        raise ValueUnreadableError(step.words, str(error)) from error


def _value(step: Read | AssertEquals, said: Said) -> Typed | None:
    try:
        return _typed(step, said)
    except ValueUnreadableError:
        return None


def says(said: str, wanted: str) -> bool:
    """Whether a text holds another, as whole words: ``12`` is not in ``120``.

    White space is folded; ``•••`` stands for anything.
    """
    pieces = [re.escape(" ".join(piece.split())) for piece in wanted.split(HIDDEN)]
    before = r"(?<!\w)" if wanted[:1].isalnum() else ""
    after = r"(?!\w)" if wanted[-1:].isalnum() else ""
    return re.search(before + ".*".join(pieces) + after, " ".join(said.split())) is not None


async def _said_at_rest(
    find: Find, target: Target, waits: Waits, asking: Asking, enough: Callable[[Said], bool]
) -> Said:
    """What the target says once it is enough and no more is to come; a page that never rests is not waited for long."""
    began, waited_s, longest_s = time.monotonic(), 0.0, waits.step_s / 2
    while True:
        # Before the look: what comes while it is taken may not be in it.
        asked_s, ended_s = asking.youngest_s(), asking.ended_s()
        found = await find(target, max(_BRIEFLY_S, waits.step_s - waited_s))
        waited_s = time.monotonic() - began
        with suppress(LookLostError):
            said = await said_by(found.frame, found.look, found.candidate)
            still = found.look.quiet_ms >= waits.quiet_s * 1000 or waited_s >= waits.fallback_s
            has_come = min(asked_s, asking.youngest_s()) >= longest_s and ended_s >= waits.quiet_s
            if (enough(said) and still and (has_come or waited_s >= longest_s)) or waited_s > waits.step_s:
                return said
        await asyncio.sleep(_POLL_S)


async def _said(find: Find, target: Target, wait_s: float, enough: Callable[[Said], bool]) -> Said:
    """What the target says once it is enough, or at the end of the time; found again where the page replaced it."""
    found = await find(target, wait_s)
    ends = time.monotonic() + wait_s
    while True:
        try:
            said = await said_by(found.frame, found.look, found.candidate)
            if enough(said) or time.monotonic() > ends:
                return said
        except LookLostError:
            found = await find(target, max(_BRIEFLY_S, ends - time.monotonic()))
        await asyncio.sleep(_POLL_S)
