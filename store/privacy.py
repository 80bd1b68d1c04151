"""Keeps people out of the store: the key of its hashes, and runs, steps and items with those in place of values."""

from __future__ import annotations

import secrets as randomness
from collections.abc import Sequence

from sqlalchemy import Connection, select

from recordings.batch import Item
from recordings.heal import Heal
from recordings.trace import Candidate, Failure, StepRecord, Trace
from recordings.veil import Private, Veil
from store.database import Database, insert_into
from store.items import write_if_so
from store.tables import privacy

_KEY = "key"


class Veils:
    """Hashes what is personal, with the database's own key. Reached as ``Store.veils``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: bytes | None = None
        self._runs: dict[str, Private] = {}

    async def key(self) -> bytes:
        """The key of the hashes, made at the first asking: all who share the database hash alike."""
        if self._known is None:
            fresh = {"name": _KEY, "value": randomness.token_hex(32)}

            def first(connection: Connection) -> str | None:
                connection.execute(insert_into(connection, privacy).values(fresh).on_conflict_do_nothing())
                return connection.scalar(select(privacy.c.value).where(privacy.c.name == _KEY))

            kept = await self._database.write(first)
            self._known = bytes.fromhex(kept or fresh["value"])
        return self._known

    async def begun(self, trace: Trace) -> Trace:
        """A run that begins, as it is kept; what it says is personal holds for its steps."""
        if not trace.private:
            return trace
        veil = Veil(trace.private, await self.key())
        self._runs[trace.trace_id] = trace.private
        return veiled_trace(trace, veil)

    def step(self, record: StepRecord) -> StepRecord:
        """A step of a run that was begun, as it is kept."""
        private = self._runs.get(record.trace_id)
        if private is None or self._known is None:
            return record
        if private.rows:
            private.learn(record.row)
        return veiled_step(record, Veil(private, self._known))

    def heal(self, heal: Heal) -> Heal:
        """What a run under way proposes, as it is kept: its target says nothing that the run was given, by how it was
        made (``replayer.untold``)."""
        private = self._runs.get(heal.trace_id)
        if private is None or self._known is None:
            return heal
        veil = Veil(private, self._known)
        return heal.model_copy(
            update={"words": veil.text(heal.words), "evidence": tuple(map(veil.text, heal.evidence))}
        )

    async def ended(self, trace: Trace) -> Trace:
        """A run that ended, as it is kept."""
        self._runs.pop(trace.trace_id, None)
        return veiled_trace(trace, Veil(trace.private, await self.key())) if trace.private else trace

    async def rows(self, given: Sequence[tuple[Item, Private]]) -> None:
        """Hash what is personal in items, each with what is so in it, that nobody does again meanwhile."""
        key = await self.key()
        hashed = [(item, veiled_item(item, Veil(private, key))) for item, private in given if private]

        def write(connection: Connection) -> None:
            for old, new in hashed:
                if new != old:
                    write_if_so(connection, new)

        await self._database.write(write)


def veiled_trace(trace: Trace, veil: Veil) -> Trace:
    """A run without its steps, what is personal hashed."""
    update: dict[str, object] = {
        "inputs": veil.values(trace.inputs),
        "values": veil.values(trace.values),
        "tables": {name: _veiled_rows(name, rows, veil) for name, rows in trace.tables.items()},
        "failure": _veiled_failure(trace.failure, veil),
    }
    return trace.model_copy(update=update)


def veiled_step(record: StepRecord, veil: Veil) -> StepRecord:
    """A step, what is personal hashed in all that it says."""
    update: dict[str, object] = {
        "words": veil.text(record.words),
        "within": tuple(map(veil.text, record.within)),
        "row": veil.text(record.row),
        "evidence": tuple(map(veil.text, record.evidence)),
        "url": veil.text(record.url),
        "value": veil.text(record.value),
        "failure": _veiled_failure(record.failure, veil),
        "candidates": tuple(_veiled_candidate(each, veil) for each in record.candidates),
        "notes": tuple(map(veil.text, record.notes)),
        "answers": tuple(map(veil.text, record.answers)),
    }
    return record.model_copy(update=update)


def veiled_item(item: Item, veil: Veil) -> Item:
    """An item, what is personal hashed: it can be looked at, and not be done again."""
    update: dict[str, object] = {
        "key": veil.text(item.key),
        "inputs": veil.values(item.inputs),
        "row": veil.values(item.row),
        "values": veil.values(item.values),
        "tables": {name: _veiled_rows(name, rows, veil) for name, rows in item.tables.items()},
        "failure": _veiled_failure(item.failure, veil),
        "note": veil.text(item.note),
    }
    return item.model_copy(update=update)


def _veiled_rows(name: str, rows: tuple[dict[str, str], ...], veil: Veil) -> tuple[dict[str, str], ...]:
    return tuple({column: veil.cell(name, column, text) for column, text in row.items()} for row in rows)


def _veiled_failure(failure: Failure | None, veil: Veil) -> Failure | None:
    if failure is None:
        return None
    return failure.model_copy(update={"message": veil.text(failure.message), "mend": veil.text(failure.mend)})


def _veiled_candidate(candidate: Candidate, veil: Veil) -> Candidate:
    return candidate.model_copy(update={"words": veil.text(candidate.words)})
