"""Serves the store: what batches, workflows and schedules asked for as pictures of "steps" is called "marked" now, and
what was "quick" is "steps"; both are as they were.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_NOW = (("steps", "marked"), ("quick", "steps"))
_WRITTEN = ('"pictures":"{}"', '"pictures": "{}"')
"""As pydantic writes JSON, and as Python does."""


def upgrade() -> None:
    for name in ("batches", "flows", "schedules"):
        table = sa.table(name, sa.column("document"))
        document = table.c.document
        for was, now in _NOW:
            for written in _WRITTEN:
                old, new = written.format(was), written.format(now)
                changed = sa.update(table).where(document.contains(old, autoescape=True))
                op.execute(changed.values(document=sa.func.replace(document, old, new)))
