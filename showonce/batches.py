"""``showonce batches``, ``batch``, ``pause``, ``resume``, ``cancel``, ``rerun``: looking after batches."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from showonce.options import BROWSERS, RESULTS
from showonce.replay import asked_secrets

if TYPE_CHECKING:
    from recordings.batch import Batch, Item
    from recordings.figures import Figures
    from scheduler.engine import Engine
    from showonce.settings import Settings
    from store import Store

BATCH = Annotated[str, typer.Argument(metavar="BATCH", help="The batch's id, or its first characters.")]
_SHOWN = 30
_ALL = 1_000_000_000


def batches(
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many, the newest first.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but the batches, as JSON.")] = False,
) -> None:
    """List the batches, the newest first.

    Example: showonce batches
    """
    asyncio.run(_batches(limit, as_json))


def batch(
    batch_id: BATCH,
    watch: Annotated[bool, typer.Option("--watch", help="Look on until it is over.")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="Only rows that failed or wait for a person.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but the batch, as JSON.")] = False,
    items: Annotated[bool, typer.Option("--items", help="Print nothing but its items, as JSON lines.")] = False,
    results: RESULTS = None,
) -> None:
    """Show how a batch stands: how many rows are done, how fast, and what became of them.

    Example: showonce batch 4f2a --watch
    """
    asyncio.run(_batch(batch_id, watch, failed, as_json, items, results))


def pause(batch_id: BATCH) -> None:
    """Begin no more rows of a batch; those under way come to their end.

    Example: showonce pause 4f2a
    """
    asyncio.run(_change(batch_id, "pause"))


def cancel(batch_id: BATCH) -> None:
    """Give up the rows of a batch that were not begun; those under way come to their end.

    Example: showonce cancel 4f2a
    """
    asyncio.run(_change(batch_id, "cancel"))


def resume(
    batch_id: BATCH,
    browsers: BROWSERS = 1,
    detach: Annotated[
        bool, typer.Option("--detach", help="Leave it to 'showonce worker', and return at once.")
    ] = False,
    results: RESULTS = None,
) -> None:
    """Go on with a batch that was paused, stopped or interrupted, where it was; nothing is sent twice.

    Example: showonce resume 4f2a
    """
    asyncio.run(_resume(batch_id, browsers, results, detach=detach))


def rerun(
    item: Annotated[str, typer.Argument(metavar="ITEM", help="BATCH:NUMBER, as 'showonce batch' shows them.")],
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser while it works.")] = False,
    there: Annotated[
        bool,
        typer.Option("--there", help="I looked: it is there. Keep it as done; of a loop, go on with the other rows."),
    ] = False,
    not_there: Annotated[
        bool, typer.Option("--not-there", help="I looked: it is not in the application. Do it again.")
    ] = False,
) -> None:
    """Repeat one row of a batch alone, with the same values, in a run of its own that names the one before.

    Example: showonce rerun 4f2a:7 --not-there
    """
    from recordings.errors import CouldNotStartError

    if there and not_there:
        raise CouldNotStartError("--there and --not-there say the opposite.", "Give one of them.")
    asyncio.run(_rerun(item, headed=headed, there=there, not_there=not_there))


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[Settings, Store]]:
    """The settings, and the store that they name."""
    from showonce.settings import read_settings
    from store import open_store

    settings = read_settings()
    async with open_store(settings.home, url=settings.database_url) as store:
        yield settings, store


@asynccontextmanager
async def opened_engine() -> AsyncIterator[tuple[Settings, Store, Engine]]:
    """The same, and the engine, to queue and to withdraw."""
    from scheduler.engine import open_engine

    async with opened() as (settings, store):
        async with open_engine(store, settings.home, settings.database_url) as engine:
            yield settings, store, engine


async def _batches(limit: int, as_json: bool) -> None:
    import json

    from showonce.batch_view import batches_table
    from showonce.terminal import screen

    async with opened() as (_, store):
        rows = [(each, await store.tallies.counts(each.id)) for each in await store.batches.list(limit)]
    if as_json:
        told = [{**each.model_dump(mode="json"), "counts": counts} for each, counts in rows]
        typer.echo(json.dumps(told, indent=2))
    elif rows:
        screen().print(batches_table(rows))
    else:
        screen().print("No batches yet. 'showonce run NAME --data FILE' makes one.")


async def _batch(prefix: str, watch: bool, failed: bool, as_json: bool, items: bool, results: Path | None) -> None:
    import json

    from showonce.batch_view import batch_panel
    from showonce.noted import note
    from showonce.terminal import screen

    async with opened() as (_, store):
        found = await store.batches.batch(prefix)
        if results is not None:
            await note(store, "exported", f"batch {found.id}", kind="results")
            await _write_results(store, found, results)
        if items:
            async for item in _all_items(store, found):
                typer.echo(item.model_dump_json())
        elif as_json:
            figures = await _figures(store, found)
            typer.echo(json.dumps({**found.model_dump(mode="json"), "counts": dict(figures.counts)}, indent=2))
        elif watch:
            await _watch(store, found, failed)
        else:
            screen().print(batch_panel(found, await _figures(store, found), await _shown(store, found, failed)))


async def _watch(store: Store, found: Batch, failed: bool) -> None:
    from rich.live import Live

    from showonce.batch_view import batch_panel
    from showonce.terminal import screen

    with Live(console=screen(), auto_refresh=False) as live:
        while True:
            found = await store.batches.batch(found.id)
            panel = batch_panel(found, await _figures(store, found), await _shown(store, found, failed))
            live.update(panel, refresh=True)
            if found.status != "running":
                return
            await asyncio.sleep(1)


async def _figures(store: Store, found: Batch) -> Figures:
    from recordings.figures import Fact, figures_of

    facts = map(Fact._make, await store.tallies.facts(found.id))
    return figures_of(facts, time.time(), over=found.status != "running")


async def _shown(store: Store, found: Batch, failed: bool) -> list[Item]:
    """The items of a short batch; of a longer one those that did not pass."""
    if not failed and found.total <= _SHOWN:
        return await store.batches.items(found.id)
    bad = await store.batches.items(found.id, status="failed", limit=_SHOWN)
    return sorted(
        [*bad, *await store.batches.items(found.id, status="waiting", limit=_SHOWN)], key=lambda item: item.number
    )


async def _write_results(store: Store, found: Batch, path: Path) -> None:
    from showonce.results import writing

    with writing(path, await store.version(found.version)) as write:
        async for item in _all_items(store, found):
            write(item)


async def _all_items(store: Store, found: Batch) -> AsyncIterator[Item]:
    after = 0
    while items := await store.batches.items(found.id, after=after):
        for item in items:
            yield item
        after = items[-1].number


async def _change(prefix: str, what: str) -> None:
    from scheduler.batch import cancel as give_up
    from scheduler.batch import pause as hold
    from showonce.batch_view import ended_lines
    from showonce.noted import note
    from showonce.terminal import screen

    async with opened_engine() as (_, store, engine):
        found = await (hold if what == "pause" else give_up)(store, engine, await store.batches.batch(prefix))
        await note(store, "paused" if what == "pause" else "cancelled", f"batch {found.id}")
        for line in ended_lines(found, await store.tallies.counts(found.id))[:2]:
            screen().print(line, soft_wrap=True)


async def _resume(prefix: str, browsers: int, results: Path | None, *, detach: bool) -> None:
    from scheduler.attended import refuse_busy
    from scheduler.batch import go_on
    from showonce.at_work import do_here
    from showonce.noted import note, results_fact
    from showonce.terminal import screen
    from showonce.tracing import traced

    async with opened_engine() as (settings, store, engine):
        with traced(settings) as tracing:
            found = await store.batches.batch(prefix)
            await refuse_busy(store, engine, settings.home, found, time.time())
            found = await go_on(store, engine, found, time.time(), lane="" if detach else found.id)
            await note(store, "resumed", f"batch {found.id}", **results_fact(results))
            if detach:
                screen().print(f"Batch {found.id} is queued for 'showonce worker'.")
                return
            await do_here(
                store, engine, settings, found, asked_secrets(), browsers=browsers, results=results, tracing=tracing
            )


async def _rerun(given: str, *, headed: bool, there: bool, not_there: bool) -> None:
    from scheduler.attended import refuse_busy
    from scheduler.batch import repeat, settle_rows
    from showonce.at_work import do_here
    from showonce.noted import note
    from showonce.terminal import screen
    from showonce.tracing import traced

    async with opened_engine() as (settings, store, engine):
        item = await store.batches.item(given)
        found = await store.batches.batch(item.batch_id)
        if there:
            await note(store, "answered", f"item {item.id}", seen="there")
        goes_on = there and await settle_rows(store, found, item, time.time())
        if goes_on:
            screen().print("The row in doubt is kept as done; the others are gone on with.")
        elif there:
            await store.batches.settle(item.id, "A person saw it in the application.", time.time())
            screen().print(f"Item {item.id} is kept as done.")
            return
        await refuse_busy(store, engine, settings.home, found, time.time())
        with traced(settings) as tracing:
            again = await repeat(store, engine, found, item, time.time(), not_there=not_there or goes_on)
            if not there:
                await note(store, "reran", f"item {item.id}", **({"seen": "not there"} if not_there else {}))
            try:
                await do_here(
                    store, engine, settings, again, asked_secrets(), headless=not headed, only=item.id, tracing=tracing
                )
            finally:
                if (await store.batches.batch(found.id)).status == "running":
                    was = "paused" if found.status == "running" and not found.flow else found.status
                    await store.batches.set_status(found.id, was)
