"""Many runs asked for at once: a Batch of Items, and the Commits that their runs sent, or may have sent."""

from __future__ import annotations

from hashlib import sha256
from typing import Literal

from pydantic import Field

from recordings.document import Document
from recordings.trace import Failure, Pictures

Mode = Literal["parallel", "sequential"]
BatchStatus = Literal["running", "paused", "stopped", "cancelled", "done"]
"""``stopped``: a sequential batch after a failure; it can be resumed, as a paused one can."""

ItemStatus = Literal["queued", "running", "passed", "failed", "waiting", "skipped", "cancelled"]
"""``waiting``: for a person, who must say whether a commit took effect. ``skipped``: done before, or given twice."""

FINAL: frozenset[ItemStatus] = frozenset({"passed", "failed", "waiting", "skipped", "cancelled"})
"""The ways to be that no agent changes any more."""

CommitState = Literal["intent", "sent", "done", "void"]
"""``intent``: about to be sent. ``sent``: its request was seen leaving. ``done``: its effect was seen. ``void``: it is
known not to have taken effect, so the step may be done again."""


class Rate(Document):
    """At most ``count`` items begin within ``seconds``."""

    count: int = Field(ge=1)
    seconds: float = Field(gt=0)


class BatchSettings(Document):
    """How a batch is done.

    ``agents`` is how many items at once, over all workers; ``ramp`` the numbers to rise through, () to begin with all.
    ``chunk`` is how many rows are handed to an agent as one, 0 for what suits their number. ``limit_per_app`` caps the
    items at work in the batch's application over all batches, 0 for no cap. ``retries`` is how often an item is run
    again by itself; ``step_s`` is how long a step may take, ``item_s`` a whole item (0: as long as it takes).
    ``settle_s`` is how long the application may be at work on a request that left, before what it does not show is
    believed not to be there. ``probe`` is the digest of the recording that tells whether an item was done, "" for none.
    ``session`` is the saved session that agents start from; one agent at a time uses it, unless ``shared``. ``dry``:
    only until the first write. ``from_disk``: its rows may name files of the machine that it is done on. ``help_s`` is
    how long a run that a person could help waits for one, where its page can be shown to them; 0: not at all.
    """

    mode: Mode = "parallel"
    agents: int = Field(default=4, ge=1)
    ramp: tuple[int, ...] = ()
    chunk: int = Field(default=0, ge=0)
    on_failure: Literal["stop", "continue"] = "continue"
    limit_per_app: int = Field(default=0, ge=0)
    rate: Rate | None = None
    retries: int = Field(default=2, ge=0)
    step_s: float = Field(default=10, gt=0)
    item_s: float = Field(default=0, ge=0)
    settle_s: float = Field(default=60, ge=0)
    pictures: Pictures = "failure"
    base_url: str = ""
    probe: str = ""
    session: str = ""
    shared: bool = False
    dry: bool = False
    from_disk: bool = False
    help_s: float = Field(default=0, ge=0)


class Batch(Document):
    """A recording to be run for many rows.

    ``id`` is 12 hex digits; ``trace_id`` the W3C trace id that its items share. ``version`` is the digest that
    the store keeps the recording it began with under; ``folder`` is where it lay. ``app`` is the origin that it
    works in. ``cap`` is how many items may be at work now: less than ``settings.agents`` while it ramps.
    Of a workflow's: ``flow`` and ``stage`` say which, ``named`` how it calls the recording, ``undoes`` the item that
    is undone by it, ``confirms`` that it only looks whether that is; ``growing``: more items may come, so that it is
    not over. ``alone`` is the item that is repeated while the others are held, "" for none; when it is over the batch
    is ``held`` again. ``left``: it is left to workers. ``resumed_at`` is when it was last let go on, 0 for never.
    Times are seconds since the epoch.
    """

    id: str
    trace_id: str
    recording: str
    version: str
    folder: str = ""
    app: str = ""
    settings: BatchSettings = BatchSettings()
    status: BatchStatus = "running"
    cap: int = 0
    total: int = 0
    flow: str = ""
    stage: str = ""
    named: str = ""
    undoes: str = ""
    confirms: bool = False
    growing: bool = False
    alone: str = ""
    held: BatchStatus = "paused"
    left: bool = False
    created_at: float
    resumed_at: float = 0
    ended_at: float | None = None


class Item(Document):
    """One row of a batch, and what became of it.

    ``number`` is its place in the batch, from 1; ``line`` where it stands in the data. ``row`` is what a workflow has
    it for, which may say more than the inputs. ``key`` tells it from all other
    rows of its recording: the same key is not done twice. ``attempts`` is how often a run was begun, ``trace_id`` the
    last run, ``follows`` the one before it, ``worker`` who did it. ``values`` and ``tables`` are what the run read,
    ``begun_at`` when it began. ``note`` says what a person should know. ``repeats``: the application may hold the
    same from before. Of one that was skipped, ``instead`` is the item that did it, if one did; ``unwanted``: a
    workflow's condition did not hold for it. ``erased``: what it was given and read is gone, so it is not done again.
    """

    batch_id: str
    number: int
    line: int = 0
    key: str
    inputs: dict[str, str] = Field(default_factory=dict)
    row: dict[str, str] = Field(default_factory=dict)
    status: ItemStatus = "queued"
    attempts: int = 0
    trace_id: str = ""
    follows: str = ""
    worker: str = ""
    failure: Failure | None = None
    values: dict[str, str] = Field(default_factory=dict)
    tables: dict[str, tuple[dict[str, str], ...]] = Field(default_factory=dict)
    note: str = ""
    repeats: bool = False
    instead: str = ""
    unwanted: bool = False
    erased: bool = False
    begun_at: float | None = None
    ended_at: float | None = None

    @property
    def id(self) -> str:
        """``BATCH:NUMBER``; ids sort as the items do."""
        return f"{self.batch_id}:{self.number:06d}"


class Commit(Document):
    """A step that sends a request that changes data, in the run of an item: how far it is known to have come.

    ``row`` is the row of a loop that it was done for, by its name. With the id of the loop in the place of the step's,
    it says that all of the row was ``done``.
    """

    item_id: str
    step_id: str
    trace_id: str
    state: CommitState
    at: float
    request: str = ""
    row: str = ""

    @property
    def key(self) -> str:
        """What tells it from the others of its item: the step, and in a loop the row."""
        return f"{self.step_id} {sha256(self.row.encode()).hexdigest()[:24]}" if self.row else self.step_id


class Breaker(Document):
    """Whether an application is left alone for a while, because it failed again and again.

    ``failures`` are the times of its last failures of the application's kind. Once ``open`` it is left alone until
    ``until``; then one item tries it (``half-open``, ``probe`` is that item, and ``until`` when it began), and its
    success closes the breaker.
    """

    app: str
    state: Literal["closed", "open", "half-open"] = "closed"
    failures: tuple[float, ...] = ()
    until: float = 0
    probe: str = ""
    opened: int = 0


class Worker(Document):
    """A process that does items, up to ``agents`` at once. ``beat_at`` is when it was last heard of; times are seconds
    since the epoch. ``id`` is its own, also after it ends. ``lane`` is the one batch that it does, "" where it does
    what any has left to workers."""

    id: str
    host: str
    pid: int
    agents: int = Field(ge=0)
    version: str = ""
    lane: str = ""
    started_at: float
    beat_at: float
