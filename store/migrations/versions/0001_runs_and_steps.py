"""Serves the store: runs and their steps, as the first version kept them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("trace_id", sa.String, primary_key=True),
        sa.Column("recording", sa.String, nullable=False),
        sa.Column("base_url", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("started_at", sa.Float, nullable=False),
        sa.Column("ended_at", sa.Float),
        sa.Column("total_steps", sa.Integer, nullable=False),
        sa.Column("failure_code", sa.String),
        sa.Column("failure_message", sa.String),
        sa.Column("healed", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("document", sa.Text, nullable=False),
    )
    for column in ("recording", "status", "started_at"):
        op.create_index(f"ix_runs_{column}", "runs", [column])
    op.create_table(
        "steps",
        sa.Column("trace_id", sa.String, sa.ForeignKey("runs.trace_id", name="fk_steps_trace_id"), primary_key=True),
        sa.Column("index", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("span_id", sa.String, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("how", sa.String, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
