"""Serves the store: what runs propose for their recordings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "heals",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("recording", sa.String, nullable=False),
        sa.Column("step_id", sa.String, nullable=False),
        sa.Column("sign", sa.String, nullable=False),
        sa.Column("made_from", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.Column("last_at", sa.Float, nullable=False),
        sa.Column("last_trace", sa.String, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_heals_recording", "heals", ["recording", "step_id", "sign"])
