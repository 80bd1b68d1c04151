"""Serves the store: which pile of the review queue a run is in, and decisions by when they were made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"

_UNSORTED = "pile = '' AND (status = 'failed' OR (healed AND status <> 'running'))"


def upgrade() -> None:
    op.add_column("runs", sa.Column("pile", sa.String, nullable=False, server_default=sa.text("''")))
    op.create_index("ix_runs_pile", "runs", ["pile", "started_at", "trace_id"])
    op.create_index(
        "ix_runs_unsorted",
        "runs",
        ["started_at"],
        sqlite_where=sa.text(_UNSORTED),
        postgresql_where=sa.text(_UNSORTED),
    )
    op.create_index("ix_verdicts_at", "verdicts", ["at"])
    op.create_table(
        "piles",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("matter", sa.String, nullable=False, index=True),
        sa.Column("look", sa.Text, nullable=False),
    )
