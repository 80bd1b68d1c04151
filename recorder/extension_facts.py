"""What showonce's extension tells, as it is: the mirror of ``browser/injected/src/extension``. Tabs are Chrome's own
numbers, ``at`` is milliseconds since the epoch."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

PROTOCOL = 1


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Pair(_Fact):
    """The first word of an extension that was given the code."""

    type: Literal["pair"]
    token: str
    protocol: int


class Resume(_Fact):
    """The first word of an extension that Chrome restarted, or whose line broke."""

    type: Literal["resume"]
    session: str


class Start(_Fact):
    """The tab where the demonstration begins; ``url`` "" where it is yet to come to its first page."""

    type: Literal["start"]
    tab: int
    url: str


class Dialog(_Fact):
    type: Literal["alert", "confirm", "prompt"]
    message: str
    accepted: bool
    text: str


class Told(_Fact):
    """The ``n``-th thing that a document told: an event of the capture script (``text``), an answered dialog, or
    words about what was lost."""

    type: Literal["told"]
    tab: int
    at: float
    document: str
    n: int
    text: str
    dialog: Dialog | None = None
    lost: str = ""


class Placed(_Fact):
    """Where the frame of the thing told under ``key`` (document/n) stands in its tab, in CSS pixels."""

    type: Literal["placed"]
    key: str
    x: float
    y: float


class Picture(_Fact):
    """The tab as it was seen; ``width`` is its viewport's in CSS pixels, ``jpeg`` base64."""

    type: Literal["picture"]
    tab: int
    at: float
    width: float
    jpeg: str


class Stale(_Fact):
    """What was seen of the tab shows it no more."""

    type: Literal["stale"]
    tab: int


class Committed(_Fact):
    """A tab came to a document; ``transition`` and ``qualifiers`` are those of ``chrome.webNavigation``."""

    type: Literal["committed"]
    tab: int
    at: float
    url: str
    transition: str
    qualifiers: tuple[str, ...]


class Within(_Fact):
    """A tab came to another address within its document."""

    type: Literal["within"]
    tab: int
    url: str


class Targeted(_Fact):
    """A page opened a tab. (``chrome.tabs.onCreated`` is no help: it names the tab in front as the opener of tabs
    that the person opens, too.)"""

    type: Literal["targeted"]
    tab: int
    source: int


class Removed(_Fact):
    type: Literal["removed"]
    tab: int
    at: float


class Asked(_Fact):
    """A request that is not a GET left."""

    type: Literal["request"]
    tab: int
    id: str
    method: str
    url: str


class Answer(_Fact):
    type: Literal["answer"]
    tab: int
    id: str
    status: int


class Download(_Fact):
    """A download began, under the name that the page gave it."""

    type: Literal["download"]
    filename: str


class TroubleTold(_Fact):
    type: Literal["trouble"]
    words: str


class Stop(_Fact):
    """The person pressed Stop in the extension."""

    type: Literal["stop"]


class Flushed(_Fact):
    """All that was told before ``flush`` was asked for has been passed on; ``silent`` tabs did not answer."""

    type: Literal["flushed"]
    silent: tuple[int, ...] = ()


class Here(_Fact):
    type: Literal["here"]


BrowserFact = (
    Start
    | Told
    | Placed
    | Picture
    | Stale
    | Committed
    | Within
    | Targeted
    | Removed
    | Asked
    | Answer
    | Download
    | TroubleTold
)
Fact = BrowserFact | Stop | Flushed | Here
FACT: TypeAdapter[Fact] = TypeAdapter(Annotated[Fact, Field(discriminator="type")])
Greeting = Pair | Resume
GREETING: TypeAdapter[Greeting] = TypeAdapter(Annotated[Greeting, Field(discriminator="type")])
