"""A run as it happens: every step record is handed to the store and shown in the terminal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.text import Text

from recordings.block_words import entered
from recordings.errors import ShowonceError, StoreUnusableError
from recordings.heal import Heal
from recordings.trace import StepRecord, Trace
from replayer import Waits
from replayer.plan import Plan
from showonce.render import head_line, step_line
from showonce.terminal import say_note, screen
from store import Store


class InFolder:
    """A sink that keeps runs in the store, and with what they propose the ``folder`` of their recording."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._folder = str(folder.resolve())
        self.begin, self.add_step, self.finish = store.begin, store.add_step, store.finish
        self.add_after = store.add_after
        self._propose = store.propose

    async def propose(self, heal: Heal, shown: bytes | None) -> Heal:
        """Keep a proposal, and where its recording is."""
        return await self._propose(heal.model_copy(update={"folder": self._folder}), shown)


class Watched:
    """A sink that keeps a run in the store and prints each step when it is done.

    What is under way stands on a line of its own below, where there is a terminal. ``folder`` is the recording's;
    ``begins`` is told of a run just before it begins.
    """

    def __init__(
        self, store: Store, plan: Plan, folder: Path, begins: Callable[[Trace], Awaitable[object]], *, quiet: bool
    ) -> None:
        self._store, self._plan, self._begins, self._quiet = InFolder(store, folder), plan, begins, quiet
        self._console = screen()
        self._within: tuple[str, ...] = ()
        self._status = self._console.status(Text(f"Opening {plan.redactor.clean(plan.start)}"))

    def __enter__(self) -> Self:
        if not self._quiet:
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._status.stop()

    async def begin(self, trace: Trace) -> None:
        """Keep the run that starts."""
        await self._begins(trace)
        await self._store.begin(trace)
        self._status.update(self._doing(None))

    async def add_step(self, record: StepRecord, picture: bytes | None) -> StepRecord:
        """Keep the step, show it, and return it as kept."""
        with _under_way():
            kept = await self._store.add_step(record, picture)
        if not self._quiet:
            for depth, head in entered(self._within, kept.within):
                self._console.print(head_line(depth, head), soft_wrap=True)
            self._within = kept.within
            self._console.print(step_line(kept, len(self._plan.steps)), soft_wrap=True)
            self._status.update(self._doing(record))
        return kept

    async def add_after(self, record: StepRecord, picture: bytes) -> StepRecord:
        """Keep the picture of the end."""
        with _under_way():
            return await self._store.add_after(record, picture)

    async def finish(self, trace: Trace) -> None:
        """Keep how the run ended."""
        with _under_way():
            await self._store.finish(trace)

    async def propose(self, heal: Heal, shown: bytes | None) -> Heal:
        """Keep what the run proposes."""
        with _under_way():
            return await self._store.propose(heal, shown)

    def _doing(self, last: StepRecord | None) -> Text:
        """What comes after the last record. Where blocks decide on that, only which of them it is in is known."""
        steps, index = self._plan.steps, last.index + 1 if last is not None else 0
        if self._plan.recording.blocks and last is not None:
            return Text(f"{index + 1}  {last.within[0] if last.within else 'going on'}")
        if index >= len(steps):
            return Text("Finishing")
        words = self._plan.redactor.clean(steps[index].step.words)
        return Text(f"{index + 1} of {len(steps)}  {words}" if not self._plan.recording.blocks else f"1  {words}")


@contextmanager
def _under_way() -> Iterator[None]:
    """A store that fails once a run has begun is no longer a run that could not start."""
    try:
        yield
    except StoreUnusableError as error:
        raise ShowonceError(f"The run was done only in part, or not kept: {error.message}", error.mend) from error


def waits_of(step_s: float) -> Waits:
    """A step may take so long to find its element, and as long to see its effect."""
    return Waits(step_s=step_s, effect_s=step_s)


def say_lost_pictures(count: int) -> None:
    """Say that pictures are missing, and what to do about it."""
    if count:
        what = "1 picture" if count == 1 else f"{count} pictures"
        say_note(f"{what} could not be kept; their steps say why. See that the disk has room.")
