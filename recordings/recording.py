"""A demonstration, kept: where it starts, what it needs, what was done, and the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, PrivateAttr, field_validator, model_validator

from recordings.block_tree import check_blocks
from recordings.blocks import Block
from recordings.document import Document
from recordings.inputs import Input, InputRef, Literally, Secret, SecretRef, Value
from recordings.origins import checked_origin
from recordings.personal import Personal
from recordings.references import names_read, reference_trouble
from recordings.steps import Assert, AssertEquals, Check, Choose, Click, Fill, Select, Step, Stroke, Type, Upload

FORMAT = 1


class Viewport(Document):
    """CSS pixels."""

    width: int = 1280
    height: int = 800


class Gesture(Document):
    """One edge of raw trusted input, as done; ``at_ms`` counts from when the first page was there.

    Keys pressed in secret fields are not kept. Points are relative to the frame's viewport, in CSS pixels.
    """

    type: Literal["pointer_down", "pointer_move", "pointer_up", "wheel", "key_down", "key_up"]
    at_ms: int
    x: float = 0
    y: float = 0
    dx: float = 0
    dy: float = 0
    button: int = 0
    count: int = 1
    key: str = ""
    code: str = ""
    modifiers: tuple[str, ...] = ()


class ShownSecrets(dict[str, str]):
    """Values of secrets by name, as long as the process that recorded them lives; not written, shown or compared."""

    def __repr__(self) -> str:
        return "<not shown>"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ShownSecrets)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __reduce__(self) -> tuple[type[ShownSecrets], tuple[()]]:
        return ShownSecrets, ()

    __hash__ = None


class Recording(Document):
    """A demonstration. ``gestures`` (by step id) and ``files`` (crops, pages, uploads by name) stand in
    files of their own beside ``recording.json``. ``steps`` are all steps in their order, ``blocks`` say which of them
    are done on a condition, or for each row of a list. ``origins`` are those that it may act on, see
    ``recordings.origins``; () in one that was made before they were kept. ``checked`` is how many of the first steps
    came again when the recorder did them again itself; None where it did not. ``personal`` is what is hashed and
    blurred where runs are kept; None: nothing, as in recordings from before that."""

    format: Literal[1] = 1
    name: str
    created: str = ""
    start: str
    origins: tuple[str, ...] = ()
    viewport: Viewport = Viewport()
    inputs: tuple[Input, ...] = ()
    secrets: tuple[Secret, ...] = ()
    steps: tuple[Step, ...] = ()
    blocks: tuple[Block, ...] = ()
    warnings: tuple[str, ...] = ()
    checked: int | None = None
    personal: Personal | None = None
    gestures: dict[str, tuple[Gesture, ...]] = Field(default_factory=dict, exclude=True)
    files: dict[str, bytes] = Field(default_factory=dict, exclude=True, repr=False)

    _shown: ShownSecrets = PrivateAttr(default_factory=ShownSecrets)

    @property
    def shown_secrets(self) -> ShownSecrets:
        """The secrets typed while recording, known to this process only."""
        return self._shown

    def with_shown(self, values: Mapping[str, str]) -> Recording:
        """The same recording, knowing for the life of this process what was typed for its secrets."""
        told = self.model_copy()
        told._shown = ShownSecrets(values)
        return told

    @field_validator("origins")
    @classmethod
    def _written_as_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(checked_origin, origins)))

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """Names are unique, and every reference leads somewhere."""
        for what, names in (
            ("step id", [step.id for step in self.steps]),
            ("input or secret", [i.name for i in self.inputs] + [s.name for s in self.secrets]),
            ("value that is read", names_read(self.steps)),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"{what} {twice[0]!r} appears twice")
        inputs, secrets = {i.name for i in self.inputs}, {s.name for s in self.secrets}
        for step in self.steps:
            for value in values_of(step):
                if isinstance(value, InputRef) and value.name not in inputs:
                    raise ValueError(f"step {step.id!r} uses input {value.name!r}, which is not among the inputs")
                if isinstance(value, SecretRef) and value.name not in secrets:
                    raise ValueError(f"step {step.id!r} uses secret {value.name!r}, which is not among the secrets")
        if trouble := reference_trouble(self.steps):
            raise ValueError(trouble)
        check_blocks(self.steps, self.blocks, self.inputs)
        return self

    def save(self, folder: str | Path) -> Path:
        """Write the recording to ``folder`` and return it; see ``recordings.files``."""
        from recordings.files import save_recording

        return save_recording(self, Path(folder))

    @classmethod
    def load(cls, folder: str | Path) -> Recording:
        """Read a recording from its folder.

        Raises:
            RecordingUnreadableError: Missing, not JSON, or a field that is wrong (named).
            RecordingVersionError: Written by a newer showonce.
        """
        from recordings.files import load_recording

        return load_recording(Path(folder))


def values_of(step: Step) -> Iterator[Value]:
    """The values that a step types, chooses or uploads, or that must be there; last, what names the row it is in."""
    yield from done_with(step)
    if step.row is not None:
        yield step.row


def done_with(step: Step) -> Iterator[Value]:
    """The values that a step types, chooses or uploads, or that must be there."""
    match step:
        case Fill():
            yield step.value
        case Type():
            yield from (part for part in step.parts if not isinstance(part, Stroke))
        case Select():
            yield from step.options
        case Choose():
            yield step.option
        case Click(choice=choice) | Check(choice=choice) if choice is not None:
            yield choice
        case Upload():
            yield from step.files
        case Assert():
            yield step.text
        case AssertEquals(to=Literally() | InputRef() | SecretRef() as to):
            yield to
        case _:
            pass
