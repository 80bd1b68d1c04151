"""Who did what, as entries that each hold the hash of the one before, so that a change made later shows.

A chain shows what was altered, taken out, moved or added within it. That its end was cut off it cannot show: for this
a ``Head``, the newest entry's number and hash, is kept in another place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from recordings.document import Document

Deed = Literal[
    "recorded", "taught", "edited", "renamed", "undid an edit", "redid an edit",
    "ran", "reran", "resumed", "paused", "cancelled", "took over",
    "approved", "refused", "answered", "reviewed", "covered",
    "accepted a heal", "refused a heal", "undid a heal", "reopened a heal", "pointed",
    "scheduled", "unscheduled",
    "logged in", "logged out", "failed to log in",
    "saved a session", "removed a session",
    "set a secret", "removed a secret", "listed secrets", "rotated the key",
    "added a user", "changed a user", "removed a user", "made a token", "revoked a token",
    "exported", "purged", "cleaned up", "said how long to keep",
]  # fmt: skip
"""What is noted. Whoever adds a deed that matters adds its word here, and nowhere else."""

FIRST = "0" * 64
"""What stands in the place of the hash before in the first entry."""

_LONGEST = 200


class AuditEntry(Document):
    """``who`` did ``act`` to ``what``, ``at`` a time in seconds since the epoch; ``facts`` are names and counts, never
    a value that was typed. ``number`` counts from 1; ``before`` is the hash of the entry before, ``hash`` that of all
    the other fields."""

    number: int
    at: float
    who: str
    act: str
    what: str
    facts: dict[str, str]
    before: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry at some time."""

    number: int
    hash: str


EMPTY = Head(0, FIRST)
"""Where nothing was noted yet."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at the entry of this number."""

    number: int
    words: str


def hash_of(entry: AuditEntry) -> str:
    """The hash of all fields but the hash itself: SHA-256, in hex, of their canonical form.

    That is a JSON array in the order of the fields, facts sorted by name, nothing between, all beyond ASCII escaped.
    """
    fields = entry.model_dump(exclude={"hash"})
    canonical = json.dumps(list(fields.values()), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def entry_after(head: Head, at: float, who: str, act: Deed, what: str, facts: dict[str, str]) -> AuditEntry:
    """The entry that follows ``head``; long texts are cut, since whoever is let in could fill the disk with them."""
    entry = AuditEntry(
        number=head.number + 1,
        at=at,
        who=_short(who),
        act=act,
        what=_short(what),
        facts={name: _short(value) for name, value in facts.items()},
        before=head.hash,
        hash="",
    )
    return entry.model_copy(update={"hash": hash_of(entry)})


class Chain:
    """Goes along entries from the first, and tells what is wrong. ``head`` is how far it has come."""

    def __init__(self, known: Iterable[Head] = ()) -> None:
        self._known: dict[int, set[str]] = {}
        for each in known:
            self._known.setdefault(each.number, set()).add(each.hash)
        self.head = EMPTY

    def follow(self, entry: AuditEntry) -> list[Fault]:
        """What is wrong with the next entry."""
        last, self.head = self.head, Head(entry.number, entry.hash)
        known = self._known.pop(entry.number, set())
        if entry.number > last.number + 1:
            return [Fault(last.number + 1, _missing(last.number + 1, entry.number - 1))]
        if entry.number <= last.number:
            return [Fault(entry.number, f"comes after entry {last.number}: it was moved, or added")]
        if hash_of(entry) != entry.hash:
            return [Fault(entry.number, "was altered: its hash is that of something else")]
        if entry.before != last.hash:
            return [Fault(entry.number, f"does not follow entry {last.number}: one of the two was written anew")]
        if known - {entry.hash}:
            return [Fault(entry.number, "is not what is known of it from elsewhere: the log was written anew")]
        return []

    def end(self) -> list[Fault]:
        """What is wrong with where it ends."""
        known = max(self._known, default=0)
        if known <= self.head.number:
            return []
        return [Fault(self.head.number + 1, f"{_missing(self.head.number + 1, known)}: the end was cut off")]


def verify(entries: Iterable[AuditEntry], known: Iterable[Head] = ()) -> list[Fault]:
    """All that is wrong with a log, in the order in which it was found; nothing where it is whole.

    Args:
        entries: From the first, in the order in which they are kept.
        known: What is known from elsewhere: entries that were the newest at some time.
    """
    chain = Chain(known)
    return [*(fault for entry in entries for fault in chain.follow(entry)), *chain.end()]


def _missing(first: int, last: int) -> str:
    return "is missing" if first == last else f"to {last} are missing"


def _short(text: str) -> str:
    # Postgres keeps no zeros in texts; a half of a surrogate pair cannot be written at all.
    kept = text.replace("\0", "").encode(errors="replace").decode()
    return kept if len(kept) <= _LONGEST else kept[: _LONGEST - 1] + "…"
