"""Serves the store: runs are found among a hundred thousand, and people decide on what became of them."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_CHUNK = 2_000


def upgrade() -> None:
    op.add_column("runs", sa.Column("item", sa.String, nullable=False, server_default=sa.text("''")))
    op.add_column("runs", sa.Column("app", sa.String, nullable=False, server_default=sa.text("''")))
    _fill()
    op.drop_index("ix_runs_recording", "runs")
    op.drop_index("ix_runs_status", "runs")
    op.create_index("ix_runs_ended_at", "runs", ["ended_at"])
    op.create_index("ix_runs_item", "runs", ["item"])
    for column in ("recording", "status", "healed", "app"):
        op.create_index(f"ix_runs_{column}", "runs", [column, "started_at"])
    op.create_table(
        "verdicts",
        sa.Column("trace_id", sa.String, primary_key=True),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_table(
        "looks",
        sa.Column("picture", sa.String, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
    )


def _fill() -> None:
    """What stood in the documents alone."""
    runs = sa.table("runs", *(sa.column(name) for name in ("trace_id", "base_url", "item", "app", "document")))
    connection, last = op.get_bind(), ""
    change = (
        sa.update(runs)
        .where(runs.c.trace_id == sa.bindparam("of"))
        .values(item=sa.bindparam("to_item"), app=sa.bindparam("to_app"))
    )
    page = sa.select(runs.c.trace_id, runs.c.base_url, runs.c.document).order_by(runs.c.trace_id).limit(_CHUNK)
    while rows := connection.execute(page.where(runs.c.trace_id > last)).all():
        told = [
            {"of": row[0], "to_app": _origin(row[1]), "to_item": json.loads(row[2]).get("item", "")} for row in rows
        ]
        connection.execute(change, told)
        last = rows[-1][0]


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0].rpartition('@')[2]}" if rest else ""
