"""Recordings and heals in the console: looked at, edited with undo, run, and changed by what runs found."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from demo.examples import FOLDER
from demo.flows import PASSWORD
from recordings.editing import with_words
from recordings.editing.applying import applied
from recordings.editing.commands import command_of
from recordings.files import digest_of
from recordings.heal import Heal
from recordings.inputs import InputRef
from recordings.recording import Recording, values_of
from recordings.session import SavedSession
from recordings.steps import target_of
from recordings.target import Target
from recordings.versions import save_edit
from showonce.sessions import shelf_of
from tests.pages.axe import serious
from tests.pages.console import Served, served_console
from tests.pages.kept import HOSTILE

NEWSLETTER = "s12"
"""The step that sets the checkbox."""


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    home = tmp_path_factory.mktemp("home")
    for name in ("add", "edited", "moved", "secretive", "weak"):
        shutil.copytree(FOLDER / "add-customer", home / "recordings" / name)
    _nameless().save(home / "recordings" / "nameless")
    (home / "recordings" / "broken").mkdir()
    (home / "recordings" / "broken" / "recording.json").write_text("{")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHOWONCE_SECRET_PASSWORD", PASSWORD)
        async with served_console(home) as running:
            yield running


@pytest.fixture(scope="module")
async def page(served: Served, browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 720})
    page = await served.page(context, "/recordings")
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    await context.close()


def _nameless() -> Recording:
    """Just the step that types a name, into a field that is known by its place alone and that nothing names."""
    whole = Recording.load(FOLDER / "add-customer")
    step = next(step for step in whole.steps if step.id == "s06")
    target = target_of(step)
    assert target is not None
    seen = target.description.model_copy(update={"name": "", "label": "", "attributes": {}, "near": ()})
    places = tuple(each for each in target.selectors if each.kind in ("css", "xpath"))
    weak = target.model_copy(update={"description": seen, "selectors": places, "crop": ""})
    return whole.model_copy(update={"name": "nameless", "steps": (step.model_copy(update={"target": weak}),)})


def _steps(served: Served, name: str = "add") -> list[str]:
    return [step.id for step in Recording.load(served.settings.recordings / name).steps]


async def test_one_that_cannot_be_read_is_named_and_the_others_are_listed(served: Served, page: Page) -> None:
    await page.goto(served.origin + "/recordings")
    await expect(page.locator(".notice.trouble")).to_contain_text("broken")
    await expect(page.locator("[data-entry]")).to_have_text(["add", "edited", "moved", "nameless", "secretive", "weak"])
    assert await serious(page) == []


async def test_five_hundred_are_listed_a_page_at_a_time_and_found_by_name(tmp_path: Path) -> None:
    document = (FOLDER / "add-customer" / "recording.json").read_bytes()
    for number in range(500):
        folder = tmp_path / "recordings" / f"task {number:03}"
        folder.mkdir(parents=True)
        (folder / "recording.json").write_bytes(document)
    async with served_console(tmp_path) as running, running.client() as client:
        last = (await client.get("/recordings?page=10")).text
        found = (await client.get("/recordings?text=ASK+123")).text
        none = (await client.get("/recordings?text=%3Cb%3E")).text
    assert (last.count("data-entry"), "Page 10 of 10" in last, "task 499" in last) == (50, True, True)
    assert (found.count("data-entry"), "task 123" in found) == (1, True)
    assert ("No recordings like that" in none, "<b>" in none) == (True, False)


async def test_a_step_is_moved_disabled_and_renamed_and_all_is_undone(served: Served, page: Page) -> None:
    before = _steps(served)
    await page.goto(served.origin + "/recordings/add")
    await page.locator(f"#step-{before[5]} summary", has_text="Change").press("Enter")
    await page.get_by_role("button", name="↓ Down: step 6").press("Enter")
    await expect(page.locator(".step").nth(6)).to_have_id(f"step-{before[5]}")
    assert _steps(served) == [*before[:5], before[6], before[5], *before[7:]]
    await page.locator(f"#step-{before[0]} summary", has_text="Change").click()
    await page.get_by_label("Words of step 1", exact=True).fill(HOSTILE)
    await page.locator(f"#step-{before[0]}").get_by_role("button", name="Rename").click()
    await expect(page.locator(f"#step-{before[0]} h3")).to_contain_text("onerror=")
    assert "taken" not in await page.title()
    assert await serious(page) == []
    told = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d move step 6 \(.+\) after step 7 \(.+\)$")
    await expect(page.locator("section li").last).to_have_text(told)
    changed = page.locator("section").filter(has=page.get_by_role("heading", name="What was changed"))
    for left in (1, 0):
        await page.keyboard.press("u")
        await expect(changed.locator("li")).to_have_count(left)
        await expect(changed).to_have_count(1 if left else 0)
    assert _steps(served) == before


async def test_a_step_that_was_deleted_is_told_by_what_it_was(served: Served) -> None:
    folder = served.settings.recordings / "moved"
    gone = Recording.load(folder).steps[3]
    async with served.client() as client:
        assert (await client.post("/recordings/moved/edit", data={"do": "delete", "step": gone.id})).status_code == 204
        page = (await client.get("/recordings/moved")).text
        undone = await client.post("/recordings/moved/back/undo")
    words = f"delete step 4 ({gone.words})"
    assert words in html.unescape(page)
    assert f"delete {gone.id}" not in page
    assert json.loads(undone.headers["hx-trigger"])["said"]["words"] == f"Undone: {words}"


async def test_an_edit_that_there_is_not_is_refused(served: Served) -> None:
    async with served.client() as client:
        unknown = await client.post("/recordings/add/edit", data={"do": "words", "step": "nope", "text": "x"})
        strange = await client.post("/recordings/add/edit", data={"do": "format", "step": "s01"})
        nowhere = await client.post("/recordings/..%2fadd/edit", data={"do": "words", "step": "s01", "text": "x"})
    assert (unknown.status_code, strange.status_code, nowhere.status_code) == (409, 409, 404)


async def test_what_somebody_else_changed_meanwhile_is_said_and_not_written_over(served: Served, page: Page) -> None:
    await page.route("**/events*", lambda route: route.abort())  # this page is not told of it
    await page.goto(served.origin + "/recordings/edited")
    folder = served.settings.recordings / "edited"
    before = Recording.load(folder)
    save_edit(before, with_words(before, "s01", "Theirs"), folder, "words 1 Theirs", datetime.now(UTC))
    await page.locator("#change-s01 > summary").click()
    await page.get_by_label("Words of step 1", exact=True).fill("Mine")
    await page.locator("#change-s01").get_by_role("button", name="Rename").click()
    await expect(page.locator("#notices")).to_contain_text("Step 1 was changed meanwhile")
    async with served.client() as client:
        undone = await client.post("/recordings/edited/back/undo", data={"seen": "0"})
    assert (undone.status_code, Recording.load(folder).steps[0].words) == (409, "Theirs")
    await page.unroute_all()


async def test_a_step_is_moved_by_keys_alone_and_what_is_half_written_stays(served: Served, page: Page) -> None:
    await page.goto(served.origin + "/recordings/moved")
    await page.locator("#change-s06 > summary").click()
    await page.get_by_label("Text that must be there before step 6").fill("half writ")
    await page.locator("#step-s06").focus()
    await page.keyboard.press("Alt+ArrowDown")
    await expect(page.locator(".step").nth(6)).to_have_id("step-s06")
    await expect(page.locator("#step-s06")).to_be_focused()
    await expect(page.locator("#wait-s06")).to_have_value("half writ")


async def test_a_check_and_a_wait_are_added_and_a_value_is_asked_for(served: Served, page: Page) -> None:
    await page.goto(served.origin + "/recordings/moved")
    await page.locator("#change-s07 > summary").click()
    await page.locator("#check-s07").fill("Analytical Engines")
    await page.keyboard.press("Enter")
    await expect(page.locator("#step-s14 h3")).to_contain_text("says 'Analytical Engines'")
    await page.locator("#wait-s07").fill("New customer")
    await page.keyboard.press("Enter")
    await expect(page.locator("#step-s07")).to_contain_text("waits for “New customer”")
    await expect(page.locator("#wait-s07")).to_have_value("")
    steps = {step.id: step for step in Recording.load(served.settings.recordings / "moved").steps}
    assert list(values_of(steps["s14"])) == [InputRef(name="company")]
    await page.locator("#default-company").fill("Babbage & Co")
    await page.keyboard.press("Enter")
    await expect(page.locator("#step-s07 h3")).to_contain_text("Babbage & Co")


async def test_a_new_secret_is_answered_with_how_much_is_removed_not_with_a_list_of_it(
    served: Served, page: Page
) -> None:
    await page.goto(served.origin + "/recordings/secretive")
    files = len(Recording.load(served.settings.recordings / "secretive").files)
    await page.locator("#of-input-full_name").get_by_role("button", name="Make secret").click()
    await expect(page.locator("#notices")).to_contain_text("are removed, since the value could be seen there.")
    gone = files - len(Recording.load(served.settings.recordings / "secretive").files)
    await expect(page.locator("#notices")).to_contain_text(f"Kept. {gone} pictures and page texts are removed")
    await expect(page.locator("#notices")).not_to_contain_text(".png")


async def test_branches_and_loops_are_shown_around_their_steps(served: Served, page: Page) -> None:
    folder = served.settings.recordings / "moved"
    before = Recording.load(folder)
    after = applied(before, [command_of(f"branch {NEWSLETTER} if visible '{HOSTILE}'")], lambda _: before).recording
    save_edit(before, after, folder, "branch", datetime.now(UTC))
    await page.goto(served.origin + "/recordings/moved")
    await expect(page.locator(".steps > .head")).to_contain_text("If '<img src=x")
    await expect(page.locator(".step.depth-1")).to_have_id(f"step-{NEWSLETTER}")


async def test_weak_steps_are_found_by_an_exam_and_say_why(served: Served, page: Page) -> None:
    await page.goto(served.origin + "/recordings/nameless")
    await expect(page.get_by_text("known by its place")).to_be_visible()
    await page.get_by_role("button", name="Put the steps to the test").press("Enter")
    await expect(page.locator("#exam progress")).to_be_visible()
    await expect(page.locator("#exam .notice")).to_contain_text("1 of 1 steps", timeout=60_000)
    await expect(page.locator("#step-s06 .notice.warning").last).to_contain_text("In the application: give it")
    assert await serious(page) == []


async def test_a_run_is_asked_for_with_values_and_leads_to_its_batch(served: Served, page: Page) -> None:
    await page.goto(served.origin + "/recordings/add")
    await page.keyboard.press("x")
    await page.get_by_label("Full name").fill("Form Person")
    await page.get_by_role("dialog").get_by_role("button", name="Run", exact=True).click()
    await page.wait_for_url("**/batches/*")
    await expect(page.get_by_text("Form Person")).to_be_visible()
    await expect(page.get_by_text("showonce worker")).to_be_visible()


async def test_a_run_begins_signed_in_by_a_saved_session_that_is_chosen(served: Served, page: Page) -> None:
    await page.goto(served.origin + "/recordings/add")
    await page.keyboard.press("x")
    await expect(page.get_by_label("Full name")).to_be_visible()
    await expect(page.get_by_label("Begin signed in")).to_have_count(0)  # there is none to choose
    kept = SavedSession(url="https://desk.example.com/login", version="1", signed_in_at=1, saved_at=1)
    await shelf_of(served.store, served.settings).put("desk@ada", kept)
    await page.reload()
    await page.keyboard.press("x")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Begin signed in").select_option("desk@ada")
    await dialog.get_by_role("button", name="Run", exact=True).click()
    await page.wait_for_url("**/batches/*")
    await expect(page.get_by_text("desk@ada")).to_be_visible()
    batch = await served.store.batches.batch(page.url.rpartition("/")[2])
    assert batch.settings.session == "desk@ada"


@pytest.mark.parametrize("session", ["/etc/passwd", "home/state.json", "gone"])
async def test_a_session_that_is_not_kept_runs_nothing(served: Served, session: str) -> None:
    batches = len(await served.store.batches.list(100))
    async with served.client() as client:
        given = {"input.full_name": "A", "input.email": "a@example.com", "session": session}
        answer = await client.post("/uploads/recordings/add/run", data=given)
    assert answer.status_code == 409 and "session" in answer.text
    assert len(await served.store.batches.list(100)) == batches


async def test_a_table_is_shown_first_with_its_bad_rows_and_run_without_them(served: Served, page: Page) -> None:
    await page.goto(served.origin + "/recordings/add")
    await page.get_by_role("button", name="Run over a table").click()
    rows = f"Full name,email\n{HOSTILE.replace(chr(34), '')},a@example.com\nBob,b@example.com,more\n"
    table = {"name": "rows.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    await page.locator("#table").set_input_files(table)  # type: ignore[arg-type]
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("line 3: It has 3 columns")
    await expect(dialog).to_contain_text("“Full name” is taken for full_name")
    await expect(dialog.locator("td").nth(1)).to_contain_text("<script>")
    await expect(dialog.get_by_role("button", name="Run")).to_have_count(0)
    assert await serious(page) == []
    await dialog.get_by_label("Leave out rows").check()
    await dialog.get_by_role("button", name="Run 1 row").click()
    await page.wait_for_url("**/batches/*")
    batch = await served.store.batches.batch(page.url.rpartition("/")[2])
    assert [item.inputs["email"] for item in await served.store.batches.items(batch.id)] == ["a@example.com"]


async def test_bad_rows_run_nothing_unless_they_are_to_be_left_out(served: Served) -> None:
    batches = len(await served.store.batches.list(100))
    async with served.client() as client:
        files = {"table": ("rows.csv", b"full_name\nAda,more\n")}
        answer = await client.post("/uploads/recordings/add/rows", files=files)
    assert (answer.status_code, "line 2" in answer.text) == (409, True)
    assert len(await served.store.batches.list(100)) == batches


@pytest.mark.parametrize("name", ["rows.exe", "rows.csv"])
async def test_what_is_no_table_is_refused(served: Served, name: str) -> None:
    async with served.client() as client:
        answer = await client.post("/uploads/recordings/add/rows", files={"table": (name, b"\0\1\2binary")})
    assert (answer.status_code, "Traceback" in answer.text) == (409, False)


async def test_more_than_is_taken_is_refused(served: Served) -> None:
    async with served.client() as client:
        answer = await client.post("/uploads/recordings/add/rows", files={"table": ("t.csv", b"x" * 27_000_000)})
    assert answer.status_code == 413


async def test_a_heal_is_accepted_as_a_version_once_it_was_tried(served: Served, page: Page) -> None:
    heal = await _proposed(served, "weak", wrong=False)
    await page.goto(f"{served.origin}/heals/{heal.id}")
    await expect(page.get_by_text("finds the same element")).to_be_visible(timeout=20_000)
    assert await serious(page) == []
    await page.keyboard.press("a")
    await expect(page.locator(".top .state.accepted")).to_be_visible(timeout=20_000)
    await page.goto(served.origin + "/recordings/weak")
    await expect(page.get_by_text("as run")).to_be_visible()
    await page.keyboard.press("u")
    await expect(page.get_by_text("What was changed")).to_have_count(0)


async def test_a_heal_that_means_another_element_is_not_accepted_by_a_key(served: Served, page: Page) -> None:
    heal = await _proposed(served, "weak", wrong=True)
    await page.goto(f"{served.origin}/heals/{heal.id}")
    await expect(page.get_by_text("finds ANOTHER element")).to_be_visible(timeout=20_000)
    await page.keyboard.press("a")
    await expect(page.locator("#notices")).to_contain_text("Nothing was changed", timeout=20_000)
    await page.keyboard.press("r")
    await expect(page.locator(".top .state.refused")).to_be_visible()
    await page.goto(served.origin + "/heals")
    assert await serious(page) == []


async def _proposed(served: Served, name: str, *, wrong: bool) -> Heal:
    """A new target for 'Full name': the same field with a selector less, or the one for the company."""
    recording = Recording.load(served.settings.recordings / name)
    targets = {step.words: (step, target_of(step)) for step in recording.steps}
    step, old = next(each for words, each in targets.items() if "'Full name'" in words)
    other = next(target for words, (_, target) in targets.items() if "'Company'" in words)
    assert old is not None
    assert other is not None
    new: Target = other if wrong else old.model_copy(update={"selectors": old.selectors[:-1]})
    heal = Heal(
        recording=name,
        folder=str(served.settings.recordings / name),
        made_from=digest_of(recording),
        step_id=step.id,
        index=5,
        words=step.words,
        old=old,
        new=new,
        how="similar",
        score=0.9,
        evidence=("same label",),
        trace_id="a" * 32,
        at=1.0,
        last_at=1.0,
        last_trace="a" * 32,
    )
    return await served.store.propose(heal, None)
