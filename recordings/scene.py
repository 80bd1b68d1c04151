"""What a page showed, as hashes that can be compared again, and how a step changed it."""

from __future__ import annotations

from typing import Literal

from recordings.document import Document
from recordings.target import FrameStep

Level = Literal["", "loose", "exact", "full"]


class Scene(Document):
    """Hashes of what could be seen of one document (see ``scene.ts``).

    ``exact`` is of its texts, values and states in order; ``loose`` takes every number for the same; ``full`` adds
    classes, styles, focus, selection and drawings.
    """

    full: str
    exact: str
    loose: str

    def at(self, level: Level) -> str:
        """The hash of one level; "" for none."""
        return {"": "", "loose": self.loose, "exact": self.exact, "full": self.full}[level]

    def likeness(self, other: Scene) -> Level:
        """The strongest level at which both are the same."""
        return next((level for level in ("full", "exact", "loose") if self.at(level) == other.at(level)), "")


class Change(Document):
    """What a step came to change in one document of tab ``page``: ``after`` is what it showed at last, before that
    what only went away by itself (a toast).

    ``appeared`` and ``gone`` are texts, values and states that it showed only afterwards, or only before. ``before``
    is None where the document was new. ``proven`` is the level at which a replay of the recorder's own came to the
    same; "" where none was made, or it did not. ``moved_on``: the person's pointer was over something else by then,
    which may have opened what is told here. ``expects`` are texts of one run's inputs, where the demonstration's own
    inputs appeared; a recording has none.
    """

    page: int = 0
    frame: tuple[FrameStep, ...] = ()
    before: Scene | None = None
    after: tuple[Scene, ...]
    appeared: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    proven: Level = ""
    moved_on: bool = False
    expects: tuple[str, ...] = ()
