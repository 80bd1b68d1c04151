"""What the demonstration's context is like, so that the self-check begins where the demonstration began."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from playwright.async_api import BrowserContext, Error, Page, StorageState

from recordings.recording import Recording

_OPTIONS = (
    "() => [navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone"
    ", navigator.userAgent, devicePixelRatio]"
)
_PERMISSIONS = ("clipboard-read", "clipboard-write", "geolocation", "notifications", "camera", "microphone")
_GRANTED = (
    "names => Promise.all(names.map(name => navigator.permissions.query({ name }).then("
    "({ state }) => state === 'granted' ? name : '', () => ''))).then(found => found.filter(Boolean))"
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the demonstration's context was like at its start, so that the check begins where it began."""

    state: StorageState | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    permissions: tuple[str, ...] = ()


async def surroundings_of(context: BrowserContext) -> Surroundings:
    """What a context is like now; what cannot be told is left to the browser's own defaults."""
    state: StorageState | None = None
    with suppress(Error):
        state = await context.storage_state()
    return Surroundings(state)


async def with_options(around: Surroundings, recording: Recording, pages: Sequence[Page]) -> Surroundings:
    """The surroundings with what only a page can tell: language, time zone, density of pixels, permissions."""
    options: dict[str, object] = {"viewport": recording.viewport.model_dump()}
    page = next((page for page in pages if not page.is_closed() and page.url.startswith("http")), None)
    if page is None:
        return Surroundings(around.state, options)
    granted: tuple[str, ...] = ()
    with suppress(Error, TimeoutError, TypeError, ValueError):  # pages overwrite what these ask
        async with asyncio.timeout(2):
            locale, zone, agent, dense = await page.evaluate(_OPTIONS)
            options |= {"locale": locale, "timezone_id": zone, "user_agent": agent, "device_scale_factor": dense}
            granted = tuple(await page.evaluate(_GRANTED, list(_PERMISSIONS)))
    return Surroundings(around.state, options, granted)
