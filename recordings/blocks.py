"""Steps that belong together: done where the page shows something, or once for each row of a list on it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from recordings.document import Document
from recordings.inputs import NAME_PATTERN
from recordings.target import FrameStep, Target

MOST = 1000
"""Rows that a loop does at most, where it does not say otherwise."""

MOST_OF_ALL = 5000
StepIds = Annotated[tuple[str, ...], Field(min_length=1)]


class Shows(Document):
    """A text that a person sees on the page, or (``in_row``) in the row that the loop around it has come to.

    Case and white space do not count; of a row, the words count whole. ``negated``: it is not there.
    """

    kind: Literal["text"] = "text"
    text: str = Field(min_length=1)
    in_row: bool = False
    negated: bool = False


class Finds(Document):
    """An element that is on the page; ``negated``: it is not."""

    kind: Literal["element"] = "element"
    target: Target
    negated: bool = False


class Holds(Document):
    """A field that holds just this text, "" for one that is empty; ``negated``: it holds something else."""

    kind: Literal["value"] = "value"
    target: Target
    text: str = ""
    negated: bool = False


Condition = Annotated[Shows | Finds | Holds, Field(discriminator="kind")]


class Branch(Document):
    """``steps`` are done where ``when`` holds as the run comes to them, else the ``otherwise`` steps, which follow.

    It is looked for in the tab of the first of the steps.
    """

    kind: Literal["branch"] = "branch"
    id: str
    when: Condition
    steps: StepIds
    otherwise: tuple[str, ...] = ()


class Rows(Document):
    """The rows of one list of a page, as the demonstration's showed it: a table, a list, cards.

    ``page`` is the tab. ``column`` is what stands over the text that names a row, ``control`` the name of what was
    acted on in one, without the row's own; ``path`` is that element's XPath. ``heading`` and ``landmark`` say where.
    """

    page: int = 0
    frame: tuple[FrameStep, ...] = ()
    path: str = ""
    column: str = ""
    control: str = ""
    heading: str = ""
    landmark: str = ""


class Repeat(Document):
    """``steps`` are done once for each of the rows that are there when the run comes to them.

    ``input`` stands for the text that names the row: the loop gives it, nobody else does. More rows than ``most``, or
    fewer than ``at_least``, stop the run before anything is done; a row that is ``gone`` when its turn comes stops it
    there, or is passed over.
    """

    kind: Literal["repeat"] = "repeat"
    id: str
    steps: StepIds
    rows: Rows
    input: str = Field(pattern=NAME_PATTERN)
    most: int = Field(default=MOST, ge=1, le=MOST_OF_ALL)
    at_least: int = Field(default=0, ge=0)
    gone: Literal["stop", "skip"] = "stop"


Block = Annotated[Branch | Repeat, Field(discriminator="kind")]


def lists_of(block: Branch | Repeat) -> tuple[tuple[str, ...], ...]:
    """The ids of a block's steps, by the part of it that they are in."""
    return (block.steps, block.otherwise) if isinstance(block, Branch) and block.otherwise else (block.steps,)


def ids_of(block: Branch | Repeat) -> tuple[str, ...]:
    """The ids of all steps of a block, in their order."""
    return tuple(step for part in lists_of(block) for step in part)
