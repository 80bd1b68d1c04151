"""Asks a person for help with the run of an item: only with what no further run would mend, and while it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.policy import Retry, decide
from agents.rows_done import without_rows_done
from recordings.batch import Commit, Item
from recordings.heal import Heal
from replayer.help import Answer, Need, NoHelp
from scheduler.in_hand import InHand
from scheduler.work import Work
from store import Store

if TYPE_CHECKING:  # what shows a page live is loaded where there is somebody to show it to
    from agents.live.help import HelpDesk


class ItemHelper:
    """The ``Helper`` of one run of an item. ``came`` says how the last time ended that none came, None before."""

    def __init__(self, desk: HelpDesk, store: Store, work: Work, item: Item, in_hand: InHand) -> None:
        self._desk, self._store, self._work, self._item, self._in_hand = desk, store, work, item, in_hand
        self.came: NoHelp | None = None

    async def help(self, need: Need) -> Answer:
        """See ``Helper``: what may pass by waiting is left to the next run, while there is to be one."""
        settings, item = self._work.batch.settings, self._item
        commits = [each for each in await self._store.ledger.commits(item.id) if not self._is_untouched(each, need)]
        known = without_rows_done(commits, self._work.loops)
        if need.failure.code == "LoginRequired" and settings.session:
            return NoHelp()  # its session is signed in anew, or a person is asked to, for all rows of the batch
        if isinstance(decide(need.failure, item.attempts, known, retries=settings.retries), Retry):
            return NoHelp()
        from agents.live.help import About

        about = About(item.id, item.batch_id, self._work.batch.folder)
        answer = await self._desk.ask(need, about, settings.help_s, self._unwanted)
        if isinstance(answer, NoHelp):
            self.came = answer
        return answer

    def _is_untouched(self, commit: Commit, need: Need) -> bool:
        """Whether it is the step's own, which was begun only so that what the person sends is counted."""
        mine = commit.trace_id == need.trace_id and commit.step_id == need.step.id and commit.state == "intent"
        return mine and not need.sent()

    async def learned(self, heal: Heal | None) -> None:
        """See ``Helper``."""
        if heal is not None:
            self._desk.to_keep.put_nowait(heal)
        else:
            name = self._work.batch.recording
            self._desk.say(f"{name}: what was pointed at could not be kept, since it says values of that row.")

    def passed(self) -> None:
        """The run came through, with help or without."""
        self._desk.passed(self._item.trace_id)

    async def _unwanted(self) -> str:
        if self._in_hand.stopped:
            return "The console was closed while it waited for a person."
        batch = await self._store.batches.batch(self._item.batch_id)
        if batch.status in ("paused", "cancelled"):
            return f"The batch was {batch.status} while it waited for a person."
        return ""
