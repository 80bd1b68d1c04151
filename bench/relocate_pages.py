"""The frozen pages of ``bench/relocate_cases``, and who is right on them: read its README for what a case is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from playwright.async_api import Browser, ElementHandle, Page, Route

CASES = Path(__file__).parent / "relocate_cases"
ORIGIN = "http://app.test"
Version = Literal["old", "new"]
Kind = Literal["present", "absent-natural", "absent-removed"]
_TYPES = {
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
}

# An element is right if it is a labelled one, stands within the same innermost control, or covers it as a wrapper.
RIGHT = r"""
([candidates, truths]) => {
  const CONTROL = "a,button,input,select,textarea,label,summary,th,[role=button],[role=link],[role=tab]," +
    "[role=menuitem],[role=checkbox],[role=treeitem],[onclick],[contenteditable=true]";
  const covers = (outer, inner) => {
    const a = outer.getBoundingClientRect(), b = inner.getBoundingClientRect();
    const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    return width > 0 && height > 0 && width * height >= 0.85 * a.width * a.height;
  };
  const same = (element, truth) => {
    if (element === truth) return true;
    if (truth.contains(element)) {
      const control = element.closest(CONTROL);
      return !control || control === truth || control.contains(truth);
    }
    return element.contains(truth) && covers(element, truth);
  };
  return candidates.map((element) => truths.some((truth) => same(element, truth)));
}
"""

# Out go the elements, and the wrappers that hold nothing else.
REMOVE = r"""
(elements) => {
  globalThis.__removed = [];
  for (const element of elements) {
    if (!element.isConnected) continue;
    let out = element;
    const says = (node) => (node.textContent ?? "").trim();
    for (let up = out.parentElement; up && up !== document.body; up = up.parentElement) {
      if (up.children.length !== 1 || says(up) !== says(out)) break;
      out = up;
    }
    globalThis.__removed.push([out, out.parentNode, out.nextSibling]);
    out.remove();
  }
}
"""
RESTORE = r"""
() => {
  for (const [element, parent, next] of globalThis.__removed.reverse())
    parent.insertBefore(element, next?.parentNode === parent ? next : null);
  delete globalThis.__removed;
}
"""


@dataclass(frozen=True, slots=True)
class Label:
    """One element by hand: its XPath in the old version, and in the new (none where its function is gone)."""

    id: str
    page: str
    product: str
    old: str
    new: tuple[str, ...]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The cases it makes; a fixed third of those that are present is tried with the element taken out too."""
        if not self.new:
            return ("absent-natural",)
        third = int(hashlib.sha1(self.id.encode()).hexdigest(), 16) % 3 == 0
        return ("present", "absent-removed") if third else ("present",)


def labels_by_page() -> dict[str, list[Label]]:
    """All labels, by the name of their page, in the order of the file."""
    pages: dict[str, list[Label]] = {}
    for entry in json.loads((CASES / "labels.json").read_text(encoding="utf-8")):
        label = Label(entry["id"], entry["ui"], entry["product"], entry["old"], tuple(entry["new"]))
        pages.setdefault(label.page, []).append(label)
    return pages


@asynccontextmanager
async def open_frozen(browser: Browser, name: str, version: Version) -> AsyncIterator[Page]:
    """One version of a page, served from its folder at the same address as the other."""
    folder = CASES / "corpus" / name / version
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    width, height = meta["viewport"]
    context = await browser.new_context(reduced_motion="reduce", viewport={"width": width, "height": height})
    try:
        page = await context.new_page()
        await page.route("**/*", _served_from(folder))
        await page.goto(ORIGIN + (meta["path"] or "/"), wait_until="load")
        yield page
    finally:
        await context.close()


def _served_from(folder: Path):  # type: ignore[no-untyped-def]
    async def serve(route: Route) -> None:
        request = route.request
        if request.is_navigation_request() and request.frame.parent_frame is None:
            body = (folder / "doc.html").read_text(encoding="utf-8")
            await route.fulfill(status=200, content_type="text/html; charset=utf-8", body=body)
            return
        file = folder / "files" / unquote(urlsplit(request.url).path).lstrip("/")
        if not request.url.startswith(ORIGIN) or not file.is_file():
            await route.abort()
            return
        content = file.read_bytes()
        css = "text/css" if b"{" in content[:2000] else "application/octet-stream"
        await route.fulfill(status=200, content_type=_TYPES.get(file.suffix.lower(), css), body=content)

    return serve


async def elements_at(page: Page, xpaths: Sequence[str]) -> list[ElementHandle]:
    """The elements of a label; it is an error if one is not there."""
    found = [await page.query_selector(f"xpath={xpath}") for xpath in xpaths]
    if None in found:
        raise SystemExit(f"A labelled element is not on the page: {xpaths}")
    return [element for element in found if element is not None]
