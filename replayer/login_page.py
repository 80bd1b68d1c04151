"""Looking whether a login page came instead of a step's page, wherever a run would go on, or would stop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import get_args

from playwright.async_api import Error, Frame, Page

from browser.page_script import Asks, Look
from recordings.commits import sign_in_steps
from recordings.errors import (
    LoginRequiredError,
    OutsideFenceError,
    PageGoneError,
    PageSilentError,
    SecretElsewhereError,
    SecretUnmaskedError,
    SecretUnreadError,
    ShowonceError,
    StepFailedError,
)
from recordings.recording import Recording
from recordings.steps import Step
from replayer.login import SIGNED_OUT, Came, Expected, expected_of, is_there, login_instead
from replayer.record import Making
from replayer.watch import Watch

_PASSWORD = "input[type=password]:not([autocomplete~=new-password i]):visible"
_NEW = "[autocomplete~=new-password i]:visible"
_NAME = "input[autocomplete~=username i]:visible"
_TEXT = ":is(input:not([type]),input[type=text],input[type=email],input[type=tel]):visible"
_FEW = 2
_UNAUTHORIZED = 401
_TELLS_S, _WITHIN_TELLS_S = 5.0, 1.0
"""How long a tab's own document may take to tell, and a frame in it."""
_TOLD = (
    *(LoginRequiredError, PageGoneError, PageSilentError),
    *(SecretUnreadError, SecretElsewhereError, SecretUnmaskedError, OutsideFenceError),
)
"""What is said of a page by itself: that it asks for a password adds nothing to that."""


class LoginPage:
    """The look-out of one run. It costs no question of its own while steps find what they look for.

    Args:
        on: Whether to look at all.
    """

    def __init__(self, recording: Recording, base_url: str, watch: Watch, *, on: bool) -> None:
        self._recording, self._base_url, self._watch, self._on = recording, base_url, watch, on
        self._expected: dict[str, Expected] = {}

    async def seems(self, step: Step, page: Page, frame: Frame, seen: Look, *, still: bool) -> bool:
        """Whether a look saw a login page, which may be on its way to another.

        Raises:
            LoginRequiredError: It did, and the page is ``still``.
        """
        status = self._watch.answered(page)
        if not self._on or not (seen.asks or status in SIGNED_OUT):
            return False
        expected = self._of(step)
        if expected.signs_in or (expected.asked == "password" and is_there(expected, page.url)):
            return False
        why = login_instead(expected, Came(page.url, seen.asks, status))
        if why and still:
            raise LoginRequiredError(step.words, why)
        return bool(why)

    async def refuse(self, step: Step, page: Page) -> None:
        """Said where something is not there that a run could do without.

        Raises:
            LoginRequiredError: A login page is there instead of the step's page.
        """
        if why := await self._why(step, page):
            raise LoginRequiredError(step.words, why)

    async def or_login(self, making: Making, error: ShowonceError) -> ShowonceError:
        """The error of a step; that it needs a login, where a login page is the reason."""
        step, page = making.planned.step, making.page
        if page is None or not isinstance(error, StepFailedError) or isinstance(error, _TOLD):
            return error
        refused = error.status == _UNAUTHORIZED and self._on and not self._of(step).signs_in
        why = f"the server answered {_UNAUTHORIZED}" if refused else await self._why(step, page)
        if not why:
            return error
        done = "act_ms" in making.times
        return LoginRequiredError(step.words, why, done=done).because_of(error.status, error.retry_after_s)

    async def _why(self, step: Step, page: Page) -> str:
        if not self._on or page.is_closed() or self._of(step).signs_in:
            return ""
        came = Came(page.url, await asked_in(page.frames), self._watch.answered(page))
        return login_instead(self._of(step), came)

    def _of(self, step: Step) -> Expected:
        if step.id not in self._expected:
            self._expected[step.id] = expected_of(step, self._recording, self._base_url, self._signing_in)
        return self._expected[step.id]

    @cached_property
    def _signing_in(self) -> frozenset[str]:
        return sign_in_steps(self._recording)


async def asked_in(frames: Sequence[Frame]) -> Asks:
    """What the frames ask for, of several the first of `Asks`; not what one asks for that does not tell. Nothing is put
    into their documents for it: a person may be signing in there."""
    asked: set[Asks] = set()
    for frame in frames:
        with suppress(Error, TimeoutError):  # it went away, or waits for another document
            async with asyncio.timeout(_TELLS_S if frame.parent_frame is None else _WITHIN_TELLS_S):
                asked.add(await _asked(frame))
    return next((asks for asks in get_args(Asks) if asks in asked), "")


async def _asked(frame: Frame) -> Asks:
    """As ``asksFor`` of the page script, which ``Look.asks`` is from."""
    if await frame.locator(_PASSWORD).count():
        return "password"
    if await frame.locator(_NEW).count():
        return ""
    if await frame.locator(_NAME).count():
        return "name"
    return "text" if 0 < await frame.locator(_TEXT).count() <= _FEW else ""
