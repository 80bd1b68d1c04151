"""What the panel shows of the last step where it reads or compares: what was understood, and what it could be; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from agents.revising import TYPES, chosen_for
from recorder.compile import Compiled
from recorder.readings import ReadColumn, Reading
from recordings.inputs import Input, InputRef, Literally, SecretRef
from recordings.reads import CountRef, Expected, ReadRef, SumRef
from recordings.steps import AssertEquals, Read, ReadRows, Step

_SAMPLE = 60
_NUMBERS = ("number", "money")


def reading_view(understood: Compiled) -> dict[str, Any] | None:
    """The last step as plain data; None where it neither reads nor compares."""
    step = understood.steps[-1] if understood.steps else None
    reading = understood.readings.get(step.id) if step is not None else None
    if step is None or reading is None:
        return None
    names = {"name": step.name} if isinstance(step, (Read, ReadRows)) else {"name": ""}
    return {
        **names,
        "purpose": reading.purpose,
        "count": reading.count,
        "partly": reading.partly,
        "asides": [text[:_SAMPLE] for text in reading.asides],
        "columns": [_column(column) for column in reading.columns],
        "types": [{"type": kind, "words": words} for kind, words in TYPES.items()],
        "pages": isinstance(step, ReadRows) and step.next_page is not None,
        "to": spec_of(step.to) if isinstance(step, AssertEquals) else "",
        "choices": list(_choices(understood, reading)) if isinstance(step, AssertEquals) else [],
    }


def spec_of(expected: Expected) -> str:
    """What a value must equal, as ``Revised.to`` has it."""
    match expected:
        case Literally() | SecretRef():
            return "shown"
        case InputRef():
            return f"input:{expected.name}"
        case ReadRef():
            return f"read:{expected.name}"
        case SumRef():
            return f"sum:{expected.table}.{expected.column}"
        case CountRef():
            return f"count:{expected.table}"


def _column(column: ReadColumn) -> dict[str, Any]:
    return {
        "name": column.name,
        "label": column.label,
        "type": chosen_for(column.type, column.written),
        "kept": column.kept,
        "samples": [sample[:_SAMPLE] for sample in column.samples],
    }


def _choices(understood: Compiled, reading: Reading) -> Iterator[dict[str, str]]:
    yield {"to": "shown", "words": f"{reading.shown.text[:_SAMPLE]}, as it is now"}
    if reading.columns[0].type in _NUMBERS:
        for step in understood.steps:
            yield from _of_rows(step)
    yield from _of_values(understood.steps, understood.parameters.inputs)


def _of_rows(step: Step) -> Iterator[dict[str, str]]:
    if isinstance(step, ReadRows):
        for column in step.columns:
            if column.type in _NUMBERS:
                words = f"the sum of {column.label or column.name} in {step.name}"
                yield {"to": f"sum:{step.name}.{column.name}", "words": words}
        yield {"to": f"count:{step.name}", "words": f"the number of rows in {step.name}"}


def _of_values(steps: Sequence[Step], inputs: Sequence[Input]) -> Iterator[dict[str, str]]:
    for step in steps:
        if isinstance(step, Read):
            yield {"to": f"read:{step.name}", "words": f"{step.name}, as read before"}
    for item in inputs:
        if item.kind != "file":
            yield {"to": f"input:{item.name}", "words": f"input {item.name}"}
