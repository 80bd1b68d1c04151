"""What the steps of a recording read, and whether what a later step compares with was read before it; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never

from recordings.inputs import InputRef, Literally, SecretRef
from recordings.reads import CountRef, Expected, ReadRef, SumRef
from recordings.steps import AssertEquals, Read, ReadRows, Step
from recordings.typed import ValueType, names_of


@dataclass(slots=True)
class Known:
    """What was read so far, with its types: values by name, columns by the name of their table."""

    values: dict[str, ValueType] = field(default_factory=dict)
    tables: dict[str, dict[str, ValueType]] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        if isinstance(step, Read):
            self.values[step.name] = step.type
        elif isinstance(step, ReadRows):
            self.tables[step.name] = {column.name: column.type for column in step.columns}

    def has(self, expected: Expected) -> bool:
        """Whether a reference leads to something that was read; what is no reference always does."""
        match expected:
            case Literally() | InputRef() | SecretRef():
                return True
            case ReadRef():
                return expected.name in self.values
            case SumRef():
                return self.tables.get(expected.table, {}).get(expected.column) in ("number", "money")
            case CountRef():
                return expected.table in self.tables
            case _:
                assert_never(expected)


def names_read(steps: Sequence[Step]) -> list[str]:
    """The names that a run of these steps gives values and tables back under, in order."""
    return [name for step in steps for name in names_of_step(step)]


def names_of_step(step: Step) -> tuple[str, ...]:
    """The names that a step gives something back under: one for a table, two for money and links."""
    match step:
        case Read():
            return names_of(step.name, step.type)
        case ReadRows():
            return (step.name,)
        case _:
            return ()


def reference_trouble(steps: Sequence[Step]) -> str:
    """What is wrong with the first reference that leads nowhere; "" where all lead to what was read before."""
    known = Known()
    for step in steps:
        if isinstance(step, AssertEquals) and not known.has(step.to):
            return f"step {step.id!r} compares with {_words(step.to)}, which no step before it reads"
        known.take(step)
    return ""


def _words(expected: Expected) -> str:
    match expected:
        case ReadRef():
            return f"the value {expected.name!r}"
        case SumRef():
            return f"the numbers in {expected.table}.{expected.column}"
        case CountRef():
            return f"the rows of {expected.table!r}"
        case _:
            return "something"
