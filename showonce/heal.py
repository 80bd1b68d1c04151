"""``showonce heal``: what runs propose for recordings, looked at, accepted as an edit, refused, or taken back."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from recordings.audit import Deed
    from recordings.heal import Heal, HealStatus
    from recordings.trace import Trace
    from showonce.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Look at what runs propose where a page has changed, and accept or refuse it, or take that back. Nothing is "
    "changed unasked.",
)
ID = Annotated[str, typer.Argument(metavar="ID", help="The proposal's number, as 'showonce heal list' shows it.")]


@app.command("list")
def list_heals(
    recording: Annotated[
        str | None, typer.Option("--recording", help="Only those for the recording with this name.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that were accepted or refused.")] = False,
) -> None:
    """List the proposals that wait for a decision, the newest first.

    Example: showonce heal list --recording add-customer
    """
    from recordings.kept_heals import standings
    from showonce.heal_view import heals_table
    from showonce.settings import read_settings
    from showonce.terminal import screen

    settings = read_settings()
    found = asyncio.run(_heals(settings, recording, None if every else "proposed"))
    if found:
        screen().print(heals_table(found, standings(found, settings.recordings)))
    else:
        screen().print("No such proposals." if every or recording else "No proposals wait for a decision.")


@app.command("show")
def show(given: ID) -> None:
    """Show a proposal: the recorded target beside the new one, what changed, what speaks for it, and the pictures.

    Example: showonce heal show 3
    """
    from recordings.kept_heals import standings
    from showonce.heal_view import heal_view
    from showonce.settings import read_settings
    from showonce.terminal import screen

    settings = read_settings()
    heal, trace, pictures = asyncio.run(_shown(settings, _number(given)))
    screen().print(heal_view(heal, trace, standings([heal], settings.recordings)[heal.id]))
    for what, path in pictures.items():
        screen().print(f"{what}: {path}" if path else f"{what}: there is none", soft_wrap=True)


@app.command("accept")
def accept(
    given: Annotated[
        list[str], typer.Argument(metavar="ID...", help="Numbers of proposals for one recording: all or none.")
    ],
    inside: Annotated[
        str | None, typer.Option("--in", help="The recording to change: its name, or its folder, if it was moved.")
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also where the target means another element on the demonstration's page.")
    ] = False,
) -> None:
    """Have the recording look for the new target from now on. 'showonce heal back ID' takes it back.

    It is tried on the demonstration's own page first, where that is kept.
    A step that was edited or healed since is left as it is. The exit code is 0 if it was changed, 2 if not.

    Example: showonce heal accept 3
    """
    from agents.stored_example import WORDS, refuse_other, tried_on_stored
    from recordings.kept_heals import accepted, folder_of
    from recordings.recording import Recording
    from showonce.settings import read_settings
    from showonce.terminal import screen

    settings = read_settings()
    heals = asyncio.run(_several(settings, [_number(text) for text in dict.fromkeys(given)]))
    folder = folder_of(heals[0], settings.recordings, inside)
    tried = asyncio.run(tried_on_stored(heals, Recording.load(folder), settings.browser))
    for heal in heals:
        screen().print(f"{heal.step_id}: {WORDS[tried[heal.id]]}", soft_wrap=True)
    refuse_other(tried, anyway=anyway)
    accepted(heals, folder)
    asyncio.run(_decide(settings, heals, "accepted"))
    by_name = folder.resolve().parent == settings.recordings.resolve()
    name = shlex.quote(folder.name if by_name else str(folder))
    moved = f" --in {shlex.quote(inside)}" if inside is not None else ""
    back = "; ".join(f"showonce heal back {heal.id}{moved}" for heal in heals)
    steps = ", ".join(heal.step_id for heal in heals)
    screen().print(f"Changed {steps}; the recording is in {folder}", soft_wrap=True)
    screen().print(f"'showonce edit {name} --undo' takes it back; step by step: {back}", soft_wrap=True)


@app.command("refuse")
def refuse(given: ID) -> None:
    """Leave the recording as it is, and do not propose this target for this step again.

    'showonce heal back ID' takes it back.

    Example: showonce heal refuse 3
    """
    from recordings.kept_heals import check_refusable, standings
    from showonce.settings import read_settings
    from showonce.terminal import screen

    settings, number = read_settings(), _number(given)
    (heal,) = asyncio.run(_several(settings, [number]))
    check_refusable(heal, standings([heal], settings.recordings)[heal.id])
    asyncio.run(_decide(settings, [heal], "refused"))
    screen().print(f"Refused. Step {heal.step_id} of {heal.recording} stays as it is, and is not asked about again.")
    screen().print(f"'showonce heal back {heal.id}' takes it back.")


@app.command("back")
def back(
    given: ID,
    inside: Annotated[
        str | None, typer.Option("--in", help="The recording to change: its name, or its folder, if it was moved.")
    ] = None,
) -> None:
    """Take back what was decided: one that was refused waits again; for one that was accepted the recording looks for
    the old target again, as an edit that can be undone.

    Example: showonce heal back 3
    """
    from recordings.kept_heals import check_undecidable, folder_of, reverted, standings
    from showonce.settings import read_settings
    from showonce.terminal import screen

    settings = read_settings()
    (heal,) = asyncio.run(_several(settings, [_number(given)]))
    standing = standings([heal], settings.recordings, inside)[heal.id]
    check_undecidable(heal, standing)
    if standing == "accepted":
        reverted(heal, folder_of(heal, settings.recordings, inside))
        screen().print(f"Taken back: step {heal.step_id} of {heal.recording} looks for the old target again.")
    else:
        screen().print(f"Taken back: proposal {heal.id} waits for a decision again.")
    asyncio.run(_decide(settings, [heal], "accepted" if standing == "accepted" else "proposed", back=True))


def _number(given: str) -> int:
    from store import HealUnknownError

    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise HealUnknownError(given[:40])
    return int(given)


async def _heals(settings: Settings, recording: str | None, status: HealStatus | None) -> list[Heal]:
    from store import open_store

    async with open_store(settings.home, must_exist=True, url=settings.database_url) as store:
        return await store.heals(recording, status)


async def _several(settings: Settings, numbers: Sequence[int]) -> list[Heal]:
    from store import open_store

    async with open_store(settings.home, must_exist=True, url=settings.database_url) as store:
        return [await store.heal(number) for number in numbers]


async def _decide(settings: Settings, heals: Sequence[Heal], status: HealStatus, *, back: bool = False) -> None:
    from showonce.noted import note
    from store import open_store

    async with open_store(settings.home, must_exist=True, url=settings.database_url) as store:
        for heal in heals:
            await store.decide(heal.id, status)
            await note(store, _DEEDS[status, back], heal.recording, heal=heal.id, step=heal.step_id)


_DEEDS: dict[tuple[HealStatus, bool], Deed] = {
    ("accepted", False): "accepted a heal",
    ("refused", False): "refused a heal",
    ("accepted", True): "undid a heal",
    ("proposed", True): "reopened a heal",
}
"""What a decision is noted as, by what it comes to and whether one before is taken back. One that was accepted stays so
in the store: that it is not in force any more is told from its recording."""


async def _shown(settings: Settings, number: int) -> tuple[Heal, Trace | None, dict[str, Path | None]]:
    """A proposal, the run it came of if that is still kept, and the files of its pictures."""
    from recordings.errors import TraceUnknownError
    from store import open_store

    async with open_store(settings.home, must_exist=True, url=settings.database_url) as store:
        heal = await store.heal(number)
        try:
            trace = await store.trace(heal.trace_id)
        except TraceUnknownError:
            trace = None
        pictures = {"The demonstration's picture": heal.shown, "The run's picture": heal.found}
        return heal, trace, {what: await store.picture_path(digest) for what, digest in pictures.items()}
