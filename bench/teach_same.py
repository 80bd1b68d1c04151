"""Does a demonstration in the console's tab give the steps that it gives in a window? Every case of the zoo, both ways.

    python -m bench.teach_same [--only a,b] [--cat c,d]

Compared are kinds, words, values and targets of all steps.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from bench.zoo import chosen_cases, driven, recorded
from bench.zoo_cases.base import Case
from bench.zoo_cases.server import serve_cases
from browser.launch import open_browser
from recordings.recording import Recording, values_of
from recordings.steps import Step
from tests.pages.afar import taught
from tests.pages.console import Served, served_console

_CASE_S = 120


def told(step: Step) -> dict[str, Any]:
    """What must be the same of a step."""
    target = getattr(step, "target", None)
    seen = target.description if target is not None and hasattr(target, "description") else target
    names = {} if seen is None else {key: getattr(seen, key, "") for key in ("role", "name", "label", "text", "id")}
    values = [value.model_dump() for value in values_of(step)]
    return {"kind": step.kind, "words": step.words, "values": values, **names}


async def afar(served: Served, browser: Browser, case: Case, url: str) -> Recording:
    """The case shown by a person in the console's tab."""
    permissions = ["clipboard-read", "clipboard-write"]
    context = await browser.new_context(viewport={"width": 1720, "height": 1040}, permissions=permissions)
    try:
        async with taught(served, context, url, case.name) as (human, _, lesson):
            await driven(case, human.page)
            assert lesson.controller is not None
            return lesson.recording()
    finally:
        await context.close()


async def main(cases: list[Case]) -> None:
    """Compare, and tell as it goes."""
    same = 0
    home = Path(tempfile.mkdtemp())
    with serve_cases() as origin:
        async with open_browser() as browser, served_console(home) as served:
            for case in cases:
                url = f"{origin}/case/{case.name}"
                try:
                    async with asyncio.timeout(_CASE_S):
                        here = [told(step) for step in (await recorded(browser, case, url))[0].steps]
                        there = [told(step) for step in (await afar(served, browser, case, url)).steps]
                except Exception as error:  # noqa: BLE001 - a case that cannot be shown must not end the measurement
                    print(f"error  {case.name}: {(str(error) or type(error).__name__).splitlines()[0]}", flush=True)
                    continue
                same += here == there
                print(f"{'same ' if here == there else 'OTHER'}  {case.name}", flush=True)
                if here != there:
                    print(f"   here  {[step['words'] for step in here]}\n   there {[step['words'] for step in there]}")
    print(f"{same} of {len(cases)} cases give the same steps.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="names of cases, with commas")
    parser.add_argument("--cat", default="", help="categories, with commas")
    options = parser.parse_args()
    asyncio.run(main(chosen_cases(options.only, options.cat)))
