"""A demonstration, kept: where it starts, what it needs, what was done, and the evidence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from recordings.document import Document
from recordings.inputs import Input, InputRef, Secret, SecretRef, Value
from recordings.steps import Assert, Fill, Read, Select, Step, Stroke, Type, Upload

FORMAT = 1


class Viewport(Document):
    """CSS pixels."""

    width: int = 1280
    height: int = 800


class Gesture(Document):
    """One edge of raw trusted input, as done; ``at_ms`` counts from the first gesture of the recording.

    Keys pressed in secret fields are not kept. Points are relative to the frame's viewport, in CSS pixels.
    """

    type: Literal["pointer_down", "pointer_move", "pointer_up", "wheel", "key_down", "key_up"]
    at_ms: int
    x: float = 0
    y: float = 0
    dx: float = 0
    dy: float = 0
    button: int = 0
    key: str = ""
    code: str = ""
    modifiers: tuple[str, ...] = ()


class Recording(Document):
    """A demonstration. ``gestures`` (by step id) and ``files`` (crops, pages, uploads by name) stand in
    files of their own beside ``recording.json``."""

    format: Literal[1] = 1
    name: str
    created: str = ""
    start: str
    viewport: Viewport = Viewport()
    inputs: tuple[Input, ...] = ()
    secrets: tuple[Secret, ...] = ()
    steps: tuple[Step, ...] = ()
    warnings: tuple[str, ...] = ()
    gestures: dict[str, tuple[Gesture, ...]] = Field(default_factory=dict, exclude=True)
    files: dict[str, bytes] = Field(default_factory=dict, exclude=True, repr=False)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """Names are unique, and every reference leads somewhere."""
        for what, names in (
            ("step id", [step.id for step in self.steps]),
            ("input or secret", [i.name for i in self.inputs] + [s.name for s in self.secrets]),
            ("value that is read", [step.name for step in self.steps if isinstance(step, Read)]),
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
    """The values that a step types, chooses or uploads, or that must be there."""
    match step:
        case Fill():
            yield step.value
        case Type():
            yield from (part for part in step.parts if not isinstance(part, Stroke))
        case Select():
            yield from step.options
        case Upload():
            yield from step.files
        case Assert():
            yield step.text
        case _:
            pass
