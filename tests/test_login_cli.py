"""``showonce login`` as people meet it: signed in once, begun with by runs, and asked for again when it has expired."""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser

from demo.human import Human
from recorder import Recorder
from recordings.recording import Recording
from recordings.session import SavedSession
from store import open_store
from store.sessions import SavedSessions
from store.vault_keys import FileKeys
from tests.pages.club import PASSWORD, Club, open_club, write_note
from tests.pages.stage import fresh
from tests.test_cli import Said, command_in, showonce


@dataclass(frozen=True, slots=True)
class Home:
    """A home with the recordings ``note`` and ``sign-in``, and the club that they are of."""

    folder: Path
    club: Club

    async def says(self, *arguments: str, **more: str) -> Said:
        """A command, while the club answers."""
        return await asyncio.to_thread(showonce, self.folder, *arguments, **more)

    async def signed_in(self, browser: Browser) -> str:
        """A person signs in, in the window of the command, and closes it; what the command said."""
        asked = ("login", "acme", f"{self.club.origin}/login", "--headless")
        async with command_in(browser, self.folder, *asked, says="Sign in") as (command, context):
            await self.club.sign_in(Human(context.pages[0], 5))
            await context.pages[0].close()
            out, err = await command.communicate()
        assert command.returncode == 0, err
        self.club.log.clear()
        return out.decode()

    def rows(self, count: int) -> str:
        data = self.folder / "notes.csv"
        with data.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([["text"], *([f"Note {number}"] for number in range(1, count + 1))])
        return str(data)


@pytest.fixture
async def home(tmp_path: Path, browser: Browser) -> AsyncIterator[Home]:
    async with open_club() as club:
        async with fresh(browser) as context:
            for name, url, gesture in (
                ("sign-in", f"{club.origin}/login", club.sign_in),
                ("note", f"{club.origin}/notes", write_note),
            ):
                async with Recorder(context, name=name, verify=False) as demo:
                    page = await context.new_page()
                    await page.goto(url)
                    await gesture(Human(page, 5))
                    await page.close()
                demo.recording.save(tmp_path / "recordings" / name)
        club.reset(set())
        yield Home(tmp_path, club)


@pytest.mark.slow
async def test_a_person_signs_in_once_and_runs_begin_with_it(home: Home, browser: Browser) -> None:
    assert "--session acme" in await home.signed_in(browser)
    said = await home.says("replay", "note", "--session", "acme", "--input", "text=Hello")
    assert said.code == 0, said.err + said.out
    assert (home.club.notes, home.club.logins) == (["Hello"], 0)
    checked = await home.says("login", "acme", "--check", f"{home.club.origin}/notes")
    assert checked.code == 0, checked.err
    (listed,) = json.loads((await home.says("login", "--list", "--json")).out)
    assert (listed["name"], listed["url"], "state" in listed) == ("acme", f"{home.club.origin}/login", False)


@pytest.mark.slow
async def test_a_demonstration_begins_signed_in_and_so_do_its_trials(home: Home, browser: Browser) -> None:
    await home.signed_in(browser)
    asked = ("record", f"{home.club.origin}/notes", "--name", "shown", "--headless", "--session", "acme", "--no-exam")
    async with command_in(browser, home.folder, *asked, says="Recording") as (command, context):
        await write_note(Human(context.pages[0], 5))
        await context.pages[0].close()
        _, err = await command.communicate()
    assert command.returncode == 0, err
    recording = Recording.load(home.folder / "recordings" / "shown")
    assert (recording.secrets, recording.checked, home.club.logins) == ((), 2, 0)


@pytest.mark.slow
async def test_a_session_that_has_expired_ends_a_replay_with_1_and_what_to_do(home: Home, browser: Browser) -> None:
    await home.signed_in(browser)
    home.club.forget()
    said = await home.says("replay", "note", "--session", "acme")
    assert (said.code, "showonce login acme" in said.err, "Traceback" in said.err) == (1, True, False)
    assert home.club.log == ["GET /notes", "GET /login"]
    checked = await home.says("login", "acme", "--check", f"{home.club.origin}/notes")
    assert (checked.code, "has expired" in checked.err) == (1, True)
    assert (await home.says("login", "acme", "--rm")).code == 0
    assert json.loads((await home.says("login", "--list", "--json")).out) == []


@pytest.mark.slow
async def test_a_recorded_login_signs_in_at_once_and_whenever_it_is_needed(home: Home) -> None:
    password = {"SHOWONCE_SECRET_PASSWORD": PASSWORD}
    said = await home.says("login", "acme", "--with", "sign-in", **password)
    assert said.code == 0, said.err
    home.club.forget()
    shared = ("--session", "acme", "--shared-session", "--agents", "2")
    ran = await home.says("run", "note", "--data", home.rows(2), *shared, **password)
    assert ran.code == 0, ran.err + ran.out
    assert (sorted(home.club.notes), home.club.logins) == (["Note 1", "Note 2"], 2)


@pytest.mark.slow
async def test_a_recorded_login_that_fails_keeps_nothing(home: Home) -> None:
    said = await home.says("login", "acme", "--with", "sign-in", SHOWONCE_SECRET_PASSWORD="another")
    assert (said.code, "was not kept" in said.err) == (1, True)
    assert json.loads((await home.says("login", "--list", "--json")).out) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("replay", "note", "--session", "acme"), "There is no saved session 'acme'."),
        (("login", "acme"), "showonce login acme URL"),
        (("login", "acme", "--rm"), "There is no saved session 'acme'."),
        (("login", "acme", "--with", "nobody"), "There is no recording 'nobody'"),
        (("login", "a/b", "http://a.test"), "A session cannot be called 'a/b'."),
        (("login", "acme", "http://a.test", "--list"), "do not go together"),
        (("login", "acme", "file:///etc/hosts"), "is no web page"),
    ],
)
@pytest.mark.slow
async def test_what_cannot_be_is_said_before_anything_begins(home: Home, arguments: tuple[str, ...], told: str) -> None:
    said = await home.says(*arguments)
    assert (said.code, told in said.err, "Traceback" in said.err) == (2, True, False), said.err
    assert home.club.log == []


async def checked(home: Path, signed_in_at: str, page: str) -> Said:
    """What is said of a session that was kept for another page than the one it is looked at."""
    state = {"cookies": [{"name": "a", "value": "b", "domain": "crm.test", "path": "/"}], "origins": []}
    session = SavedSession(url=signed_in_at, state=state, version="1", signed_in_at=0, saved_at=0)
    async with open_store(home) as store:
        await SavedSessions(store.vault(FileKeys(home / "keys"))).put("acme", session)
    return await asyncio.to_thread(showonce, home, "login", "acme", "--check", page)


async def test_a_session_of_another_site_is_not_said_to_have_expired(tmp_path: Path) -> None:
    async with open_club() as club:
        said = await checked(tmp_path, "https://crm.test/in", f"{club.origin}/notes")
    assert (said.code, "expired" in said.err) == (2, False)
    assert f"is for https://crm.test, and holds nothing for {club.origin}." in said.err
    assert f"showonce login NAME {club.origin}" in said.err


async def test_where_everybody_is_asked_for_a_password_another_page_is_to_be_looked_at(tmp_path: Path) -> None:
    async with open_club() as club:
        said = await checked(tmp_path, f"{club.origin}/login", f"{club.origin}/login")
    assert (said.code, "if it always does, check one behind the login" in said.err) == (1, True)
    assert "demonstration" not in said.err


async def test_signing_in_without_a_display_ends_with_2(tmp_path: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only on Linux may there be no display")
    said = showonce(tmp_path, "login", "acme", "localhost", DISPLAY="", WAYLAND_DISPLAY="")
    assert (said.code, "no display" in said.err, "Traceback" in said.err) == (2, True, False)
    told = " ".join(said.err.split())
    assert "xvfb" not in told, "nobody would see that window"
    assert "'showonce login acme --with RECORDING'" in told
    assert all(way in told for way in ("Teach", "SHOWONCE_DATABASE_URL", "--session ./FILE"))
