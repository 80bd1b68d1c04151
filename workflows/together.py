"""The results of stages brought together: one table, rows below each other or joined, and numbers made of it; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from recordings.errors import StepFailedError
from workflows.collect import Collect, Figure
from workflows.scope import Known, name_of_part
from workflows.state import Row, State, results_of
from workflows.workflow import RunStage

_WHICH = ("app", "recording")
_MADE: dict[str, Callable[[Sequence[Decimal]], Decimal]] = {
    "sum": lambda each: sum(each, Decimal(0)),
    "min": min,
    "max": max,
}


class NotANumberError(StepFailedError):
    """A figure is to be made of what is no number."""

    def __init__(self, figure: str, column: str, row: int, text: str) -> None:
        super().__init__(
            f"The figure '{figure}' cannot be made: in row {row}, {column} is '{text}', which is no number.",
            "Numbers are written like 1234.5. Read the value as a number, or leave its row out.",
        )


def brought_together(known: Known, state: State, collect: Collect) -> tuple[Row, ...] | None:
    """The rows of a collect's stages, before its ``python``; None where one failed and that fails all."""
    found = [(name, _results(known, state, name, collect)) for name in collect.stages]
    if any(rows is None for _, rows in found):
        return None
    each = [(name, rows or []) for name, rows in found]
    if not collect.join:
        return tuple(row for _, rows in each for row in rows)
    return tuple(_joined(known, each, collect.join))


def figures_of(rows: Sequence[Row], figures: Mapping[str, Figure]) -> dict[str, float]:
    """The numbers made of a table; rows that have nothing in a column are passed over.

    Raises:
        NotANumberError: A column that is to be added up or compared has something else in it.
    """
    return {name: float(_figure(name, figure, rows)) for name, figure in figures.items()}


def _figure(name: str, figure: Figure, rows: Sequence[Row]) -> Decimal:
    if figure.of == "count":
        return Decimal(sum(1 for row in rows if not figure.column or row.get(figure.column)))
    told = [(number, row[figure.column]) for number, row in enumerate(rows, 1) if row.get(figure.column, "").strip()]
    numbers = [_number(name, figure.column, number, text) for number, text in told]
    return _MADE[figure.of](numbers) if numbers else Decimal(0)


def _number(figure: str, column: str, row: int, text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation as error:
        raise NotANumberError(figure, column, row, text) from error
    if not number.is_finite():
        raise NotANumberError(figure, column, row, text)
    return number


def _results(known: Known, state: State, name: str, collect: Collect) -> list[dict[str, str]] | None:
    stands, stage = state.of(name), known.workflow.stage(name)
    if stands.table:
        return [dict(row) for row in stands.table]
    return results_of(stands, collect.failed, several=isinstance(stage, RunStage) and len(stage.recording) > 1)


def _joined(known: Known, each: Sequence[tuple[str, list[dict[str, str]]]], join: str) -> Iterator[dict[str, str]]:
    """One row for each value of the column, in the order in which they first came; a later value of a column wins."""
    columns = {name: dict.fromkeys(column for row in rows for column in row) for name, rows in each}
    often = Counter(column for of_stage in columns.values() for column in of_stage)
    joined: dict[str, dict[str, str]] = {}
    for name, rows in each:
        parts = known.parts_of(name)
        for row in rows:
            into = joined.setdefault(row.get(join, ""), {join: row.get(join, "")})
            for column, value in row.items():
                if column not in (join, *_WHICH):
                    into[_called(name, column, row, parts, often)] = value
    yield from joined.values()


def _called(name: str, column: str, row: Row, parts: tuple[str, ...], often: Counter[str]) -> str:
    if parts:
        part = next((row[which] for which in _WHICH if which in row), name)
        return f"{name_of_part(part)}_{column}"
    return f"{name}_{column}" if often[column] > 1 else column
