"""A login page in the place of the page: the run stops there, and types and presses nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import get_args

import pytest
from playwright.async_api import Browser, BrowserContext

from browser.page_script import Asks, look
from demo.human import Human
from recorder import Recorder
from recordings.blocks import Branch, Shows
from recordings.commits import guarded_steps, sign_in_steps
from recordings.recording import Recording
from recordings.trace import Trace
from replayer import Replayer
from replayer.login import Came, Expected, login_instead
from replayer.login_page import asked_in
from tests.pages.cases import mostly_slow
from tests.pages.club import PASSWORD, Club, Turned, open_club, write_note
from tests.pages.stage import SOON, fresh

PLAIN = Expected("http://a.test/notes/*", "http://a.test", asked="")
PROFILE = Expected("http://a.test/profile", "http://a.test", asked="password")
UNKNOWN = Expected("http://a.test/notes", "http://a.test")
LEADING = Expected("http://a.test/notes", "http://a.test", ("http://a.test/profile",), asked="")
NAMING = Expected("http://a.test/users/new", "http://a.test", asked="name")
SIGNING_IN = Expected("http://a.test/login", "http://a.test", asked="password", signs_in=True)


@pytest.mark.parametrize(
    ("expected", "came", "is_login"),
    [
        (PLAIN, Came("http://a.test/notes/7"), False),
        (PLAIN, Came("http://a.test/elsewhere"), False),
        (PLAIN, Came("http://a.test/login", asks="password"), True),
        (PLAIN, Came("http://a.test/notes/7", asks="password"), True),
        (PLAIN, Came("http://a.test/notes/7", status=401), True),
        (PLAIN, Came("http://a.test/notes/7", status=500), False),
        (PROFILE, Came("http://a.test/profile?tab=2", asks="password"), False),
        (PROFILE, Came("http://id.test/profile", asks="password"), True),
        (PROFILE, Came("http://a.test/login", asks="password"), True),
        (UNKNOWN, Came("http://a.test/notes", asks="password"), False),
        (UNKNOWN, Came("http://a.test/login", asks="password"), True),
        (LEADING, Came("http://a.test/profile", asks="password"), False),
        (SIGNING_IN, Came("http://a.test/sign-in", asks="password"), False),
        (SIGNING_IN, Came("http://a.test/login", asks="password", status=401), False),
        (PLAIN, Came("http://id.test/start", asks="name"), True),
        (PLAIN, Came("http://a.test/notes/7", asks="name"), False),
        (PLAIN, Came("http://a.test/settings/login-history", asks="text"), False),
        (PLAIN, Came("http://a.test/login/app/search", asks="text"), False),
        (UNKNOWN, Came("http://a.test/people/new", asks="name"), False),
        (UNKNOWN, Came("http://a.test/login.php", asks="name"), True),
        (PLAIN, Came("http://id.test/oauth2/authorize", asks="text"), True),
        (PLAIN, Came("http://a.test/sign-in?next=/notes", asks="text"), True),
        (PLAIN, Came("http://a.test/search", asks="text"), False),
        (PLAIN, Came("http://a.test/signing", asks="text"), False),
        (PLAIN, Came("http://a.test/notes/7", asks="text"), False),
        (NAMING, Came("http://a.test/user/new", asks="name"), False),
        (NAMING, Came("http://a.test/login", asks="name"), True),
        (NAMING, Came("http://a.test/users/new", asks="name"), False),
        (NAMING, Came("http://a.test/users/new", asks="password"), True),
        (UNKNOWN, Came("http://a.test/notes", asks="name"), False),
        (SIGNING_IN, Came("http://a.test/sign-in", asks="name"), False),
        (PLAIN, Came("about:blank", asks="password"), False),
    ],
)
def test_a_login_page_is_told_from_facts_alone(expected: Expected, came: Came, is_login: bool) -> None:
    assert bool(login_instead(expected, came)) is is_login


@pytest.fixture
async def club() -> AsyncIterator[Club]:
    async with open_club() as opened:
        yield opened


@pytest.fixture
async def member(browser: Browser, club: Club) -> AsyncIterator[BrowserContext]:
    """Somebody who is signed in."""
    async with fresh(browser) as context:
        human = Human(await context.new_page(), 5)
        await human.page.goto(f"{club.origin}/login")
        await club.sign_in(human)
        await human.page.close()
        yield context


async def shown(context: BrowserContext, club: Club) -> Recording:
    """A member writes a note."""
    async with Recorder(context, name="note", verify=False) as demo:
        page = await context.new_page()
        await page.goto(f"{club.origin}/notes")
        await write_note(Human(page, 5))
        await page.close()
    club.log.clear()
    return demo.recording


async def replayed(context: BrowserContext, recording: Recording) -> Trace:
    return await Replayer(context, waits=replace(SOON, optional_s=0.6)).replay(recording)


async def test_what_a_member_showed_is_done_again_without_signing_in(member: BrowserContext, club: Club) -> None:
    trace = await replayed(member, await shown(member, club))
    assert trace.status == "passed"
    assert club.notes == ["Buy milk", "Buy milk"]
    assert club.logins == 0


@pytest.mark.parametrize("turned", mostly_slow(get_args(Turned), ["elsewhere", "name first"]))
async def test_a_first_page_for_members_alone_stops_the_run(member: BrowserContext, club: Club, turned: Turned) -> None:
    recording = await shown(member, club)
    club.turned = turned
    club.forget()
    trace = await replayed(member, recording)
    assert trace.failure is not None and trace.failure.code == "LoginRequired"
    assert "Nothing was typed or pressed" in trace.failure.message
    assert not [asked for asked in club.log if asked.startswith("POST")]


@pytest.mark.parametrize("turned", mostly_slow(["elsewhere", "in place", "name first"], ["in place", "name first"]))
async def test_a_button_called_as_the_login_pages_is_not_pressed_there(
    member: BrowserContext, club: Club, turned: Turned
) -> None:
    recording = await shown(member, club)
    last = recording.steps[-1]
    club.turned = turned
    club.forget()
    trace = await replayed(member, recording.model_copy(update={"steps": (last,), "start": f"{club.origin}/notes/new"}))
    assert trace.failure is not None and trace.failure.code == "LoginRequired"
    assert club.logins == 0


@pytest.mark.slow
async def test_a_login_page_that_is_met_midway_stops_the_run_and_says_what_was_done(
    member: BrowserContext, club: Club
) -> None:
    recording = await shown(member, club)
    club.forgets_after = "GET /notes"
    trace = await Replayer(member, waits=replace(SOON, effect_s=3)).replay(recording)
    assert trace.failure is not None and trace.failure.code == "LoginRequired"
    assert "It was done, and that came of it" in trace.failure.message
    assert club.log == ["GET /notes", "GET /notes/new", "GET /login"]


async def test_nothing_is_passed_over_because_a_login_page_does_not_have_it(member: BrowserContext, club: Club) -> None:
    recording = await shown(member, club)
    optional = tuple(step.model_copy(update={"optional": True}) for step in recording.steps)
    club.forget()
    trace = await replayed(member, recording.model_copy(update={"steps": optional}))
    assert trace.failure is not None and trace.failure.code == "LoginRequired"
    assert [step.outcome for step in trace.steps] == ["failed"]


@pytest.mark.slow
async def test_a_branch_on_what_a_login_page_does_not_show_is_not_decided(member: BrowserContext, club: Club) -> None:
    recording = await shown(member, club)
    when = Shows(text="Buy milk")
    block = Branch(id="b1", when=when, steps=(recording.steps[0].id,))
    club.forget()
    trace = await replayed(member, recording.model_copy(update={"steps": recording.steps[:1], "blocks": (block,)}))
    assert trace.failure is not None and trace.failure.code == "LoginRequired"


async def test_a_sign_in_that_asks_for_the_name_first_is_known_as_one_and_done_again(
    browser: Browser, club: Club
) -> None:
    async with fresh(browser) as context, Recorder(context, name="sign-in", verify=False) as demo:
        page = await context.new_page()
        await page.goto(f"{club.origin}/sign-in")
        await club.sign_in_name_first(Human(page, 5))
        await page.close()
    login = demo.recording
    assert guarded_steps(login) == frozenset()
    assert sign_in_steps(login) == {step.id for step in login.steps[:4]}
    club.forget()
    async with fresh(browser) as context:
        trace = await Replayer(context, waits=SOON).replay(login, {login.secrets[0].name: PASSWORD})
    assert trace.status == "passed"
    assert len(club.members) == 1


ASKED: dict[str, tuple[str, Asks]] = {
    "a password": ("<input name=user><input type=password>", "password"),
    "a name": ("<input autocomplete='section-a USERNAME'>", "name"),
    "a name and a new password": ("<input autocomplete=username><input type=password autocomplete=new-password>", ""),
    "a hidden password": ("<input type=password hidden><input type=email>", "text"),
    "two lines": ("<input><input type=tel><input type=checkbox>", "text"),
    "a form": ("<input><input><input type=text>", ""),
    "nothing": ("<p>Welcome</p>", ""),
}


@pytest.mark.parametrize(("html", "asks"), ASKED.values(), ids=list(ASKED))
async def test_a_look_and_a_question_of_its_own_tell_the_same_of_what_a_page_asks_for(
    browser: Browser, html: str, asks: Asks
) -> None:
    async with fresh(browser) as context:
        page = await context.new_page()
        await page.set_content(html)
        assert await asked_in(page.frames) == asks
        assert not await page.evaluate("'__showonce_page' in globalThis")
        assert (await look(page.main_frame, (), "body", every=False)).asks == asks
