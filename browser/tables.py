"""Typed calls of the page script about lists of rows: the mirror of ``lists/listing.ts``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from playwright.async_api import Frame
from pydantic import BaseModel, ConfigDict, TypeAdapter

from browser.asking import LookLostError, ask, validated
from browser.page_script import Look
from recordings.target import Selector

_OFF = TypeAdapter(bool | None)
_SELECTORS: TypeAdapter[tuple[Selector, ...]] = TypeAdapter(tuple[Selector, ...])


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cell(_Told):
    """What a cell says, and where its link leads; a ``secret`` one says nothing."""

    text: str
    href: str
    secret: bool


class Row(_Told):
    """``mark`` is what programmers name the row by, or where its links lead, ``whole`` all that it says, ``index`` its
    place in the whole list as the page tells it (0: it does not)."""

    cells: tuple[Cell, ...]
    mark: str
    whole: str
    index: int


class Listed(_Told):
    """A list of a page. ``found`` are the selectors that find it, ``labels`` what stands over its columns.

    ``rows`` are told where a selector finds it or it has all the labels, in the columns or paths that were asked for;
    ``asides`` are texts among them that are no rows, ``headings`` how many rows are none because they head the others.
    ``count`` is the number of rows as the page tells it, 0 where it does not; ``windowed``: it has room for more rows
    than there are, ``blank``: which is seen; ``above``, ``below``: there may be more that way; ``busy``: it says that
    it is not ready.
    """

    found: tuple[int, ...]
    labels: tuple[str, ...]
    rows: tuple[Row, ...] | None
    asides: tuple[str, ...]
    headings: int
    count: int
    windowed: bool
    blank: bool
    above: bool
    below: bool
    busy: bool


class Pages(_Told):
    """The numbers of pages that the document offers, and that of the page it shows, 0 where it does not tell."""

    offered: tuple[int, ...]
    shown: int


class Lists(_Told):
    """What a frame answered: the lists, in the order of the candidates of ``look``."""

    look: Look
    lists: tuple[Listed, ...]
    pages: Pages


async def lists_in(
    frame: Frame, selectors: Sequence[Selector], item: str, paths: Sequence[str], labels: Sequence[str]
) -> Lists:
    """The lists that may be the one asked for, in one round trip: all tables, or for an ``item`` what a selector finds.

    Raises:
        LookLostError: The document was replaced meanwhile.
    """
    question = {
        "selectors": _SELECTORS.dump_python(tuple(selectors), mode="json"),
        "item": item,
        "paths": list(paths),
        "labels": list(labels),
    }
    return validated(Lists, await ask(frame, "tables", question))


async def scroll_rows(frame: Frame, seen: Lists, number: int, end: Literal["top", "on"]) -> bool:
    """Bring the last row of a list, or its beginning, into view; False where the page was asked something else since.

    Raises:
        LookLostError: The document was replaced meanwhile.
    """
    return await ask(frame, "scrollRows", {"look": seen.look.look, "candidate": number, "end": end}) == "true"


async def is_off(frame: Frame, found: Look, candidate: int) -> bool:
    """Whether a candidate of ``found`` says that it cannot be pressed.

    Raises:
        LookLostError: The document was replaced meanwhile.
    """
    told = _OFF.validate_json(await ask(frame, "isOff", {"look": found.look, "candidate": candidate}))
    if told is None:
        raise LookLostError
    return told
