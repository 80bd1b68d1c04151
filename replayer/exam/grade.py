"""What an exam comes to: each mutation's grade, what a step lacks, and what would mend it; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from browser.frozen import SelectorFound
from recordings.target import Description, Target
from replayer.exam.mutations import Mutation
from replayer.naming import called

Grade = Literal["survives", "refuses", "wrong"]
SURVIVAL_WANTED = 0.75
"""Own choice: a step that finds its element again after fewer than three in four releases is weak."""


@dataclass(frozen=True, slots=True)
class Case:
    """One mutation of one step's page and what the locator did.

    ``selectors`` tell for each of the target's what it found of it; ``reasons`` are the locator's; ``got`` is the
    element it would have acted on, where that was another.
    """

    mutation: Mutation
    grade: Grade
    ms: float
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    got: str = ""
    selectors: tuple[SelectorFound, ...] = ()

    @property
    def right(self) -> bool:
        """It found the target, or refused where that was gone."""
        return self.grade == "survives" or (self.grade == "refuses" and self.mutation.kind.gone)


@dataclass(frozen=True, slots=True)
class Weakness:
    """Why a step is weak: what evidence it ``lacks``, and what in the application would mend that (``proposal``)."""

    lacks: str
    proposal: str


@dataclass(frozen=True, slots=True)
class StepExam:
    """The exam of one step. ``unfit`` says why it could not be examined, "" where it was."""

    step: str
    words: str
    target: Target | None = None
    cases: tuple[Case, ...] = ()
    unfit: str = ""

    @property
    def wrong(self) -> int:
        """How many mutations would have been answered by acting on another element."""
        return sum(case.grade == "wrong" for case in self.cases)

    @property
    def survival(self) -> float | None:
        """Of the mutations that left the target there, the share (0 to 1) after which it was found; None: none did."""
        there = [case for case in self.cases if not case.mutation.kind.gone]
        return sum(case.grade == "survives" for case in there) / len(there) if there else None

    @property
    def weak(self) -> bool:
        """Whether it would click wrong, or too often find nothing."""
        return self.wrong > 0 or (self.survival is not None and self.survival < SURVIVAL_WANTED)

    @property
    def weakness(self) -> Weakness | None:
        """Why it is weak and what would mend it; None where it is not."""
        return weakness_of(self.target, self.cases) if self.weak and self.target is not None else None


def grade_of(*, found: bool, right: bool) -> Grade:
    """What an answer is worth: the target found, nothing found, or another element found."""
    if not found:
        return "refuses"
    return "survives" if right else "wrong"


def usefulness(cases: Iterable[Case]) -> float:
    """U from -1 to 1: a wrong click costs what a right answer earns, a needless refusal earns nothing."""
    worth = [1 if case.right else -1 if case.grade == "wrong" else 0 for case in cases]
    return sum(worth) / max(1, len(worth))


def weakness_of(target: Target, cases: Sequence[Case]) -> Weakness:
    """What evidence the target lacks, the gravest first."""
    seen = target.description
    wrong = any(case.grade == "wrong" for case in cases)
    for lacks, proposal in _lacks(seen, rivals=bool(target.rivals), wrong=wrong):
        return Weakness(lacks, proposal)
    missed = Counter(c.mutation.kind.says for c in cases if not c.right)
    worst = "; ".join(says for says, _ in missed.most_common(2))
    return Weakness(f"it was not found again after: {worst}", f"give it {_test_id(seen)}")


def _lacks(seen: Description, *, rivals: bool, wrong: bool) -> Iterable[tuple[str, str]]:
    name = called(seen)
    if not name:
        yield (
            "it has no name: no text, no label, no title",
            f'give it an accessible name, such as aria-label="{_word(seen)}"',
        )
    if seen.alike > 1 and not (seen.row or seen.group):
        yield (
            f"there are {seen.alike} called '{name[:40]}' and nothing tells which row or group it is of",
            "give each row a key: a cell, heading or aria-label that names it",
        )
    if seen.alike > 1 and not _has_test_id(seen):
        yield (
            f"there are {seen.alike} called '{name[:40]}', told apart by their row or group alone",
            f"give it {_test_id(seen)}",
        )
    if wrong and not _has_test_id(seen):
        yield "only its name and place tell which it is", f"give it {_test_id(seen)}"
    if not rivals:
        yield "what could be taken for it was not recorded", "record again with this showonce"


def _has_test_id(seen: Description) -> bool:
    return any(name.startswith("data-") for name in seen.attributes)


def _test_id(seen: Description) -> str:
    return f'a test id, such as data-testid="{_word(seen)}"'


def _word(seen: Description) -> str:
    said = called(seen) or seen.icon or seen.attributes.get("id", "") or seen.role or seen.tag
    words = "".join(sign if sign.isalnum() else " " for sign in said.lower()).split()
    return "-".join(words[:4])
