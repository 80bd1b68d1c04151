"""What the page answered to a step: the evidence that replay waits for and checks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from recordings.document import Document


class Navigated(Document):
    """The tab came to show another address. ``url`` is a pattern (see ``recordings.urls``)."""

    kind: Literal["navigation"] = "navigation"
    url: str
    same_document: bool = False


class PopupOpened(Document):
    """A new tab or window opened and became ``page`` (tabs count from 0 in order of opening)."""

    kind: Literal["popup"] = "popup"
    page: int
    url: str = ""


class PageClosed(Document):
    kind: Literal["close"] = "close"
    page: int


class Downloaded(Document):
    kind: Literal["download"] = "download"
    filename: str


class DialogAnswered(Document):
    """An alert, confirm, prompt or beforeunload dialog and the answer the person gave."""

    kind: Literal["dialog"] = "dialog"
    type: str
    message: str = ""
    accepted: bool = True
    text: str = ""


class Requested(Document):
    """A request that is not a GET, and the status it got (None: no answer came)."""

    kind: Literal["request"] = "request"
    method: str
    url: str
    status: int | None = None


Signal = Annotated[
    Navigated | PopupOpened | PageClosed | Downloaded | DialogAnswered | Requested,
    Field(discriminator="kind"),
]
