"""``showonce purge``: erases a person, or what was kept longer than it may be, and says what it did."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from showonce.prompts import left_at_once

if TYPE_CHECKING:
    from recordings.recording import Recording
    from recordings.subject import Subject
    from showonce.settings import Settings
    from store.purge import Found


def purge(
    subject: Annotated[
        str, typer.Option("--subject", help="What the person is called: a name, an address, a number.")
    ] = "",
    expired: Annotated[bool, typer.Option("--expired", help="What 'showonce keep' says is kept no longer.")] = False,
    recordings: Annotated[
        bool, typer.Option("--recordings", help="Also out of your recordings, with all their pictures.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what there is.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,
) -> None:
    """Erase a person from runs, pictures, results and reports; or all that was kept longer than it may be.

    Runs and rows keep their place in lists, with how they ended and when. Each run that says it, or whose row does,
    loses all its pictures; those from before, which runs of others show as well, stay with those. It cannot be undone.

    Example: showonce purge --subject "Ada Lovelace" --dry-run
    """
    from recordings.errors import CouldNotStartError
    from showonce.settings import read_settings

    if bool(subject) == expired:
        raise CouldNotStartError("What is to be erased is not said.", "Give either --subject TEXT or --expired.")
    settings = read_settings()
    if expired:
        from showonce.keep import purge_expired

        asyncio.run(purge_expired(settings, dry_run=dry_run))
        return
    asyncio.run(_purge(settings, subject, recordings=recordings, dry_run=dry_run, yes=yes))


async def _purge(settings: Settings, text: str, *, recordings: bool, dry_run: bool, yes: bool) -> None:
    from showonce.noted import note
    from showonce.terminal import screen
    from store import open_store

    async with open_store(settings.home, must_exist=not recordings, url=settings.database_url) as store:
        subject = await store.subject(text)
        found = await store.find(subject)
        files = list(_files_of(settings, subject))
        reports = [path for path in files if path.parent == settings.home / "reports"]
        named = {name: recording for name, recording in _recordings(settings) if _says(recording, subject)}
        for line in (
            *_counted(found, reports),
            *_left(found, files, reports),
            *_named(named, len(found.versions), erased=recordings),
        ):
            screen().print(line, soft_wrap=True)
        if dry_run or not (found.count or reports or (recordings and (named or found.versions))):
            screen().print("Nothing was erased." if dry_run else "There is nothing to erase.")
            return
        _ask(yes)
        # Before, so that it cannot happen unnoted; and not whom it is about, who is to be forgotten.
        more = {"recordings": len(named) + len(found.versions)} if recordings else {}
        await note(store, "purged", "a person", runs=len(found.runs), rows=len(found.items), **more)
        pictures = await store.erase(subject, found)
        for path in reports:
            path.unlink(missing_ok=True)
        for name, recording in named.items() if recordings else ():
            _erase_in(settings.recordings / name, recording, subject)
        if recordings:
            await store.forget_versions(found.versions)
        screen().print(f"Erased, with {pictures} pictures.")
        if said := await store.shrink():
            screen().print(said, soft_wrap=True)


def _ask(yes: bool) -> None:
    from recordings.errors import CouldNotStartError
    from showonce.terminal import screen

    if yes:
        return
    if not sys.stdin.isatty():
        raise CouldNotStartError("Nobody can be asked whether to erase this.", "Say so with --yes.")
    with left_at_once():
        sure = typer.confirm("Erase it? It cannot be undone.")
    if not sure:
        screen().print("Nothing was erased.")
        raise typer.Exit(1)


def _counted(found: Found, reports: list[Path]) -> list[str]:
    counts = {
        "runs": len(found.runs),
        "steps that say it": found.steps,
        "pictures": len(found.pictures),
        "rows of batches": len(found.items),
        "proposals": len(found.heals),
        "other documents": len(found.documents),
        "reports": len(reports),
    }
    lines = [f"{count:>6}  {what}" for what, count in counts.items()]
    if found.shared:
        count = "1 picture" if len(found.shared) == 1 else f"{len(found.shared)} pictures"
        said = f"Left with runs of others: {count} that they show as well, from before the person came into the page."
        lines.append(said)
    return lines


def _left(found: Found, files: list[Path], reports: list[Path]) -> list[str]:
    """What is left as it is, and what to do about that."""
    lines = []
    if found.open_items:
        rows = ", ".join(sorted(found.open_items)[:5])
        lines.append(f"Left, as it is still to be done: {rows}. Wait or 'showonce cancel' the batch, then purge again.")
    if found.open_flows:
        flows = ", ".join(sorted(found.open_flows)[:5])
        lines.append(f"Left, as they go on: workflows {flows}. Purge again when they are over.")
    if found.schedules:
        names = ", ".join(sorted(found.schedules)[:5])
        lines.append(f"Left: schedules {names} name it; 'showonce schedule rm' takes them away.")
    lines += [f"Left: the file {path} says it." for path in files if path not in reports]
    return lines


def _named(named: dict[str, Recording], versions: int, *, erased: bool) -> list[str]:
    lines = []
    if named:
        what = "To be taken out of recordings" if erased else "Left: recordings that say it (--recordings takes it out)"
        lines.append(f"{what}: {', '.join(sorted(named))}.")
    if versions:
        what = "To be erased" if erased else "Left (--recordings erases them)"
        lines.append(f"{what}: {versions} recordings as batches that are over began with them.")
    return lines


def _files_of(settings: Settings, subject: Subject) -> list[Path]:
    """Files of the home that say it, beside the database, its pictures and the recordings."""
    ours = (settings.home / "pictures", settings.home / "workers", settings.recordings)
    return [
        path
        for path in sorted(settings.home.rglob("*"))
        if path.is_file()
        and not any(path.is_relative_to(folder) for folder in ours)
        and not path.name.startswith("showonce.db")
        and subject.in_bytes(path.read_bytes())
    ]


def _recordings(settings: Settings) -> list[tuple[str, Recording]]:
    from recordings.errors import ShowonceError
    from recordings.names import known_names
    from recordings.recording import Recording
    from showonce.terminal import say_note

    found = []
    for name in known_names(settings.recordings):
        try:
            found.append((name, Recording.load(settings.recordings / name)))
        except ShowonceError as error:
            say_note(f"Not looked at: {error.message}")
    return found


def _says(recording: Recording, subject: Subject) -> bool:
    from recordings.editing.erasing import says

    return says(recording, subject)


def _erase_in(folder: Path, recording: Recording, subject: Subject) -> None:
    from recordings.editing.erasing import without_subject
    from recordings.kept_edits import keep_edit

    keep_edit(recording, without_subject(recording, subject), folder, "purge", forget=True)
