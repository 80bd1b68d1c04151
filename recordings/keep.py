"""How long what is kept may be kept, by kind."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from recordings.document import Document

KeptKind = Literal["runs", "pictures", "results", "reports"]
KEPT_KINDS: tuple[KeptKind, ...] = get_args(KeptKind)


class Keep(Document):
    """Seconds by kind, counted from the end of what it is; None for as long as nobody takes it away.

    ``runs`` go whole, with their steps, pictures and what was decided on them; ``pictures`` are those of runs alone.
    ``results`` are what rows of batches and workflows were given and read: that they were done stays known, so that
    none is done twice. ``reports`` are files in the home.
    """

    runs: float | None = Field(default=None, gt=0)
    pictures: float | None = Field(default=None, gt=0)
    results: float | None = Field(default=None, gt=0)
    reports: float | None = Field(default=None, gt=0)

    @property
    def says_nothing(self) -> bool:
        """Whether all is kept."""
        return self == Keep()
