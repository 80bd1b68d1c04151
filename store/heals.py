"""Heals in the store: proposed by runs, each counted once, decided on by people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, insert, or_, select, update

from recordings.heal import Heal, HealStatus, sign_of
from recordings.known_secrets import KNOWN
from store.tables import heals
from store.written import written

_LATER = {"id", "status", "seen", "last_at", "last_trace"}


def put_heal(connection: Connection, heal: Heal) -> int:
    """Keep a proposal, or count it where it was made before; its id. The transaction is alone on heals.

    One that was refused is counted and stays refused. One that was accepted is counted where it was made from the same
    version of the recording, as by a run that began before or after it was taken back; else it is proposed anew.
    """
    heal = KNOWN.cleaned(heal)
    same = and_(
        heals.c.recording == heal.recording,
        heals.c.step_id == heal.step_id,
        heals.c.sign == sign_of(heal.new),
        or_(heals.c.status != "accepted", heals.c.made_from == heal.made_from),
    )
    again = {"seen": heals.c.seen + 1, "last_at": heal.last_at, "last_trace": heal.last_trace}
    counted = connection.execute(update(heals).where(same).values(again).returning(heals.c.id))
    if ids := [int(heal_id) for heal_id in counted.scalars()]:
        return max(ids)
    added = connection.execute(insert(heals).values(_row_of(heal)))
    return int((added.inserted_primary_key or (0,))[0])


def chosen(recording: str | None, status: HealStatus | None) -> Select[Any]:
    """Asks for heals, the newest first; None: of all recordings, of every status."""
    query = select(heals).order_by(heals.c.id.desc())
    for column, wanted in ((heals.c.recording, recording), (heals.c.status, status)):
        query = query if wanted is None else query.where(column == wanted)
    return query


def by_id(heal_id: int) -> Select[Any]:
    """Asks for one heal."""
    return select(heals).where(heals.c.id == heal_id)


def set_status(connection: Connection, heal_id: int, status: HealStatus) -> None:
    """Keep what was decided on a heal, if there is such a one."""
    connection.execute(update(heals).where(heals.c.id == heal_id).values(status=status))


def heals_of(rows: Sequence[Row[Any]]) -> list[Heal]:
    """The documents, with what came after they were proposed.

    Raises:
        ValidationError: One is of another shape.
    """
    return [
        Heal.model_validate_json(row.document).model_copy(update={name: getattr(row, name) for name in _LATER})
        for row in rows
    ]


def _row_of(heal: Heal) -> dict[str, object]:
    return {
        "recording": heal.recording,
        "step_id": heal.step_id,
        "sign": sign_of(heal.new),
        "made_from": heal.made_from,
        "status": heal.status,
        "seen": heal.seen,
        "last_at": heal.last_at,
        "last_trace": heal.last_trace,
        "document": written(heal, leave_out=_LATER, defaults=True),
    }
