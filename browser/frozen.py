"""Frozen pages: a page as it was, opened again without its scripts and without a network, to be changed."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

from playwright.async_api import Browser, ElementHandle, Locator, Page, Route
from pydantic import TypeAdapter

from browser.asking import bundle
from recordings.target import Description, Selector

ADDRESS = "http://frozen.test/"
_CALL = "text => globalThis.__showonce_exam.call(text)"
_IS_TRUTH = "element => globalThis.__showonce_exam.isTruth(element)"
_SHOWN_MS = 10_000
_PICTURE = base64.b64decode("R0lGODlhAQABAIAAAMzMzP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==")
# Nothing runs and nothing is sent; what is asked over the debugging port is not subject to it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data: *; form-action 'none'"
SelectorFound = Literal["it", "among", "other", "none"]
"""What a selector finds of the target: it alone, it among others, others alone, or nothing."""
_BEGUN: TypeAdapter[Description | None] = TypeAdapter(Description | None)
_SURVEYED: TypeAdapter[tuple[SelectorFound, ...]] = TypeAdapter(tuple[SelectorFound, ...])
_SELECTORS: TypeAdapter[tuple[Selector, ...]] = TypeAdapter(tuple[Selector, ...])


@dataclass(slots=True)
class Frozen:
    """A tab that shows frozen pages. It knows which element of the page is the target; the page script does not."""

    page: Page
    _html: list[str] = field(default_factory=list)

    async def show(self, html: str, target: Description) -> Description | None:
        """Show a page afresh, and tell what the element is like that stands where ``target`` stood; None: none does."""
        self._html[:] = [html]
        await self.page.goto(ADDRESS, wait_until="load", timeout=_SHOWN_MS)
        return _BEGUN.validate_json(await self._ask("begin", {"xpath": target.xpath, "css": target.css}))

    async def mutate(self, parts: Sequence[str], seed: int, words: dict[str, str], other: str) -> bool:
        """Change the page; False where one of the changes cannot be made on it, and then some of them may have been.

        Args:
            parts: Names of changes, in order.
            words: Words of the target's name and others for them.
            other: What a control may be called that is not the target.
        """
        asked = {"parts": list(parts), "seed": seed, "words": words, "other": other}
        return await self._ask("mutate", asked) == "true"

    async def is_target(self, element: Locator | ElementHandle) -> bool:
        """Whether acting on ``element`` acts on the target."""
        found = await element.element_handles() if isinstance(element, Locator) else [element]
        # Where it finds nothing, or several, acting on it does not act on the target.
        return len(found) == 1 and bool(await found[0].evaluate(_IS_TRUTH))

    async def is_there(self) -> bool:
        """Whether the target stands in the page and can be seen."""
        return await self._ask("there", None) == "true"

    async def survey(self, selectors: Sequence[Selector]) -> tuple[SelectorFound, ...]:
        """What each selector finds of the target on the page as it is now."""
        return _SURVEYED.validate_json(await self._ask("survey", _SELECTORS.dump_python(tuple(selectors), mode="json")))

    async def _ask(self, method: str, argument: object) -> str:
        return str(await self.page.evaluate(_CALL, json.dumps([method, argument])))

    async def _serve(self, route: Route) -> None:
        request = route.request
        if request.is_navigation_request() and request.frame == self.page.main_frame and request.url == ADDRESS:
            headers = {"Content-Security-Policy": _POLICY}
            await route.fulfill(content_type="text/html; charset=utf-8", headers=headers, body=self._html[0])
        elif request.resource_type == "image":
            await route.fulfill(content_type="image/gif", body=_PICTURE)
        else:
            await route.abort()


@asynccontextmanager
async def open_frozen(browser: Browser, width: int, height: int) -> AsyncIterator[Frozen]:
    """A tab for frozen pages in a context of its own, with a viewport of CSS pixels; closed on the way out."""
    context = await browser.new_context(
        viewport={"width": width, "height": height}, service_workers="block", reduced_motion="reduce"
    )
    try:
        await context.add_init_script(bundle("exam"))
        await context.add_init_script(bundle("page"))
        frozen = Frozen(await context.new_page())
        # Playwright notes something on the object that a bound method is of, and this one has slots.
        await frozen.page.route("**/*", lambda route: frozen._serve(route))  # noqa: PLW0108
        yield frozen
    finally:
        await context.close()
