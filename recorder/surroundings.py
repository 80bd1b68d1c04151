"""What the demonstration's context is like, so that trials begin where the demonstration began; and such a context."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from playwright.async_api import Browser, BrowserContext, Error, Page, Route, StorageState

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
UNTOLD = {"ping", "cspviolationreport", "preflight"}
"""Requests that pages make beside their work: they count as changing nothing."""


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


@dataclass  # without slots: Playwright marks the object that a handler is bound to
class Guard:
    """Keeps a context from sending what may change data; ``refused`` once something was to be sent."""

    refused: bool = False

    async def stand(self, context: BrowserContext) -> None:
        """Guard the context from now on."""
        await context.route("**/*", self._decide)

    async def _decide(self, route: Route) -> None:
        request = route.request
        with suppress(Error):  # the page went away with what it asked
            if request.method in ("GET", "HEAD", "OPTIONS"):
                await route.continue_()
                return
            self.refused = self.refused or request.resource_type not in UNTOLD
            await route.abort("aborted")


@asynccontextmanager
async def opened_like(
    browser: Browser, around: Surroundings, guard: Guard | None = None
) -> AsyncIterator[BrowserContext]:
    """A fresh context like the demonstration's, closed whatever happened.

    Raises:
        Error: The browser would not open one.
    """
    context = await browser.new_context(
        storage_state=around.state,
        accept_downloads=True,
        **dict(around.options),  # type: ignore[arg-type]
    )
    try:
        if around.permissions:
            with suppress(Error):
                await context.grant_permissions(list(around.permissions))
        if guard is not None:
            await guard.stand(context)
        yield context
    finally:
        with suppress(Error):
            await context.close()
