"""Who did what: what was changed later shows, in the log itself and by what is known from elsewhere."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from recordings.audit import EMPTY, AuditEntry, Head, entry_after, hash_of, verify
from recordings.errors import StoreUnusableError
from store import AuditWanted, open_store
from tests.databases import run_on

Log = Sequence[AuditEntry]


def log(count: int = 5) -> list[AuditEntry]:
    """Entries as they are written, one after another."""
    entries: list[AuditEntry] = []
    head = EMPTY
    for number in range(1, count + 1):
        entry = entry_after(head, 1000.5 + number, "ada", "ran", f"batch {number}", {"rows": "3"})
        entries, head = [*entries, entry], Head(entry.number, entry.hash)
    return entries


def altered(entry: AuditEntry, *, rehashed: bool = False, **fields: object) -> AuditEntry:
    changed = entry.model_copy(update=fields)
    return changed.model_copy(update={"hash": hash_of(changed)}) if rehashed else changed


def anew(count: int) -> list[AuditEntry]:
    """The log of somebody who was never there, whole in itself."""
    first = entry_after(EMPTY, 1001.5, "bob", "ran", "batch 1", {})
    second = entry_after(Head(1, first.hash), 1002.5, "bob", "ran", "batch 2", {})
    return [first, second][:count]


def test_a_log_as_it_was_written_is_whole() -> None:
    entries = log()
    assert verify(entries, [Head(5, entries[4].hash), Head(3, entries[2].hash)]) == []


def test_each_field_is_part_of_the_hash() -> None:
    entry = log(1)[0]
    others = {"number": 2, "at": 1.0, "who": "bob", "act": "edited", "what": "x", "facts": {"rows": "4"}, "before": "x"}
    assert set(others) == set(AuditEntry.model_fields) - {"hash"}
    assert entry.hash not in [hash_of(entry.model_copy(update={name: value})) for name, value in others.items()]


CHANGES: dict[str, tuple[Callable[[Log], Log], int, str]] = {
    "altered": (lambda e: [*e[:2], altered(e[2], who="eve"), *e[3:]], 3, "altered"),
    "altered with its hash": (lambda e: [*e[:2], altered(e[2], rehashed=True, who="eve"), *e[3:]], 4, "written anew"),
    "one missing": (lambda e: [*e[:2], *e[3:]], 3, "is missing"),
    "several missing": (lambda e: [e[0], e[4]], 2, "to 4 are missing"),
    "the first missing": (lambda e: e[1:], 1, "is missing"),
    "moved": (lambda e: [e[0], e[2], e[1], *e[3:]], 2, "is missing"),
    "added twice": (lambda e: [*e[:3], e[2], *e[3:]], 3, "moved, or added"),
    "added at the end": (lambda e: [*e, altered(e[4], rehashed=True, number=6)], 6, "does not follow"),
    "cut": (lambda e: e[:3], 4, "the end was cut off"),
    "all gone": (lambda e: [], 1, "the end was cut off"),
    "written anew": (lambda e: anew(2), 2, "written anew"),
}


@pytest.mark.parametrize(("change", "number", "words"), CHANGES.values(), ids=CHANGES)
def test_what_was_changed_is_named(change: Callable[[Log], Log], number: int, words: str) -> None:
    entries = log()
    known = [Head(5, entries[4].hash), Head(2, entries[1].hash)]
    found = verify(change(entries), known)
    assert found[0].number == number
    assert words in found[0].words


def test_texts_that_go_on_for_ever_are_cut() -> None:
    entry = entry_after(EMPTY, 1, "x" * 10_000, "ran", "zero\0 and half \ud800", {"note": "y" * 10_000})
    assert (len(entry.who), len(entry.facts["note"]), entry.what) == (200, 200, "zero and half ?")
    assert verify([AuditEntry.model_validate_json(entry.model_dump_json())]) == []


async def test_what_is_appended_is_found_again_the_newest_first(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        await store.audit.append("ada", "ran", "batch 1", rows=3)
        await store.audit.append("bob", "edited", "add-customer", edits="move é")
        await store.audit.append("ada", "edited", "add-customer")
    async with open_store(tmp_path, url=store_url) as store:
        assert [entry.number for entry in await store.audit.page(AuditWanted())] == [3, 2, 1]
        assert [entry.number for entry in await store.audit.page(AuditWanted(), before=3, limit=1)] == [2]
        assert [entry.number for entry in await store.audit.page(AuditWanted(who="ada", act="edited"))] == [3]
        assert [entry.facts async for entry in store.audit.each(AuditWanted(who="bob"))] == [{"edits": "move é"}]
        assert await store.audit.page(AuditWanted(until=1)) == [] == await store.audit.page(AuditWanted(since=9e9))
        assert await store.audit.names() == ["ada", "bob"]
        assert (await store.audit.verify())[1] == []


_APPENDS = """
import asyncio, sys
from pathlib import Path
from store import open_store

async def main():
    async with open_store(Path(sys.argv[1]), url=sys.argv[2]) as store:
        for number in range(25):
            await store.audit.append(sys.argv[3], "ran", str(number))

asyncio.run(main())
"""


@pytest.mark.parametrize("at_once", [2, pytest.param(8, marks=pytest.mark.slow)])
async def test_processes_at_once_write_one_chain(tmp_path: Path, store_url: str, at_once: int) -> None:
    async with open_store(tmp_path, url=store_url):
        pass
    started = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", _APPENDS, str(tmp_path), store_url, f"process {one}")
        for one in range(at_once)
    ]
    assert [await each.wait() for each in started] == [0] * at_once
    async with open_store(tmp_path, url=store_url) as store:
        head, faults = await store.audit.verify()
        counts = {who: len(await store.audit.page(AuditWanted(who=who), limit=99)) for who in await store.audit.names()}
    assert (head.number, faults, set(counts.values())) == (25 * at_once, [], {25})
    assert (tmp_path / "audit.head").read_text().split() == [f"{25 * at_once:020d}", head.hash]


async def test_a_deed_that_was_not_noted_leaves_no_gap(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        appending = asyncio.create_task(store.audit.append("ada", "ran", "1"))
        await asyncio.sleep(0)
        appending.cancel()
        await asyncio.gather(appending, return_exceptions=True)
        await store.audit.append("ada", "ran", "2")
        assert (await store.audit.verify())[1] == []


REFUSED = {
    "update": "UPDATE audit SET who = 'eve'",
    "delete": "DELETE FROM audit WHERE number = 2",
    "replace": "INSERT OR REPLACE INTO audit SELECT number, at, 'eve', act, what, facts, before, hash FROM audit",
    "truncate": "TRUNCATE audit",
}


@pytest.mark.parametrize("statement", [REFUSED["update"], REFUSED["delete"], REFUSED["replace"]])
async def test_sqlite_lets_nothing_be_changed(tmp_path: Path, statement: str) -> None:
    await _noted(tmp_path)
    with closing(sqlite3.connect(tmp_path / "showonce.db")) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="only added to"):
            connection.execute(statement)


@pytest.mark.parametrize("statement", [REFUSED["update"], REFUSED["delete"], REFUSED["truncate"]])
async def test_postgres_lets_nothing_be_changed(tmp_path: Path, postgres: str, statement: str) -> None:
    await _noted(tmp_path, postgres)
    with pytest.raises(psycopg.errors.RaiseException, match="only added to"):
        run_on(postgres, statement)


BY_FORCE = {
    "altered": ("UPDATE audit SET who = 'eve' WHERE number = 2", 2, "altered"),
    "facts": ("UPDATE audit SET facts = 'none' WHERE number = 2", 2, "altered"),
    "taken out": ("DELETE FROM audit WHERE number = 2", 2, "missing"),
    "cut": ("DELETE FROM audit WHERE number > 1", 2, "the end was cut off"),
    "emptied": ("DELETE FROM audit", 1, "the end was cut off"),
}


@pytest.mark.parametrize(("statement", "number", "words"), BY_FORCE.values(), ids=BY_FORCE)
async def test_who_takes_the_triggers_away_is_found_out(
    tmp_path: Path, statement: str, number: int, words: str
) -> None:
    await _noted(tmp_path)
    _by_force(tmp_path, statement)
    async with open_store(tmp_path) as store:
        _, faults = await store.audit.verify()
    assert (faults[0].number, words in faults[0].words) == (number, True)


async def test_a_cut_is_still_found_out_after_more_was_noted(tmp_path: Path) -> None:
    await _noted(tmp_path)
    _by_force(tmp_path, BY_FORCE["cut"][0])
    await _noted(tmp_path)
    async with open_store(tmp_path) as store:
        head, faults = await store.audit.verify()
    assert head.number == 4
    assert [(fault.number, "written anew" in fault.words) for fault in faults] == [(3, True)]


async def test_a_log_written_anew_is_found_out_by_what_was_noted_elsewhere(tmp_path: Path) -> None:
    await _noted(tmp_path)
    async with open_store(tmp_path) as store:
        known, _ = await store.audit.verify()
    (tmp_path / "audit.head").unlink()
    _by_force(tmp_path, BY_FORCE["emptied"][0])
    await _noted(tmp_path)
    async with open_store(tmp_path) as store:
        assert (await store.audit.verify())[1] == [], "nothing here can show it"
        assert "written anew" in (await store.audit.verify([known]))[1][0].words


async def test_the_second_place_is_for_its_owner_alone(tmp_path: Path) -> None:
    await _noted(tmp_path)
    assert stat.S_IMODE((tmp_path / "audit.head").stat().st_mode) == 0o600


async def test_a_second_place_that_is_damaged_is_said_and_stops_nobody(tmp_path: Path) -> None:
    await _noted(tmp_path)
    (tmp_path / "audit.head").write_text("scribbles")
    await _noted(tmp_path)
    async with open_store(tmp_path) as store:
        head, faults = await store.audit.verify()
    assert head.number == 6
    assert ["cannot be compared with the second place" in fault.words for fault in faults] == [True]
    assert (tmp_path / "audit.head").read_text() == "scribbles"


async def test_an_entry_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    await _noted(tmp_path)
    _by_force(tmp_path, BY_FORCE["facts"][0])
    async with open_store(tmp_path) as store:
        told = await store.audit.page(AuditWanted())
        assert [(each.number, "altered" in each.facts) for each in told] == [(3, False), (2, True), (1, False)]
        with pytest.raises(StoreUnusableError, match=r"entry 2 of the audit log .*audit verify"):
            _ = [each async for each in store.audit.each()]  # an export of some of it would pass for all


async def _noted(home: Path, url: str = "") -> None:
    """Three entries."""
    async with open_store(home, url=url) as store:
        for number in range(3):
            await store.audit.append("ada", "ran", f"batch {number}", rows=3)


def _by_force(home: Path, statement: str) -> None:
    """A statement by somebody who owns the file."""
    with closing(sqlite3.connect(home / "showonce.db")) as connection:
        for trigger in ("audit_follows", "audit_stays", "audit_remains"):
            connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        connection.execute(statement)
        connection.commit()
