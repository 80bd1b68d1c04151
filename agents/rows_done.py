"""What the ledger says of the rows of loops: which are done, so that a run passes over them; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recordings.batch import Commit
from recordings.blocks import Repeat
from recordings.commits import guarded_steps
from recordings.recording import Recording


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop's id and steps; ``last`` is the last of them that must not be repeated, "" for none."""

    id: str
    steps: frozenset[str]
    last: str


def loops_of(recording: Recording) -> tuple[Loop, ...]:
    """The loops of a recording."""
    guarded = guarded_steps(recording)
    return tuple(
        Loop(block.id, frozenset(block.steps), next((s for s in reversed(block.steps) if s in guarded), ""))
        for block in recording.blocks
        if isinstance(block, Repeat)
    )


def rows_done(commits: Sequence[Commit], loops: Iterable[Loop]) -> dict[str, frozenset[str]]:
    """The names of the rows that are done, by the loop's id.

    A row is done where the run came to its end, or the last step took effect that must not be repeated; and nothing of
    it is in doubt.
    """
    found = {}
    for loop in loops:
        own = [commit for commit in commits if commit.row and commit.step_id in loop.steps | {loop.id}]
        done = {c.row for c in own if c.state == "done" and c.step_id in (loop.id, loop.last)}
        found[loop.id] = frozenset(done - {c.row for c in own if c.state in ("intent", "sent")})
    return found


def without_rows_done(commits: Sequence[Commit], loops: Sequence[Loop]) -> list[Commit]:
    """What is known of the rest: of rows that are done nothing more is asked."""
    done = rows_done(commits, loops)
    return [
        commit
        for commit in commits
        if not any(commit.row in done[loop.id] and commit.step_id in loop.steps | {loop.id} for loop in loops)
    ]
