"""The parts that the console is made of; whoever starts it opens and closes them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from agents.examining import Examinations
from agents.live.help import HelpDesk
from agents.live.lesson import Lessons
from agents.stored_example import Trials
from review.access import Access
from review.demonstrations import Demonstrations
from review.news import News
from review.work.acts import Work
from store import Store


@dataclass(frozen=True, slots=True)
class Console:
    """``recordings`` is the folder of those that go by a name, ``work`` what runs them, ``demonstrations`` what was
    run, by the run, ``lessons`` what is being shown, ``desk`` the runs that wait for a person, ``examinations`` the
    recordings whose steps are put to the test, ``trials`` the heals that were tried."""

    store: Store
    recordings: Path
    access: Access
    news: News
    work: Work
    demonstrations: Demonstrations
    lessons: Lessons
    desk: HelpDesk
    examinations: Examinations
    trials: Trials
