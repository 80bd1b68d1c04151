"""Heals in the console: what is in force is told from the recording, and what was decided can be taken back."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from demo.examples import FOLDER
from recordings import versions
from recordings.editing.applying import applied
from recordings.editing.commands import command_of
from recordings.files import digest_of
from recordings.heal import Heal
from recordings.kept_edits import keep_edit
from recordings.recording import Recording
from recordings.steps import target_of
from recordings.target import Target
from store import AuditWanted
from tests.pages.axe import serious
from tests.pages.console import Served, served_console

NAMES = ("undone", "reverted", "refused", "edited", "rivals", "sent", "another", "beaten")
NAME, COMPANY, EMAIL = "'Full name'", "'Company'", "'Email'"


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    home = tmp_path_factory.mktemp("home")
    for name in NAMES:
        shutil.copytree(FOLDER / "add-customer", home / "recordings" / name)
    async with served_console(home) as running:
        yield running


@pytest.fixture(scope="module")
async def page(served: Served, browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 720})
    yield await served.page(context, "/heals")
    await context.close()


def folder_of(served: Served, name: str) -> Path:
    return served.settings.recordings / name


def target_at(served: Served, heal: Heal) -> Target | None:
    steps = Recording.load(folder_of(served, heal.recording)).steps
    return next(target_of(step) for step in steps if step.id == heal.step_id)


async def noted_as(served: Served, heal: Heal, act: str) -> bool:
    """Whether a deed comes to be the newest that is noted: news of it can be on the page before."""
    for _ in range(250):
        (entry, *_) = await served.store.audit.page(AuditWanted(), limit=1)
        if (entry.act, entry.what) == (act, f"heal {heal.id}"):
            return True
        await asyncio.sleep(0.02)
    return False


async def proposed(served: Served, name: str, field: str = NAME, *, less: int = 1, trace: str = "a") -> Heal:
    """A new target for a field: the same element with so many selectors less; 0: the company's field."""
    recording = Recording.load(folder_of(served, name))
    targets = {words: (step, target_of(step)) for step in recording.steps for words in [step.words]}
    step, old = next(each for words, each in targets.items() if field in words)
    other = next(target for words, (_, target) in targets.items() if COMPANY in words)
    assert old is not None
    assert other is not None
    new = old.model_copy(update={"selectors": old.selectors[:-less]}) if less else other
    found = Heal(
        recording=name,
        folder=str(folder_of(served, name)),
        made_from=digest_of(recording),
        step_id=step.id,
        index=recording.steps.index(step),
        words=step.words,
        old=old,
        new=new,
        how="similar",
        score=0.9,
        evidence=("same label",),
        trace_id=trace * 32,
        at=1.0,
        last_at=1.0,
        last_trace=trace * 32,
    )
    return await served.store.propose(found, None)


async def accepted(served: Served, heal: Heal) -> None:
    async with served.client() as client:
        answer = await client.post(f"/heals/{heal.id}/accept", timeout=60)
    assert answer.status_code == 204, answer.headers


async def state_of(page: Page, words: str) -> None:
    await expect(page.locator(".top .state")).to_have_text(words, timeout=20_000)


async def test_one_that_was_undone_is_shown_as_taken_back_and_accepted_again(served: Served, page: Page) -> None:
    heal = await proposed(served, "undone")
    await accepted(served, heal)
    await page.goto(f"{served.origin}/heals/{heal.id}")
    await state_of(page, "accepted")
    async with served.client() as client:
        await client.post("/recordings/undone/back/undo")
    await state_of(page, "taken back")  # by news, while it is looked at
    await expect(page.get_by_text("looks for the new target now")).to_have_count(0)
    await expect(page.get_by_text("finds the same element")).to_be_visible(timeout=20_000)
    assert await serious(page) == []
    await page.keyboard.press("a")
    await state_of(page, "accepted")
    assert target_at(served, heal) == heal.new


async def test_one_that_was_undone_is_proposed_again_by_a_later_run_and_not_one_in_force(served: Served) -> None:
    heal = await proposed(served, "undone", EMAIL)
    await accepted(served, heal)
    later = heal.model_copy(update={"last_trace": "b" * 32})
    assert (await served.store.propose(later, None)).status == "accepted"
    versions.undo(folder_of(served, "undone"))
    again = await served.store.propose(later, None)
    assert (again.id, again.status, again.seen) == (heal.id, "proposed", 3)


async def test_one_in_force_is_taken_back_by_its_key_and_other_edits_stay(served: Served, page: Page) -> None:
    heal = await proposed(served, "reverted")
    await accepted(served, heal)
    edit(served, "reverted", "optional s02")
    await page.goto(f"{served.origin}/heals/{heal.id}")
    await page.keyboard.press("u")
    await state_of(page, "taken back")
    assert target_at(served, heal) == heal.old
    recording = Recording.load(folder_of(served, "reverted"))
    assert next(step for step in recording.steps if step.id == "s02").optional
    assert await noted_as(served, heal, "undid a heal")


async def test_a_refusal_by_a_key_is_taken_back_by_a_key(served: Served, page: Page) -> None:
    heal = await proposed(served, "refused")
    await page.goto(f"{served.origin}/heals/{heal.id}")
    await page.keyboard.press("r")
    await state_of(page, "refused")
    assert await serious(page) == []
    await page.keyboard.press("u")
    await state_of(page, "proposed")
    assert (await served.store.heal(heal.id)).status == "proposed"
    assert await noted_as(served, heal, "reopened a heal")


async def test_one_whose_step_was_edited_since_is_not_taken_back(served: Served, page: Page) -> None:
    heal = await proposed(served, "edited")
    await accepted(served, heal)
    edit(served, "edited", f"delete {heal.step_id}")
    await page.goto(f"{served.origin}/heals/{heal.id}")
    await state_of(page, "overtaken")
    await expect(page.get_by_role("button", name="Take it back")).to_have_count(0)
    async with served.client() as client:
        answer = await client.post(f"/heals/{heal.id}/back")
    assert (answer.status_code, "was edited or healed since" in answer.text) == (409, True)


async def chosen(page: Page, served: Served, name: str) -> Locator:
    await page.goto(served.origin + "/heals")
    return page.get_by_role("form", name=f"Proposals for {name}")


async def test_nothing_is_chosen_beforehand_and_of_rivals_one_can_be(served: Served, page: Page) -> None:
    one, two = await proposed(served, "rivals"), await proposed(served, "rivals", less=0)
    form = await chosen(page, served, "rivals")
    await expect(form.get_by_role("checkbox")).to_have_count(2)
    await expect(form.get_by_role("checkbox", checked=True)).to_have_count(0)
    await expect(form.get_by_text("2 proposals for this step; one can be chosen")).to_have_count(2)
    for each in (one, two):
        await form.get_by_label(f"Choose proposal {each.id}").check()
    await expect(form.get_by_role("checkbox", checked=True)).to_have_count(1)
    assert await serious(page) == []
    await served.store.decide(two.id, "refused")
    await served.store.decide(one.id, "refused")


async def test_rivals_that_are_sent_all_the_same_are_named_and_nothing_is_changed(served: Served) -> None:
    heals = [await proposed(served, "sent"), await proposed(served, "sent", less=0)]
    before, noted = target_at(served, heals[0]), await served.store.audit.page(AuditWanted(), limit=1)
    async with served.client() as client:
        answer = await client.post("/heals/accept", data={"heal": [str(heal.id) for heal in heals]}, timeout=60)
    assert answer.text.count("2 proposals for this step were chosen. Choose one of them.") == 2
    assert target_at(served, heals[0]) == before
    assert await served.store.audit.page(AuditWanted(), limit=1) == noted


async def test_those_that_can_be_are_accepted_and_the_others_named_with_the_reason(served: Served, page: Page) -> None:
    good, wrong = await proposed(served, "another", EMAIL), await proposed(served, "another", less=0)
    form = await chosen(page, served, "another")
    for each in (good, wrong):
        await form.get_by_label(f"Choose proposal {each.id}").check()
    button, looked = form.get_by_role("button", name="Accept the chosen"), asyncio.Event()
    await page.route("**/heals/accept", partial(_let_on, looked))
    await button.click()
    await expect(page.get_by_text("Trying the chosen on the demonstration's own page")).to_be_visible()
    await expect(button).to_be_disabled()
    looked.set()
    await expect(page.locator("#told .trouble")).to_contain_text("it means another element", timeout=30_000)
    await expect(page.locator("#told .good")).to_contain_text("Accepted: 1.")
    await expect(page.get_by_text("Trying the chosen on the demonstration's own page")).to_be_hidden()
    assert await serious(page) == []
    assert (target_at(served, good), target_at(served, wrong)) == (good.new, wrong.old)
    (entry,) = await served.store.audit.page(AuditWanted(), limit=1)
    assert (entry.act, entry.what) == ("accepted a heal", f"heals {good.id}")


async def test_a_rival_of_one_that_was_accepted_is_not_to_be_chosen_and_can_be_refused_there(
    served: Served, page: Page
) -> None:
    first, rival = await proposed(served, "beaten"), await proposed(served, "beaten", less=0)
    await accepted(served, first)
    form = await chosen(page, served, "beaten")
    await expect(form.get_by_role("checkbox")).to_have_count(0)
    await form.get_by_role("button", name="Refuse").click()
    await expect(form).to_have_count(0)
    assert (await served.store.heal(rival.id)).status == "refused"


async def _let_on(when: asyncio.Event, route: Route) -> None:
    """What the page shows meanwhile must not pass before it is looked at."""
    await when.wait()
    await route.continue_()


def edit(served: Served, name: str, line: str) -> None:
    folder = folder_of(served, name)
    before = Recording.load(folder)
    after = applied(before, [command_of(line)], lambda _: before).recording
    keep_edit(before, after, folder, line, forget=False)
