"""Does a recording hold all that was done? Each case of the zoo is recorded once, replayed afresh, and compared.

    python -m bench.zoo [--only a,b] [--cat c,d] [--replays 3] [--out results.json]

A case passes only if every replay came to the demonstration's state and said that it passed. LIE: one said passed and
the state differs. wrong: the state differs, or the replay failed, and it said so. disturbed: recording changed the
state or the counts of trusted events. flagged: the recording says that something was not captured faithfully.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Browser, BrowserContext, Error, Page
from rich.console import Console
from rich.table import Table

from bench.zoo_cases import patterns, places, widgets
from bench.zoo_cases.base import CASES, Case
from bench.zoo_cases.face import Face
from bench.zoo_cases.human import H
from bench.zoo_cases.server import LIBRARIES, serve_cases
from browser.launch import open_browser
from recorder import Recorder
from recordings.errors import ShowonceError
from recordings.recording import Recording
from replayer import Replayer

assert patterns and places and widgets, "importing them registers the cases"
PASSWORD = "pw1"
Verdict = Literal["pass", "LIE", "wrong", "error", "record error", "no baseline"]
_STATE = """() => {
  const state = typeof globalThis.__state === "function" ? globalThis.__state() : globalThis.__state;
  return state === undefined ? null : JSON.parse(JSON.stringify(state));
}"""


@dataclass(frozen=True, slots=True)
class Came:
    """What a page came to: its state, and its trusted events by type."""

    state: Any
    events: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Replayed:
    """One replay: what it said of itself, why it failed, and what the page came to."""

    passed: bool = False
    right: bool = False
    got: Any = None
    why: str = ""
    took_s: float = 0


@dataclass(slots=True)
class Row:
    """What became of one case. ``doubts`` is what the recording says of itself."""

    name: str
    cat: str
    verdict: Verdict = "error"
    why: str = ""
    disturbed: str = ""
    expected: Any = None
    steps: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    replays: list[Replayed] = field(default_factory=list)

    @property
    def flagged(self) -> bool:
        return bool(self.doubts)


async def tried(browser: Browser, case: Case, url: str, replays: int) -> Row:
    """Record a case and replay it, each in a fresh context."""
    row = Row(case.name, case.cat)
    try:
        without = await baseline(browser, case, url)
    except Exception as error:  # noqa: BLE001 - a case that cannot be shown must not end the measurement
        row.verdict, row.why = "no baseline", _first_line(error)
        return row
    row.expected = without.state
    try:
        recording, shown = await recorded(browser, case, url)
    except Exception as error:  # noqa: BLE001 - what the recorder raises is a finding
        row.verdict, row.why = "record error", _first_line(error)
        return row
    row.disturbed = _difference(without, shown)
    row.steps = [f"{step.kind}: {step.words}" for step in recording.steps]
    row.doubts = doubts_of(recording)
    for _ in range(replays):
        row.replays.append(await replayed(browser, case, recording, without.state))
    row.verdict = verdict_of(row.replays)
    row.why = next((replay.why for replay in row.replays if not replay.right or not replay.passed), "")
    return row


def verdict_of(replays: Sequence[Replayed]) -> Verdict:
    """The worst of them counts, a LIE above all."""
    if any(replay.passed and not replay.right for replay in replays):
        return "LIE"
    if any(replay.why.startswith("error: ") for replay in replays):
        return "error"
    return "pass" if all(replay.passed and replay.right for replay in replays) else "wrong"


def doubts_of(recording: Recording) -> list[str]:
    """All that the recording says was not captured faithfully."""
    doubts = [f"{step.id}: {doubt}" for step in recording.steps if (doubt := getattr(step, "doubt", ""))]
    return [*recording.warnings, *doubts]


async def baseline(browser: Browser, case: Case, url: str) -> Came:
    """The case without a recorder."""
    async with fresh(browser) as context:
        page = await context.new_page()
        await page.goto(url)
        await driven(case, page)
        return await came_to(page)


async def recorded(browser: Browser, case: Case, url: str) -> tuple[Recording, Came]:
    async with fresh(browser) as context:
        async with Recorder(context, name=case.name) as demo:
            page = await context.new_page()
            await page.goto(url)
            await driven(case, page)
            shown = await came_to(page)
        return demo.recording, shown


async def replayed(browser: Browser, case: Case, recording: Recording, expected: Any) -> Replayed:
    done, began = Replayed(), time.perf_counter()
    async with fresh(browser) as context:
        try:
            secrets = {secret.name: PASSWORD for secret in recording.secrets}
            trace = await Replayer(context).replay(recording, secrets)
            done.passed = trace.status == "passed"
            done.why = trace.failure.message if trace.failure else ""
            done.got = await _settled(context, expected)
            done.right = done.got == expected
        except (ShowonceError, Error) as error:
            done.why = f"error: {_first_line(error)}"
    if done.passed and not done.right:
        done.why = f"came to {json.dumps(done.got, ensure_ascii=False)}"
    done.took_s = round(time.perf_counter() - began, 2)
    return done


async def _settled(context: BrowserContext, expected: Any) -> Any:
    """The first tab's state, asked for again for a while: some cases answer late."""
    got = None
    for _ in range(12):
        got = (await came_to(context.pages[0])).state if context.pages else None
        if got == expected:
            break
        await asyncio.sleep(0.2)
    return got


@asynccontextmanager
async def fresh(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A context that shares nothing, closed whatever happened."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800}, permissions=["clipboard-read", "clipboard-write"], locale="en-US"
    )
    context.set_default_timeout(5000)
    context.set_default_navigation_timeout(25000)
    try:
        yield context
    finally:
        await context.close()


async def driven(case: Case, page: Page) -> None:
    """The case's human at work on the page."""
    if case.ready:
        await page.wait_for_function(f"!!({case.ready})", timeout=20000)
    await page.wait_for_timeout(250)
    face = Face(asyncio.get_running_loop())
    await asyncio.to_thread(lambda: case.drive(H(face.wrap(page))))
    await page.wait_for_timeout(250)


async def came_to(page: Page) -> Came:
    try:
        return Came(await page.evaluate(_STATE), await page.evaluate("() => globalThis.__ev ?? {}"))
    except Error as error:
        return Came(f"unreadable: {_first_line(error)}")


def _difference(without: Came, shown: Came) -> str:
    """What recording changed, in words; "" where nothing."""
    if without.state != shown.state:
        return f"state {json.dumps(shown.state)} instead of {json.dumps(without.state)}"
    kinds = sorted({*without.events, *shown.events})
    changed = [k for k in kinds if without.events.get(k, 0) != shown.events.get(k, 0)]
    return ", ".join(f"{k} {shown.events.get(k, 0)} instead of {without.events.get(k, 0)}" for k in changed)


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:300]


def table_of(rows: Sequence[Row]) -> Table:
    """By category; silent: it failed, and the recording had said nothing of it."""
    table = Table(title="The zoo: same state after every replay")
    for name in ("category", "cases", "pass", "pass %", "LIE", "wrong", "error", "disturbed", "silent"):
        table.add_column(name, justify="left" if name == "category" else "right")
    for cat in dict.fromkeys(row.cat for row in rows):
        table.add_row(cat, *_counts([row for row in rows if row.cat == cat]))
    table.add_section()
    table.add_row("total", *_counts(rows))
    return table


def _counts(rows: Sequence[Row]) -> Iterator[str]:
    verdicts = Counter(row.verdict for row in rows)
    others = sum(verdicts.values()) - verdicts["pass"] - verdicts["LIE"] - verdicts["wrong"]
    yield str(len(rows))
    yield str(verdicts["pass"])
    yield f"{100 * verdicts['pass'] / len(rows):.1f}" if rows else "-"
    for count in (verdicts["LIE"], verdicts["wrong"], others, sum(bool(r.disturbed) for r in rows)):
        yield str(count)
    yield str(len(unflagged(rows)))


def unflagged(rows: Sequence[Row]) -> list[Row]:
    """What failed though the recording said nothing of it."""
    return [row for row in rows if row.verdict != "pass" and not row.flagged]


async def measured(chosen: Sequence[Case], replays: int, say: Callable[[Row], None]) -> list[Row]:
    rows = []
    with serve_cases() as origin:
        async with open_browser() as browser:
            for case in chosen:
                row = await tried(browser, case, f"{origin}/case/{case.name}", replays)
                say(row)
                rows.append(row)
    return rows


def chosen_cases(only: str, cat: str) -> list[Case]:
    """By name and category; all where neither is given.

    Raises:
        SystemExit: A name or category is not there.
    """
    names, cats = set(filter(None, only.split(","))), set(filter(None, cat.split(",")))
    known = {*CASES, *(case.cat for case in CASES.values())}
    if unknown := sorted((names | cats) - known):
        raise SystemExit(f"The zoo has no {', '.join(unknown)}. It has: {', '.join(sorted(known))}.")
    return [c for c in CASES.values() if (not names or c.name in names) and (not cats or c.cat in cats)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="names of cases, with commas")
    parser.add_argument("--cat", default="", help="categories, with commas")
    parser.add_argument("--replays", type=int, default=3)
    parser.add_argument("--out", type=Path, help="write every row as JSON")
    options = parser.parse_args()
    if not LIBRARIES.is_dir():
        raise SystemExit("The widget libraries are not installed: run 'make zoo', which does that first.")
    console = Console()

    def say(row: Row) -> None:
        marks = " ".join(m for m in ("disturbed" * bool(row.disturbed), "flagged" * row.flagged) if m)
        console.print(
            f"{row.verdict:13}{row.name:28}{marks:10}{row.disturbed or row.why}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )

    rows = asyncio.run(measured(chosen_cases(options.only, options.cat), options.replays, say))
    if options.out:
        options.out.write_text(json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False))
    console.print(table_of(rows))
    passed, lies = sum(r.verdict == "pass" for r in rows), sum(r.verdict == "LIE" for r in rows)
    console.print(
        f"{passed} of {len(rows)} cases pass in {options.replays} of {options.replays} replays; {lies} LIEs; "
        f"{sum(bool(r.disturbed) for r in rows)} disturbed; {len(unflagged(rows))} failing and not flagged.",
        highlight=False,
        soft_wrap=True,
    )


if __name__ == "__main__":
    main()
