"""Stores as older versions made them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from recordings.trace import Trace


def made_by(version: str, path: Path) -> None:
    """Make a store as it was at a version, with one run that passed."""
    config = Config()
    config.set_main_option("script_location", "store:migrations")
    engine = create_engine(f"sqlite:///{path}")
    told = Trace(trace_id="c" * 32, recording="add", started_at=1.0, item="abcdef012345:000001")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        connection.execute(
            text(
                "INSERT INTO runs (trace_id, recording, base_url, status, started_at, total_steps, document) "
                "VALUES (:trace_id, 'add', 'http://ada:secret@desk.test/base', 'passed', 1, 0, :document)"
            ),
            {"trace_id": told.trace_id, "document": told.model_dump_json()},
        )
    engine.dispose()
