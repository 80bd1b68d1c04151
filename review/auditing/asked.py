"""What an address asks of the audit log, read and written; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import get_args
from urllib.parse import urlencode

from recordings.audit import Deed
from store.audit import AuditWanted

DEEDS: tuple[str, ...] = get_args(Deed)
FIELDS = ("who", "act", "since", "until")


def wanted_by(query: Mapping[str, str]) -> AuditWanted:
    """Which entries an address asks for; what cannot be meant is left out."""
    act = query.get("act", "")
    return AuditWanted(
        who=query.get("who", "")[:200].replace("\0", ""),
        act=act if act in DEEDS else "",
        since=_day(query.get("since", "")),
        until=_day(query.get("until", ""), later=1),
    )


def place_of(text: str) -> int | None:
    """The number of the entry that a page ended with."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def address_of(query: Mapping[str, str], **changes: str) -> str:
    """The log's address with other fields; empty ones are left out."""
    told = urlencode({name: value for name, value in {**query, **changes}.items() if value})
    return f"/audit?{told}" if told else "/audit"


def _day(text: str, later: int = 0) -> float | None:
    """The beginning of a day of this machine's time, or of one so many days later."""
    try:
        return (datetime.strptime(text, "%Y-%m-%d") + timedelta(days=later)).timestamp()
    except (ValueError, OverflowError):
        return None
