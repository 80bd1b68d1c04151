"""Serves the store: parts of pictures that must not be seen in reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "covers",
        sa.Column("recording", sa.String, primary_key=True),
        sa.Column("step_id", sa.String, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
    )
