"""Serves the store: whose turn it is with the account of a saved session."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("holder", sa.String, nullable=False),
        sa.Column("until", sa.Float, nullable=False),
        sa.Column("failed_version", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
