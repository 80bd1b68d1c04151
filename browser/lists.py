"""The lists that a page shows, and the rows of one of them, as the page script tells them."""

from __future__ import annotations

from playwright.async_api import Frame
from pydantic import BaseModel, ConfigDict, TypeAdapter

from browser.asking import LookLostError, ask, validated


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Listed(_Reply):
    """A table, a list, or cards: ``path`` is the XPath of what its rows are in, ``kind`` what tells them from what else
    is in it ("" in a table); ``columns`` stand over them; ``controls`` are the names of what its first rows have to act
    on, without what names the row; ``count`` is how many rows are to be seen."""

    path: str
    kind: str
    columns: tuple[str, ...]
    heading: str
    landmark: str
    controls: tuple[str, ...]
    count: int


class Lists(_Reply):
    """All lists of a document. ``quiet_ms`` is how long it has not changed."""

    lists: tuple[Listed, ...]
    ready: str
    quiet_ms: float
    url: str


class ListedRow(_Reply):
    """A row: ``key`` is the text that names it among all rows of its list, "" where nothing does, and ``column`` what
    stands over that; ``says`` is all that it says, ``tells`` is that without what can be pressed in any row."""

    key: str
    column: str
    says: str
    tells: str


_ROWS: TypeAdapter[tuple[ListedRow, ...] | None] = TypeAdapter(tuple[ListedRow, ...] | None)


async def lists_of(frame: Frame, known: Listed | None = None) -> Lists:
    """The lists of a document, tables without rows among them.

    Args:
        known: A list that was seen before: one row that is left in it makes a list, too.

    Raises:
        LookLostError: The document was replaced meanwhile.
    """
    shape = {"path": known.path, "kind": known.kind} if known is not None else None
    return validated(Lists, await ask(frame, "lists", shape))


async def rows_of(frame: Frame, place: int, most: int) -> tuple[ListedRow, ...]:
    """The first ``most`` rows of the list at ``place`` in what ``lists_of`` told last, in their order.

    Raises:
        LookLostError: The document was replaced meanwhile, or the list left it.
    """
    rows = _ROWS.validate_json(await ask(frame, "rows", {"list": place, "most": most}))
    if rows is None:
        raise LookLostError
    return rows
