"""The tables of the trace stage: a row a run, a step, a proposed heal, each with its whole document as JSON.

The columns beside ``document`` repeat what is searched or listed by; the document is what is true.
Of a heal, what came after it was proposed stands in columns alone: ``status``, ``seen``, ``last_at``, ``last_trace``.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text, false

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

runs = Table(
    "runs",
    metadata,
    Column("trace_id", String, primary_key=True),
    Column("recording", String, nullable=False, index=True),
    Column("base_url", String, nullable=False),
    Column("status", String, nullable=False, index=True),
    Column("started_at", Float, nullable=False, index=True),
    Column("ended_at", Float),
    Column("total_steps", Integer, nullable=False),
    Column("failure_code", String),
    Column("failure_message", String),
    Column("healed", Boolean, nullable=False, server_default=false()),
    Column("document", Text, nullable=False),
)

steps = Table(
    "steps",
    metadata,
    Column("trace_id", String, ForeignKey("runs.trace_id"), primary_key=True),
    Column("index", Integer, primary_key=True, autoincrement=False),
    Column("span_id", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("how", String, nullable=False),
    Column("document", Text, nullable=False),
)

heals = Table(
    "heals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("recording", String, nullable=False),
    Column("step_id", String, nullable=False),
    Column("sign", String, nullable=False),
    Column("made_from", String, nullable=False),
    Column("status", String, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("last_at", Float, nullable=False),
    Column("last_trace", String, nullable=False),
    Column("document", Text, nullable=False),
    Index("ix_heals_recording", "recording", "step_id", "sign"),
    sqlite_autoincrement=True,
)
