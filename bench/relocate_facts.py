"""What the page script tells of every case of ``bench/relocate_cases``, kept in one file, so that deciding can be
fitted without a browser.

    python -m bench.relocate_facts FILE [--pages a,b]

Each pair of pages is told both ways, and each element is also taken out, so that there are four times the cases.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from playwright.async_api import Browser, ElementHandle, Page
from pydantic import BaseModel, ConfigDict, TypeAdapter

from bench.relocate_pages import REMOVE, RESTORE, RIGHT, Kind, Label, Version, elements_at, labels_by_page, open_frozen
from browser.launch import open_browser
from browser.page_script import Look, look
from recordings.target import Target
from replayer import describe
from replayer.sought import sought_of

_RIGHT_OF_LOOK = f"([number, count, truths]) => ({RIGHT})([[...Array(count).keys()].map((n) => " + (
    "globalThis.__showonce_page.pick(number, n)), truths])"
)


class Facts(BaseModel):
    """One decision: ``right`` has the places of the candidates that are the element, none where it is absent.

    ``counted`` tells the cases of the benchmark from those that only the fit uses.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    page: str
    product: str
    way: Version
    kind: Kind
    counted: bool
    target: Target
    look: Look
    right: tuple[int, ...]


_FACTS = TypeAdapter(list[Facts])


def read_facts(file: Path) -> list[Facts]:
    """What ``main`` wrote."""
    return _FACTS.validate_json(file.read_bytes())


async def facts_of(browser: Browser, name: str, labels: list[Label], way: Version) -> list[Facts]:
    """All cases of one page, from its ``way`` version to the other."""
    there: Version = "new" if way == "old" else "old"
    known = labels if way == "old" else [label for label in labels if label.new]
    async with open_frozen(browser, name, way) as page:
        xpaths = {label.id: label.old if way == "old" else label.new[-1] for label in known}
        targets = {label.id: await describe((await elements_at(page, [xpaths[label.id]]))[0]) for label in known}
    facts: list[Facts] = []
    async with open_frozen(browser, name, there) as page:
        for label in known:
            truths = await elements_at(page, label.new if way == "old" else [label.old])
            for kind in _kinds(truths):
                counted = way == "old" and kind in label.kinds
                seen, right = await _seen(page, targets[label.id], truths, kind)
                target = targets[label.id]
                facts.append(
                    Facts(
                        id=label.id,
                        page=name,
                        product=label.product,
                        way=way,
                        kind=kind,
                        counted=counted,
                        target=target,
                        look=seen,
                        right=right,
                    )
                )
    return facts


def _kinds(truths: list[ElementHandle]) -> tuple[Kind, ...]:
    return ("present", "absent-removed") if truths else ("absent-natural",)


async def _seen(page: Page, target: Target, truths: list[ElementHandle], kind: Kind) -> tuple[Look, tuple[int, ...]]:
    if kind == "absent-removed":
        await page.evaluate(REMOVE, truths)
    seen = await look(page.main_frame, target.selectors, target.description.tag, every=True, sought=sought_of(target))
    right: list[bool] = []
    if kind == "present":
        right = await page.evaluate(_RIGHT_OF_LOOK, [seen.look, len(seen.candidates), truths])
    if kind == "absent-removed":
        await page.evaluate(RESTORE)
    return seen, tuple(n for n, is_right in enumerate(right) if is_right)


async def told(pages: str) -> list[Facts]:
    """All facts of the named pages, of all pages for ""."""
    facts: list[Facts] = []
    async with open_browser() as browser:
        for name, labels in labels_by_page().items():
            if pages and name not in pages.split(","):
                continue
            for way in ("old", "new"):
                facts += await facts_of(browser, name, labels, way)
            print(f"{name}: {len(facts)} facts so far", flush=True)
    return facts


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("out", type=Path)
    options.add_argument("--pages", default="")
    given = options.parse_args()
    given.out.write_bytes(_FACTS.dump_json(asyncio.run(told(given.pages))))
