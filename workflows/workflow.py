"""The documents: a Workflow of Stages, each a recording that runs, a person who approves, or results brought together.

What an expression is, and which names it knows: ``workflows.expressions`` and ``workflows.scope``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, StringConstraints, Tag

from recordings.document import Document
from workflows.amounts import Duration, Rate
from workflows.collect import Collect
from workflows.names import Name, Names, Text, Texts
from workflows.rows import ForEach

FORMAT = 1

OnFailure = Literal["stop", "continue", "compensate"]
"""What a row that failed for good means: nothing more begins; the others go on; what was done is undone, the last
first. ``stop`` and ``compensate`` let what is at work come to its end."""


class WorkflowInput(Document):
    """What the workflow is given: a ``text``, a ``number``, or ``rows`` (a file, its ``columns`` where known)."""

    kind: Literal["text", "number", "rows"] = "text"
    label: str = ""
    default: Text | None = None
    columns: tuple[Name, ...] = ()


class Limits(Document):
    """How much at once, beside ``agents``: in one application, for one account, and how many begin in a time (0: no
    limit)."""

    per_app: int = Field(default=0, ge=0)
    per_account: int = Field(default=0, ge=0)
    rate: Rate | None = None


class Compensate(Document):
    """The recording that undoes what a row did; ``confirm`` is one that passes where it is undone.

    Its inputs come from the row and what the stage read, by name or as ``inputs`` says.
    """

    recording: Annotated[str, StringConstraints(min_length=1)]
    inputs: dict[str, Text] = Field(default_factory=dict)
    confirm: str = ""


Undo = Annotated[
    Annotated[Compensate, Tag("<undo>")] | Annotated[Literal["nothing"], Tag("<nothing>")],
    Discriminator(lambda value: "<nothing>" if value == "nothing" else "<undo>"),
]


class StageBase(Document):
    """What every stage has: ``needs`` are stages that end before it begins, ``when`` says whether it is done."""

    name: Name
    note: str = ""
    needs: Names = ()
    when: str = ""
    on_failure: OnFailure | None = None


class RunStage(StageBase):
    """One recording, or several side by side, run for each row, or once where there is no ``for_each``.

    ``inputs`` are texts for the recording's inputs that may hold ``${ expressions }``; an input that is not among
    them is the row's column of its name, or else its default. Where ``when`` speaks of the row it is asked for each
    one. ``timeout`` is for a whole row, ``step_timeout`` for one step. ``key`` is the input that tells rows apart,
    ``probe`` the recording that tells whether a row was done. ``compensate: nothing`` says that it need not be undone.
    """

    recording: Texts
    for_each: ForEach | None = None
    inputs: dict[str, Text] = Field(default_factory=dict)
    mode: Literal["parallel", "sequential"] = "parallel"
    agents: int = Field(default=4, ge=1, le=64)
    chunk: int = Field(default=1, ge=1)
    limits: Limits = Limits()
    retries: int = Field(default=2, ge=0)
    timeout: Duration | None = None
    step_timeout: Duration | None = None
    base_url: Annotated[str, StringConstraints(pattern=r"^(https?://\S+)?$")] = ""
    session: str = ""
    shared_session: bool = False
    probe: str = ""
    key: str = ""
    compensate: Undo | None = None


class Approval(Document):
    """A person is asked, and the workflow waits: ``message`` may hold ``${ expressions }``. Where nobody answers within
    ``timeout``, ``default`` is the answer. Refused is failed. ``other_person``: whoever began the workflow cannot
    answer (the four-eyes principle); with ``default: approve`` it is refused, since nobody would have looked.
    """

    who: Texts
    message: Annotated[str, StringConstraints(min_length=1)]
    timeout: Duration
    default: Literal["approve", "refuse"] = "refuse"
    other_person: bool = False


class ApprovalStage(StageBase):
    approval: Approval


class CollectStage(StageBase):
    collect: Collect


def _does(value: Any) -> str:
    """What a stage does, by the word that is there; a recording where none is, so that this is what is missing."""
    given = value if isinstance(value, dict) else getattr(value, "model_fields_set", ())
    return f"<{next((word for word in ('recording', 'approval', 'collect') if word in given), 'recording')}>"


Stage = Annotated[
    Annotated[RunStage, Tag("<recording>")]
    | Annotated[ApprovalStage, Tag("<approval>")]
    | Annotated[CollectStage, Tag("<collect>")],
    Discriminator(_does),
]


class Workflow(Document):
    """Stages that begin as soon as what they need is over; those that need nothing of each other run side by side.

    ``on_failure`` is for the stages that do not say it themselves.
    """

    format: Literal[1]
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    note: str = ""
    inputs: dict[Name, WorkflowInput] = Field(default_factory=dict)
    on_failure: OnFailure = "stop"
    stages: tuple[Stage, ...] = Field(min_length=1)

    def stage(self, name: str) -> Stage | None:
        """The first stage of this name."""
        return next((stage for stage in self.stages if stage.name == name), None)

    def on_failure_of(self, stage: Stage) -> OnFailure:
        return stage.on_failure or self.on_failure
