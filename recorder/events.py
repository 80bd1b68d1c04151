"""What the browser and the recorder itself tell, and each event with its place in the order of arrival."""

from __future__ import annotations

from dataclasses import dataclass

from recorder.page_events import PageEvent
from recordings.typed import ValueType, Writing


@dataclass(frozen=True, slots=True)
class Arrived:
    """A tab came to another address; ``chosen`` when the person typed or picked it in the browser itself.

    ``steps`` is how far it went in the tab's history (-1: back), ``again`` that it was loaded anew. ``at`` is
    milliseconds since the epoch.
    """

    url: str
    chosen: bool
    same_document: bool = False
    steps: int = 0
    again: bool = False
    at: float = 0


@dataclass(frozen=True, slots=True)
class TabOpened:
    """A tab opened and became ``opened``; by the page of this event, or by the person (``by_page`` False)."""

    opened: int
    by_page: bool


@dataclass(frozen=True, slots=True)
class TabClosed:
    """A tab closed, at this moment (milliseconds since the epoch)."""

    at: float


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that is not a GET left; ``number`` ties the answer to it."""

    number: int
    method: str
    url: str


@dataclass(frozen=True, slots=True)
class Answered:
    number: int
    status: int


@dataclass(frozen=True, slots=True)
class DialogClosed:
    type: str
    message: str
    accepted: bool
    text: str


@dataclass(frozen=True, slots=True)
class DownloadBegan:
    filename: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that could not be recorded, said for the person."""

    words: str


@dataclass(frozen=True, slots=True)
class Undone:
    """The person took the last step back, made of so many drafts; what the page still answers to it is nobody's."""

    drafts: int = 1


@dataclass(frozen=True, slots=True)
class Paused:
    """The recorder was told to look away. What was done then is in no event; ``missed`` gestures, said when it is over
    (None: it begins), and ``gone_to``, the address that the tab came to meanwhile."""

    missed: int | None = None
    gone_to: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """What the person wrote beside the last step."""

    text: str


@dataclass(frozen=True, slots=True)
class Revised:
    """What the person says of the last step that reads or compares.

    ``name``, ``type`` and ``written`` are another name, type and writing, of the ``column`` of that name where one is
    named; ``kept`` is whether that column is read. ``to`` is what a value must equal: ``input:NAME``, ``read:NAME``,
    ``sum:TABLE.COLUMN``, ``count:TABLE``, or ``shown``.
    """

    name: str = ""
    column: str = ""
    type: ValueType | None = None
    written: Writing | None = None
    kept: bool | None = None
    to: str = ""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Stands where an event stood that held a secret."""


Control = Undone | Paused | Noted | Revised | Forgotten
BrowserEvent = Arrived | TabOpened | TabClosed | Sent | Answered | DialogClosed | DownloadBegan | Trouble | Control


@dataclass(frozen=True, slots=True)
class CapturedEvent:
    """One event with the tab it came from, in order of arrival (``seq``)."""

    seq: int
    page: int
    what: PageEvent | BrowserEvent
