"""A small application that people sign in to by a cookie, which can forget them: where sessions are tried out."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import escape
from typing import Literal

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from demo.human import Human
from demo.serving import server

USER, PASSWORD = "ada", "club-password"
COOKIE = "club"
# Nobody goes on from the list before the visit to it is counted, so that who comes back later finds more of them.
_REMEMBERS = """<script>
const known = indexedDB.open("club", 1);
known.onupgradeneeded = () => known.result.createObjectStore("kept");
known.onsuccess = () => {
  const counting = known.result.transaction("kept", "readwrite");
  const kept = counting.objectStore("kept");
  kept.get("visits").onsuccess = event => {
    const visits = (event.target.result ?? 0) + 1;
    kept.put(visits, "visits");
    counting.oncomplete = () => {
      localStorage.visits = visits;
      document.querySelector("#visits").textContent = `Visit ${visits}`;
      document.querySelector("a").hidden = false;
    };
  };
};
</script>"""
_FORM = """<form method=post action=/login><label>User name <input name=user></label>
<label>Password <input name=password type=password></label><button>Continue</button></form>"""
_NAME_FORM = """<form method=post action=/sign-in><label>User name <input name=user autocomplete=username></label>
<button>Continue</button></form>"""
_PASSWORD_FORM = """<form method=post action=/login><input type=hidden name=user value="{}"><label>Password
<input name=password type=password autocomplete=current-password></label><button>Continue</button></form>"""
Turned = Literal["elsewhere", "in place", "name first", "refused", "forbidden"]


@dataclass(slots=True)
class Club:
    """A running club.

    ``turned``: what becomes of whoever is not signed in: a login page at another address, or in the place of the page,
    or one that asks for the name before it asks for the password, or a bare 401 or 403. ``rolling``: every page gives
    another cookie, and the one before is worth nothing any more. ``forgets_after``: what signs everybody out once it is
    answered. ``log`` are the requests, in order; ``notes`` what members wrote."""

    origin: str = ""
    turned: Turned = "elsewhere"
    rolling: bool = False
    accepts: str = PASSWORD
    forgets_after: str = ""
    log: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    members: set[str] = field(default_factory=set)

    def reset(self, members: set[str]) -> None:
        """As it was when it opened, with these cookies of members."""
        self.turned, self.rolling, self.accepts, self.forgets_after = "elsewhere", False, PASSWORD, ""
        self.log.clear()
        self.notes.clear()
        self.members = set(members)

    def forget(self) -> None:
        """Sign everybody out, as a server does that restarts."""
        self.members.clear()

    @property
    def logins(self) -> int:
        """How often somebody tried to sign in."""
        return self.log.count("POST /login") + self.log.count("POST /sign-in")

    async def sign_in(self, human: Human) -> None:
        """A person signs in, on the login page."""
        await human.type("[name=user]", USER)
        await human.type("[name=password]", PASSWORD)
        await human.click("button")
        await human.page.wait_for_url("**/notes")

    async def sign_in_name_first(self, human: Human) -> None:
        """A person signs in, on the page that asks for the name alone."""
        await human.type("[name=user]", USER)
        await human.click("button")
        await human.type("[name=password]", PASSWORD)
        await human.click("button")
        await human.page.wait_for_url("**/notes")


async def write_note(human: Human) -> None:
    """A person who is signed in writes a note, from the list of notes."""
    await human.click("text=New note")
    await human.page.wait_for_url("**/notes/new")
    await human.type("[name=text]", "Buy milk")
    await human.click("button")
    await human.page.wait_for_url("**/notes")


@asynccontextmanager
async def open_club() -> AsyncIterator[Club]:
    """Serve a club on 127.0.0.1 until the block is left."""
    club = Club()
    async with server.on_port(0, lambda _: _app(club)) as club.origin:
        yield club


def _app(club: Club) -> ASGIApp:
    app = Starlette(
        routes=[
            Route("/login", _login(club), methods=["GET", "POST"]),
            Route("/sign-in", _sign_in, methods=["GET", "POST"]),
            Route("/notes", _notes(club)),
            Route("/notes/new", _new(club), methods=["GET", "POST"]),
        ]
    )

    async def logged(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            club.log.append(f"{scope['method']} {scope['path']}")
        await app(scope, receive, send)
        if club.log and club.log[-1] == club.forgets_after:
            club.forget()

    return logged


def _login(club: Club):  # type: ignore[no-untyped-def]
    async def login(request: Request) -> Response:
        if request.method == "GET":
            return _page("Sign in", _FORM)
        form = await request.form()
        if (form["user"], form["password"]) != (USER, club.accepts):
            return _page("Sign in", f"<p>That is not right.</p>{_FORM}", 422)
        return _known(club, RedirectResponse("/notes", 303))

    return login


async def _sign_in(request: Request) -> Response:
    if request.method == "GET":
        return _page("Sign in", _NAME_FORM)
    return _page("Password", _PASSWORD_FORM.format(escape(str((await request.form())["user"]))))


def _notes(club: Club):  # type: ignore[no-untyped-def]
    async def notes(request: Request) -> Response:
        if not _is_member(club, request):
            return _turned_away(club)
        listed = "".join(f"<li>{escape(note)}</li>" for note in club.notes)
        page = _page("Notes", f"<a href=/notes/new hidden>New note</a><ul>{listed}</ul><p id=visits></p>{_REMEMBERS}")
        return _known(club, page, request) if club.rolling else page

    return notes


def _new(club: Club):  # type: ignore[no-untyped-def]
    async def new(request: Request) -> Response:
        if not _is_member(club, request):
            return _turned_away(club)
        if request.method == "GET":
            form = "<form method=post><label>Text <input name=text></label><button>Continue</button></form>"
            return _page("New note", form)
        club.notes.append(str((await request.form())["text"]))
        return RedirectResponse("/notes", 303)

    return new


def _is_member(club: Club, request: Request) -> bool:
    return request.cookies.get(COOKIE, "") in club.members


def _known(club: Club, answer: Response, request: Request | None = None) -> Response:
    if request is not None:
        club.members.discard(request.cookies[COOKIE])
    token = secrets.token_urlsafe(18)
    club.members.add(token)
    answer.set_cookie(COOKIE, token, httponly=True)
    return answer


def _turned_away(club: Club) -> Response:
    match club.turned:
        case "elsewhere":
            return RedirectResponse("/login", 303)
        case "in place":
            return _page("Sign in", _FORM)
        case "name first":
            return RedirectResponse("/sign-in", 303)
        case "refused":
            return _page("Not signed in", "<p>You are not signed in.</p>", 401)
        case "forbidden":
            return _page("Forbidden", "<p>This is for members.</p>", 403)


def _page(title: str, body: str, status: int = 200) -> HTMLResponse:
    html = f"<!doctype html><html lang=en><title>{title}</title><h1>{title}</h1>{body}</html>"
    return HTMLResponse(html, status, {"Cache-Control": "no-store"})
