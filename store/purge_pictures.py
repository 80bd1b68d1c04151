"""Which pictures go with a person who is erased, and which stay, since runs of others show them and they were taken
before the person came into the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from recordings.subject import Subject
from recordings.trace import StepRecord, Trace
from store.database import stream
from store.tables import names_pictures, runs, steps

_TYPING = ("fill", "type")


def pictures_of(
    connection: Connection, subject: Subject, mine: Iterable[Sequence[str]], not_others: set[str]
) -> tuple[set[str], set[str]]:
    """The pictures of the person's runs: those that go, and those that stay with other runs.

    What a picture shows cannot be known. It stays where a run shows the very same that is not the person's, and each of
    theirs took it before it typed them: a sign-in, an empty form. One from later may show them in both, and so may any
    of a run that says them otherwise than by typing: they were there already.

    Args:
        mine: Their runs' trace ids, in parts.
        not_others: All runs that say them, also those that are left for now.
    """
    before, later = set[str](), set[str]()
    for part in mine:
        for run in _runs(connection, part):
            records, end = run.steps, came_at(run, subject)
            # What was taken after the last step shows what that one typed.
            clean = end == len(records) and not any(subject.stands_in(each.model_dump_json()) for each in records[-1:])
            before |= {record.picture for record in records[:end]} | {each.after for each in records if clean}
            later |= {record.picture for record in records[end:]} | {each.after for each in records if not clean}
    shared = _shown_by_others(connection, before - later - {""}, not_others)
    return (before | later) - shared - {""}, shared


def came_at(run: Trace, subject: Subject) -> int:
    """How many of the run's pictures, from the first, were taken before the person came into the page, so far as is
    known. A step's picture is taken before it acts: the form is still empty in that of the step that types them.

    Where no step says them, it is all if the run was only given them, as one that failed before, and else none.
    """
    for at, record in enumerate(run.steps):
        if subject.stands_in(record.model_dump_json()):
            # Who was there before the run spoke of them may be in any of its pictures.
            return at + 1 if _types_them(record, subject) else 0
    return 0 if _learned(run, subject) else len(run.steps)


def _types_them(record: StepRecord, subject: Subject) -> bool:
    """Whether the step is where the person comes into the page, and nothing else of it says them."""
    if record.kind not in _TYPING or record.outcome != "passed" or record.helped:
        return False
    rest = record.model_copy(update={"words": "", "value": "", "row": ""})
    return not subject.stands_in(rest.model_dump_json())


def _learned(run: Trace, subject: Subject) -> bool:
    """Whether it was not told them, but came upon them, or a person or a row says so of it."""
    if not subject.stands_in(run.model_dump_json(include={"inputs"})):
        return True
    return subject.stands_in(run.model_dump_json(exclude={"inputs", "steps"}))


def _shown_by_others(connection: Connection, wanted: set[str], not_others: set[str]) -> set[str]:
    found = set[str]()
    if wanted:
        query = select(steps.c.trace_id, steps.c.document).where(names_pictures())
        for row in stream(connection, query):
            if row.trace_id not in not_others:
                found |= StepRecord.model_validate_json(row.document).pictures
    return found & wanted


def _runs(connection: Connection, part: Sequence[str]) -> list[Trace]:
    """These runs, with their steps in order."""
    query = select(steps.c.trace_id, steps.c.document).where(steps.c.trace_id.in_(part)).order_by(steps.c.index)
    told: dict[str, list[StepRecord]] = {trace_id: [] for trace_id in part}
    for row in connection.execute(query):
        told[row.trace_id].append(StepRecord.model_validate_json(row.document))
    texts = connection.scalars(select(runs.c.document).where(runs.c.trace_id.in_(part)))
    found = [Trace.model_validate_json(text) for text in texts]
    return [run.model_copy(update={"steps": tuple(told[run.trace_id])}) for run in found]
