"""Frontdoor: what it refuses, and its recordings replayed for other people than the demonstrated ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser

from demo.examples import FOLDER
from demo.frontdoor.app import PASSCODE, USER, serve
from recordings.recording import Recording
from recordings.trace import Trace
from replayer import Replayer, Waits
from tests.pages.stage import BRIEF, SOON, fresh

JONAS, LINDGREN = "Jonas Lind", "Jonas Lindgren"
GONE = "account-is-gone"


class Portal:
    """A Frontdoor: what is asked of it by people, and what its data says."""

    def __init__(self, browser: Browser, base_url: str) -> None:
        self._browser = browser
        self.client = httpx.AsyncClient(base_url=base_url, follow_redirects=True)

    async def fresh(self) -> Portal:
        await self.client.post("/api/reset")
        await self.client.post("/login", data={"email": USER, "passcode": PASSCODE})
        return self

    async def stored(self, kind: str, person: str) -> list[dict[str, Any]]:
        return [row for row in (await self.client.get(f"/api/{kind}")).json() if row["person"] == person]

    async def hand_in(self, person: str, kind: str, text: str) -> None:
        await self.client.post(
            "/documents/new", data={"person": person, "kind": kind}, files={"file": ("a.txt", text.encode())}
        )

    async def run(self, name: str, waits: Waits = SOON, **inputs: str) -> Trace:
        async with fresh(self._browser) as context:
            given = {**inputs, "passcode": PASSCODE}
            return await Replayer(context, waits=waits).replay(
                Recording.load(FOLDER / name), given, str(self.client.base_url)
            )


@pytest.fixture(scope="session")
async def one_portal(browser: Browser) -> AsyncIterator[Portal]:
    async with serve() as running:
        yield Portal(browser, running.base_url)


@pytest.fixture
async def portal(one_portal: Portal) -> Portal:
    return await one_portal.fresh()


async def test_payroll_is_refused_while_anything_is_missing(portal: Portal) -> None:
    came = await portal.run("create-payroll-account", BRIEF, person="Mira Okafor")
    assert came.status == "failed"
    assert [account["system"] for account in await portal.stored("accounts", "Mira Okafor")] == ["email"]


async def test_a_document_that_lacks_something_is_rejected_and_the_run_fails(portal: Portal) -> None:
    await portal.hand_in(JONAS, "contract", "Contract\nName: Jonas Lind\n")
    assert (await portal.run("validate-document", person=JONAS, kind="Contract")).status == "failed"
    (document,) = await portal.stored("documents", JONAS)
    assert (document["status"], document["reason"]) == ("rejected", "not met: It is signed")


async def test_an_account_is_removed_of_the_right_person_and_system(portal: Portal) -> None:
    for person in (LINDGREN, JONAS):
        for system in ("email", "badge"):
            await portal.client.post("/accounts/new", data={"person": person, "system": system})
    there = await portal.run(GONE, BRIEF, person=JONAS, system="Door badge")
    removed, gone = [await portal.run(name, person=JONAS, system="Door badge") for name in ("remove-account", GONE)]
    assert (there.status, removed.status, gone.status) == ("failed", "passed", "passed"), removed.failure
    left = [[account["system"] for account in await portal.stored("accounts", each)] for each in (JONAS, LINDGREN)]
    assert left == [["email"], ["email", "badge"]]


async def test_a_form_that_is_wrong_says_so_and_stores_nothing(portal: Portal) -> None:
    nobody = await portal.client.post("/accounts/new", data={"person": "Nobody", "system": "payroll"})
    again = await portal.client.post("/accounts/new", data={"person": "Mira Okafor", "system": "email"})
    empty = await portal.client.post("/documents/new", data={"person": JONAS}, files={"file": ("a.txt", b"")})
    assert [nobody.status_code, again.status_code, empty.status_code] == [422, 422, 422]
    assert "Nobody is called so." in nobody.text and "has this account already" in again.text
    assert await portal.stored("documents", JONAS) == []


async def test_who_is_not_signed_in_is_sent_to_the_door(one_portal: Portal) -> None:
    async with httpx.AsyncClient(base_url=one_portal.client.base_url) as stranger:
        assert (await stranger.get("/people")).headers["location"] == "/login"
        assert (await stranger.post("/login", data={"email": USER, "passcode": "no"})).status_code == 422
