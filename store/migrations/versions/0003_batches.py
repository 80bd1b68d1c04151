"""Serves the store: batches and their items, what they sent, who does them; blobs where there is no folder for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _batches()
    _guards()
    op.create_table(
        "workers",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("beat_at", sa.Float, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("ix_workers_beat_at", "workers", ["beat_at"])
    op.create_table(
        "schedules",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("next_at", sa.Float),
        sa.Column("last_at", sa.Float),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("ix_schedules_next_at", "schedules", ["next_at"])
    op.create_table(
        "blobs",
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )


def _batches() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("app", sa.String, nullable=False),
        sa.Column("session", sa.String, nullable=False),
        sa.Column("limit_per_app", sa.Integer, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("ix_batches_app", "batches", ["app"])
    op.create_index("ix_batches_created_at", "batches", ["created_at"])
    op.create_table(
        "items",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("batch_id", sa.String, sa.ForeignKey("batches.id", name="fk_items_batch_id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("trace_id", sa.String, nullable=False),
        sa.Column("worker", sa.String, nullable=False),
        sa.Column("begun_at", sa.Float),
        sa.Column("ended_at", sa.Float),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("ix_items_status", "items", ["status", "batch_id", "number"])
    op.create_index("ix_items_number", "items", ["batch_id", "number"], unique=True)
    op.create_index("ix_items_begun", "items", ["batch_id", "begun_at"])
    op.create_table(
        "keys",
        sa.Column("recording", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("item_id", sa.String, nullable=False),
    )


def _guards() -> None:
    op.create_table(
        "commits",
        sa.Column("item_id", sa.String, primary_key=True),
        sa.Column("step_id", sa.String, primary_key=True),
        sa.Column("trace_id", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "breakers",
        sa.Column("app", sa.String, primary_key=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
