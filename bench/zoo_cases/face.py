"""A blocking face of async Playwright, so that a human of plain code works in the page that a recorder listens to.

The human runs in a thread; every call is carried to the event loop that owns the page and waited for.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

_CALL_S = 60


class Face:
    """Wraps objects that live on ``loop``; use it from another thread only."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop

    def run(self, awaitable: Awaitable[Any]) -> Any:
        async def awaited() -> Any:
            return await awaitable

        return asyncio.run_coroutine_threadsafe(awaited(), self.loop).result(_CALL_S)

    def on_loop(self, call: Callable[[], Any]) -> Any:
        """Run a plain callable on the loop's thread (making locators, subscribing to events)."""

        async def called() -> Any:
            return call()

        return self.run(called())

    def wrap(self, value: Any) -> Any:
        if _is_playwright(value):
            return _Blocking(self, value)
        return [self.wrap(one) for one in value] if isinstance(value, list) else value


class _Blocking:
    def __init__(self, face: Face, inner: Any) -> None:
        self._face, self._inner = face, inner

    def __getattr__(self, name: str) -> Any:
        face, inner = self._face, self._inner
        value = face.on_loop(lambda: getattr(inner, name))
        if not callable(value) or _is_playwright(value):
            return face.wrap(value)

        def call(*args: Any, **named: Any) -> Any:
            plain = [_plain(face, arg, name) for arg in args]
            got = face.on_loop(lambda: value(*plain, **{key: _plain(face, arg, name) for key, arg in named.items()}))
            if hasattr(got, "__aenter__") and name.startswith("expect_"):
                return _Expecting(face, got)
            return face.wrap(face.run(got) if inspect.isawaitable(got) else got)

        return call


class _Expecting:
    """``with page.expect_popup() as popup: …; popup.value`` over an async expectation."""

    def __init__(self, face: Face, manager: Any) -> None:
        self._face, self._manager = face, manager

    def __enter__(self) -> _Expecting:
        self._info = self._face.run(self._manager.__aenter__())
        return self

    def __exit__(self, *error: object) -> None:
        self._face.run(self._manager.__aexit__(*error))

    @property
    def value(self) -> Any:
        async def came() -> Any:
            return await self._info.value

        return self._face.wrap(self._face.run(came()))


def _is_playwright(value: Any) -> bool:
    return type(value).__module__.startswith(("playwright.", "tests.pages.afar"))


def _plain(face: Face, value: Any, name: str) -> Any:
    if isinstance(value, _Blocking):
        return value._inner
    if callable(value) and name in ("on", "once"):
        # In a thread, since a handler may block on the loop.
        def handler(*args: Any) -> None:
            face.loop.run_in_executor(None, lambda: value(*[face.wrap(arg) for arg in args]))

        return handler
    return value
