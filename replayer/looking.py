"""Steps that touch nothing: what they look at, and what they give back; a function per kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from playwright.async_api import Page

from recordings.steps import Assert, AssertEquals, Read, ReadRows, Step
from replayer.asking import Asking
from replayer.comparing import Tables, wanted_of, words_of
from replayer.locate import Found, Waits
from replayer.plan import PlannedStep
from replayer.reading import Find, look_for_text, look_for_value, read_value
from replayer.reading_rows import RowReader
from replayer.rows_at_rest import Lookout

LOOKS = (Assert, AssertEquals, Read, ReadRows)
Looking = Assert | AssertEquals | Read | ReadRows
_TRIED_PAGES = 2


@dataclass(slots=True)
class Readings:
    """What a step gave back: values and tables by name, what its record shows, and what a person should know of it.
    ``found`` is the list whose rows were read."""

    values: dict[str, str] = field(default_factory=dict)
    tables: dict[str, tuple[dict[str, str], ...]] = field(default_factory=dict)
    shown: str = ""
    notes: tuple[str, ...] = ()
    found: Found | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """Where steps look: the tab, how a target is found in it, how long they wait, and what the run has read so far.

    ``trial``: it is a trial of the recording, which reads the first pages of a list alone.
    """

    page: Page
    find: Find
    waits: Waits
    asking: Asking
    values: Mapping[str, str]
    tables: Tables
    trial: bool = False


def looks(step: Step) -> bool:
    """Whether the step touches nothing."""
    return isinstance(step, LOOKS)


async def look_on(planned: PlannedStep, step: Looking, sight: Sight) -> Readings:
    """Check or read what the step's element says.

    Raises:
        StepFailedError: It is not there, or says something else than it must.
    """
    match step:
        case Assert():
            await look_for_text(planned, step, sight.find, sight.waits.step_s)
            return Readings()
        case AssertEquals():
            wanted = wanted_of(step, planned.values, sight.values, sight.tables)
            shown = await look_for_value(step, wanted, sight.find, sight.waits.step_s)
            return Readings(shown=words_of(shown, step.type))
        case Read():
            values = await read_value(step, sight.find, sight.waits, sight.asking)
            return Readings(
                values=values, shown=" ".join(values.values()) if step.type == "money" else values[step.name]
            )
        case ReadRows():
            lookout = Lookout(sight.page, step, sight.waits, sight.asking)
            reader = RowReader(lookout, _TRIED_PAGES if sight.trial else None)
            rows = await reader.read()
            count = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
            return Readings(tables={step.name: rows}, shown=count, notes=tuple(reader.notes), found=reader.found)
        case _:
            assert_never(step)
