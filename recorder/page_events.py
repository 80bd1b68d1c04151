"""What the capture script tells: the mirror of ``capture.ts``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from browser.tables import Cell
from recordings.scene import Scene
from recordings.target import Box, Description, FrameStep


class _Told(BaseModel):
    """What each event of the page script carries. ``at`` is milliseconds since the epoch; ``doc`` and ``ref``
    together name an element as long as its document lives."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    doc: str
    url: str
    frame: tuple[FrameStep, ...] = ()
    at: float = 0


class _About(_Told):
    ref: int = 0
    element: Description | None = None


class ViewSize(BaseModel):
    width: float
    height: float


class ToldScene(BaseModel):
    """What a document showed; ``facts`` are left out where they were told before. ``moved_on``: the pointer had come
    over something else since the last gesture."""

    full: str
    exact: str
    loose: str
    facts: tuple[str, ...] | None = None
    moved_on: bool = False

    @property
    def hashes(self) -> Scene:
        return Scene(full=self.full, exact=self.exact, loose=self.loose)


class Press(_About):
    """A pointer went down; the element is described as it was before the page reacted."""

    kind: Literal["press"]
    x: float
    y: float
    button: int
    detail: int = 0
    modifiers: tuple[str, ...] = ()
    scene: ToldScene | None = None
    inner: str = ""
    labels: int = 0
    labelled: Description | None = None
    secrets: tuple[Box, ...] = ()
    viewport: ViewSize


class Release(_About):
    """The pointer was let go; ``moves`` are (at, x, y) since the press, ``onto`` what it was let go over."""

    kind: Literal["release"]
    x: float
    y: float
    button: int
    detail: int = 0
    modifiers: tuple[str, ...] = ()
    moves: tuple[tuple[float, float, float], ...] = ()
    onto: Description | None = None


class Count(_Told):
    """How many clicks the press just told makes in a row."""

    kind: Literal["count"]
    clicks: int


class KeyDown(_About):
    """A key went down. ``goes_on``: a letter in the middle of typing into a plain field, of which less is told."""

    kind: Literal["key_down"]
    key: str
    code: str
    modifiers: tuple[str, ...] = ()
    repeat: bool = False
    editable: bool = False
    rich: bool = False
    composing: bool = False
    goes_on: bool = False
    scene: ToldScene | None = None
    secrets: tuple[Box, ...] = ()
    viewport: ViewSize | None = None


class KeyUp(_About):
    kind: Literal["key_up"]
    key: str
    code: str
    modifiers: tuple[str, ...] = ()


class Typed(_About):
    """A field came to hold ``value``; of a secret field only that it changed. ``final``: the field says it is done,
    ``kept``: and has the focus still."""

    kind: Literal["typed"]
    final: bool = False
    kept: bool = False
    value: str = ""
    secret: bool = False


class SecretTyped(_Told):
    """What a secret field holds: kept in memory for the recorder's own replay, in no list of events."""

    kind: Literal["secret"]
    ref: int
    value: str = Field(repr=False)


class Chosen(_About):
    kind: Literal["chosen"]
    chosen: tuple[str, ...]


class Checked(_About):
    kind: Literal["checked"]
    checked: bool


class ChosenFile(BaseModel):
    name: str
    type: str = ""
    size: int = 0


class Files(_About):
    kind: Literal["files"]
    detached: bool = False
    dropped: bool = False
    files: tuple[ChosenFile, ...]


class FileBytes(_Told):
    """The content of one chosen file, base64."""

    kind: Literal["file_bytes"]
    ref: int
    index: int
    data: str


class KeysMatter(_About):
    """The page does something of its own with the keys typed into this field."""

    kind: Literal["keys_matter"]


class Taken(_About):
    """A key pressed in a field that the page took for itself: a mask, a tag input, a list of suggestions."""

    kind: Literal["taken"]
    key: str
    modifiers: tuple[str, ...] = ()


class Inserted(_About):
    """Text came into an editor without keys: pasted, or composed by an input method. ``taken``: it was pasted into a
    field, and the page took it for itself."""

    kind: Literal["inserted"]
    text: str
    taken: bool = False


class Hovered(_About):
    """The pointer rested here, and what is pressed next was not to be seen before."""

    kind: Literal["hover"]
    x: float
    y: float


class Wheel(_Told):
    kind: Literal["wheel"]
    scene: ToldScene | None = None
    x: float
    y: float
    dx: float
    dy: float
    modifiers: tuple[str, ...] = ()


class Turned(_About):
    """A turn of the wheel that the page took for itself instead of scrolling."""

    kind: Literal["turned"]
    x: float
    y: float
    dx: float
    dy: float
    modifiers: tuple[str, ...] = ()


class Scrolled(_About):
    """A container came to rest; ``grew`` when scrolling made the page load more of it, or show other rows."""

    kind: Literal["scrolled"]
    left: float
    top: float
    grew: bool


class PageText(_Told):
    """The page at rest; ``html`` is "" where only the scene changed, ``scene`` None where only the markup did.
    ``sheets`` are style sheets that its markup speaks of by their keys and that were not told before."""

    kind: Literal["page"]
    html: str
    sheets: dict[str, str] = {}
    scene: ToldScene | None = None


class ToldColumn(BaseModel):
    """A column of a list, with the cells of its first rows; ``place`` counts a table's columns from 1, ``path`` is CSS
    from an item. ``controls``: there is nothing in it but what is pressed."""

    label: str
    place: int
    path: str
    cells: tuple[Cell, ...]
    controls: bool


class ToldRows(BaseModel):
    """A list as the page shows it: its columns, which of them was pressed (-1: none), how many rows there are, and
    texts among them that are no rows. ``partly``: not all of them stand in the document. ``lang`` is the markup's."""

    item: str
    columns: tuple[ToldColumn, ...]
    pointed: int
    count: int
    asides: tuple[str, ...]
    partly: bool
    lang: str


class Pointed(_About):
    """The person pointed at an element, with a press that the page did not get, for ``purpose``. ``text`` is what it
    says, "" where it is ``secret``, ``href`` where its link leads. For rows the element is the list, where there is
    one."""

    kind: Literal["pointed"]
    purpose: Literal["assert", "read", "equals", "rows", "next"]
    name: str = ""
    text: str = ""
    href: str = ""
    lang: str = ""
    field: bool = False
    secret: bool = False
    rows: ToldRows | None = None
    secrets: tuple[Box, ...] = ()


class Unpicked(_Told):
    """The person pressed Escape in the page instead of pointing."""

    kind: Literal["unpicked"]


class Rested(_About):
    """The person asked to keep that the pointer rests here."""

    kind: Literal["rested"]
    x: float
    y: float
    secrets: tuple[Box, ...] = ()


class Rivals(_Told):
    """The elements of the page that could be taken for the one that was just pressed or typed into."""

    kind: Literal["rivals"]
    ref: int
    rivals: tuple[Description, ...]


class Limit(_Told):
    """Something the recorder cannot see into, or that a recording cannot hold; ``detail`` says which."""

    kind: Literal["limit"]
    what: Literal["closed", "print", "permission", "pdf", "picker", "unheard"]
    detail: str = ""


class Hello(_Told):
    """The capture script is in place in a document."""

    kind: Literal["hello"]


PageEvent = (
    Press
    | Release
    | Count
    | KeyDown
    | KeyUp
    | Typed
    | SecretTyped
    | Chosen
    | Checked
    | Files
    | FileBytes
    | KeysMatter
    | Taken
    | Inserted
    | Hovered
    | Wheel
    | Turned
    | Scrolled
    | PageText
    | Pointed
    | Unpicked
    | Rested
    | Rivals
    | Limit
    | Hello
)
PAGE_EVENT: TypeAdapter[PageEvent] = TypeAdapter(Annotated[PageEvent, Field(discriminator="kind")])
