"""What recording costs the page: typing and dragging with and without the recorder, and the time of its handlers.

    python -m bench.capture_cost [--rounds 6] [--only rows]

Both ways take turns in one browser, so that a busy machine is busy for both; medians are compared. A fast typist takes
some 28 ms a key, a hand some 16 ms a move. "At once" has no pause at all: there it also counts what the one Playwright
client, which both works and records here, needs for each message. The handlers' time comes from the browser's own trace
of every listener it called: those of the recorder's script have no address. It is taken in rounds of their own, since
tracing costs time too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page
from rich.console import Console
from rich.table import Table

from agents.agent import open_context
from browser.launch import open_browser
from demo.flows import sign_in
from demo.human import Human
from demo.northdesk.options import Options
from demo.northdesk.serve import in_thread
from recorder import Recorder
from recordings.recording import Viewport

ROWS = Path(__file__).parent / "rows.html"
TEXT = "the quick brown fox jumps over the lazy dog; " * 5
CHARACTERS, MOVES = 200, 60
Work = Callable[[Page], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Place:
    """A page to work on: how to come to it, the field typed into, and where a drag begins."""

    name: str
    come: Work
    field: str
    handle: str


@dataclass(slots=True)
class Handlers:
    """Milliseconds of the recorder's listeners per event, by type; ``later`` of its timers, observers and idle work."""

    by_type: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    later: list[float] = field(default_factory=list)

    def add(self, trace: dict[str, Any]) -> None:
        """Read one browser trace."""
        events = [
            e for e in trace["traceEvents"] if e.get("ph") == "X" and e["name"] in ("EventDispatch", "FunctionCall")
        ]
        dispatches = sorted((e for e in events if e["name"] == "EventDispatch"), key=lambda e: e["ts"])
        spent = {id(dispatch): 0.0 for dispatch in dispatches}
        for call in (e for e in events if e["name"] == "FunctionCall" and not e["args"]["data"].get("url")):
            around = _innermost(dispatches, call)
            if around is None:
                self.later.append(call["dur"] / 1000)
            else:
                spent[id(around)] += call["dur"] / 1000
        for dispatch in dispatches:
            if spent[id(dispatch)]:
                self.by_type[dispatch["args"]["data"]["type"]].append(spent[id(dispatch)])


def _innermost(dispatches: Sequence[dict[str, Any]], call: dict[str, Any]) -> dict[str, Any] | None:
    holding = [
        d
        for d in dispatches
        if d["tid"] == call["tid"] and d["pid"] == call["pid"] and d["ts"] <= call["ts"] < d["ts"] + d["dur"]
    ]
    return holding[-1] if holding else None


async def type_text(page: Page, place: Place, pace_ms: float) -> None:
    await page.locator(place.field).click()
    await page.keyboard.type(TEXT[:CHARACTERS], delay=pace_ms)


async def drag(page: Page, place: Place, pace_ms: float) -> None:
    box = await page.locator(place.handle).bounding_box()
    assert box
    await page.mouse.move(box["x"] + 20, box["y"] + 10)
    await page.mouse.down()
    for n in range(1, MOVES + 1):
        await page.mouse.move(box["x"] + 20 + 3 * n, box["y"] + 10 + n)
        await asyncio.sleep(pace_ms / 1000)
    await page.mouse.up()


WORK = {
    "typing": (type_text, 28),
    "dragging": (drag, 16),
    "typing at once": (type_text, 0),
    "dragging at once": (drag, 0),
}


async def session(browser: Browser, place: Place, recorded: bool, trace: Handlers | None = None) -> dict[str, float]:
    """Seconds of each kind of work on a fresh page."""
    async with open_context(browser, Viewport()) as context:
        async with Recorder(context) if recorded else nullcontext():
            page = await context.new_page()
            await place.come(page)
            await page.wait_for_timeout(400)
            if trace is not None:
                await browser.start_tracing(page=page, categories=["devtools.timeline"])
            took = {}
            for name, (work, pace_ms) in WORK.items():
                began = time.perf_counter()
                await work(page, place, pace_ms)
                took[name] = time.perf_counter() - began
                await page.wait_for_timeout(300)
            if trace is not None:
                trace.add(json.loads(await browser.stop_tracing()))
            return took


async def measured(browser: Browser, place: Place, rounds: int) -> tuple[Table, Table]:
    times: dict[bool, dict[str, list[float]]] = {way: defaultdict(list) for way in (False, True)}
    handlers = Handlers()
    await session(browser, place, recorded=True)
    for turn in range(rounds):
        for recorded in (turn % 2 == 0, turn % 2 == 1):
            for name, took in (await session(browser, place, recorded)).items():
                times[recorded][name].append(took)
    for _ in range(max(1, rounds // 4)):
        await session(browser, place, recorded=True, trace=handlers)
    return _ratios(place.name, times), _handlers(place.name, handlers)


def _ratios(title: str, times: dict[bool, dict[str, list[float]]]) -> Table:
    table = Table("work", "without s", "recorded s", "ratio", title=title)
    for name in times[False]:
        plain, recorded = (statistics.median(times[way][name]) for way in (False, True))
        table.add_row(name, f"{plain:.3f}", f"{recorded:.3f}", f"{recorded / plain:.3f}")
    return table


def _handlers(title: str, handlers: Handlers) -> Table:
    table = Table("event", "seen", "median ms", "p95 ms", "most ms", title=f"{title}: the recorder's time in the page")
    for name, spent in sorted(handlers.by_type.items()):
        table.add_row(name, *_spread(spent))
    table.add_section()
    table.add_row("every event", *_spread([ms for spent in handlers.by_type.values() for ms in spent]))
    table.add_row("between events", *_spread(handlers.later))
    return table


def _spread(spent: Sequence[float]) -> Iterable[str]:
    if not spent:
        return ["0", "-", "-", "-"]
    ordered = sorted(spent)
    shown = (statistics.median(ordered), ordered[int(len(ordered) * 0.95)], ordered[-1])
    return [str(len(spent)), *(f"{ms:.3f}" for ms in shown)]


def places(desk_url: str) -> list[Place]:
    async def to_form(page: Page) -> None:
        await page.goto(f"{desk_url}/login")
        await sign_in(Human(page, 0))
        await page.goto(f"{desk_url}/customers/new")

    async def to_rows(page: Page) -> None:
        await page.goto(ROWS.as_uri())

    return [
        Place("Northdesk, a new customer", to_form, "[name=full_name]", "h1"),
        Place("A thousand rows", to_rows, "#note", "#box"),
    ]


async def main(rounds: int, only: str) -> None:
    console = Console()
    with in_thread(Options()) as desk:
        async with open_browser() as browser:
            console.print(f"{CHARACTERS} characters, {MOVES} moves, {rounds} rounds, medians, {browser.version}")
            for place in (place for place in places(desk.base_url) if only in place.name):
                for table in await measured(browser, place, rounds):
                    console.print(table)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=6)
    options.add_argument("--only", default="", help="a part of a page's name")
    chosen = options.parse_args()
    asyncio.run(main(chosen.rounds, chosen.only))
