"""How the page script is asked: one question and one answer as JSON text, and what it means that none came."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from playwright.async_api import CDPSession, Error, Frame, Page
from pydantic import BaseModel, ValidationError

from recordings.errors import StepFailedError

_DIST = Path(__file__).parent / "dist"
# Questions and answers go as JSON text: Playwright's own walk through every value costs more than the look itself.
_CALL = "text => globalThis.__showonce_page?.call(text) ?? ''"
ReplyT = TypeVar("ReplyT", bound=BaseModel)


class PageScriptError(StepFailedError):
    """The page answered something that the page script never says: it has overwritten what the script needs."""


class LookLostError(Exception):
    """The document went away while it was asked: a navigation is under way."""


@cache
def bundle(name: str) -> str:
    """The source of a committed bundle, ``page`` or ``capture``."""
    return (_DIST / f"{name}.js").read_text(encoding="utf-8")


@dataclass(slots=True, eq=False)
class _Line:
    """A tab's session, and the questions that wait for an answer by it."""

    session: CDPSession
    waiting: set[asyncio.Task[Any]] = field(default_factory=set)
    crashed: bool = False


_lines: WeakKeyDictionary[Page, _Line] = WeakKeyDictionary()


def ask_by(page: Page, session: CDPSession | None) -> None:
    """From now on the main frame of a tab is asked through its CDP session, until it closes: a question takes a fifth
    less of CPU, and none of Playwright's own script in the document. None for Playwright's way again."""
    known = _lines.get(page)
    if session is None:
        _lines.pop(page, None)
    elif known is None or known.session is not session:
        _lines[page] = _Line(session)
        page.once("crash", _on_crash)
        page.once("close", _on_close)


def _on_crash(page: Page) -> None:
    """Chromium answers no question of a tab that has crashed; Playwright says so of its own, and not of a session's."""
    line = _lines.pop(page, None)
    if line is not None:
        line.crashed = True
        for asking in line.waiting:
            asking.cancel()


def _on_close(page: Page) -> None:
    _lines.pop(page, None)


async def ask(frame: Frame, method: str, *args: Any, acts: bool = False) -> str:
    """The answer of a frame as JSON text; the script is put there first if it is missing.

    Args:
        acts: Something is done in the page: then the question is for the document that is there now alone, and it is
            a person's gesture. Another may come to the next document where a navigation is under way.

    Raises:
        LookLostError: The document was replaced meanwhile.
    """
    text = json.dumps([method, *args])
    call = _evaluated if acts else _call
    try:
        answer = await call(frame, text)
        if not answer:
            await frame.evaluate(bundle("page"))
            answer = await call(frame, text)
    except Error as error:
        raise lost_or(error) from error
    return answer


async def _evaluated(frame: Frame, text: str) -> str:
    # In a task of its own: Playwright reads the stack of who calls, and that of a run is fifty frames deep.
    return str(await asyncio.create_task(frame.evaluate(_CALL, text)))


async def _call(frame: Frame, text: str) -> str:
    page = frame.page
    line = _lines.get(page) if frame == page.main_frame else None
    if line is None:
        return await _evaluated(frame, text)
    try:
        return await _call_by(line, text)
    except Error:
        if page.is_closed() or line.crashed or _lines.get(page) is line:
            raise
        return await _evaluated(frame, text)  # the session was ended meanwhile, not the tab


async def _call_by(line: _Line, text: str) -> str:
    asking = asyncio.create_task(_told(line.session, text))
    line.waiting.add(asking)
    try:
        return await asking
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if not line.crashed or (task is not None and task.cancelling()):
            raise
        raise Error("Target crashed") from None
    finally:
        line.waiting.discard(asking)


async def _told(session: CDPSession, text: str) -> str:
    expression = f"({_CALL})({json.dumps(text)})"
    asked = {"expression": expression, "returnByValue": True, "awaitPromise": True}
    told = await session.send("Runtime.evaluate", asked)
    if "exceptionDetails" in told:
        raise Error(str(told["result"].get("description", told["exceptionDetails"]["text"])))
    return str(told["result"].get("value") or "")


async def ask_tab(session: CDPSession, method: str) -> str:
    """The answer of a tab's main frame as JSON text, "" where it has none; none ever comes from a tab that crashed.

    Raises:
        Error: The document was replaced meanwhile, or the tab is gone.
    """
    return await _told(session, json.dumps([method]))


# What Playwright says of a document that is no more, and then what Chromium does.
_LOST = (
    "context was destroyed",
    "Frame was detached",
    "frame got detached",
    "because of a navigation",
    "Cannot find context",
    "Inspected target navigated",
    "Promise was collected",
    "Cannot find default execution context",
)


def lost_or(error: Error) -> Exception:
    """What an error of Playwright's is: that the document went away, or itself."""
    return LookLostError() if any(words in error.message for words in _LOST) else error


def validated(kind: type[ReplyT], answer: str) -> ReplyT:
    """An answer as what it should be.

    Raises:
        PageScriptError: It is something else.
    """
    try:
        return kind.model_validate_json(answer)
    except ValidationError as error:
        raise PageScriptError(
            f"The page answered something else than a {kind.__name__}: {error.errors()[0]['msg']}.",
            "The page has overwritten built-ins that are needed to look at it; please report it.",
        ) from error
