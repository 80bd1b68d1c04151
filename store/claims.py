"""Who does a row: of the items with the same recording and key, one has the claim, and the others are skipped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, select

from recordings.batch import Batch, Item, ItemStatus
from store.database import insert_into, put_into
from store.tables import items, keys

_HOLDING: dict[ItemStatus, str] = {
    "passed": "Done already in batch {batch}, line {line}.",
    "queued": "Asked for already in batch {batch}, line {line}.",
    "running": "Being done in batch {batch}, line {line}.",
    "waiting": "A person must say whether batch {batch}, line {line} did it.",
}
"""The ways to be that keep a claim; one that failed or was cancelled gives it up."""


@dataclass(frozen=True, slots=True)
class Claimant:
    """An item that has a claim."""

    item_id: str
    status: ItemStatus
    line: int

    @property
    def batch_id(self) -> str:
        return self.item_id.partition(":")[0]

    @property
    def holds(self) -> bool:
        """Whether it keeps its claim against another item."""
        return self.status in _HOLDING

    @property
    def words(self) -> str:
        """Why another item is not done, said for a person."""
        return _HOLDING[self.status].format(batch=self.batch_id, line=self.line)


def claimants(connection: Connection, recording: str, wanted: Iterable[str]) -> dict[str, Claimant]:
    """Who has the claims on these keys, by key."""
    by_sign = {_sign(key): key for key in wanted}
    query = (
        select(keys.c.key, items.c.id, items.c.number, items.c.status, items.c.document)
        .join(items, items.c.id == keys.c.item_id)
        .where(keys.c.recording == recording, keys.c.key.in_(by_sign))
    )
    return {
        by_sign[row.key]: Claimant(row.id, row.status, Item.model_validate_json(row.document).line or row.number)
        for row in connection.execute(query)
    }


def claim(connection: Connection, recording: str, taken: Sequence[Item]) -> None:
    """Give the claims on their keys to these items; one that repeats what another did leaves the claim to that."""
    for repeats in (False, True):
        rows = [
            {"recording": recording, "key": _sign(item.key), "item_id": item.id}
            for item in taken
            if item.key and item.repeats == repeats
        ]
        put = insert_into(connection, keys).on_conflict_do_nothing() if repeats else put_into(connection, keys)
        if rows:
            connection.execute(put, rows)


def sorted_out(connection: Connection, batch: Batch, given: Sequence[Item], again: bool) -> list[Item]:
    """These items of a batch, those that are not to be done marked as skipped, with a note that says why."""
    held = claimants(connection, batch.recording, {item.key for item in given if item.key})
    sorted_items = []
    for item in given:
        why = _why_not(held.get(item.key), batch.id, again) if item.status == "queued" else ""
        if why:
            by = held[item.key].item_id
            sorted_items.append(item.model_copy(update={"status": "skipped", "note": why, "instead": by}))
            continue
        holder = held.get(item.key)
        if holder is not None and holder.holds and holder.batch_id != batch.id:
            sorted_items.append(item.model_copy(update={"repeats": True}))
        else:
            sorted_items.append(item)
        if item.key:
            held[item.key] = Claimant(item.id, item.status, item.line or item.number)
    return sorted_items


def _why_not(claimant: Claimant | None, batch_id: str, again: bool) -> str:
    if claimant is None:
        return ""
    if claimant.batch_id == batch_id:
        return f"Line {claimant.line} asks for the same."
    return claimant.words if claimant.holds and not again else ""


def _sign(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
