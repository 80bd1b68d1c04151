"""The two tables of the trace stage: a row a run, a row a step, each with its whole document as JSON.

The columns beside ``document`` repeat what is searched or listed by; the document is what is true.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, MetaData, String, Table, Text, false

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
