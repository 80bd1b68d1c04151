"""Recordings examined in the background, one at a time; what came of it is kept in memory by the recording's version.

begin → waiting → under way (so many cases of so many) → over, with an exam of each step or what was in the way
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from browser.launch import open_browser
from recordings.errors import ShowonceError
from recordings.files import digest_of
from recordings.recording import Recording
from replayer.exam import ExamOptions, StepExam, examine
from replayer.exam.examine import examinable

log = logging.getLogger("showonce.exam")

# Own choice: a step takes about a second, and an exam of twenty steps is still waited for. No time is set: on a machine
# that is busy few changes would be tried, and a weak step be called a good one.
_OPTIONS = ExamOptions(mutations=16, tabs=2)
_KEPT = 50


@dataclass(frozen=True, slots=True)
class Examination:
    """How far an exam has come, in cases; ``exams`` are in the order of the steps once it is ``over``, and ``trouble``
    says why there are none."""

    done: int = 0
    total: int = 0
    over: bool = False
    exams: tuple[StepExam, ...] = ()
    trouble: str = ""


class Examinations:
    """The exams that were asked for; the block that opened it owns their tasks."""

    def __init__(self, browser: Path | None) -> None:
        self._browser = browser
        self._found: dict[str, Examination] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()

    def of(self, recording: Recording) -> Examination | None:
        """The exam of just this version; None where none was asked for."""
        return self.of_version(digest_of(recording))

    def of_version(self, digest: str) -> Examination | None:
        """The same by the version's digest."""
        return self._found.get(digest)

    def begin(self, recording: Recording, when_over: Callable[[], None]) -> None:
        """Examine it, unless it is being examined; ``when_over`` is called at the end, however it ends.

        Raises:
            NothingToExamineError: The recording has no frozen pages.
        """
        known = self.of(recording)
        if known is not None and not known.over:
            return
        total = len(examinable(recording)) * (_OPTIONS.mutations + 1)
        self._keep(digest_of(recording), Examination(total=total))
        task = asyncio.create_task(self._examined(recording, when_over))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _examined(self, recording: Recording, when_over: Callable[[], None]) -> None:
        digest = digest_of(recording)

        def one_more(*_: object) -> None:
            now = self._found[digest]
            self._found[digest] = replace(now, done=min(now.done + 1, now.total))

        try:
            async with self._turn, open_browser(override=self._browser) as browser:
                exams = await examine(browser, recording, _OPTIONS, one_more)
            self._found[digest] = Examination(over=True, exams=tuple(exams))
        except ShowonceError as error:
            self._found[digest] = Examination(over=True, trouble=f"{error.message} {error.mend}".strip())
        except Exception as error:  # the edge of what runs by itself
            log.error("%s could not be examined: %r", recording.name, error, exc_info=error)
            self._found[digest] = Examination(
                over=True, trouble="It could not be examined; the console's log says why."
            )
        finally:
            when_over()

    def _keep(self, digest: str, examination: Examination) -> None:
        """Under way ones are never forgotten: they are written to until they are over."""
        self._found.pop(digest, None)
        for old in [key for key, each in self._found.items() if each.over][: max(0, len(self._found) - _KEPT)]:
            del self._found[old]
        self._found[digest] = examination


@asynccontextmanager
async def open_examinations(browser: Path | None) -> AsyncIterator[Examinations]:
    """Room for exams until the block is left; what is under way then is given up."""
    examinations = Examinations(browser)
    try:
        yield examinations
    finally:
        await examinations.end()
