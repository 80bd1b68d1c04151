"""Signing in and out, and the room of users, as people see them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from recordings.roles import Role
from review.throttle import Throttle
from tests.pages.axe import serious
from tests.pages.cases import every
from tests.pages.console import Served, served_console


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served_console(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture
async def context(served: Served, browser: Browser) -> AsyncIterator[BrowserContext]:
    """A browser of somebody of whom no wrong token is remembered."""
    served.access.throttle = Throttle()
    made = await browser.new_context(viewport={"width": 1280, "height": 720})
    yield made
    await made.close()


async def _sign_in(page: Page, served: Served, token: str) -> None:
    await page.goto(served.origin + "/runs")
    await page.get_by_label("Token").fill(token)
    await page.get_by_role("button", name="Sign in").click()


async def test_an_admin_lets_somebody_in_who_signs_in_and_out(
    served: Served, context: BrowserContext, browser: Browser
) -> None:
    admin = await served.page(context, "/users")
    admin.on("dialog", lambda dialog: dialog.accept())
    new = admin.get_by_role("form", name="A new user")
    await new.get_by_label("Name").fill("grace@example.com")
    await new.get_by_label("Role").select_option("operator")
    await new.get_by_role("button", name="Add").click()
    await expect(admin.get_by_role("heading", name="grace@example.com")).to_be_visible()
    await admin.get_by_text("Make a token", exact=True).click()
    await admin.get_by_role("button", name="Make it").click()
    token = await admin.get_by_label("Token", exact=True).input_value()
    assert await serious(admin) == []
    theirs = await browser.new_context()
    page = await theirs.new_page()
    await _sign_in(page, served, token)
    await expect(page.get_by_text("grace@example.com, operator")).to_be_visible()
    await expect(page.get_by_role("link", name="Teach", exact=True)).to_be_visible()
    await expect(page.get_by_role("link", name="Users")).to_have_count(0)
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    await page.goto(served.origin + "/runs")
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    await theirs.close()
    await admin.reload()
    await expect(admin.locator(f'input[value="{token}"]')).to_have_count(0)


async def test_a_role_is_changed_and_a_token_and_a_user_are_taken_away(served: Served, context: BrowserContext) -> None:
    await served.token("alan", Role.VIEWER)
    page = await served.page(context, "/users")
    page.on("dialog", lambda dialog: dialog.accept())
    card = page.get_by_role("article", name="alan")
    await card.get_by_label("Role of alan").last.select_option("approver")
    await card.get_by_role("button", name="Change role").click()
    await expect(card.get_by_text("Also answers what workflows ask")).to_be_visible()
    await card.get_by_role("button", name="Revoke the token").press("Enter")
    await expect(card.get_by_text("No token yet")).to_be_visible()
    await card.get_by_role("button", name="Remove").press("Enter")
    await expect(page.get_by_role("article", name="alan")).to_have_count(0)


async def test_a_button_that_news_just_brought_can_be_pressed_at_once(served: Served, context: BrowserContext) -> None:
    await served.token("barbara", Role.VIEWER)
    page = await served.page(context, "/users")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.evaluate("""() => new MutationObserver(() => {
      const cards = [...document.querySelectorAll('article')].filter((card) => card.textContent.includes('barbara'));
      if (cards.some((card) => card.textContent.includes('Also answers what workflows ask')))
        cards.forEach((card) => card.querySelector('.top > button.danger').click());
    }).observe(document.getElementById('users'), { childList: true })""")
    card = page.get_by_role("article", name="barbara")
    await card.get_by_label("Role of barbara").last.select_option("approver")
    await card.get_by_role("button", name="Change role").click()
    await expect(page.get_by_role("article", name="barbara")).to_have_count(0)


async def test_a_wrong_token_is_said_and_then_that_one_has_to_wait(
    served: Served, context: BrowserContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("review.throttle._FIRST_S", 600.0)  # the wait outlasts the next guess on any machine
    page = await context.new_page()
    for _ in range(5):
        await _sign_in(page, served, "guess")
        await expect(page.get_by_role("alert")).to_contain_text("not known here")
    await _sign_in(page, served, "guess")
    await expect(page.get_by_role("alert")).to_contain_text("none is looked at for")
    assert await serious(page) == []


async def test_what_a_person_may_not_do_is_said_with_who_may(served: Served, context: BrowserContext) -> None:
    client = await served.signed_in("mary", Role.VIEWER)
    cookies = [{"name": name, "value": value, "url": served.origin} for name, value in client.cookies.items()]
    await context.add_cookies(cookies)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(served.origin + "/teach")
    await expect(page.get_by_role("heading", name="You may not teach new recordings.")).to_be_visible()
    await expect(page.get_by_text("this needs operator or approver or admin")).to_be_visible()
    assert await serious(page) == []


_LOOKS = {
    "wide and light": ("light", 1280),
    "narrow and light": ("light", 390),
    "narrow and dark": ("dark", 390),
    "wide and dark": ("dark", 1280),
}


@pytest.mark.parametrize(("scheme", "width"), every(2, _LOOKS))
async def test_everybody_can_use_the_way_in_and_the_room_of_users(
    served: Served, browser: Browser, scheme: str, width: int
) -> None:
    await served.token("a-name-of-a-user-that-is-as-long-as-names-may-be@example.com", Role.VIEWER)
    kind = {"color_scheme": scheme, "viewport": {"width": width, "height": 720}}
    context = await browser.new_context(**kind)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(served.origin + "/login")
    assert await serious(page) == []
    await page.goto(served.access.address)
    await page.goto(served.origin + "/users")
    await page.get_by_text("Make a token", exact=True).first.click()
    assert await serious(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is cut off at the side"
    await context.close()
