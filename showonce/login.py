"""``showonce login``: a person signs in once, and the session is kept for runs to begin with."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Annotated

import typer

from showonce.batches import opened
from showonce.record import ctrl_c

if TYPE_CHECKING:
    from recordings.recording import Recording
    from recordings.session import SavedSession
    from showonce.settings import Settings
    from store import Store


def login(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="What to call the session, such as acme.", show_default=False)
    ] = "",
    url: Annotated[
        str, typer.Argument(metavar="[URL]", help="Where to sign in, such as https://example.com.", show_default=False)
    ] = "",
    recording: Annotated[
        str, typer.Option("--with", metavar="RECORDING", help="A recording that signs in, for when it has expired.")
    ] = "",
    listed: Annotated[bool, typer.Option("--list", help="List the sessions that are kept.")] = False,
    removed: Annotated[bool, typer.Option("--rm", help="Keep the session no longer.")] = False,
    check: Annotated[
        str, typer.Option("--check", metavar="URL", help="See whether this page comes with the session.")
    ] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="With --list: print nothing but the sessions, as JSON.")
    ] = False,
    headless: Annotated[
        bool, typer.Option("--headless", help="Show no window: for a person that is a program.")
    ] = False,
) -> None:
    """Open a window to sign in once; the session is kept, sealed, and runs begin with it: --session NAME.

    Close the window, or press Ctrl+C here, when you see the page behind the login. Runs that pass refresh the
    session. Where it has expired, a run stops at the login page, and types and presses nothing there. With --with the
    recording then signs in anew, its secrets from the vault or the environment; without a URL it does so now, and no
    window opens.

    Example: showonce login acme https://app.example.com

    Example: showonce login acme --with sign-in

    Example: showonce login acme --check https://app.example.com/orders
    """
    from recordings.errors import CouldNotStartError

    if sum((listed, removed, bool(check), bool(url or recording))) > 1:
        raise CouldNotStartError("--list, --rm, --check and a URL do not go together.", "Give one of them.")
    if listed:
        asyncio.run(_list(as_json))
    elif removed:
        asyncio.run(_remove(_checked(name)))
    elif check:
        asyncio.run(_check(_checked(name), check))
    else:
        asyncio.run(_login(_checked(name), url, recording, headless))


def _checked(name: str) -> str:
    from recordings.errors import CouldNotStartError
    from recordings.session import is_session_name

    if not name:
        raise CouldNotStartError("A session needs a name.", "Such as: showonce login acme https://app.example.com")
    if not is_session_name(name):
        raise CouldNotStartError(
            f"A session cannot be called '{name[:40]}'.", "Letters, digits, '@', '.', '-', '+' and '_' make a name."
        )
    return name


async def _login(name: str, url: str, given: str, headless: bool) -> None:
    from recordings.errors import CouldNotStartError
    from recordings.names import recording_folder
    from recordings.recording import Recording
    from showonce.sessions import shelf_of
    from showonce.values import web_address

    async with opened() as (settings, store):
        known = await shelf_of(store, settings).get(name)
        by = Recording.load(recording_folder(given, settings.recordings)) if given else None
        if not url and by is None and known is None:
            raise CouldNotStartError(f"Where '{name}' signs in is not known.", f"Say it: showonce login {name} URL")
        at = web_address(url) if url else known.url if known is not None else by.start if by is not None else ""
        session = await _session(store, known, at, by)
        if by is not None and not url:
            await _by_recording(store, settings, name, session)
        else:
            await _by_hand(store, settings, name, session, headless)


async def _session(store: Store, known: SavedSession | None, url: str, by: Recording | None) -> SavedSession:
    """What is to be kept, but for the state: a recorded login stays until another is given."""
    from recordings.session import SavedSession

    kept = {"login": known.login, "login_name": known.login_name} if known is not None else {}
    if by is not None:
        kept = {"login": await store.keep_version(by), "login_name": by.name}
    now = time.time()
    return SavedSession(url=url, version="", signed_in_at=now, saved_at=now, **kept)


async def _by_hand(store: Store, settings: Settings, name: str, session: SavedSession, headless: bool) -> None:
    import secrets as randomness

    from agents.signing_in import sign_in_by_hand
    from recordings.errors import DisplayMissingError
    from showonce.noted import note
    from showonce.sessions import shelf_of
    from showonce.terminal import say_note, screen

    stop = asyncio.Event()
    with ctrl_c(stop):
        try:
            came = await sign_in_by_hand(
                session.url,
                stop=stop,
                headless=headless,
                browser=settings.browser,
                on_ready=lambda _: screen().print("Sign in. Then close the window, or press Ctrl+C here."),
            )
        except DisplayMissingError as error:
            raise DisplayMissingError(_without_display(name, session)) from error
    now = time.time()
    update = {"state": came.state, "version": randomness.token_hex(8), "signed_in_at": now, "saved_at": now}
    await shelf_of(store, settings).put(name, session.model_copy(update=update))
    await note(store, "saved a session", name)
    if came.asks:
        say_note("The last page still asked for a name or a password: if you were not signed in, do it again.")
    if not came.whole:
        say_note(
            "Only the cookies could be kept: where that is not enough, press Ctrl+C here before the window closes."
        )
    _say_kept(name)


def _without_display(name: str, session: SavedSession) -> str:
    """Ways to a session where nobody would see a window; a display that is only made up shows it to nobody either."""
    if session.login:
        by = f"'showonce login {name} --with {session.login_name}' signs in by the recorded login, without a window."
    else:
        by = (
            "Show the sign-in in the console's Teach ('showonce review'), which needs no display; then "
            f"'showonce login {name} --with RECORDING' signs in by it."
        )
    return (
        f"{by} Or sign in on a machine that has a display and the same database and key (SHOWONCE_DATABASE_URL, "
        "SHOWONCE_KEY). Or bring a file of Playwright's storage state from there: runs take it by --session ./FILE."
    )


async def _by_recording(store: Store, settings: Settings, name: str, session: SavedSession) -> None:
    from agents.pool import open_pool
    from showonce.noted import note
    from showonce.replay import asked_secrets
    from showonce.sessions import sessions_of
    from showonce.terminal import say_error

    sessions = sessions_of(store, settings, asked_secrets())
    async with open_pool(agents=1, browser=settings.browser) as pool:
        why = await sessions.sign_in(name, session, pool.run)
    if why:
        say_error(f"The session '{name}' was not kept: {why}", "See the run: showonce traces")
        raise typer.Exit(1)
    await note(store, "saved a session", name, recording=session.login_name)
    _say_kept(name)


def _say_kept(name: str) -> None:
    from showonce.terminal import screen

    screen().print(f"The session is kept. Runs begin with it by: --session {name}", soft_wrap=True)


async def _check(name: str, given: str) -> None:
    from agents.sessions import SessionElsewhereError
    from agents.signing_in import why_signed_out
    from browser.launch import open_browser
    from recordings.errors import CouldNotStartError, PageUnreachableError
    from recordings.session import is_of
    from showonce.replay import asked_secrets
    from showonce.sessions import sessions_of
    from showonce.terminal import say_error, screen
    from showonce.values import web_address

    url = web_address(given)
    async with opened() as (settings, store):
        session = await sessions_of(store, settings, asked_secrets()).lend(name)
        async with open_browser(override=settings.browser) as browser:
            try:
                why = await why_signed_out(browser, url, session)
            except PageUnreachableError as error:
                raise CouldNotStartError(error.message, error.mend) from error
    if why and not is_of(session.saved, url):
        raise SessionElsewhereError(name, session.saved.url, url)
    if why:
        say_error(f"The session '{name}' has expired: {why}.", f"Sign in: showonce login {name}")
        raise typer.Exit(1)
    screen().print(f"The session {name} is signed in at {url}", soft_wrap=True)


async def _list(as_json: bool) -> None:
    import json

    from showonce.login_view import sessions_table
    from showonce.sessions import shelf_of
    from showonce.terminal import screen

    async with opened() as (settings, store):
        shelf = shelf_of(store, settings)
        found = [(name, session) for name in await shelf.names() if (session := await shelf.get(name)) is not None]
    if as_json:
        told = [{"name": name, **session.model_dump(mode="json", exclude={"state"})} for name, session in found]
        typer.echo(json.dumps(told, indent=2))
    elif found:
        screen().print(sessions_table(found))
    else:
        screen().print("No sessions yet. 'showonce login NAME URL' keeps one.")


async def _remove(name: str) -> None:
    from agents.sessions import SessionMissingError
    from showonce.noted import note
    from showonce.sessions import shelf_of
    from showonce.terminal import screen

    async with opened() as (settings, store):
        if not await shelf_of(store, settings).remove(name):
            raise SessionMissingError(name)
        await note(store, "removed a session", name)
    screen().print(f"The session {name} is kept no longer.")
