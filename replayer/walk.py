"""The way of a run through its steps: one side of each branch, and those of a loop once for each row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from playwright.async_api import Error, Page

from browser.lists import ListedRow
from recordings.block_tree import Forked, Looped, Node, ids_in, tree_of
from recordings.block_words import OTHERWISE, condition_words, head_of
from recordings.blocks import Condition, Repeat, Shows
from recordings.errors import RowsUnusableError, ShowonceError
from recordings.steps import Step
from replayer.deciding import Asked, holds
from replayer.errors import as_ours
from replayer.listed import done_as_another
from replayer.locate import Waits
from replayer.looping import Listing, Turn, row_at_rest, row_in_turn, rows_to_do
from replayer.plan import Plan, PlannedStep
from replayer.record import Making, Running
from replayer.row_plan import asked_for, for_row

RowsDone = Mapping[str, frozenset[str]]
"""The names of the rows that a run before this one did, by the loop's id."""

Do = Callable[[Making], Awaitable[None]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Taker:
    """Who makes a record of a step, whatever comes of what is done, and tells whether the run ends there. ``refuse``
    raises where the page of a step is not there at all, so that nothing is passed over for that."""

    make: Callable[[PlannedStep, Plan], Making]
    record: Callable[[Making, Do], Awaitable[bool]]
    do: Do
    page_of: Callable[[PlannedStep], Awaitable[Page]]
    tab: Callable[[int], Page]
    refuse: Callable[[Step, Page], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Here:
    """Where in the run it is: whose plan, within which blocks, in the turn of which row; what the next record notes."""

    plan: Plan
    within: tuple[str, ...] = ()
    turn: Turn | None = None
    notes: tuple[str, ...] = field(default=())

    def inside(self, head: str) -> _Here:
        return replace(self, within=(*self.within, head))


class Walk:
    """Takes the steps of a run in their order.

    Args:
        rows_done: Rows that are passed over.
    """

    def __init__(self, run: Running, taker: Taker, waits: Waits, rows_done: RowsDone) -> None:
        self._run, self._taker, self._waits, self._rows_done = run, taker, waits, rows_done

    async def all(self) -> None:
        """Take all of it; what fails ends it.

        Raises:
            ShowonceError, playwright.async_api.Error: A step failed; its record is made.
        """
        recording = self._run.plan.recording
        await self._take(tree_of(recording.steps, recording.blocks), _Here(self._run.plan))

    async def _take(self, nodes: Sequence[Node], here: _Here) -> bool:
        """True where the run ends there."""
        for node in nodes:
            match node:
                case str():
                    ends = await self._step(node, here)
                case Forked():
                    ends = await self._fork(node, here)
                case Looped():
                    ends = await self._loop(node, here)
            if ends:
                return True
            here = replace(here, notes=())
        return False

    async def _step(self, step_id: str, here: _Here) -> bool:
        return await self._taker.record(self._made(step_id, here), self._taker.do)

    async def _fork(self, node: Forked, here: _Here) -> bool:
        """Decide, do one side and say why the other is not done."""
        head, turn = head_of(node.block), here.turn
        loop = turn.block if turn is not None else None
        condition = asked_for(here.plan, node.block, loop)
        first = self._planned(next(ids_in(node.then)), here)
        shown = node.then if condition.negated else node.otherwise

        async def decide() -> bool:
            page = await self._taker.page_of(first)
            other = self._planned(next(ids_in(shown)), here).step if shown else None
            is_so = await holds(Asked(condition, page, self._waits, await self._row_tells(condition, turn), other))
            if is_so is condition.negated and not _is_of_row(condition):  # what is looked for is not there
                await self._taker.refuse(first.step, page)
            return is_so

        is_so = await self._tried(decide, first, here.inside(head))
        was = condition_words(condition if is_so else condition.model_copy(update={"negated": not condition.negated}))
        for side, words, is_done in ((node.then, head, is_so), (node.otherwise, OTHERWISE, not is_so)):
            inside = here.inside(words)
            if not is_done:
                await self._skip(side, inside, f"Not done: {was}.")
            elif await self._take(side, replace(inside, notes=(*here.notes, f"Done, since {was}."))):
                return True
        return False

    async def _loop(self, node: Looped, here: _Here) -> bool:
        block, head = node.block, head_of(node.block)
        first = self._planned(next(ids_in(node.body)), here)

        async def begin() -> Listing:
            listing = await rows_to_do(self._taker.tab(block.rows.page), block, self._waits)
            self._refuse_unsure(block, listing)
            if listing.seen is None:
                await self._taker.refuse(first.step, self._taker.tab(block.rows.page))
            return listing

        listing = await self._tried(begin, first, here.inside(head))
        if not listing.rows:
            why = "the list has no rows" if listing.seen else "the page shows no such list"
            await self._skip(node.body, here.inside(head), f"Not done: {why}.")
        for number, row in enumerate(listing.rows, 1):
            turn = Turn(block, row, listing.seen)
            within = (*here.within, head, f"{row.key}, {number} of {len(listing.rows)}")
            inside = _Here(for_row(here.plan, block, row.key, row.column), within, turn)
            if await self._row(node, turn, inside):
                return True
        self._run.wire.turns_over()
        return False

    async def _row(self, node: Looped, turn: Turn, here: _Here) -> bool:
        """A row's turn; one that was done before, or is gone and may be, is told of by its first step alone."""
        wire, first = self._run.wire, next(ids_in(node.body))
        if turn.row.key in self._rows_done.get(turn.block.id, ()):
            await self._skip([first], here, "Passed over: an earlier run did this row.")
            return False
        wire.turn()

        async def find() -> ListedRow | None:
            return await row_in_turn(self._taker.tab(turn.block.rows.page), turn, self._waits)

        tabs = len(self._run.watch.pages)
        now = await self._tried(find, self._planned(first, here), here)
        if now is None:
            await self._skip([first], here, "Passed over: the row is gone by now.")
            return False
        if await self._take(node.body, replace(here, turn=replace(turn, now=now))):
            return True
        self._run.watch.forget_after(tabs)
        await wire.row_done(turn.block.id, turn.row.key)
        return False

    async def _row_tells(self, condition: Condition, turn: Turn | None) -> str:
        """What the row tells, where that is asked."""
        if turn is None or not _is_of_row(condition):
            return ""
        return (await row_at_rest(self._taker.tab(turn.block.rows.page), turn, self._waits)).tells

    def _refuse_unsure(self, block: Repeat, listing: Listing) -> None:
        """Stop where a row may be one that an earlier run did under another name."""
        done = sorted(self._rows_done.get(block.id, ()))
        if done and (pair := done_as_another(done, listing.rows)) is not None:
            raise RowsUnusableError(
                f"An earlier run did a row called '{pair[0]}', and the row '{pair[1]}' says that now: whether it is "
                "done cannot be told. None was begun.",
                "Look in the application which rows are done, and run it for the others.",
            )

    async def _tried(self, doing: Callable[[], Awaitable[T]], first: PlannedStep, here: _Here) -> T:
        """What is asked of the page before a block; where that fails, it is the first step that failed."""
        try:
            return await self._run.answering.heard(first.step, doing())
        except (ShowonceError, Error) as error:
            failed = as_ours(error)
            making = self._made(first.step.id, here)

            async def fail(making: Making) -> None:
                making.page = await self._taker.page_of(first)
                raise failed

            await self._taker.record(making, fail)
            raise failed from error

    async def _skip(self, nodes: Sequence[Node], here: _Here, why: str) -> None:
        async def pass_over(making: Making) -> None:
            making.skipped = True
            making.notes.append(why)

        for step_id in ids_in(nodes):
            await self._taker.record(self._made(step_id, replace(here, notes=())), pass_over)

    def _made(self, step_id: str, here: _Here) -> Making:
        making = self._taker.make(self._planned(step_id, here), here.plan)
        making.within, making.row = here.within, here.turn.row.key if here.turn is not None else ""
        making.notes.extend(here.notes)
        return making

    def _planned(self, step_id: str, here: _Here) -> PlannedStep:
        return next(planned for planned in here.plan.steps if planned.step.id == step_id)


def _is_of_row(condition: Condition) -> bool:
    return isinstance(condition, Shows) and condition.in_row
