"""``showonce record``: a browser opens, a person shows a task, and it is kept as a recording."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from recordings.recording import Recording
    from showonce.settings import Settings


def record(
    url: Annotated[str, typer.Argument(metavar="URL", help="The page to begin at, such as https://example.com/login.")],
    name: Annotated[str, typer.Option("--name", help="What to call the recording.")],
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
) -> None:
    """Open a browser and watch what you do; everything you do becomes a recording.

    Close the window, or press Ctrl+C here, when you have finished. In the panel, and in this terminal,
    single keys steer it: u takes back the last step, p pauses and resumes, s makes the field typed into last a
    secret, a lets you point at a text that must be there, r at a value to read, h keeps where the pointer rests
    in 3 seconds, n notes something beside the last step, q stops.

    Example: showonce record https://example.com/login --name add-customer
    """
    from showonce.names import checked_name
    from showonce.settings import read_settings
    from showonce.values import address

    settings = read_settings()
    name = checked_name(name)
    folder = out.expanduser() if out is not None else settings.recordings / name
    _check_free(folder, force)
    panel = not headless if panel is None else panel
    shown = asyncio.run(_watch(address(url), name, settings, headless, panel, tuple(secret or ())))
    _keep(shown, folder)
    _tell(shown, folder, name if out is None else str(out))


def _check_free(folder: Path, force: bool) -> None:
    """Before the browser opens: nobody should show a task that cannot be kept."""
    from recordings.errors import RecordingExistsError
    from showonce.names import check_only_ours

    check_only_ours(folder)
    if not force and (folder / "recording.json").exists():
        raise RecordingExistsError(folder)


async def _watch(
    url: str, name: str, settings: Settings, headless: bool, panel: bool, secrets: tuple[str, ...]
) -> Recording:
    from agents.demonstration import demonstrate
    from showonce.studio import Studio

    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        with _ctrl_c(stop), Studio(tasks) as studio:
            return await demonstrate(
                url,
                name=name,
                headless=headless,
                browser=settings.browser,
                secret_fields=secrets,
                stop=stop,
                panel=panel,
                on_ready=studio.begin,
                on_panel_closed=studio.panel_closed,
            )


@contextmanager
def _ctrl_c(stop: asyncio.Event) -> Iterator[None]:
    """Ctrl+C, and a polite end from outside, set ``stop``: what was shown is then finished and saved."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _keep(shown: Recording, folder: Path) -> None:
    """Save it; where that fails, in a temporary folder, since nobody likes to show a task twice."""
    from recordings.errors import RecordingFailedError

    if not shown.steps:
        raise RecordingFailedError(
            "Nothing was recorded: no click, no typing, no choice was seen.",
            "Record again, and do the task in the window that opens.",
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
    from showonce.render import say_note, screen, steps_table

    console = screen()
    console.print(steps_table(shown.steps, shown.inputs))
    for warning in shown.warnings:
        say_note(warning)
    count = "1 step" if len(shown.steps) == 1 else f"{len(shown.steps)} steps"
    console.print(f"Recorded {count} in {folder}", soft_wrap=True)
    for secret in shown.secrets:
        console.print(f"Secret '{secret.name}' was not kept; give it as {secret.variable}.", soft_wrap=True)
    console.print(f"Do it again with: showonce replay {_quoted(name)}", soft_wrap=True)


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)
