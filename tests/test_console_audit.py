"""The audit log in the console: what is done there is noted, by whom, and is found, checked and taken out again."""

from __future__ import annotations

import json
import os
import pwd
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, expect
from starlette.routing import Route

from demo.examples import FOLDER
from demo.flows import PASSWORD
from recordings.audit import AuditEntry, verify
from recordings.roles import Role
from review.app import ROOMS
from review.noting import RULES, rules_of
from store import AuditWanted
from tests.pages.axe import serious
from tests.pages.console import Served, served_console

ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(FOLDER / "add-customer", home / "recordings" / "add")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHOWONCE_SECRET_PASSWORD", PASSWORD)
        async with served_console(home) as running:
            yield running


async def _newest(served: Served) -> AuditEntry:
    return (await served.store.audit.page(AuditWanted(), limit=1))[0]


async def _last(served: Served) -> int:
    found = await served.store.audit.page(AuditWanted(), limit=1)
    return found[0].number if found else 0


def _noted_routes() -> list[Route]:
    return [route for route in ROOMS if isinstance(route, Route)]


def test_every_change_is_noted_or_is_said_not_to_be() -> None:
    changes = {f"{method} {route.path}" for route in _noted_routes() for method in (route.methods or set()) - {"HEAD"}}
    assert sorted(each for each in changes if not each.startswith("GET") and each not in RULES) == []


def test_every_file_that_is_taken_out_is_noted() -> None:
    files = [route for route in _noted_routes() if "report" in route.path or route.path.endswith(".jsonl")]
    assert len(files) == 4
    assert [route.path for route in files if not rules_of(route)] == []


async def test_what_is_done_is_noted_by_who_started_the_console(served: Served) -> None:
    async with served.client() as client:
        edited = await client.post("/recordings/add/edit", data={"do": "optional", "step": "s02", "on": "yes"})
        assert edited.status_code == 204, edited.text + str(edited.headers)
        entry = await _newest(served)
        assert (entry.who, entry.act, entry.what) == (ME, "edited", "add")
        assert entry.facts == {"do": "optional", "step": "s02"}
        await client.post("/recordings/add/back/undo")
        assert (await _newest(served)).act == "undid an edit"


async def test_a_run_is_noted_with_its_batch_and_none_of_its_values(served: Served) -> None:
    async with served.client() as client:
        given = {"input.full_name": "Hedy Lamarr", "input.email": "hedy@example.com"}
        answer = await client.post("/uploads/recordings/add/run", data=given)
    batch = answer.headers["HX-Redirect"].rpartition("/")[2]
    entry = await _newest(served)
    assert (entry.act, entry.what, entry.facts) == ("ran", "add", {"made": batch})
    async with served.client() as client:
        await client.post(f"/batches/{batch}/cancel")
        assert ((await _newest(served)).act, (await _newest(served)).what) == ("cancelled", f"batch {batch}")
        await client.get(f"/batches/{batch}/report.csv")
        assert (await _newest(served)).facts == {"kind": "csv"}
    noted = "".join([entry.model_dump_json() async for entry in served.store.audit.each()])
    assert "edy" not in noted


async def test_what_was_refused_is_not_noted(served: Served) -> None:
    before = await _last(served)
    async with served.client() as client:
        assert (await client.post("/batches/4f2a/cancel")).status_code == 404
        assert (await client.post("/recordings/add/edit", data={"do": "nonsense"})).status_code >= 400
        await client.post(
            "/uploads/recordings/add/run", data={"input.email": "x"}, headers={"origin": "http://evil.example"}
        )
    assert await _last(served) == before


async def test_a_body_that_nobody_reads_is_not_waited_for(served: Served) -> None:
    broken = {"content-type": "multipart/form-data; boundary=x"}
    async with served.client() as client:
        answer = await client.post(
            "/uploads/recordings/add/run", data={"input.full_name": "A", "input.email": "a@example.com"}
        )
        batch = answer.headers["HX-Redirect"].rpartition("/")[2]
        await client.post(f"/batches/{batch}/cancel", content=b"--x\r\nno form", headers=broken)
    assert (await _newest(served)).what == f"batch {batch}"


async def test_who_comes_in_and_who_does_not_is_noted(served: Served) -> None:
    async with httpx.AsyncClient(base_url=served.origin, headers={"origin": served.origin}) as person:
        before = await _last(served)
        await person.get("/login")
        assert await _last(served) == before, "who only looks at the way in did nothing"
        await person.post("/login", data={"token": "hunter2"})
        failed = await _newest(served)
        await person.get(served.access.address)
    assert (failed.who, failed.act, "hunter2" in failed.model_dump_json()) == ("somebody", "failed to log in", False)
    assert (await _newest(served)).act == "logged in"


async def test_a_user_is_noted_by_name_and_a_viewer_does_not_see_the_log(served: Served) -> None:
    token = await served.token("grace", Role.VIEWER)
    async with httpx.AsyncClient(base_url=served.origin, headers={"origin": served.origin}) as person:
        await person.post("/login", data={"token": token})
        entry = await _newest(served)
        assert (entry.who, entry.act, token in entry.model_dump_json()) == ("grace", "logged in", False)
        assert [(await person.get(f"/audit{path}")).status_code for path in ("", "/verified", "/log.jsonl")] == [
            403
        ] * 3
    async with await served.signed_in("edgar", Role.OPERATOR) as editor:
        await editor.post("/recordings/add/edit", data={"do": "optional", "step": "s03", "on": "yes"})
        assert ((await _newest(served)).who, (await _newest(served)).act) == ("edgar", "edited")
        await editor.post("/logout")
    assert ((await _newest(served)).who, (await _newest(served)).act) == ("edgar", "logged out")


async def test_who_is_let_in_is_noted_with_their_role_and_no_token(served: Served) -> None:
    async with served.client() as admin:
        await admin.post("/users", data={"name": "hal", "role": "viewer"})
        assert (await _newest(served)).facts == {"role": "viewer"}
        shown = await admin.post("/users/hal/tokens", data={"scope": "read", "days": "30"})
        entry = await _newest(served)
        await admin.post("/users/hal/remove")
    assert (entry.act, entry.what, entry.facts) == ("made a token", "hal", {"scope": "read", "days": "30"})
    assert "token" in shown.text
    assert (await _newest(served)).act == "removed a user"


async def test_the_log_is_taken_out_whole_and_says_who_took_it(served: Served) -> None:
    async with served.client() as client:
        lines = (await client.get("/audit/log.jsonl")).text.splitlines()
    found = [AuditEntry.model_validate(json.loads(line)) for line in lines]
    assert verify(found) == []
    assert found[-1].what == "the audit log"


@pytest.mark.parametrize(
    "query", ["who=%00&act=x&since=x&until=9999-99-99&before=x", "before=" + "9" * 40, "until=9999-12-31"]
)
async def test_an_address_that_makes_no_sense_is_answered(served: Served, query: str) -> None:
    async with served.client() as client:
        assert (await client.get(f"/audit?{query}")).status_code == 200


@pytest.mark.parametrize("width", [1280, 390])
async def test_the_log_is_looked_through_and_checked(served: Served, browser: Browser, width: int) -> None:
    for number in range(60):
        await served.store.audit.append("<b>eve</b>", "ran", f"recording {number}", rows=number)
    context = await browser.new_context(viewport={"width": width, "height": 720})
    page = await served.page(context, "/audit")
    await expect(page.locator("tbody tr")).to_have_count(50)
    await page.get_by_label("Who").select_option("<b>eve</b>")
    await page.get_by_label("Did").select_option("ran")
    await page.get_by_role("button", name="Filter").click()
    await expect(page.locator("tbody tr").first).to_contain_text("<b>eve</b>")
    await page.get_by_role("link", name="Older").click()
    await expect(page.locator("tbody tr").first).to_contain_text("recording")
    await page.get_by_role("button", name="Verify").click()
    await expect(page.get_by_text("as written")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await serious(page) == []
    await context.close()


async def test_a_log_that_was_changed_is_said_on_the_page(browser: Browser, tmp_path: Path) -> None:
    async with served_console(tmp_path) as served:
        await served.store.audit.append("ada", "ran", "one")
        (tmp_path / "audit.head").write_text(f"{9:020d} {'0' * 64}\n")
        async with served.client() as client:
            text = (await client.get("/audit/verified")).text
    assert "Entry 2 to 9 are missing: the end was cut off" in " ".join(text.split())
