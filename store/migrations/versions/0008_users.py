"""Serves the store: users of the console, their tokens, and where they are signed in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "tokens",
        sa.Column("prefix", sa.String, primary_key=True),
        sa.Column("digest", sa.String, nullable=False, unique=True),
        sa.Column("user_name", sa.String, sa.ForeignKey("users.name", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "sign_ins",
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("prefix", sa.String, sa.ForeignKey("tokens.prefix", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("expires_at", sa.Float, nullable=False, index=True),
    )
