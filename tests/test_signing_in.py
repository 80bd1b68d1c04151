"""A person signs in once; what the browser has then is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page

from agents.signing_in import BySomebody, NothingKeptError, sign_in_by_hand
from demo.human import Human
from tests.pages.club import COOKIE, Club, open_club


@pytest.fixture
async def club() -> AsyncIterator[Club]:
    async with open_club() as opened:
        yield opened


async def by_a_person(club: Club, *, signs_in: bool = True, closes: bool = True) -> BySomebody:
    """Sign in as a person does, who then closes the window, or presses Ctrl+C."""
    stop, ready = asyncio.Event(), asyncio.Queue[Page]()

    async def person() -> None:
        page = await ready.get()
        if signs_in:
            await club.sign_in(Human(page, 5))
            await page.locator("text=Visit 1").wait_for()
        await (page.close() if closes else asyncio.sleep(0))
        if not closes:
            stop.set()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(person())
        return await sign_in_by_hand(f"{club.origin}/notes", stop=stop, headless=True, on_ready=ready.put_nowait)


@pytest.mark.parametrize(
    "closes", [pytest.param(True, id="closes the window"), pytest.param(False, id="stops", marks=pytest.mark.slow)]
)
async def test_what_the_browser_has_of_somebody_who_signed_in_is_kept(club: Club, closes: bool) -> None:
    kept = await by_a_person(club, closes=closes)
    assert [cookie["name"] for cookie in kept.state["cookies"]] == [COOKIE]
    (origin,) = kept.state["origins"]
    assert origin["localStorage"] == [{"name": "visits", "value": "1"}]
    assert origin["indexedDB"][0]["name"] == "club"
    assert kept.whole


async def test_a_person_who_left_without_signing_in_is_told(club: Club) -> None:
    with pytest.raises(ExceptionGroup) as raised:
        await by_a_person(club, signs_in=False)
    assert isinstance(raised.value.exceptions[0], NothingKeptError)
