"""Does a demonstration in the console's tab give the steps that it gives in a window? Every case of the zoo, both ways.

    python -m bench.teach_same [--only a,b] [--cat c,d]

Compared are kinds, words, values and targets (description, selectors, frame) of all steps.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from bench.zoo import chosen_cases, driven, recorded
from bench.zoo_cases.base import Case
from bench.zoo_cases.server import serve_cases
from browser.launch import open_browser
from recordings.recording import Recording, values_of
from recordings.steps import Step, targets_of
from tests.pages.afar import taught
from tests.pages.console import Served, served_console

_CASE_S = 120
_MOST_TOLD = 6
_TRIES = 3


_NOT_COMPARED = {"box", "crop", "rivals"}
"""Where an element stood to the pixel, and its picture: two windows draw a page a little apart. And what could be
taken for it: a page looks for that for some milliseconds only (``telling.ts``), so a busy machine tells fewer."""


def told(step: Step) -> dict[str, Any]:
    """What must be the same of a step: kind, words, values, and the whole of its targets."""
    targets = [_without_places(target.model_dump(mode="json")) for target in targets_of(step)]
    values = [value.model_dump() for value in values_of(step)]
    return {"kind": step.kind, "words": step.words, "values": values, "targets": targets}


def differing(here: list[dict[str, Any]], there: list[dict[str, Any]]) -> list[str]:
    """What is other in the tab than in the window, in words; nothing where all is the same."""
    if [step["words"] for step in here] != [step["words"] for step in there]:
        return [f"here  {[step['words'] for step in here]}", f"there {[step['words'] for step in there]}"]
    pairs = zip(here, there, strict=True)
    return [f"{one['words']}: {line}" for one, other in pairs for line in _leaves(one, other, "")]


def _leaves(one: Any, other: Any, place: str) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys([*one, *other]):
            yield from _leaves(one.get(key), other.get(key), f"{place}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for at, (a, b) in enumerate(zip(one, other, strict=True)):
            yield from _leaves(a, b, f"{place}[{at}]")
    elif one != other:
        yield f"{place[1:]} is {str(one)[:120]!r} here, {str(other)[:120]!r} there"


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_places(item) for key, item in value.items() if key not in _NOT_COMPARED}
    return [_without_places(item) for item in value] if isinstance(value, list) else value


async def afar(served: Served, browser: Browser, case: Case, url: str) -> Recording:
    """The case shown by a person in the console's tab, as it is kept at the end. Before it, the last step may not be
    understood yet: beside the live picture a page takes longer to tell what it shows."""
    permissions = ["clipboard-read", "clipboard-write"]
    context = await browser.new_context(viewport={"width": 1720, "height": 1040}, permissions=permissions)
    try:
        name = f"{case.name}-{secrets.token_hex(4)}"
        async with taught(served, context, url, name) as (human, _, lesson):
            await driven(case, human.page)
            lesson.finish()
            await lesson.over.wait()
            return Recording.load(served.settings.recordings / name)
    finally:
        await context.close()


async def compared(browser: Browser, served: Served, case: Case, url: str) -> list[str]:
    """What is other where the case is shown in the tab; nothing where all is the same.

    Raises:
        TimeoutError: It took too long.
    """
    async with asyncio.timeout(_CASE_S):
        here = [told(step) for step in (await recorded(browser, case, url))[0].steps]
        there = [told(step) for step in (await afar(served, browser, case, url)).steps]
    return differing(here, there)


async def tried(browser: Browser, served: Served, case: Case, url: str) -> tuple[int, list[str]]:
    """At which try it was the same, 0 for none, and what was other at the last. A busy machine makes a hold of a press,
    and a pause of none, in the window as in the tab."""
    lines: list[str] = []
    for number in range(1, _TRIES + 1):
        try:
            lines = await compared(browser, served, case, url)
        except Exception as error:  # noqa: BLE001 - a case that cannot be shown must not end the measurement
            lines = [f"error: {(str(error) or type(error).__name__).splitlines()[0]}"]
        if not lines:
            return number, []
    return 0, lines


async def main(cases: list[Case]) -> None:
    """Compare, and tell as it goes."""
    same: list[int] = []
    home = Path(tempfile.mkdtemp())
    with serve_cases(seeded=True) as origin:
        async with open_browser() as browser, served_console(home) as served:
            for case in cases:
                at, lines = await tried(browser, served, case, f"{origin}/case/{case.name}")
                same += [at] if at else []
                print(f"{'same ' if at else 'OTHER'}  {case.name}{f'  (try {at})' if at > 1 else ''}", flush=True)
                for line in lines[:_MOST_TOLD]:
                    print(f"       {line}", flush=True)
    print(f"{len(same)} of {len(cases)} cases give the same steps, {same.count(1)} of them at the first try.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="names of cases, with commas")
    parser.add_argument("--cat", default="", help="categories, with commas")
    options = parser.parse_args()
    asyncio.run(main(chosen_cases(options.only, options.cat)))
