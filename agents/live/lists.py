"""The list of a <select>, which a headless browser opens but does not draw: what it offers, and the keys that choose.

The keys go to the open list and not to the page, as a person's press on an option does: the page, and whoever listens
in it, hears one trusted change.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from playwright.async_api import CDPSession, Error, Frame, Page
from pydantic import BaseModel, ValidationError

_OFFERED = """function () {
  if (!(this instanceof HTMLSelectElement) || this.multiple || this.size > 1 || this.disabled) return null;
  const hidden = option => getComputedStyle(option).display === "none";
  return {
    at: this.selectedIndex,
    options: [...this.options].slice(0, 2000).map(option => ({
      text: (option.label || option.text).slice(0, 200),
      off: option.disabled || hidden(option) || Boolean(option.closest("optgroup")?.disabled),
    })),
  };
}"""


_EDGE = "element => [element.clientLeft, element.clientTop]"


class Option(BaseModel):
    """One of them; ``off``: it cannot be chosen."""

    text: str
    off: bool


class Offered(BaseModel):
    """What a list offers; ``at`` is the place of the option that is chosen now, -1 for none."""

    at: int
    options: list[Option]


@dataclass(frozen=True, slots=True)
class OpenList:
    """A list that is open, and the number by which it is answered."""

    ask: int
    offered: Offered


async def offered_at(page: Page, session: CDPSession, x: float, y: float) -> Offered | None:
    """What the list at a place offers, in a frame of another site too; None where there is none."""
    offered = await _offered_in(session, x, y)
    if offered is not None or not page.main_frame.child_frames:
        return offered
    with suppress(Error):
        return await _offered_beneath(page.main_frame, x, y)
    return None


async def _offered_beneath(parent: Frame, x: float, y: float) -> Offered | None:
    """In the frame at a place of the tab that has a process, and so a session, of its own."""
    for frame in reversed(parent.child_frames):
        element = await frame.frame_element()
        box = await element.bounding_box()
        if box is None or not (0 <= x - box["x"] < box["width"] and 0 <= y - box["y"] < box["height"]):
            continue
        try:
            session = await frame.page.context.new_cdp_session(frame)
        except Error:
            return await _offered_beneath(frame, x, y)  # its parent's process has it, and was asked
        try:
            edge = await element.evaluate(_EDGE)
            left, top = box["x"] + edge[0], box["y"] + edge[1]
            return await _offered_in(session, x - left, y - top) or await _offered_beneath(frame, x, y)
        finally:
            await session.detach()
    return None


async def _offered_in(session: CDPSession, x: float, y: float) -> Offered | None:
    with suppress(Error, ValidationError, KeyError):
        place = {"x": int(x), "y": int(y), "includeUserAgentShadowDOM": False}
        found = await session.send("DOM.getNodeForLocation", place)
        node = await session.send("DOM.resolveNode", {"backendNodeId": found["backendNodeId"]})
        call = {"objectId": node["object"]["objectId"], "functionDeclaration": _OFFERED, "returnByValue": True}
        told = (await session.send("Runtime.callFunctionOn", call))["result"].get("value")
        return Offered.model_validate(told) if told is not None else None
    return None


def keys_to(offered: Offered, option: int | None) -> list[str]:
    """The keys that choose an option in the open list, by its place; those that close it for None."""
    if option is None or option >= len(offered.options) or offered.options[option].off or option == offered.at:
        return ["Escape"]
    first, last = sorted((offered.at, option))
    between = sum(not each.off for each in offered.options[first + 1 : last])
    return ["ArrowDown" if option > offered.at else "ArrowUp"] * (between + 1) + ["Enter"]
