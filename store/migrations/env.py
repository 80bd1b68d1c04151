"""Alembic's way in, for the store: the connection and its transaction are the caller's (``store.schema``)."""

from __future__ import annotations

from alembic import context

from store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
