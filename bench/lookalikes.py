"""Pages where what is like the target is not it: shown by a person's hands, replayed on the page's next release.

    python -m bench.lookalikes [--pages opens,rows,removed,dialogs] [--variants 100] [--first 0] [--out results.json]

right: it came to what was shown, or stopped where that is not to be had any more. refused: it stopped needlessly.
wrong: anything else was pressed, or it said passed and nothing was. Must hold: 0 wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser

from bench.lookalike_pages import PAGES, Variant
from browser.launch import open_browser
from demo.human import Human
from replayer import Waits
from tests.pages.site import Site, serve_pages
from tests.pages.stage import Shown, fresh, replayed_in, shown_in

Outcome = Literal["right", "refused", "wrong"]
WAITS = Waits(step_s=1.5, effect_s=1.0, quiet_s=0.2, fallback_s=0.5)
"""For pages that are there at once: a refusal is waited out."""
_TABS = 3


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one variant; ``noted`` is what was pressed, ``how`` the last element was found."""

    page: str
    seed: int
    outcome: Outcome
    wanted: str | None
    noted: tuple[str, ...]
    why: str = ""
    how: str = ""


async def result_of(browser: Browser, site: Site, variant: Variant) -> Result:
    """Show the one release, replay on the other."""
    site.variant = asdict(variant.then)
    async with fresh(browser) as context:
        shown = await shown_in(context, site.url("lookalikes.html"), lambda human: _press(human, variant))
    _check(shown, variant)
    site.variant = asdict(variant.now)
    async with fresh(browser) as context:
        done = await replayed_in(context, shown.recording, waits=WAITS)
    noted = tuple(done.state[0]["noted"])
    why = done.trace.failure.message if done.trace.failure else ""
    how = " ".join(f"{step.how} {step.score}: {'; '.join(step.evidence)}" for step in done.trace.steps[-1:])
    outcome = outcome_of(variant.wanted, noted, passed=done.trace.status == "passed")
    return Result(variant.page, variant.seed, outcome, variant.wanted, noted, why, how)


async def _press(human: Human, variant: Variant) -> None:
    """In the order shown; an opener is named for what it opens."""
    openers = {f"opener {name.removeprefix('confirmed ')}": n for n, name in enumerate(_opened(variant))}
    for key in variant.presses:
        place = openers[key] if key in openers else variant.then.keys.index(key)
        await human.click(human.page.locator("button,a").nth(place))


def _opened(variant: Variant) -> Sequence[str]:
    """What the first buttons open, in order: in the demonstration each opens its own dialog."""
    return [key for key in variant.then.keys if key.startswith("confirmed ")]


def _check(shown: Shown, variant: Variant) -> None:
    if shown.state[0]["noted"] != [variant.presses[-1]]:
        raise SystemExit(f"{variant.page} {variant.seed}: shown was {shown.state[0]['noted']}")


def outcome_of(wanted: str | None, noted: tuple[str, ...], *, passed: bool) -> Outcome:
    """What a replay came to."""
    if noted and noted != (wanted,):
        return "wrong"
    if passed and not noted:
        return "wrong"
    if wanted is None or (passed and noted):
        return "right"
    return "refused"


async def results_of(browser: Browser, pages: Sequence[str], first: int, variants: int) -> list[Result]:
    """All variants of the pages, some at once, each worker with a site of its own."""
    waiting = [PAGES[page](seed) for page in pages for seed in range(first, first + variants)]
    results: list[Result] = []

    async def work() -> None:
        async with serve_pages() as site:
            while waiting:
                results.append(await result_of(browser, site, waiting.pop(0)))
                if results[-1].outcome == "wrong":
                    print(results[-1], flush=True)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(_TABS):
            tasks.create_task(work())
    return results


def table(results: Sequence[Result]) -> str:
    """Figures by page."""
    lines = [f"{'page':10}{'variants':>9}{'right':>7}{'of them stopped':>17}{'refused':>9}{'wrong':>7}"]
    for page in dict.fromkeys(result.page for result in results):
        some = [result for result in results if result.page == page]
        count = Counter(result.outcome for result in some)
        stopped = sum(result.outcome == "right" and not result.noted for result in some)
        lines.append(f"{page:10}{len(some):9}{count['right']:7}{stopped:17}{count['refused']:9}{count['wrong']:7}")
    return "\n".join(lines)


async def measured(pages: Sequence[str], first: int, variants: int) -> list[Result]:
    async with open_browser() as browser:
        return await results_of(browser, pages, first, variants)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", default=",".join(PAGES))
    parser.add_argument("--variants", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    pages = options.pages.split(",")
    if unknown := sorted(set(pages) - PAGES.keys()):
        raise SystemExit(f"There is no page {', '.join(unknown)}. There are: {', '.join(PAGES)}.")
    results = asyncio.run(measured(pages, options.first, options.variants))
    if options.out:
        options.out.write_text(json.dumps([asdict(result) for result in results], indent=1, ensure_ascii=False))
    print(table(sorted(results, key=lambda result: pages.index(result.page))))
    raise SystemExit(any(result.outcome == "wrong" for result in results))


if __name__ == "__main__":
    main()
