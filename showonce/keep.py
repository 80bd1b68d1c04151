"""``showonce keep``: how long runs, pictures, results and reports are kept."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from recordings.keep import Keep
    from showonce.settings import Settings

_FOREVER = "forever"


def keep(
    kind: Annotated[str, typer.Argument(metavar="[KIND]", help="runs, pictures, results, reports, or all.")] = "",
    how_long: Annotated[str, typer.Argument(metavar="[TIME]", help="30d, 12h, or forever.")] = "",
) -> None:
    """Say how long things are kept, or see how long.

    A worker and the console take away what is older once an hour, and 'showonce purge --expired' does it now. Nothing
    goes that runs, waits for a person, or belongs to a batch or workflow that is not over.

    Example: showonce keep pictures 30d
    """
    from recordings.errors import CouldNotStartError
    from showonce.settings import read_settings

    if kind and not how_long:
        raise CouldNotStartError(f"How long {kind} are kept is not said.", "Write it like 30d, 12h or forever.")
    asyncio.run(_keep(read_settings(), kind, how_long))


async def _keep(settings: Settings, kind: str, how_long: str) -> None:
    from recordings.keep import KEPT_KINDS
    from showonce.noted import note
    from showonce.terminal import screen
    from store import open_store

    async with open_store(settings.home, url=settings.database_url) as store:
        if kind:
            await store.retention.set_keep(_changed(await store.retention.keep(), kind, how_long))
            await note(store, "said how long to keep", kind, time=how_long)
        kept = await store.retention.keep()
    for each in KEPT_KINDS:
        screen().print(f"{each:<10}{_said(getattr(kept, each))}")


async def purge_expired(settings: Settings, *, dry_run: bool) -> None:
    """Take away now what is kept too long, or say what that is."""
    from scheduler.keeping import reports_before, take_expired
    from showonce.noted import person
    from showonce.terminal import screen
    from store import open_store

    now = time.time()
    async with open_store(settings.home, must_exist=True, url=settings.database_url) as store:
        if (await store.retention.keep()).says_nothing:
            screen().print("All is kept for as long as nobody takes it away: see 'showonce keep'.")
            return
        if dry_run:
            taken = await store.retention.expired(now)
            reports = len(reports_before(settings.home, await store.retention.keep(), now))
        else:
            taken, reports = await take_expired(store, settings.home, now, person())
        told = {"runs": taken.runs, "pictures": taken.pictures, "rows' values": taken.results, "reports": reports}
        for what, count in told.items():
            screen().print(f"{count:>6}  {what}")
        if not dry_run and (said := await store.shrink()):
            screen().print(said, soft_wrap=True)


def _changed(kept: Keep, kind: str, how_long: str) -> Keep:
    from pydantic_core import PydanticCustomError

    from recordings.errors import CouldNotStartError
    from recordings.keep import KEPT_KINDS
    from workflows.amounts import seconds_of

    kinds = KEPT_KINDS if kind == "all" else [each for each in KEPT_KINDS if each == kind]
    if not kinds:
        raise CouldNotStartError(f"There is no kind '{kind}'.", f"There are: {', '.join(KEPT_KINDS)}, all.")
    try:
        seconds = None if how_long == _FOREVER else seconds_of(how_long)
    except PydanticCustomError as error:
        raise CouldNotStartError(f"{error.message()}.", "Or 'forever'.") from error
    return kept.model_copy(update=dict.fromkeys(kinds, seconds))


def _said(seconds: float | None) -> str:
    if seconds is None:
        return _FOREVER
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"
