"""A demonstration in a person's own Chrome, heard through showonce's extension there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

from recorder.compile import Compiled
from recorder.extension import ExtensionRecorder
from recordings.recording import Recording

_TELL_EVERY_S = 0.25


async def demonstrate_through_extension(
    *,
    url: str,
    name: str,
    secret_fields: Sequence[str],
    stop: asyncio.Event,
    on_code: Callable[[str], None],
    on_steps: Callable[[Compiled], None],
) -> Recording:
    """Wait for the extension, then record until Stop is pressed there, its first tab is closed, or ``stop`` is set.

    Args:
        url: Opened in a new tab, where the demonstration then begins; "" begins in the tab that is in front.
        on_code: Told the code that the person gives to the extension.
        on_steps: Told the steps as they are understood, a few times a second while they change.
    """
    async with ExtensionRecorder(name=name, secret_fields=secret_fields, url=url) as demo:
        on_code(demo.code)
        await _either(demo.paired, stop)
        told = (-1, -1)
        while not (stop.is_set() or demo.ended.is_set()):
            if demo.changes != told:
                told = demo.changes
                on_steps(demo.so_far())
            with suppress(TimeoutError):
                async with asyncio.timeout(_TELL_EVERY_S):
                    await _either(demo.ended, stop)
    return demo.recording


async def _either(one: asyncio.Event, other: asyncio.Event) -> None:
    waits = [asyncio.ensure_future(event.wait()) for event in (one, other)]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
