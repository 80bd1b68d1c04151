"""What whoever watches a live screen can ask of it: one message each, as it comes over the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Place = Annotated[float, Field(ge=-20_000, le=20_000, allow_inf_nan=False)]
Button = Literal["left", "middle", "right"]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Move(_Message):
    """The pointer goes to a place, in CSS pixels of the page's viewport."""

    kind: Literal["move"] = "move"
    x: Place
    y: Place


class Down(_Message):
    """A button is pressed; ``count`` is 2 for the second press of a double click."""

    kind: Literal["down"] = "down"
    x: Place
    y: Place
    button: Button
    count: int = Field(ge=1, le=10)


class Up(_Message):
    """It is let go."""

    kind: Literal["up"] = "up"
    x: Place
    y: Place
    button: Button
    count: int = Field(ge=1, le=10)


class Wheel(_Message):
    """The wheel turns at a place, by CSS pixels."""

    kind: Literal["wheel"] = "wheel"
    x: Place
    y: Place
    dx: Place
    dy: Place


class Key(_Message):
    """A key goes down (again, where it repeats) or up; the names are those of KeyboardEvent."""

    kind: Literal["key"] = "key"
    down: bool
    key: str = Field(min_length=1, max_length=40)
    code: str = Field(max_length=40)
    number: int = Field(ge=0, le=65_535)
    location: int = Field(ge=0, le=3)


class Text(_Message):
    """Text that an input method made."""

    kind: Literal["text"] = "text"
    text: str = Field(min_length=1, max_length=20_000)


class Paste(_Message):
    """Text from the person's clipboard is pasted with the keys: Ctrl is down, and V goes down with this."""

    kind: Literal["paste"] = "paste"
    text: str = Field(max_length=50_000)


class Release(_Message):
    """The person turned away: no key and no button stays down."""

    kind: Literal["release"] = "release"


class Front(_Message):
    """Another tab comes to the front."""

    kind: Literal["front"] = "front"
    tab: int = Field(ge=0)


class Close(_Message):
    """A tab is closed."""

    kind: Literal["close"] = "close"
    tab: int = Field(ge=0)


class Go(_Message):
    """An address is gone to, in the tab that is in front."""

    kind: Literal["go"] = "go"
    address: str = Field(min_length=1, max_length=4000)


class Turn(_Message):
    """Back, forward, or once more."""

    kind: Literal["turn"] = "turn"
    to: Literal["back", "forward", "again"]


class Answer(_Message):
    """The page's dialog is answered."""

    kind: Literal["answer"] = "answer"
    ask: int = Field(ge=0)
    accept: bool
    text: str = Field(default="", max_length=10_000)


class Pick(_Message):
    """An option of the list that is open, by its place; None leaves the list as it is."""

    kind: Literal["pick"] = "pick"
    ask: int = Field(ge=0)
    option: int | None = Field(default=None, ge=0)


class NoFiles(_Message):
    """No file is given to the page that asks for one."""

    kind: Literal["nofiles"] = "nofiles"
    ask: int = Field(ge=0)


class Shown(_Message):
    """A frame was drawn; the next may come."""

    kind: Literal["shown"] = "shown"
    frame: int = Field(ge=0)


Gesture = Move | Down | Up | Wheel | Key | Text | Paste | Release | Pick
"""What is done with the hands: one after the other, in order."""
Asked = Annotated[Gesture | Front | Close | Go | Turn | Answer | NoFiles | Shown, Field(discriminator="kind")]
ASKED: TypeAdapter[Asked] = TypeAdapter(Asked)
