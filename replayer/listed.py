"""Which list of a page a loop goes through, and which of its rows is meant; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from browser.lists import Listed, ListedRow
from recordings.blocks import Rows
from recordings.target import Description
from replayer.rows import in_its_row
from replayer.wording import text_likeness

_ALIKE = 0.6
_SIGNS_NEEDED = 2


def list_of(rows: Rows, lists: Sequence[Listed]) -> list[int]:
    """The places of the lists that may be the recorded one: one where that is clear.

    Two signs of four must agree: where it stands, the column that names its rows, what can be done in them, and the
    heading over it. An empty list shows nothing that can be done.
    """
    nearest = max((len(each.path) for each in lists if _holds(rows, each)), default=0)
    counts = [_signs(rows, each, is_nearest=len(each.path) == nearest) for each in lists]
    best = max(counts, default=0)
    return [place for place, count in enumerate(counts) if count == best] if best >= _SIGNS_NEEDED else []


def unnamed(rows: Sequence[ListedRow]) -> str:
    """Why the rows cannot be told apart, "" where they can."""
    for number, row in enumerate(rows, 1):
        if not row.key:
            said = f" ('{row.says[:60]}')" if row.says else ""
            return f"row {number}{said} says nothing that no other row says"
    count = Counter(row.key.casefold() for row in rows)
    twice = next((row.key for row in rows if count[row.key.casefold()] > 1), "")
    return f"more than one row is called '{twice}'" if twice else ""


def those_called(row: ListedRow, rows: Sequence[ListedRow]) -> list[ListedRow]:
    """The rows that are ``row`` by now: by its name, else those that say it where another text names them."""
    same = [other for other in rows if other.key.casefold() == row.key.casefold()]
    return same or [other for other in rows if in_its_row(_as_described(row), _as_described(other))]


def done_as_another(done: Sequence[str], rows: Sequence[ListedRow]) -> tuple[str, str] | None:
    """A row that may have been done under another name: that name, and the name of the row that says it."""
    names = {row.key for row in rows}
    for name in (name for name in done if name not in names):
        was = Description(tag="tr", key=name, row=name)
        for row in rows:
            if row.key not in done and in_its_row(was, _as_described(row)):
                return name, row.key
    return None


def _as_described(row: ListedRow) -> Description:
    return Description(tag="tr", key=row.key, row=row.says, column=row.column)


def _holds(rows: Rows, seen: Listed) -> bool:
    return bool(seen.path) and rows.path.startswith(f"{seen.path}/")


def _signs(rows: Rows, seen: Listed, *, is_nearest: bool) -> int:
    stands = _holds(rows, seen) and is_nearest
    headed = bool(rows.column) and rows.column in seen.columns
    offers = bool(rows.control) and any(text_likeness(rows.control, name) >= _ALIKE for name in seen.controls)
    titled = bool(rows.heading) and rows.heading == seen.heading
    return stands + headed + offers + titled
