"""``showonce audit``: who did what, looked at, taken out as a file, and checked for changes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from showonce.batches import opened

if TYPE_CHECKING:
    from recordings.audit import AuditEntry, Fault, Head
    from store import AuditWanted

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Who recorded, edited, ran, decided and exported what: a log that is only added to.",
)
_MOST_FAULTS = 20


@app.command("list")
def list_entries(
    who: Annotated[str, typer.Option("--who", help="Only what this one did.")] = "",
    act: Annotated[str, typer.Option("--act", help="Only such deeds, as the list names them: ran, exported.")] = "",
    since: Annotated[str, typer.Option("--since", metavar="WHEN", help="From 2026-05-10, or 2026-05-10T07:00.")] = "",
    until: Annotated[str, typer.Option("--until", metavar="WHEN", help="To the end of this day, or this minute.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many, the newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but the entries, as JSON lines.")] = False,
) -> None:
    """List who did what, the newest first.

    Example: showonce audit list --who ada --since 2026-05-10
    """
    from showonce.audit_view import entries_table
    from showonce.terminal import screen
    from store import AuditWanted

    wanted = AuditWanted(who, act, _moment("--since", since), _moment("--until", until, day=1))
    found = asyncio.run(_page(wanted, limit))
    if as_json:
        for entry in found:
            typer.echo(entry.model_dump_json())
    elif found:
        screen().print(entries_table(found))
    else:
        screen().print("No such entries.")


@app.command("verify")
def verify(
    file: Annotated[
        Path | None, typer.Option("--file", help="Check this file that 'export' wrote, not the log itself.")
    ] = None,
    known: Annotated[
        list[str] | None,
        typer.Option("--known", metavar="NUMBER:HASH", help="What 'verify' told at some time, and was kept elsewhere."),
    ] = None,
) -> None:
    """Find out whether the log is as it was written: nothing altered, missing, moved, added, or cut off.

    Keep what it tells at the end on another machine: somebody who may write to both the database and audit.head can
    cut off the log's end, and only --known tells then. The exit code is 0 if it is whole, 1 if it is not, 2 if it
    cannot be read.

    Example: showonce audit verify --known 1200:5f0c…
    """
    from recordings.audit import EMPTY
    from recordings.errors import CouldNotStartError
    from showonce.terminal import screen

    heads = [_head(text) for text in known or ()]
    head, faults = _verified(file, heads) if file is not None else asyncio.run(_verify(heads))
    if file is not None and head == EMPTY and not faults:
        raise CouldNotStartError(f"{file} holds no entry.", "An export holds at least its own: export the log again.")
    for fault in faults[:_MOST_FAULTS]:
        screen().print(f"Entry {fault.number} {fault.words}." if fault.number else f"The log {fault.words}")
    if len(faults) > _MOST_FAULTS:
        screen().print(f"And {len(faults) - _MOST_FAULTS} more.")
    if faults:
        screen().print("The log is not as it was written. A store that was put back from a copy looks so too.")
        raise typer.Exit(1)
    if head == EMPTY:
        screen().print("Nothing was noted yet.")
        return
    count = "1 entry" if head.number == 1 else f"{head.number} entries"
    screen().print(  # on one line, to be copied
        f"{count}, as written. To check later that none of them went: --known {head.number}:{head.hash}", soft_wrap=True
    )


@app.command("export")
def export(
    out: Annotated[Path, typer.Option("--out", help="The file to write, as JSON lines, the oldest first.")],
) -> None:
    """Write the whole log to a file that 'verify --file' can check anywhere. That it was exported stands in it.

    Example: showonce audit export --out audit.jsonl
    """
    from showonce.terminal import screen

    count = asyncio.run(_export(out.expanduser()))
    screen().print(f"{count} entries are in {out}", soft_wrap=True)


def _verified(file: Path, known: Sequence[Head]) -> tuple[Head, list[Fault]]:
    """The same of a file, line by line.

    Raises:
        DataUnreadableError: It cannot be read, or is no export: not one of its lines is an entry.
    """
    from pydantic import ValidationError

    from recordings.audit import EMPTY, AuditEntry, Chain, Fault
    from recordings.errors import DataUnreadableError

    chain, faults, number = Chain(known), list[Fault](), 0
    try:
        with file.expanduser().open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    faults += chain.follow(AuditEntry.model_validate_json(line))
                except ValidationError:
                    faults.append(Fault(number, "cannot be read: the line is no entry"))
    except OSError as error:
        raise DataUnreadableError(str(file), error.strerror or str(error), "Check the path.") from error
    if number and chain.head == EMPTY:  # else each line of whatever file would be told as altered
        reason = "it is no export of an audit log: not one of its lines is an entry"
        raise DataUnreadableError(str(file), reason, "Give the file that 'showonce audit export' wrote.")
    return chain.head, [*faults, *chain.end()]


async def _verify(known: Iterable[Head]) -> tuple[Head, list[Fault]]:
    async with opened() as (_, store):
        return await store.audit.verify(known)


async def _page(wanted: AuditWanted, limit: int) -> list[AuditEntry]:
    async with opened() as (_, store):
        return await store.audit.page(wanted, limit=limit)


async def _export(out: Path) -> int:
    from showonce.noted import note
    from showonce.pages import private_file

    async with opened() as (_, store):
        count = 0
        with private_file(out) as file:  # whole or not at all: a beginning of the log would pass for all of it
            await note(store, "exported", "the audit log")
            async for entry in store.audit.each():
                file.write(entry.model_dump_json() + "\n")
                count += 1
        return count


def _head(text: str) -> Head:
    """``1200:5f0c…`` as an entry that is known.

    Raises:
        CouldNotStartError: It is not written so.
    """
    from recordings.audit import Head
    from recordings.errors import CouldNotStartError

    number, _, digest = text.partition(":")
    if not (re.fullmatch(r"[0-9]{1,18}", number) and re.fullmatch(r"[0-9a-f]{64}", digest)):
        raise CouldNotStartError(
            f"--known cannot be '{text[:80]}'.", "Give it as 'showonce audit verify' told it: NUMBER:HASH."
        )
    return Head(int(number), digest)


def _moment(option: str, text: str, day: int = 0) -> float | None:
    """A moment of this machine's time; a day alone means its beginning, or that of so many days later."""
    from recordings.errors import CouldNotStartError

    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return (found + timedelta(days=day if len(text) == len("2026-05-10") else 0)).timestamp()
    except (ValueError, OverflowError) as error:
        raise CouldNotStartError(
            f"{option} cannot be '{text[:40]}'.", "Write a day or a minute: 2026-05-10, or 2026-05-10T07:00."
        ) from error
