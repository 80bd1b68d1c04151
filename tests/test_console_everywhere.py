"""Every screen of the console: usable by everybody, on a phone and in the dark, whatever texts it has to show."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page, expect

from demo.examples import FOLDER
from demo.flows import PASSWORD
from recordings.batch import BatchSettings
from recordings.files import digest_of
from recordings.heal import Heal
from recordings.recording import Recording
from recordings.steps import target_of
from recordings.target import Box
from review.work.acts import NewSchedule, Rows
from tests.pages.axe import serious
from tests.pages.cases import mostly_slow
from tests.pages.console import Served, served_console
from tests.pages.kept import HOSTILE, keep_run, picture

_QUOTED = json.dumps(HOSTILE)
_FLOW = f"""
format: 1
name: {_QUOTED}
note: {_QUOTED}
inputs:
  people: {{kind: rows, default: people.csv, label: {_QUOTED}}}
stages:
  - name: ask
    approval: {{who: [{_QUOTED}], message: {_QUOTED}, timeout: 1d, default: refuse}}
  - name: add
    needs: [ask]
    recording: add
    for_each: {{input: people}}
"""
PHONE, SCREEN = {"width": 390, "height": 844}, {"width": 1280, "height": 720}
LOOKS = {"phone, dark": (PHONE, "dark"), "phone, light": (PHONE, "light"), "screen, dark": (SCREEN, "dark")}


@dataclass(frozen=True, slots=True)
class Shown:
    """A console with something on every screen; ``screens`` are their addresses."""

    served: Served
    screens: tuple[str, ...]


@pytest.fixture(scope="module")
async def shown(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shown]:
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(FOLDER / "add-customer", home / "recordings" / "add")
    (home / "workflows").mkdir()
    (home / "workflows" / "people.yaml").write_text(_FLOW)
    (home / "workflows" / "people.csv").write_text("full_name,email\nEva Roth,eva@example.com\n")
    (home / "workflows" / "broken.yaml").write_text(f"format: 1\nname: {_QUOTED}\nstages: []\n")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHOWONCE_SECRET_PASSWORD", PASSWORD)
        async with served_console(home) as served:
            yield Shown(served, await _filled(served))


async def _filled(served: Served) -> tuple[str, ...]:
    work, store, home = served.console.work, served.store, served.settings.home
    run = await keep_run(store, 1, failure=HOSTILE, words=HOSTILE)
    await keep_run(store, 2, how="similar", words=HOSTILE)
    heal = await store.propose(_heal(Recording.load(home / "recordings" / "add")), picture(230))
    rows = f'full_name,email\n"{HOSTILE.replace(chr(34), chr(34) * 2)}",a@example.com\n'
    batch = await work.run_rows("add", Rows(rows.encode(), "people.csv"), BatchSettings())
    flow = await work.begin_flow("people.yaml", {"people": "people.csv"}, "ada", from_disk=True)
    data = str(home / "workflows" / "people.csv")
    await work.add_schedule(NewSchedule(HOSTILE, "add", data, "0 7 * * mon", "UTC", confined=False))
    lists = ("runs", "review", "heals", "recordings", "batches", "workflows", "schedules", "teach")
    ones = (f"runs/{run.trace_id}", f"heals/{heal.id}", "recordings/add", f"batches/{batch.id}", f"workflows/{flow}")
    return tuple(f"/{each}" for each in (*lists, *ones, "users", "audit"))


def _heal(recording: Recording) -> Heal:
    step = next(step for step in recording.steps if "'Full name'" in step.words)
    old = target_of(step)
    assert old is not None
    seen = old.description.model_copy(update={"name": HOSTILE, "text": HOSTILE, "attributes": {"title": HOSTILE}})
    return Heal(
        recording="add",
        made_from=digest_of(recording),
        step_id=step.id,
        index=0,
        words=HOSTILE,
        old=old,
        new=old.model_copy(update={"description": seen, "rivals": (seen,)}),
        how="similar",
        score=0.9,
        evidence=(HOSTILE,),
        where=Box(x=10, y=10, width=50, height=20),
        trace_id=f"{1:032x}",
        at=1.0,
    )


@pytest.fixture(scope="module")
async def page(shown: Shown, browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context()
    yield await shown.served.page(context)
    await context.close()


@pytest.mark.parametrize("look", mostly_slow(LOOKS, ["phone, dark"]))
async def test_every_screen_is_usable_by_everybody(shown: Shown, page: Page, look: str) -> None:
    size, scheme = LOOKS[look]
    await page.set_viewport_size({"width": size["width"], "height": size["height"]})
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    amiss: dict[str, object] = {}
    for path in shown.screens:
        await page.goto(shown.served.origin + path)
        wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if found := [*await serious(page), *([f"{wide} px too wide"] if wide else [])]:
            amiss[path] = found
    assert amiss == {}


@pytest.mark.parametrize("path", ["/runs", "/workflows", "/audit", "/help"])
async def test_on_a_phone_the_bar_shows_the_room_that_one_is_in(shown: Shown, page: Page, path: str) -> None:
    await page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    await page.goto(shown.served.origin + path)
    box = await page.locator(".bar nav [aria-current]").bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]


async def test_on_a_screen_the_bar_has_room_for_all_rooms(shown: Shown, page: Page) -> None:
    await page.set_viewport_size({"width": SCREEN["width"], "height": SCREEN["height"]})
    await page.goto(shown.served.origin + "/runs")
    await page.locator("#asking").evaluate("place => { place.innerHTML = '<span class=badge>12</span>'; }")
    assert await page.locator(".bar nav").evaluate("bar => bar.scrollWidth - bar.clientWidth") == 0


async def test_runs_that_wait_are_found_under_take_over(shown: Shown, page: Page) -> None:
    await page.goto(shown.served.origin + "/runs")
    await page.get_by_role("navigation", name="Main").get_by_role("link", name="Take over").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Take over a run that waits")
    await expect(page).to_have_title("Take over · showonce")


async def test_no_text_becomes_a_part_of_a_page(shown: Shown, page: Page) -> None:
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    saying = []
    for path in shown.screens:
        await page.goto(shown.served.origin + path)
        assert await page.title() != "taken", path
        assert await page.locator("img[src='x']").count() == 0, path
        saying += [path] if HOSTILE in await page.locator("main").inner_text() else []
    assert [trouble for trouble in troubles if "404" not in trouble] == []
    lists = {"/runs", "/review", "/heals", "/workflows", "/schedules"}
    assert {*lists, *shown.screens[8:10], *shown.screens[11:13]} <= set(saying)


async def test_a_schedule_of_any_name_is_taken_away(shown: Shown, page: Page) -> None:
    await page.goto(shown.served.origin + "/schedules")
    page.once("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Remove").click()
    await page.get_by_text("No schedules yet").wait_for()
