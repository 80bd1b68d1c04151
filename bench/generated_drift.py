"""All steps of the demo's demonstrations, and some on the test pages, examined: generated drift, and what came of it.

    python -m bench.generated_drift [--mutations 20] [--seed 0] [--only demo,rows] [--out cases.json]

U = (right answers - wrong clicks) / cases: to find the target, or to refuse where it is gone, is right.
Must hold: would click wrong in at most 0.2 % of the cases.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from agents.agent import open_context
from browser.launch import open_browser
from demo.flows import FLOWS, Flow
from demo.human import Human
from demo.northdesk.serve import serve
from recorder import Recorder
from recordings.recording import Recording, Viewport
from replayer.exam import Case, ExamOptions, StepExam, examine, usefulness
from replayer.exam.told import as_values
from tests.pages.site import serve_pages
from tests.pages.stage import fresh, shown_in

ALLOWED = 0.002
_SHAPES = ("table", "list", "cards", "sections")
_NAMES = ["Ada", "Grace", "Hedy", "Joan"]


@dataclass(frozen=True, slots=True)
class Demonstration:
    """One on a test page: ``variant`` is the release that is shown."""

    name: str
    page: str
    flow: Flow
    variant: Any = None


async def _open_one(human: Human) -> None:
    await human.click(human.page.get_by_role("button", name="Open").nth(1))


async def _fill(human: Human) -> None:
    for field, text in (("#name", "Ada"), ("#city", "Oslo")):
        await human.type(field, text)
    await human.click("#apply")
    await human.click(human.page.get_by_role("link", name="Open").nth(1))
    await human.click(human.page.get_by_role("button", name="Delete").nth(2))
    await human.click("#help")


async def _act(human: Human) -> None:
    await human.type("#name", "Ada")
    await human.click(human.page.get_by_role("button", name="Save", exact=True))
    await human.click(human.page.get_by_role("button", name="Cancel"))


async def _icons(human: Human) -> None:
    for place in (0, 2):
        await human.click(human.page.locator(".bar button").nth(place))


async def _dialog(human: Human) -> None:
    await human.click("#archive")
    await human.click(human.page.locator("dialog[open] button").last)


async def _lists(human: Human) -> None:
    await human.click("#insurance")
    await human.click("#receiver")
    await human.click("#year")
    await human.type("#search", "tea")


SHOWN = (
    *(Demonstration(f"rows {s}", "rows.html", _open_one, {"shape": s, "names": _NAMES}) for s in _SHAPES),
    Demonstration("exam", "exam.html", _fill),
    Demonstration("actions", "actions.html", _act, {"buttons": ["Save", "Save as template", "Cancel"]}),
    Demonstration("icons", "icons.html", _icons),
    Demonstration("dialogs", "dialogs.html", _dialog),
    Demonstration("lists", "lists.html", _lists),
)


async def recorded(browser: Browser, only: Sequence[str]) -> AsyncIterator[tuple[str, Recording]]:
    """The demonstrations, each recorded now; ``only`` those whose name begins so (``demo`` for Northdesk's)."""
    for name, flow in FLOWS.items():
        if _wanted(f"demo {name}", only):
            yield f"demo {name}", await _flow_shown(browser, name, flow)
    async with _pages(only) as (site, wanted):
        for shown in wanted:
            site.variant = shown.variant
            async with fresh(browser) as context:
                done = await shown_in(context, site.url(shown.page), shown.flow)
            yield shown.name, done.recording


@asynccontextmanager
async def _pages(only: Sequence[str]) -> AsyncIterator[tuple[Any, list[Demonstration]]]:
    async with serve_pages() as site:
        yield site, [shown for shown in SHOWN if _wanted(shown.name, only)]


async def _flow_shown(browser: Browser, name: str, flow: Flow) -> Recording:
    async with serve() as desk, open_context(browser, Viewport()) as context:
        async with Recorder(context, name=name, verify=False) as demo:
            page = await context.new_page()
            await page.goto(f"{desk.base_url}/login")
            await flow(Human(page))
    return demo.recording


def _wanted(name: str, only: Sequence[str]) -> bool:
    return not only or any(name.startswith(wanted) for wanted in only)


def by_kind(cases: Sequence[Case]) -> str:
    """Figures by kind of mutation, the worst first, and over all."""
    lines = [f"{'mutation':34}{'cases':>6}{'survives':>10}{'refuses':>9}{'wrong':>7}{'U':>8}"]
    kinds = {case.mutation.kind.name: case.mutation.kind for case in cases}
    some = {name: [case for case in cases if case.mutation.kind.name == name] for name in kinds}
    worst_first = sorted(some, key=lambda name: (usefulness(some[name]), name))
    lines += [_line(f"{name}{' (gone)' if kinds[name].gone else ''}", some[name]) for name in worst_first]
    return "\n".join([*lines, _line("all", cases)])


def _line(name: str, cases: Sequence[Case]) -> str:
    count = Counter(case.grade for case in cases)
    figures = f"{count['survives']:10}{count['refuses']:9}{count['wrong']:7}{usefulness(cases):8.3f}"
    return f"{name:34}{len(cases):6}{figures}"


def say(name: str, exam: StepExam) -> None:
    """What is wrong with a step, with what it takes to see it again."""
    if exam.unfit:
        print(f"{name} {exam.step} ({exam.words}): {exam.unfit}", flush=True)
    for case in exam.cases:
        if case.grade == "wrong":
            kind, seed = case.mutation.kind.name, case.mutation.seed
            why = f"{case.score:.2f}; {'; '.join(case.reasons)}"
            print(f"WRONG {name} {exam.step} ({exam.words}) {kind} {seed}: {case.got} ({why})", flush=True)


async def measured(options: ExamOptions, only: Sequence[str]) -> dict[str, list[StepExam]]:
    """The exam of each demonstration, by its name."""
    results: dict[str, list[StepExam]] = {}
    async with open_browser() as browser:
        async for name, recording in recorded(browser, only):
            results[name] = await examine(browser, recording, options)
            for exam in results[name]:
                say(name, exam)
            print(f"{name}: {len(results[name])} steps", flush=True)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutations", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="demonstrations whose names begin so, with commas")
    parser.add_argument("--out", type=Path, help="write every case as JSON")
    given = parser.parse_args()
    options = ExamOptions(given.seed, given.mutations, tabs=3)
    results = asyncio.run(measured(options, list(filter(None, given.only.split(",")))))
    if given.out:
        told = [as_values(name, given.seed, exams) for name, exams in results.items()]
        given.out.write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")
    cases = [case for exams in results.values() for exam in exams for case in exam.cases]
    print(by_kind(cases))
    wrong = sum(case.grade == "wrong" for case in cases) / max(1, len(cases))
    print(f"would click wrong: {wrong:.2%} of {len(cases)} (allowed {ALLOWED:.1%})")
    raise SystemExit(wrong > ALLOWED)


if __name__ == "__main__":
    main()
