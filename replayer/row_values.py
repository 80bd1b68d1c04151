"""Cells of a page's rows to values by name, and values read before to what another must equal; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from browser.tables import Cell, Row
from recordings.errors import SecretUnreadError, ValueUnreadableError
from recordings.reads import Column
from recordings.steps import ReadRows
from recordings.typed import Typed, UntypedError, named, typed


def rows_of(step: ReadRows, places: Sequence[int], rows: Iterable[Row], first: int) -> list[dict[str, str]]:
    """The values of rows, each column in the canonical text of its type; an empty cell is an empty text.

    Args:
        places: The cells of a row that the columns are.
        first: The number of the first row, for errors.

    Raises:
        ValueUnreadableError: A cell is not of its column's type; says which.
        SecretUnreadError: A secret field stands in one.
    """
    return [_values(step, places, row, number) for number, row in enumerate(rows, first)]


def _values(step: ReadRows, places: Sequence[int], row: Row, number: int) -> dict[str, str]:
    values: dict[str, str] = {}
    for column, place in zip(step.columns, places, strict=True):
        cell = row.cells[place] if place < len(row.cells) else None
        if cell is not None and cell.secret:
            raise SecretUnreadError(f"{step.words}, row {number}, column '{column.name}'")
        values |= named(column.name, column.type, _value(step, column, cell, number))
    return values


def _value(step: ReadRows, column: Column, cell: Cell | None, number: int) -> Typed:
    if cell is None or not (cell.text or (column.type == "link" and cell.href)):
        return Typed("")
    try:
        return typed(cell.text, column.type, column.written, cell.href)
    except UntypedError as error:
        raise ValueUnreadableError(f"{step.words}, row {number}, column '{column.name}'", str(error)) from error
