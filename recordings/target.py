"""What a step acts on: an element as the page script saw it, and the ways to find it again."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from recordings.document import Document


class Box(Document):
    """A rectangle in CSS pixels, relative to the viewport of the element's own frame."""

    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0


class Description(Document):
    """An element as ``describe`` in browser/injected saw it; texts are folded to single spaces and bounded.

    ``name`` is the accessible name from all text sources; ``text`` the element's own visible text;
    ``label`` the form label; ``row`` the text of the repeated row or list item it belongs to, without
    the controls in it, ``key`` the text in it that no row beside it has ("" where none names it), and
    ``column`` what stands over that; ``block`` is what is said around one that has others like it, where it is in no
    row; ``near`` the closest texts before and after it; ``ordinal`` its place from 0
    among the frame's elements with the same role and name, of which there are ``alike``; ``icon`` what
    its picture is called by classes or files; ``choices`` the first options of a list.
    """

    tag: str
    type: str = ""
    role: str = ""
    name: str = ""
    label: str = ""
    text: str = ""
    placeholder: str = ""
    attributes: dict[str, str] = Field(default_factory=dict)
    heading: str = ""
    landmark: str = ""
    group: str = ""
    row: str = ""
    key: str = ""
    column: str = ""
    block: str = ""
    near: tuple[str, ...] = ()
    css: str = ""
    xpath: str = ""
    box: Box = Box()
    ordinal: int = 0
    alike: int = 1
    visible: bool = True
    enabled: bool = True
    editable: bool = False
    secret: bool = False
    icon: str = ""
    choices: str = ""


class TestIdSelector(Document):
    kind: Literal["test_id"] = "test_id"
    attribute: str
    value: str


class RoleSelector(Document):
    """Role and accessible name, both as ``Description`` has them."""

    kind: Literal["role"] = "role"
    role: str
    name: str


class LabelSelector(Document):
    kind: Literal["label"] = "label"
    value: str


class PlaceholderSelector(Document):
    kind: Literal["placeholder"] = "placeholder"
    value: str


class TextSelector(Document):
    """The innermost element whose whole text this is."""

    kind: Literal["text"] = "text"
    value: str


class CssSelector(Document):
    """CSS; `` >>> `` between parts enters an open shadow root."""

    kind: Literal["css"] = "css"
    value: str


class XPathSelector(Document):
    kind: Literal["xpath"] = "xpath"
    value: str


Selector = Annotated[
    TestIdSelector | RoleSelector | LabelSelector | PlaceholderSelector | TextSelector | CssSelector | XPathSelector,
    Field(discriminator="kind"),
]


class FrameStep(Document):
    """One hop from a frame to a child: its place among the children, from 0, its name and its address."""

    index: int
    name: str = ""
    url: str = ""


class Target(Document):
    """An element to find again. ``crop`` names its picture in the recording's folder.

    ``rivals`` are the elements of the demonstration's page that could be taken for it: at replay, what is more like
    one of them than like the target is not the target.
    """

    description: Description
    selectors: tuple[Selector, ...] = ()
    frame: tuple[FrameStep, ...] = ()
    crop: str = ""
    rivals: tuple[Description, ...] = ()
