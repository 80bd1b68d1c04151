"""Serves the store: workflows under way, their stages, and which batches are theirs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "flows",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("trace_id", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("given", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("ix_flows_trace_id", "flows", ["trace_id"])
    op.create_index("ix_flows_status", "flows", ["status"])
    op.create_index("ix_flows_created_at", "flows", ["created_at"])
    op.create_table(
        "stages",
        sa.Column("flow_id", sa.String, sa.ForeignKey("flows.id", name="fk_stages_flow_id"), primary_key=True),
        sa.Column("stage", sa.String, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.add_column("batches", sa.Column("flow", sa.String, nullable=False, server_default=sa.text("''")))
    op.create_index("ix_batches_flow", "batches", ["flow"])
