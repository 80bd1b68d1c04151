"""What a person did, one step at a time: a union told apart by ``kind``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from recordings.document import Document
from recordings.inputs import NAME_PATTERN, InputRef, Literally, SecretRef, Value
from recordings.reads import Column, Expected, twice_named
from recordings.scene import Change, Scene
from recordings.signals import Requested, Signal
from recordings.target import Target
from recordings.typed import ValueType, Writing, names_of

Modifier = Literal["Alt", "Control", "Meta", "Shift"]
Button = Literal["left", "middle", "right"]
LONGEST_PAUSE_MS = 60_000
"""The recorder writes pauses of 5 s at most, and nobody holds a button or a key for a minute."""
PauseMs = Annotated[
    int,
    AfterValidator(lambda given: min(max(0, given), LONGEST_PAUSE_MS)),
    Field(json_schema_extra={"minimum": 0, "maximum": LONGEST_PAUSE_MS}),
]
"""Milliseconds that a run waits because its recording says so. More is taken for the most that there may be, and not
refused: a recording from a stranger cannot keep a run for ever, and one that was kept with more can still be read."""


class Point(Document):
    """A place within an element, in CSS pixels from its top left corner."""

    x: float
    y: float


class StepBase(Document):
    """What every step has.

    ``words`` says the step for a reader. ``page`` is the tab it was done in, from 0 in order of
    opening. ``url`` is the pattern of the address it was done at. ``signals`` are in order of arrival.
    ``picture`` and ``dom`` name files in the recording's folder: the page just before the step.
    ``scene`` is what the target's document showed before the step, ``changes`` what came of it. ``way`` is how it is
    done again: as it is meant, or with the raw gestures where only those came to the same. ``pace_ms`` is waited
    before, where the page was not ready sooner; with ``looks_ready`` only until the page looks as it did. ``doubt``
    says why a step was not captured faithfully. ``streams``: the page sent something over a socket meanwhile, which
    may have changed data. ``asks``: it asked a server for something, so what it shows next may be other data.
    ``note`` is what the person wrote beside it. ``row`` is which of the page's rows it is done in, by the text that
    names it.

    An ``optional`` step is skipped where its element is not there (a cookie banner); a ``disabled`` one is kept and
    never done; ``waits`` are texts that must be visible on its page before the step is done. The request of a
    ``repeatable`` one may be sent again without harm: a search by POST, a sign-in.
    """

    id: str
    words: str = ""
    page: int = 0
    url: str = ""
    signals: tuple[Signal, ...] = ()
    picture: str = ""
    dom: str = ""
    scene: Scene | None = None
    changes: tuple[Change, ...] = ()
    way: Literal["meant", "gestures"] = "meant"
    pace_ms: PauseMs = 0
    looks_ready: bool = False
    doubt: str = ""
    streams: bool = False
    asks: bool = False
    note: str = ""
    optional: bool = False
    disabled: bool = False
    waits: tuple[str, ...] = ()
    repeatable: bool = False
    row: Value | None = None

    @property
    def commits(self) -> bool:
        """Whether the step sent a request that changes data."""
        return any(isinstance(signal, Requested) for signal in self.signals)


class Navigate(StepBase):
    """An address the person typed or chose in the browser itself."""

    kind: Literal["navigate"] = "navigate"
    to: str


class History(StepBase):
    """The tab's history, by the browser's own buttons: -1 back, 1 forward, 0 the same page loaded again."""

    kind: Literal["history"] = "history"
    steps: int


class Click(StepBase):
    """A click, or a double click (``clicks`` = 2). ``position`` is None where the place does not matter.

    ``hold_ms`` is how long the button was held, 0 for an ordinary click. ``choice`` is what it takes of several that
    are offered, by its text.
    """

    kind: Literal["click"] = "click"
    target: Target
    button: Button = "left"
    clicks: int = 1
    modifiers: tuple[Modifier, ...] = ()
    position: Point | None = None
    hold_ms: PauseMs = 0
    choice: Value | None = None


class Waypoint(Document):
    """Where the pointer was on a drag: CSS pixels from where it was pressed, milliseconds since then."""

    dx: float
    dy: float
    at_ms: int


class Drag(StepBase):
    """The pointer pressed at ``start`` in the target, moved along ``path``, and let go.

    ``onto`` is the element it was let go over, at ``end`` in it, where that is what the drag was for (a drop zone,
    another item); None where only the way counts (a slider, a stroke, a selection).
    """

    kind: Literal["drag"] = "drag"
    target: Target
    start: Point
    path: tuple[Waypoint, ...]
    onto: Target | None = None
    end: Point | None = None
    button: Button = "left"
    modifiers: tuple[Modifier, ...] = ()


class Fill(StepBase):
    """The text a field holds at the end of typing; ``by_keys`` where the page listened to each key, ``announced``
    where the field told of its change before it was left (arrow keys in a number)."""

    kind: Literal["fill"] = "fill"
    target: Target
    value: Value
    by_keys: bool = False
    announced: bool = False


class Stroke(Document):
    """A key that is not text, or a shortcut, as Playwright writes it: ``Control+b``."""

    kind: Literal["key"] = "key"
    keys: str


TypedPart = Annotated[Literally | InputRef | SecretRef | Stroke, Field(discriminator="kind")]


class Type(StepBase):
    """Keys typed into an editor, where each one counts: runs of text, and the keys between them.

    ``holds`` is the editor's text afterwards, "" where it is not known or depends on an input.
    """

    kind: Literal["type"] = "type"
    target: Target
    parts: tuple[TypedPart, ...] = ()
    holds: str = ""


class Hover(StepBase):
    """The pointer rests on an element, which shows what the next step needs."""

    kind: Literal["hover"] = "hover"
    target: Target
    position: Point | None = None


class Select(StepBase):
    """The options of a native select that are chosen, by their labels."""

    kind: Literal["select"] = "select"
    target: Target
    options: tuple[Value, ...]


class Choose(StepBase):
    """An option of a list that the page made itself: a press on the target opens it (at ``position``, where the place
    matters), and the option is found by its text. ``typed``: the person typed to find it."""

    kind: Literal["choose"] = "choose"
    target: Target
    option: Value
    typed: bool = False
    position: Point | None = None


class Check(StepBase):
    """A checkbox or radio set to ``checked``, whatever it was; ``choice`` is which of its group it is, by its label."""

    kind: Literal["check"] = "check"
    target: Target
    checked: bool
    choice: Value | None = None


class Press(StepBase):
    """A key with its modifiers (``Control+Enter``), on the focused element or the page; held down for ``hold_ms``."""

    kind: Literal["press"] = "press"
    target: Target | None = None
    keys: str
    hold_ms: PauseMs = 0


class Upload(StepBase):
    """Files given to a file input, or (``chooser``) to the file chooser that a click on the target opens, or
    (``dropped``) let go over the target."""

    kind: Literal["upload"] = "upload"
    target: Target
    files: tuple[Value, ...]
    chooser: bool = False
    dropped: bool = False


class Scroll(StepBase):
    """A container (None: the page) scrolled to this offset, where a later step needed it."""

    kind: Literal["scroll"] = "scroll"
    target: Target | None = None
    left: float = 0
    top: float = 0


class Turn(Document):
    """One turn of the wheel, in CSS pixels."""

    dx: float
    dy: float


class Wheel(StepBase):
    """The wheel turned over an element that takes it for itself: a map, a canvas, a zoom."""

    kind: Literal["wheel"] = "wheel"
    target: Target
    position: Point
    turns: tuple[Turn, ...]
    modifiers: tuple[Modifier, ...] = ()


class Assert(StepBase):
    """The element must say ``text``, or hold it if it is a field; white space is folded, and ``•••`` in it stands
    for a secret, so for anything."""

    kind: Literal["assert"] = "assert"
    target: Target
    text: Value


class AssertEquals(StepBase):
    """The element must show a value that equals ``to``: numbers and money are compared as numbers, dates as days."""

    kind: Literal["equals"] = "equals"
    target: Target
    type: ValueType = "text"
    written: Writing = Writing()
    to: Expected


class Read(StepBase):
    """What the element says, or holds, is given back under ``name``, in the canonical text of its type; its target
    tells where it stands, not what it said in the demonstration."""

    kind: Literal["read"] = "read"
    target: Target
    name: str = Field(pattern=NAME_PATTERN)
    type: ValueType = "text"
    written: Writing = Writing()


class ReadRows(StepBase):
    """Every row of the table or list that is the target is given back under ``name``.

    ``item`` is the CSS of the target's children that are rows; "" in a table, whose rows and columns are told by its
    markup. A column with a label is found by it, wherever it stands. ``next_page`` is pressed until it is gone or
    disabled; what it sends may be anything but a request that changes data, unless the step is ``repeatable``.
    """

    kind: Literal["read_rows"] = "read_rows"
    target: Target
    name: str = Field(pattern=NAME_PATTERN)
    item: str = ""
    columns: tuple[Column, ...] = Field(min_length=1)
    next_page: Target | None = None

    @property
    def value_names(self) -> tuple[str, ...]:
        """The names of a row's values, in order: two for money and for links."""
        return tuple(name for column in self.columns for name in names_of(column.name, column.type))

    @model_validator(mode="after")
    def _has_names(self) -> Self:
        if name := twice_named(self.columns):
            raise ValueError(f"two columns of {self.name!r} are called {name!r}")
        return self


Step = Annotated[
    Navigate
    | History
    | Click
    | Drag
    | Fill
    | Type
    | Select
    | Choose
    | Check
    | Press
    | Upload
    | Scroll
    | Wheel
    | Hover
    | Assert
    | AssertEquals
    | Read
    | ReadRows,
    Field(discriminator="kind"),
]


def target_of(step: Step) -> Target | None:
    """The element that a step acts on, if it acts on one."""
    return None if isinstance(step, (Navigate, History)) else step.target


def targets_of(step: Step) -> Iterator[Target]:
    """Every target that a step has: its element's, what a drag was let go over, what leads to the next page of rows."""
    if (target := target_of(step)) is not None:
        yield target
    if isinstance(step, Drag) and step.onto is not None:
        yield step.onto
    if isinstance(step, ReadRows) and step.next_page is not None:
        yield step.next_page


def with_targets(step: Step, again: Callable[[Target], Target]) -> Step:
    """The step with ``again`` done to every target it has, as ``targets_of`` names them."""
    update: dict[str, Target] = {}
    if (target := target_of(step)) is not None:
        update["target"] = again(target)
    if isinstance(step, Drag) and step.onto is not None:
        update["onto"] = again(step.onto)
    if isinstance(step, ReadRows) and step.next_page is not None:
        update["next_page"] = again(step.next_page)
    return step.model_copy(update=update)
