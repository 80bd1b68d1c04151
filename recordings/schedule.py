"""A batch asked for again and again: a Schedule, and the Fires that came of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from recordings.batch import BatchSettings
from recordings.document import Document

Missed = Literal["skip", "catch-up"]
"""What becomes of fires that no worker was there for: only the last minute's are done, or all, the oldest first."""

FireState = Literal["begun", "made", "skipped", "failed"]
"""``begun``: a worker reads the data. ``made``: its batch is queued. ``failed``: no batch could be made of it."""

_KEPT = 20


class Fire(Document):
    """A time that a schedule named, ``due`` then, and what became of it ``at`` a time; seconds since the epoch.

    ``by`` is the worker that has it in hand, or had; ``said`` is why there is no batch. Fires that are skipped one
    after another for the same reason are one, the last, with how many ``times``.
    """

    due: float
    at: float
    state: FireState
    by: str = ""
    batch: str = ""
    said: str = ""
    times: int = 1


class Schedule(Document):
    """What is to be run for every row of a file whenever ``cron`` says so in the time zone ``tz``.

    ``recording`` and ``probe`` are folders and ``data`` a file, all read anew at each fire, on ``host`` or where else
    they are. ``columns`` are input names by names of columns. Unless it may ``overlap``, no fire is done while the
    batch of the one before is not over. One that is ``paused`` is never due. ``fires`` are the latest.
    """

    name: str
    cron: str
    tz: str = "UTC"
    recording: str
    data: str
    columns: dict[str, str] = Field(default_factory=dict)
    skip_bad: bool = False
    key: str = ""
    probe: str = ""
    settings: BatchSettings = BatchSettings()
    missed: Missed = "skip"
    overlap: bool = False
    host: str = ""
    paused: bool = False
    created_at: float
    fires: tuple[Fire, ...] = ()

    def with_fire(self, fire: Fire) -> Schedule:
        """The same with this fire, in place of the one due at that time if it has it.

        Beside the latest 20, those in hand are kept, and the last of which there is a batch.
        """
        fires = [each for each in self.fires if each.due != fire.due]
        last = fires[-1] if fires else None
        if last is not None and last.state == fire.state == "skipped" and last.said == fire.said:
            fires.pop()
            fire = fire.model_copy(update={"times": last.times + fire.times})
        fires = sorted([*fires, fire], key=lambda each: each.due)
        made = [each for each in fires if each.state == "made"]
        kept = {*(each.due for each in fires[-_KEPT:]), *(each.due for each in made[-1:])}
        fires = [each for each in fires if each.due in kept or each.state == "begun"]
        return self.model_copy(update={"fires": tuple(fires)})
