"""What an address asks of the list of runs, read and written; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from store.run_list import Place, Wanted

HELP = "help"
"""The status of a run that waits for a person to help: it runs, and only this console's desk knows it."""

STATUSES = {"passed": "passed", "failed": "failed", "running": "running", HELP: "waits for help"}
VERDICTS = {"none": "not decided", "accepted": "accepted", "refused": "refused"}
_TEXTS = ("recording", "batch", "app", "text", "trace")
FIELDS = (*_TEXTS, "status", "verdict", "healed", "since", "until")
_LONGEST = 300


def wanted_by(query: Mapping[str, str]) -> Wanted:
    """Which runs an address asks for; what cannot be meant is left out."""
    texts = {name: query.get(name, "").strip()[:_LONGEST].replace("\0", "") for name in _TEXTS}
    status, verdict = query.get("status", ""), query.get("verdict", "")
    return Wanted(
        recording=texts["recording"],
        batch=texts["batch"],
        app=texts["app"],
        text=texts["text"],
        trace=texts["trace"],
        status="running" if status == HELP else status if status in STATUSES else "",
        verdict=verdict if verdict in VERDICTS else "",
        healed={"yes": True, "no": False}.get(query.get("healed", "")),
        since=_moment(query.get("since", "")),
        until=_moment(query.get("until", ""), after_days=1),
    )


def place_of(text: str) -> Place | None:
    """Where a page of the list ended, as ``place_words`` wrote it."""
    at, _, trace_id = text.partition("~")
    try:
        return Place(float(at), trace_id[:64]) if trace_id.isalnum() else None
    except ValueError:
        return None


def place_words(place: Place) -> str:
    """A place in an address."""
    return f"{place.started_at!r}~{place.trace_id}"


def address_of(query: Mapping[str, str], **changes: str) -> str:
    """The list's address with other fields; empty ones are left out."""
    fields = {**query, **changes}
    told = urlencode({name: value for name, value in fields.items() if value})
    return f"/runs?{told}" if told else "/runs"


def _moment(text: str, after_days: int = 0) -> float | None:
    """A moment of this machine's time; of a day alone its beginning, or that of one after it."""
    try:
        if "T" in text:
            return datetime.strptime(text, "%Y-%m-%dT%H:%M").timestamp()
        return (datetime.strptime(text, "%Y-%m-%d") + timedelta(days=after_days)).timestamp()
    except (ValueError, OverflowError):
        return None
