"""What Frontdoor remembers, as values: one class per table. Times are seconds since 1970."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who begins soon."""

    id: int
    name: str
    role: str
    starts_on: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was handed in; ``reason`` says why it was rejected, ``judged_at`` is None until then."""

    id: int
    person_id: int
    person: str
    kind: str
    file_name: str
    sha256: str
    text: str
    status: str
    reason: str
    received_at: float
    judged_at: float | None


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account in a system."""

    id: int
    person_id: int
    person: str
    system: str
    handle: str
    created_at: float
