"""``showonce record``: a browser opens, a person shows a task, and it is kept as a recording."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from showonce.replay import SESSION

if TYPE_CHECKING:
    from recordings.recording import Recording
    from showonce.settings import Settings
    from showonce.where import Where


def record(
    name: Annotated[str, typer.Option("--name", help="What to call the recording.")],
    url: Annotated[
        str,
        typer.Argument(metavar="[URL]", help="Where to begin, such as https://example.com/login.", show_default=False),
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="A folder to keep it in, instead of your recordings.")
    ] = None,
    secret: Annotated[
        list[str] | None,
        typer.Option("--secret", help="The label of a field whose text must never be kept. Passwords never are."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a recording of the same name.")] = False,
    headless: Annotated[
        bool, typer.Option("--headless", help="Show no window: for demonstrations done by a program.")
    ] = False,
    panel: Annotated[
        bool | None,
        typer.Option(
            "--panel/--no-panel", help="A small window beside it with the steps and the controls (usual, if headed)."
        ),
    ] = None,
    verify: Annotated[
        bool,
        typer.Option(
            "--verify/--no-verify",
            help="Try each step, apart, soon after it, and all at the end, up to the first that may change data.",
        ),
    ] = True,
    exam: Annotated[
        bool,
        typer.Option("--exam/--no-exam", help="At the end, change copies of the pages and see which steps are weak."),
    ] = True,
    cdp: Annotated[
        str,
        typer.Option("--cdp", metavar="ADDRESS", help="Record in the Chrome that listens here: http://127.0.0.1:9222."),
    ] = "",
    tab: Annotated[
        str, typer.Option("--tab", metavar="TEXT", help="With --cdp: begin in the tab whose address or title has this.")
    ] = "",
    extension: Annotated[
        bool, typer.Option("--extension", help="Record in the Chrome you use, through showonce's extension there.")
    ] = False,
    session: SESSION = "",
) -> None:
    """Open a browser and watch what you do; everything you do becomes a recording.

    Close the window, or press Ctrl+C here, when you have finished. In the panel, and in this terminal,
    single keys steer it: u takes back the last step, p pauses and resumes, s makes the field typed into last a
    secret, a lets you point at a text that must be there, e at a value that must equal something, r at a value to
    read, t at a row of a list to read whole, x at what leads to its next page, h keeps where the pointer rests in 3
    seconds, n notes something beside the last step, q stops.

    With --cdp or --extension it happens in the Chrome you use already, in the tab that is in front, or in a new one
    where a URL is given; close that tab, or press Ctrl+C, and Chrome goes on untouched.

    Example: showonce record https://example.com/login --name add-customer

    Example: showonce record --cdp http://127.0.0.1:9222 --tab Invoices --name pay-invoice
    """
    from recordings.errors import CouldNotStartError
    from recordings.names import checked_name
    from showonce.noted import note_alone
    from showonce.settings import read_settings
    from showonce.where import where_to_record

    where = where_to_record(url, cdp, tab, extension)
    if session and where.kind != "window":
        raise CouldNotStartError("--session is for a window of showonce's.", "Your own Chrome is signed in as it is.")
    settings = read_settings()
    name = checked_name(name)
    folder = out.expanduser() if out is not None else settings.recordings / name
    check_free(folder, force)
    panel = not headless if panel is None else panel
    secrets = tuple(secret or ())
    if where.kind == "window":
        shown = asyncio.run(_watch(where.url, name, settings, headless, panel, secrets, verify, session))
    else:
        shown = asyncio.run(_watch_own(where, name, secrets))
    keep(shown, folder)
    note_alone("recorded", shown.name, steps=len(shown.steps))
    called = name if out is None else str(out)
    _tell(shown, folder, called)
    if exam:
        _examine(shown, called, settings)


def check_free(folder: Path, force: bool) -> None:
    """Before the browser opens: nobody should show a task that cannot be kept."""
    from recordings.errors import RecordingExistsError
    from recordings.names import check_only_ours

    check_only_ours(folder)
    if not force and (folder / "recording.json").exists():
        raise RecordingExistsError(folder)


async def _watch(
    url: str,
    name: str,
    settings: Settings,
    headless: bool,
    panel: bool,
    secrets: tuple[str, ...],
    verify: bool,
    session: str,
) -> Recording:
    from agents.demonstration import demonstrate
    from showonce.sessions import lent
    from showonce.studio import Studio

    stop = asyncio.Event()
    async with lent(settings, session) as begins_with, asyncio.TaskGroup() as tasks:
        with ctrl_c(stop), Studio(tasks) as studio:
            return await demonstrate(
                url,
                name=name,
                headless=headless,
                browser=settings.browser,
                secret_fields=secrets,
                stop=stop,
                panel=panel,
                verify=verify,
                on_ready=studio.begin,
                on_panel_closed=studio.panel_closed,
                on_trying=studio.trying,
                session=begins_with,
            )


async def _watch_own(where: Where, name: str, secrets: tuple[str, ...]) -> Recording:
    """In the Chrome that the person uses, by its debugging port or the extension."""
    from showonce.steps_live import live_list

    stop = asyncio.Event()
    end = _ENDS[where.kind]
    with ctrl_c(stop), live_list(f"Recording… {end} or press Ctrl+C to finish.") as on_steps:
        if where.kind == "cdp":
            from agents.own_browser import demonstrate_in_own_browser

            return await demonstrate_in_own_browser(
                where.endpoint,
                url=where.url,
                tab=where.tab,
                name=name,
                secret_fields=secrets,
                stop=stop,
                on_steps=on_steps,
            )
        from agents.through_extension import demonstrate_through_extension

        return await demonstrate_through_extension(
            url=where.url, name=name, secret_fields=secrets, stop=stop, on_code=_tell_code, on_steps=on_steps
        )


_ENDS = {
    "cdp": "close the tab",
    "extension": "press Stop in the extension, close the tab,",
}


def _tell_code(code: str) -> None:
    """How the extension comes into Chrome, and the code that it asks for."""
    from browser.extension_folder import EXTENSION
    from showonce.terminal import screen

    console = screen()
    console.print("Once: open chrome://extensions, switch on 'Developer mode', press 'Load unpacked', and choose")
    console.print(f"  {EXTENSION}", soft_wrap=True)
    console.print("Now: go to the tab to begin in, press showonce among Chrome's extensions, and give it this code:")
    console.print(f"  {code}", soft_wrap=True)


@contextmanager
def ctrl_c(stop: asyncio.Event) -> Iterator[None]:
    """Ctrl+C, and a polite end from outside, set ``stop``: what was shown is then finished and saved."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def keep(shown: Recording, folder: Path) -> None:
    """Save it; where that fails, in a temporary folder, since nobody likes to show a task twice."""
    from recordings.errors import RecordingFailedError

    if not shown.steps:
        raise RecordingFailedError(
            "Nothing was recorded: no click, no typing, no choice was seen.",
            "Record again, and do the task while it records.",
        )
    try:
        shown.save(folder)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RecordingFailedError(
            f"The recording could not be saved to {folder}: {reason}. What was there before is unchanged.",
            _second_place(shown),
        ) from error


def _second_place(shown: Recording) -> str:
    import shutil
    import tempfile

    spare = Path(tempfile.mkdtemp(prefix="showonce-"))
    try:
        kept = shown.save(spare / "recording")
    except OSError:
        shutil.rmtree(spare, ignore_errors=True)
        return "Make room on the disk, or choose another folder with --out, and record again."
    return f"It is kept in {kept} for now: make room on the disk and move it from there."


def _tell(shown: Recording, folder: Path, name: str) -> None:
    from showonce.render import steps_table
    from showonce.terminal import say_note, screen

    console = screen()
    console.print(steps_table(shown.steps, shown.inputs))
    for warning in shown.warnings:
        say_note(warning)
    count = "1 step" if len(shown.steps) == 1 else f"{len(shown.steps)} steps"
    console.print(f"Recorded {count} in {folder}", soft_wrap=True)
    for secret in shown.secrets:
        console.print(f"Secret '{secret.name}' was not kept; give it as {secret.variable}.", soft_wrap=True)
    console.print(f"Do it again with: showonce replay {_quoted(name)}", soft_wrap=True)


def _examine(shown: Recording, name: str, settings: Settings) -> None:
    """In a few seconds, when all is kept already."""
    from showonce.exam import examined_briefly
    from showonce.terminal import screen

    screen().print(examined_briefly(shown, name, settings.browser), soft_wrap=True)


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)
