"""The tables of the store: a row a run, a step, a proposed heal, a batch and so on, each with its document as JSON.

The columns beside ``document`` repeat what is searched or listed by; the document is what is true.
Of a heal and of an item, what changes by itself stands in columns alone, so that thousands change in one statement:
of a heal ``status``, ``seen``, ``last_at``, ``last_trace``, of an item all columns after ``number``.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    or_,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

# Runs that the review queue has in no pile yet. No bound values: SQLite uses a partial index only where it reads the
# same condition in the question.
UNSORTED = text("pile = '' AND (status = 'failed' OR (healed AND status <> 'running'))")

runs = Table(
    "runs",
    metadata,
    Column("trace_id", String, primary_key=True),
    Column("recording", String, nullable=False),
    Column("base_url", String, nullable=False),
    Column("status", String, nullable=False),
    Column("started_at", Float, nullable=False, index=True),
    Column("ended_at", Float, index=True),
    Column("total_steps", Integer, nullable=False),
    Column("failure_code", String),
    Column("failure_message", String),
    Column("healed", Boolean, nullable=False, server_default=false()),
    Column("document", Text, nullable=False),
    Column("item", String, nullable=False, index=True, server_default=text("''")),
    # The origin of base_url.
    Column("app", String, nullable=False, server_default=text("''")),
    # The pile of the review queue that it is in, "" for none.
    Column("pile", String, nullable=False, server_default=text("''")),
    Index("ix_runs_pile", "pile", "started_at", "trace_id"),
    # Of those that are UNSORTED, as its migration says; to say so here would load the way to Postgres at each start.
    Index("ix_runs_unsorted", "started_at"),
    Index("ix_runs_recording", "recording", "started_at"),
    Index("ix_runs_status", "status", "started_at"),
    Index("ix_runs_healed", "healed", "started_at"),
    Index("ix_runs_app", "app", "started_at"),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("trace_id", String, primary_key=True),
    Column("verdict", String, nullable=False),
    Column("note", String, nullable=False),
    Column("at", Float, nullable=False, index=True),
)

piles = Table(
    "piles",
    metadata,
    Column("id", String, primary_key=True),
    Column("matter", String, nullable=False, index=True),
    Column("look", Text, nullable=False),
)

covers = Table(
    "covers",
    metadata,
    Column("recording", String, primary_key=True),
    Column("step_id", String, primary_key=True),
    Column("document", Text, nullable=False),
)

# What was worked out of a picture, by its digest: so that it is done once.
looks = Table(
    "looks",
    metadata,
    Column("picture", String, primary_key=True),
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

batches = Table(
    "batches",
    metadata,
    Column("id", String, primary_key=True),
    Column("app", String, nullable=False, index=True),
    Column("session", String, nullable=False),
    Column("limit_per_app", Integer, nullable=False),
    Column("status", String, nullable=False),
    Column("created_at", Float, nullable=False, index=True),
    Column("document", Text, nullable=False),
    Column("flow", String, nullable=False, index=True, server_default=text("''")),
)

flows = Table(
    "flows",
    metadata,
    Column("id", String, primary_key=True),
    Column("trace_id", String, nullable=False, index=True),
    Column("status", String, nullable=False, index=True),
    Column("created_at", Float, nullable=False, index=True),
    # The values of its inputs, the rows of its files: written once, so apart from what changes.
    Column("given", Text, nullable=False),
    Column("document", Text, nullable=False),
)

stages = Table(
    "stages",
    metadata,
    Column("flow_id", String, ForeignKey("flows.id"), primary_key=True),
    Column("stage", String, primary_key=True),
    Column("document", Text, nullable=False),
)

items = Table(
    "items",
    metadata,
    Column("id", String, primary_key=True),
    Column("batch_id", String, ForeignKey("batches.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("status", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("trace_id", String, nullable=False),
    Column("worker", String, nullable=False),
    Column("begun_at", Float),
    Column("ended_at", Float),
    Column("document", Text, nullable=False),
    # By status first: what is running is looked for over all batches, each time that an item would begin.
    Index("ix_items_status", "status", "batch_id", "number"),
    Index("ix_items_number", "batch_id", "number", unique=True),
    Index("ix_items_begun", "batch_id", "begun_at"),
)

keys = Table(
    "keys",
    metadata,
    Column("recording", String, primary_key=True),
    # The sha256 of the key: Postgres takes no long text into an index, and no NUL into any text.
    Column("key", String, primary_key=True),
    Column("item_id", String, nullable=False),
)

commits = Table(
    "commits",
    metadata,
    Column("item_id", String, primary_key=True),
    Column("step_id", String, primary_key=True),
    Column("trace_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("at", Float, nullable=False),
    Column("document", Text, nullable=False),
)

breakers = Table(
    "breakers",
    metadata,
    Column("app", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("document", Text, nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("id", String, primary_key=True),
    Column("beat_at", Float, nullable=False, index=True),
    Column("document", Text, nullable=False),
)

schedules = Table(
    "schedules",
    metadata,
    Column("name", String, primary_key=True),
    Column("next_at", Float, index=True),
    Column("last_at", Float),
    Column("document", Text, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("until", Float, nullable=False),
    Column("failed_version", String, nullable=False),
    Column("reason", Text, nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("digest", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("at", Float, nullable=False),
)

# The key that personal values are hashed with, and how long things are kept.
privacy = Table(
    "privacy",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)

vault = Table(
    "vault",
    metadata,
    Column("kind", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("origin", String, nullable=False),
    Column("key_id", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("changed_at", Float, nullable=False),
)

# One row: the key that seals.
vault_key = Table(
    "vault_key",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("key_id", String, nullable=False),
    Column("made_at", Float, nullable=False),
)

# Who did what; only added to: triggers refuse all else (migration 0009).
audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("who", String, nullable=False),
    Column("act", String, nullable=False),
    Column("what", String, nullable=False),
    Column("facts", Text, nullable=False),
    Column("before", String, nullable=False),
    Column("hash", String, nullable=False),
    Index("ix_audit_at", "at", "number"),
    Index("ix_audit_who", "who", "number"),
    Index("ix_audit_act", "act", "number"),
)

users = Table(
    "users",
    metadata,
    Column("name", String, primary_key=True),
    Column("document", Text, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("prefix", String, primary_key=True),
    Column("digest", String, nullable=False, unique=True),
    Column("user_name", String, ForeignKey("users.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("document", Text, nullable=False),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    # The sha256 of the cookie.
    Column("digest", String, primary_key=True),
    Column("prefix", String, ForeignKey("tokens.prefix", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", Float, nullable=False, index=True),
)


def names_pictures() -> ColumnElement[bool]:
    """Whether a step's document names a picture; what a page says stands in it with its quotes escaped."""
    return or_(*(steps.c.document.like(f'%"{name}":"%') for name in ("picture", "after")))
