"""Steps in the making: what one gesture has come to mean so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from recorder.page_events import Pointed, Release
from recorder.readings import Reading
from recordings.recording import Gesture
from recordings.signals import Signal
from recordings.target import Description, FrameStep

Kind = Literal[
    "navigate",
    "history",
    "click",
    "drag",
    "fill",
    "select",
    "choose",
    "check",
    "press",
    "upload",
    "scroll",
    "wheel",
    "hover",
    "type",
    "assert",
    "read",
    "read_rows",
    "equals",
]


@dataclass(slots=True)
class Draft:
    """A step in the making. ``seq`` is the event it began with, which also ties it to its pictures.

    ``doc`` and ``ref`` name its element; ``labels`` the field that its element is the label of. ``choice`` is what it
    takes of several; ``made_of`` how many drafts it was made of. ``leads_on`` is what leads to the next page of rows.
    """

    kind: Kind
    seq: int
    page: int
    url: str
    doc: str = ""
    ref: int = 0
    labels: int = 0
    element: Description | None = None
    rivals: tuple[Description, ...] = ()
    frame: tuple[FrameStep, ...] = ()
    to: str = ""
    steps: int = 0
    text: str = ""
    secret: bool = False
    chosen: tuple[str, ...] = ()
    checked: bool = False
    keys: str = ""
    parts: list[tuple[Literal["text", "key"], str]] = field(default_factory=list)
    by_keys: bool = False
    announced: bool = False
    typed: bool = False
    placed: bool = True
    choice: str = ""
    made_of: int = 1
    idle: bool = False
    chooser: bool = False
    dropped: bool = False
    files: tuple[str, ...] = ()
    reading: Reading | None = None
    leads_on: Pointed | None = None
    note: str = ""
    x: float = 0
    y: float = 0
    at: float = 0
    button: int = 0
    clicks: int = 1
    modifiers: tuple[str, ...] = ()
    inner: str = ""
    turns: tuple[tuple[float, float], ...] = ()
    released: bool = False
    hold_ms: float = 0
    path: tuple[tuple[float, float, float], ...] = ()
    onto: Description | None = None
    end: tuple[float, float] = (0, 0)
    signals: list[Signal] = field(default_factory=list)
    requests: dict[int, int] = field(default_factory=dict)
    gestures: list[Gesture] = field(default_factory=list)

    def is_on(self, doc: str, ref: int) -> bool:
        """Whether the draft's element, or the field it labels, is this one."""
        return self.doc == doc and ref in (self.ref, self.labels)

    def become_drag(self, what: Release, down: Gesture) -> None:
        """The press, now that it moved, was a drag."""
        last = (what.at, what.x, what.y)
        self.kind = "drag"
        self.path = tuple((x - down.x, y - down.y, at - self.at) for at, x, y in (*what.moves, last))
        self.onto = what.onto
        if what.onto is not None:
            self.end = (what.x - what.onto.box.x, what.y - what.onto.box.y)

    @property
    def holds_text(self) -> bool:
        """In a field, a drag only moved the caret, selected, or slid: what came of it is told as its value."""
        return self.element is not None and self.element.tag in ("input", "textarea")

    def add_text(self, text: str) -> None:
        """Go on with the run of text that the last part is, or begin one."""
        if self.parts and self.parts[-1][0] == "text":
            text = self.parts.pop()[1] + text
        self.parts.append(("text", text))
