"""Find the controls of one version of a real page on the next, or say that they are gone.

    python -m bench.relocate [--pages a,b] [--timeout 1.0] [--out results.json]

U = (correct + rightly refused - wrong - false finds) / cases: a wrong click costs what a right one earns.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, ElementHandle, Page

from bench.relocate_pages import REMOVE, RESTORE, RIGHT, Kind, Label, elements_at, labels_by_page, open_frozen
from browser.launch import open_browser
from recordings.target import Target
from replayer import describe, locate

Outcome = Literal["correct", "wrong", "missed", "absent ok", "false found"]
_WORTH = {"correct": 1, "absent ok": 1, "missed": 0, "wrong": -1, "false found": -1}


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one case; ``ms`` is how long the locating took."""

    id: str
    product: str
    kind: Kind
    outcome: Outcome
    ms: float
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    got: str = ""


async def results_of(browser: Browser, name: str, labels: Sequence[Label], timeout_s: float) -> list[Result]:
    """All cases of one page."""
    async with open_frozen(browser, name, "old") as page:
        targets = {label.id: await describe((await elements_at(page, [label.old]))[0]) for label in labels}
    results: list[Result] = []
    async with open_frozen(browser, name, "new") as page:
        for label in labels:
            truths = await elements_at(page, label.new)
            results += [await _result(page, label, k, targets[label.id], truths, timeout_s) for k in label.kinds]
    return results


async def _result(
    page: Page, label: Label, kind: Kind, target: Target, truths: list[ElementHandle], timeout_s: float
) -> Result:
    if kind == "absent-removed":
        await page.evaluate(REMOVE, truths)
    began = time.perf_counter()
    found = await locate(page, target, timeout_s=timeout_s)
    ms = (time.perf_counter() - began) * 1000
    right = found is not None and kind == "present" and (await page.evaluate(RIGHT, [[found.element], truths]))[0]
    got = await found.element.evaluate("e => e.outerHTML.slice(0, 160)") if found and not right else ""
    if kind == "absent-removed":
        await page.evaluate(RESTORE)
    outcome = outcome_of(kind, found=found is not None, right=right)
    if found is None:
        return Result(label.id, label.product, kind, outcome, ms)
    return Result(label.id, label.product, kind, outcome, ms, found.score, found.reasons, got)


def outcome_of(kind: Kind, *, found: bool, right: bool) -> Outcome:
    """What a case came to."""
    if kind != "present":
        return "false found" if found else "absent ok"
    if not found:
        return "missed"
    return "correct" if right else "wrong"


def usefulness(outcomes: Iterable[Outcome]) -> float:
    """U of some cases, from -1 to 1."""
    worth = [_WORTH[outcome] for outcome in outcomes]
    return sum(worth) / max(1, len(worth))


def table(results: Sequence[Result]) -> str:
    """Figures by product and over all."""
    counted = f"{'cases':>6}{'correct':>9}{'wrong':>7}{'missed':>8}{'absent ok':>11}{'false':>7}"
    lines = [f"{'product':14}{counted}{'U':>8}{'ms':>7}"]
    for product in [*dict.fromkeys(r.product for r in results), "all"]:
        some = [r for r in results if product in (r.product, "all")]
        count = Counter(r.outcome for r in some)
        lines.append(
            f"{product:14}{len(some):6}{count['correct']:9}{count['wrong']:7}{count['missed']:8}"
            f"{count['absent ok']:11}{count['false found']:7}{usefulness(r.outcome for r in some):8.3f}"
            f"{statistics.median(r.ms for r in some):7.0f}"
        )
    return "\n".join(lines)


async def run(pages: str, timeout_s: float) -> list[Result]:
    """All cases of the named pages, of all pages for ""."""
    chosen = {n: ls for n, ls in labels_by_page().items() if not pages or n in pages.split(",")}
    results: list[Result] = []
    async with open_browser() as browser:
        for name, labels in chosen.items():
            results += await results_of(browser, name, labels, timeout_s)
            print(f"{name}: {len(labels)} labels", flush=True)
    return results


def main(pages: str, timeout_s: float, out: Path | None) -> None:
    results = asyncio.run(run(pages, timeout_s))
    if out:
        out.write_text(json.dumps([asdict(r) for r in results], indent=1), encoding="utf-8")
    for result in results:
        if result.outcome in ("wrong", "false found"):
            print(f"{result.outcome}: {result.id} ({result.score:.2f}; {'; '.join(result.reasons)}) {result.got}")
    print(table(results))


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", default="")
    options.add_argument("--timeout", type=float, default=1.0)
    options.add_argument("--out", type=Path)
    given = options.parse_args()
    main(given.pages, given.timeout, given.out)
