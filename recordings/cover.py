"""A part of a step's pictures that must not be seen in reports."""

from __future__ import annotations

from pydantic import Field

from recordings.document import Document

END = "(end)"
"""Stands for a step: the picture of the page that a run came to is of none."""


class Cover(Document):
    """A rectangle in shares of the picture's width and height, from its top left corner: 0 to 1."""

    x: float = Field(ge=0, le=1)
    y: float = Field(ge=0, le=1)
    width: float = Field(gt=0, le=1)
    height: float = Field(gt=0, le=1)


class Covers(Document):
    """All of a step's, for whatever run of its recording."""

    parts: tuple[Cover, ...] = ()
