"""What finding a control costs: on a page that has not changed beside a Playwright locator of one selector, and on one
that has, by what the page tells and what deciding takes.

    python -m bench.find_cost [--rounds 40]

Each way takes its turn in one browser; medians. Deciding is timed with names that were not seen before, so that
nothing is remembered from the round before.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from dataclasses import asdict, dataclass
from random import Random

from playwright.async_api import Browser, Page

from browser.launch import open_browser
from browser.page_script import MOST_TOLD, install, look
from recordings.target import Target
from replayer import describe
from replayer.locate import Waits, locate_within
from replayer.match import Match, most_similar
from replayer.sought import sought_of

_SYLLABLES = ["ba", "de", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "we", "xi", "yo", "zu"]
_IN_PAGE = """text => {
  const began = performance.now();
  const answer = globalThis.__showonce_page.call(text);
  return [performance.now() - began, answer.length];
}"""
_FIVE = 5
_WORDS_APART = 3


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Median milliseconds of both ways on an unchanged page, and the round trips of ours."""

    name: str
    playwright_ms: float
    ours_ms: float
    round_trips: int


def table_page(rows: int, seed: int, ids: str = "") -> str:
    """A page of ``rows`` rows with five controls each, and a form before it; other names with each seed."""
    chance = Random(seed)
    names = [" ".join(_word(chance) for _ in range(2)).title() for _ in range(rows)]
    body = "".join(
        f"<tr><td><input type=checkbox id=c{ids}{n}></td><td><a href='/people/{n}'>{name}</a></td>"
        f"<td>{_word(chance)}</td><td><input name=note{n} placeholder='Note'></td>"
        f"<td><button id=e{ids}{n}>Edit</button> <button id=d{ids}{n}>Delete</button></td></tr>"
        for n, name in enumerate(names)
    )
    head = "<th>Pick<th>Name<th>Town<th>Note<th>"
    form = f"<form><label>Full name <input id=full{ids}></label> <button id=keep{ids}>Keep person</button></form>"
    return f"<h1>People</h1>{form}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _word(chance: Random) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(_WORDS_APART))


async def unchanged(page: Page, name: str, css: str, rounds: int) -> Unchanged:
    """Both ways in turn, from the selector to an element in hand."""
    element = await page.query_selector(css)
    assert element is not None
    target = await describe(element)
    hand: list[float] = []
    own: list[float] = []
    trips = 0
    for _ in range(rounds):
        began = time.perf_counter()
        await page.locator(css).element_handle()
        between = time.perf_counter()
        found = await locate_within(page, target, waits=Waits())
        own.append((time.perf_counter() - between) * 1000)
        hand.append((between - began) * 1000)
        trips = max(trips, found.round_trips)
    return Unchanged(name, statistics.median(hand), statistics.median(own), trips)


async def told(page: Page, target: Target, rounds: int) -> tuple[float, float, int]:
    """Median milliseconds in the page, kilobytes, and candidates of one look at all that can be acted on."""
    question = {"selectors": [], "tag": target.description.tag, "every": True, "limit": MOST_TOLD, "scene": False}
    question["sought"] = asdict(sought_of(target))
    text = json.dumps(["look", question])
    answers = [await page.evaluate(_IN_PAGE, text) for _ in range(rounds)]
    seen = await look(page.main_frame, [], target.description.tag, every=True, sought=sought_of(target))
    return statistics.median(ms for ms, _ in answers), answers[0][1] / 1000, len(seen.candidates)


async def decided(page: Page, rows: int, limit: int, rounds: int) -> float:
    """Median milliseconds of a decision among ``limit`` candidates of a page whose ids are others."""
    times: list[float] = []
    for seed in range(rounds):
        await page.set_content(table_page(rows, seed))
        element = await page.query_selector("#keep")
        assert element is not None
        target = await describe(element)
        await page.set_content(table_page(rows, seed + 1, "x"))
        seen = await look(
            page.main_frame, target.selectors, target.description.tag, every=True, sought=sought_of(target), limit=limit
        )
        assert len(seen.candidates) == limit, len(seen.candidates)
        began = time.perf_counter()
        verdict = most_similar(target, seen, commits=True)
        times.append((time.perf_counter() - began) * 1000)
        assert isinstance(verdict, Match), verdict
    return statistics.median(times)


async def main(rounds: int) -> None:
    async with open_browser() as browser:
        await _printed(browser, rounds)


async def _printed(browser: Browser, rounds: int) -> None:
    context = await browser.new_context()
    await install(context)
    page = await context.new_page()
    print(f"{'an unchanged page':44}{'locator ms':>12}{'ours ms':>10}{'more ms':>10}{'trips':>8}")
    for rows in (20, 1000):
        await page.set_content(table_page(rows, 1))
        for name, css in (("a button of a form", "#keep"), ("a button in a row", f"#e{rows // 2}")):
            it = await unchanged(page, f"{name}, {rows * _FIVE} controls", css, rounds)
            more = it.ours_ms - it.playwright_ms
            print(f"{it.name:44}{it.playwright_ms:12.1f}{it.ours_ms:10.1f}{more:10.1f}{it.round_trips:8}")
    element = await page.query_selector("#keep")
    assert element is not None
    ms, size, count = await told(page, await describe(element), max(3, rounds // 8))
    print(f"one look at 5000 controls, {count} told: {ms:.0f} ms in the page, {size:.0f} kB")
    ms = await decided(page, 1000 // _FIVE, 1000, max(3, rounds // 8))
    print(f"a decision among 1000 candidates on a changed page: {ms:.0f} ms")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=40)
    asyncio.run(main(options.parse_args().rounds))
