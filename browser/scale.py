"""The scale that a tab is drawn at: where nobody looks at it, half its size, at a third less CPU a picture.

The page is told nothing of it: its layout, its pixel ratio, its events and where it says that things are keep to the
whole size, also in documents of other sites. What goes by what is drawn is the browser's pointer: ``scale_of``.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from playwright.async_api import CDPSession, Page, ViewportSize

_HALF = 0.5


@dataclass(slots=True)
class _Halved:
    """A tab that is drawn at half its size, by whose session; ``leaving`` where it may be drawn in full by now."""

    session: CDPSession
    size: ViewportSize
    leaving: bool = False


_halved: WeakKeyDictionary[Page, _Halved] = WeakKeyDictionary()


async def draw_half(page: Page, session: CDPSession) -> None:
    """From now on, for as long as the session lasts; not where the tab is in a window, as large as a person makes it.

    Raises:
        Error: The tab is gone.
    """
    size = page.viewport_size
    if size is None or page in _halved:
        return
    known = _halved[page] = _Halved(session, size)
    half = {"width": (size["width"] + 1) // 2, "height": (size["height"] + 1) // 2}
    try:
        await _override(known, {"scale": _HALF, "dontSetVisibleSize": True})
        await session.send("Emulation.setVisibleSize", half)
    except BaseException:
        known.leaving = True
        raise


async def draw_full(page: Page) -> None:
    """From now on; at once where it is so already.

    Raises:
        Error: The tab is gone.
    """
    known = _halved.get(page)
    if known is not None:
        known.leaving = True
        await _override(known, {})
        _halved.pop(page, None)


async def scale_of(page: Page) -> float:
    """How many pixels are drawn for one of the page's. Raises as ``draw_full``."""
    known = _halved.get(page)
    if known is None:
        return 1
    if known.leaving:
        await draw_full(page)
        return 1
    return _HALF


def is_half(page: Page) -> bool:
    """Whether it is drawn at half its size."""
    return page in _halved


async def _override(known: _Halved, how: dict[str, object]) -> None:
    size = known.size
    screen = {"screenWidth": size["width"], "screenHeight": size["height"]}
    plain = {**size, **screen, "deviceScaleFactor": 1, "mobile": False}
    await known.session.send("Emulation.setDeviceMetricsOverride", {**plain, **how})
