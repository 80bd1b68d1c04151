"""What a recording's page shows of it: its lines, why steps are weak, and signs of what a person saw; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from recordings.block_words import Line, lines_of
from recordings.document import Document
from recordings.editing.values import own_text
from recordings.errors import EditRefusedError
from recordings.inputs import Value
from recordings.recording import Recording, values_of
from recordings.versions import History
from recordings.weak import weak_steps
from replayer.exam import StepExam


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the list of steps: the head of a block, or a step with what is said of it. ``number`` counts steps from
    1; ``own`` is the value that is written in the step, None where there is none to change there."""

    line: Line
    number: int = 0
    values: tuple[Value, ...] = ()
    own: str | None = None
    weak: tuple[str, ...] = ()
    sign: str = ""


def lines_shown(recording: Recording, exams: Sequence[StepExam] = ()) -> list[Shown]:
    """The steps in their order, with the heads of branches and loops before them."""
    weak, shown, number = weak_told(recording, exams), [], 0
    for line in lines_of(recording.steps, recording.blocks):
        if line.step is None:
            shown.append(Shown(line))
            continue
        number += 1
        step = line.step
        facts = (tuple(values_of(step)), own_text(step), weak.get(step.id, ()), sign_of(step))
        shown.append(Shown(line, number, *facts))
    return shown


def weak_told(recording: Recording, exams: Sequence[StepExam] = ()) -> dict[str, tuple[str, ...]]:
    """Why steps are weak, by their ids: what the recording itself tells, and what an exam of it came to."""
    told: dict[str, tuple[str, ...]] = {step: (why,) for step, why in weak_steps(recording).items()}
    for exam in exams:
        if exam.weak:
            told[exam.step] = (*told.get(exam.step, ()), _exam_words(exam))
    return told


def sign_of(document: Document) -> str:
    """What tells a step or an input from what it was before somebody changed it."""
    return sha256(document.model_dump_json().encode()).hexdigest()[:12]


def latest_of(history: History, way: str) -> int:
    """The number of the edit that would be undone or done again next, 0 for none."""
    edits = history.done if way == "undo" else history.undone
    return edits[-1].number if edits else 0


def check_seen(recording: Recording, step: str, name: str, sign: str) -> None:
    """See that the step or the input is still what the person saw; "" for a sign: nothing is asked.

    Raises:
        EditRefusedError: It was changed or taken away by someone else.
    """
    things: dict[str, Document] = {each.id: each for each in recording.steps} if step else {}
    things |= {each.name: each for each in recording.inputs} if name else {}
    found = things.get(step or name)
    if sign and (found is None or sign_of(found) != sign):
        number = next((at for at, each in enumerate(recording.steps, 1) if each.id == step), None)
        what = f"The input '{name}'" if not step else f"Step {number}" if number else "The step"
        raise EditRefusedError(f"{what} was changed meanwhile.", "Nothing was done. Look at it as it is now.")


def check_latest(history: History, way: str, seen: int) -> None:
    """See that what is undone or done again is among what the person saw.

    Raises:
        EditRefusedError: Someone else made an edit since.
    """
    if latest_of(history, way) > seen:
        raise EditRefusedError(
            "Another edit was made meanwhile.", "Nothing was done. It stands under 'What was changed' now."
        )


def _exam_words(exam: StepExam) -> str:
    tried = [case for case in exam.cases if not case.mutation.kind.gone]
    found = sum(case.grade == "survives" for case in tried)
    words = f"After {len(tried)} changes as releases make them it was found again {found} times"
    words += f", and {exam.wrong} × another element was taken for it." if exam.wrong else "."
    if (weakness := exam.weakness) is not None:
        words += f" Why: {weakness.lacks}. In the application: {weakness.proposal}."
    return words
