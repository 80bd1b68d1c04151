"""The form that runs a recording: a field of the right type for each input, and what it gives to the run."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from demo.examples import FOLDER
from demo.flows import PASSWORD
from recordings.inputs import Input, InputRef
from recordings.recording import Recording
from recordings.steps import Fill
from recordings.target import Description, Target
from review.recordings.fields import fields_of
from showonce.secret_sources import vault_keys
from tests.pages.axe import serious
from tests.pages.console import Served, served_console

LABEL = "Delivery date"


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    home = tmp_path_factory.mktemp("home")
    for name in ("place-order", "add-customer", "collect-document", "read-deals"):
        shutil.copytree(FOLDER / name, home / "recordings" / name)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHOWONCE_SECRET_PASSWORD", PASSWORD)
        async with served_console(home) as running:
            yield running


@pytest.fixture
async def page(served: Served, browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    yield await served.page(context, "/recordings/place-order")
    await context.close()


async def _opened(page: Page) -> Locator:
    await page.keyboard.press("x")
    form = page.locator("#run-once form")
    await expect(form).to_be_visible()
    return form


async def test_each_input_is_asked_for_as_the_page_asked_for_it(page: Page) -> None:
    form = await _opened(page)
    kinds = {
        name: await form.locator(f"[name='input.{name}']").evaluate("field => field.type")
        for name in ("customer", "product", "quantity", "delivery_date", "comment")
    }
    assert kinds == {
        "customer": "text",
        "product": "select-one",
        "quantity": "number",
        "delivery_date": "date",
        "comment": "textarea",
    }
    await expect(form.get_by_label("Quantity")).to_have_attribute("inputmode", "decimal")
    await expect(form.get_by_label(LABEL)).to_have_value("2026-12-01")
    await expect(form.get_by_label("Comment")).to_have_value("Ring the bell twice")
    assert await serious(page) == []


async def test_every_choice_that_is_known_is_offered_though_one_is_chosen(served: Served, page: Page) -> None:
    await page.goto(served.origin + "/recordings/add-customer")
    form = await _opened(page)
    plan = form.get_by_label("Plan", exact=False).first
    assert await plan.locator("option").all_inner_texts() == ["Basic", "Team", "Enterprise", "Another one…"]
    await expect(plan).to_have_value("Team")


async def test_what_is_filled_in_is_what_the_run_is_given(served: Served, page: Page) -> None:
    form = await _opened(page)
    await form.locator("#in-delivery_date").fill("2027-02-03")
    await form.locator("#in-quantity").fill("12")
    await form.locator("#in-comment").fill("Two\nlines")
    await form.locator("#in-product").select_option("Another one…")
    await expect(form.locator("#other-product")).to_be_focused()
    await form.locator("#other-product").fill("Corner desk")
    await form.get_by_role("button", name="Run", exact=True).click()
    await page.wait_for_url("**/batches/*")
    item = (await served.store.batches.items(page.url.rpartition("/")[2]))[0]
    told = {name: item.inputs[name] for name in ("delivery_date", "quantity", "comment", "product")}
    assert told == {"delivery_date": "2027-02-03", "quantity": "12", "comment": "Two\nlines", "product": "Corner desk"}


async def test_a_choice_taken_back_to_the_list_is_that_of_the_list(served: Served, page: Page) -> None:
    form = await _opened(page)
    await form.locator("#in-product").select_option("Another one…")
    await form.locator("#other-product").fill("Corner desk")
    await form.locator("#in-product").select_option("Task chair")
    await expect(form.locator("#other-product")).to_be_hidden()
    await form.get_by_role("button", name="Run", exact=True).click()
    await page.wait_for_url("**/batches/*")
    item = (await served.store.batches.items(page.url.rpartition("/")[2]))[0]
    assert item.inputs["product"] == "Task chair"


async def test_a_file_is_chosen_on_the_persons_own_machine(served: Served, page: Page) -> None:
    await page.goto(served.origin + "/recordings/collect-document")
    form = await _opened(page)
    await expect(form.get_by_label("that of the demonstration")).to_have_attribute("type", "file")


async def test_where_a_secret_comes_from_is_said_and_never_what_it_is(served: Served, page: Page) -> None:
    await served.store.vault(vault_keys(served.settings)).put("secret", "passcode", "walnut-4711", "")
    places = {
        "place-order": "password is not typed here: it comes from SHOWONCE_SECRET_PASSWORD of the console's",
        "collect-document": "passcode is not typed here: it comes from the vault.",
        "read-deals": "kennwort is not typed here: it is nowhere yet: keep it in the vault",
    }
    for name, words in places.items():
        await page.goto(f"{served.origin}/recordings/{name}")
        form = await _opened(page)
        await expect(form).to_contain_text(words)
        listed = page.locator("section", has=page.get_by_role("heading", name="Secrets", include_hidden=True))
        await expect(listed).to_contain_text(words.partition(": it ")[2].rstrip("."))
        shown = await page.content()
        assert ("walnut-4711" in shown, PASSWORD in shown) == (False, False)


@pytest.mark.parametrize(
    ("type_", "default", "expected"),
    [
        ("date", "2026-05-10", "date"),
        ("date", None, "date"),
        ("date", "10.05.2026", "text"),
        ("time", "07:30:15", "time"),
        ("number", "007", "number"),
        ("number", "1,5", "text"),
        ("email", "ada@example.com", "email"),
        ("email", "ada, bob", "text"),
        ("search", "ada", "text"),
        ("text", "2026-05-10", "text"),
        ("text", "word " * 30, "long"),
    ],
)
def test_a_field_keeps_what_it_held(type_: str, default: str | None, expected: str) -> None:
    assert fields_of(_typing(type_, default))[0].type == expected


def _typing(type_: str, default: str | None) -> Recording:
    """One that types its one input into a field of this type."""
    field = Target(description=Description(tag="input", type=type_))
    step = Fill(id="s01", target=field, value=InputRef(name="it"))
    return Recording(name="typing", start="http://a.test/", inputs=(Input(name="it", default=default),), steps=(step,))
