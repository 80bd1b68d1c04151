"""``make screens``: a home filled by real runs on the demo applications, and pictures of the console's main screens.

python -m bench.screens [--out docs/screens] [--home HOME] [--only runs batch] [--all]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import get_args

from playwright.async_api import Browser

from agents.pool import AgentPool, open_pool
from browser.launch import open_browser
from demo.examples import FOLDER
from demo.flows import PASSWORD
from demo.northdesk.options import Options, Ui
from demo.northdesk.serve import serve
from recordings.batch import BatchSettings
from recordings.recording import Recording
from recordings.roles import Role
from recordings.steps import with_targets
from recordings.target import RoleSelector, Target
from review.work.acts import NewSchedule
from scheduler.attended import do_rows
from scheduler.rows import Row
from store import Store, open_store
from store.run_list import Wanted
from tests.pages.console import Served, served_console

_NAMES = ("add-customer", "find-customer", "place-order")
_SIZES = {"": (1280, 720), "-phone": (390, 844)}
_FLOW = """format: 1
name: New customers
inputs:
  people: {{kind: rows, default: people.csv}}
stages:
  - name: add
    recording: add-customer
    for_each: {{input: people}}
    base_url: {url}
    agents: 2
  - name: ask
    needs: add
    approval: {{who: [ada@example.com], message: "All are added. May their first orders be placed?", timeout: 1d}}
  - name: order
    needs: ask
    recording: place-order
    base_url: {url}
"""
_PEOPLE = "full_name,email\nAda King,ada@example.com\nBen Okri,ben@example.com\nCleo Diaz,cleo@example.com\n"
_SCREENS = {
    "runs": "/runs",
    "review": "/review",
    "recordings": "/recordings",
    "batches": "/batches",
    "heals": "/heals",
    "workflows": "/workflows",
    "teach": "/teach",
}


async def fill(home: Path) -> None:
    """Recordings, runs that pass, heal and fail, all of them on real pages."""
    for name in _NAMES:
        shutil.copytree(FOLDER / name, home / "recordings" / name, dirs_exist_ok=True)
    recording = Recording.load(home / "recordings" / "add-customer")
    async with AsyncExitStack() as opened:
        store = await opened.enter_async_context(open_store(home))
        pool = await opened.enter_async_context(open_pool(agents=2))
        for ui in get_args(Ui):
            desk = await opened.enter_async_context(serve(Options(ui=ui)))
            await _run(store, home, pool, recording, desk.base_url, ui)


async def _run(store: Store, home: Path, pool: AgentPool, recording: Recording, url: str, ui: str) -> None:
    people = [("Ada King", "ada@example.com"), ("Ben Okri", "ben@example.com"), ("Cleo Diaz", "no address")]
    rows = [
        Row(number + 2, {"full_name": f"{name} {ui}", "email": email}) for number, (name, email) in enumerate(people)
    ]
    settings = BatchSettings(agents=2, retries=0, step_s=4, pictures="marked", base_url=url)
    await do_rows(store, home, pool, recording, rows, settings, secrets=lambda _: PASSWORD)


async def shoot(served: Served, browser: Browser, out: Path, only: Sequence[str], *, each: bool) -> None:
    """A picture of each screen of the usual size, and of ``each`` also a phone's and one in the dark."""
    screens = {**_SCREENS, **await _single(served)}
    for scheme in ("light", "dark"):
        for size, (width, height) in _SIZES.items():
            if (scheme == "dark" and size) or ((size or scheme == "dark") and not each):
                continue
            context = await browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            for name, path in screens.items():
                if only and name not in only:
                    continue
                page = await served.page(context, path)
                await page.screenshot(path=out / f"{name}{size}{'-dark' if scheme == 'dark' else ''}.png")
                await page.close()
            await context.close()


async def shoot_help(home: Path, out: Path) -> None:
    """A run that waits for a person: the checkbox that its recording knows is called otherwise on the page."""
    async with AsyncExitStack() as opened:
        browser = await opened.enter_async_context(open_browser())
        desk = await opened.enter_async_context(serve(Options(ui="v1")))
        opened.enter_context(_password())
        served = await opened.enter_async_context(served_console(home, agents=1))
        recording = Recording.load(FOLDER / "add-customer")
        _renamed(recording, "checkbox 'Newsletter'").save(home / "recordings" / "renamed")
        settings = BatchSettings(retries=0, step_s=3, help_s=600, pictures="marked", base_url=desk.base_url)
        batch = await served.console.work.run_once("renamed", {}, settings)
        async with asyncio.timeout(60):
            while not (waiting := served.console.desk.waiting):  # noqa: ASYNC110 - the run comes to it
                await asyncio.sleep(0.1)
        context = await browser.new_context(viewport={"width": 1280, "height": 720})
        page = await served.page(context, f"/help/{waiting[0].id}/")
        await page.locator("#covered").wait_for(state="hidden")
        await page.screenshot(path=out / "help.png")
        await context.close()
        await served.console.work.cancel_batch(batch.id)


async def shoot_flow(home: Path, out: Path) -> None:
    """A workflow that asks somebody, a schedule, and users."""
    async with AsyncExitStack() as opened:
        browser = await opened.enter_async_context(open_browser())
        desk = await opened.enter_async_context(serve(Options(ui="v1")))
        opened.enter_context(_password())
        served = await opened.enter_async_context(served_console(home, agents=2))
        (home / "workflows").mkdir(exist_ok=True)
        (home / "workflows" / "customers.yaml").write_text(_FLOW.format(url=desk.base_url))
        (home / "workflows" / "people.csv").write_text(_PEOPLE)
        table = str(home / "workflows" / "people.csv")
        wanted = NewSchedule("each-monday", "add-customer", table, "0 7 * * mon", "Europe/Berlin", confined=False)
        await served.console.work.add_schedule(wanted)
        for name, role in (("ada@example.com", Role.APPROVER), ("ben@example.com", Role.OPERATOR)):
            await served.token(name, role)
        flow = await served.console.work.begin_flow("customers.yaml", {}, "ben@example.com", from_disk=True)
        context = await browser.new_context(viewport={"width": 1280, "height": 720})
        page = await served.page(context, f"/workflows/{flow}")
        await page.get_by_role("button", name="Approve").first.wait_for(timeout=120_000)
        for name, path in (("workflow", f"workflows/{flow}"), ("schedules", "schedules"), ("users", "users")):
            await page.goto(f"{served.origin}/{path}")
            await page.screenshot(path=out / f"{name}.png", full_page=name == "workflow")
        await context.close()
        await served.console.work.cancel_flow(flow)


@contextmanager
def _password() -> Iterator[None]:
    """The console's agents take secrets from the environment."""
    os.environ["SHOWONCE_SECRET_PASSWORD"] = PASSWORD
    try:
        yield
    finally:
        del os.environ["SHOWONCE_SECRET_PASSWORD"]


def _renamed(recording: Recording, words: str) -> Recording:
    """The recording as of another release, in which the element of a step was called otherwise and stood elsewhere."""
    wanted = {"name": "Send the catalogue", "text": "", "label": "Send the catalogue", "attributes": {}}

    def other(target: Target) -> Target:
        seen = target.description.model_copy(update={**wanted, "near": (), "xpath": "/nowhere", "css": "#nowhere"})
        return Target(description=seen, selectors=(RoleSelector(role=seen.role, name=seen.name),))

    steps = (with_targets(step, other) if words in step.words else step for step in recording.steps)
    return recording.model_copy(update={"name": "renamed", "steps": tuple(steps)})


async def _single(served: Served) -> dict[str, str]:
    """Screens of one thing: a run that failed, a healed one, a recording, a batch."""
    lines = await served.store.runs.page(Wanted())
    failed = next((line for line in lines if line.trace.status == "failed"), lines[0])
    healed = next((line for line in lines if line.healed), lines[0])
    batch = (await served.store.batches.list(1))[0]
    return {
        "run": f"/runs/{healed.trace.trace_id}",
        "run-failed": f"/runs/{failed.trace.trace_id}",
        "recording": "/recordings/add-customer",
        "batch": f"/batches/{batch.id}",
    }


async def main(out: Path, home: Path, only: Sequence[str], *, each: bool) -> None:
    """Fill the home if it is empty, then take the pictures."""
    if not (home / "recordings").exists():
        await fill(home)
    out.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - nothing else goes on
    async with served_console(home) as served, open_browser() as browser:
        await shoot(served, browser, out, only, each=each)
    if not only or "help" in only:
        await shoot_help(home, out)
    if not only or "workflow" in only:
        await shoot_flow(home, out)
    print(f"The pictures are in {out}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Pictures of the console's screens.")
    parser.add_argument("--out", type=Path, default=Path("docs/screens"))
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--all", action="store_true", help="also phone size, and dark")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as spare:
        asyncio.run(main(given.out, given.home or Path(spare), given.only, each=given.all))
