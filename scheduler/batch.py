"""Many runs of one recording: every row a run, as many at once as the pool has agents, in one process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agents.pool import AgentPool
from recordings.errors import ShowonceError
from recordings.recording import Recording
from recordings.trace import Trace
from replayer import Waits
from replayer.heal import Hints
from replayer.plan import Plan, SecretSource, plan_of
from replayer.replay import Pictures
from replayer.sinks import Sink
from scheduler.rows import Row


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of a row: its trace, or why there is none."""

    row: Row
    trace: Trace | None
    error: str = ""

    @property
    def passed(self) -> bool:
        return self.trace is not None and self.trace.status == "passed"


async def run_batch(
    recording: Recording,
    rows: Sequence[Row],
    pool: AgentPool,
    sink: Sink,
    *,
    base_url: str | None = None,
    pictures: Pictures = "failure",
    waits: Waits | None = None,
    secrets: SecretSource | None = None,
    on_result: Callable[[RowResult], None] = lambda _: None,
) -> tuple[RowResult, ...]:
    """Run every row; all plans are made before the first run, so bad values stop the batch at its start.
    What one run found in another way than recorded is a hint for those that begin after it.

    Raises:
        CouldNotStartError: A row's values cannot be used; nothing was run.
    """
    hints = Hints()
    plans = [plan_of(recording, row.values, base_url, secrets) for row in rows]

    async def one(row: Row, plan: Plan) -> RowResult:
        try:
            trace = await pool.run(plan, sink, pictures, waits, hints)
            result = RowResult(row, trace, trace.failure.message if trace.failure else "")
        except ShowonceError as error:
            result = RowResult(row, None, str(error))
        on_result(result)
        return result

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(row, plan)) for row, plan in zip(rows, plans, strict=True)]
    return tuple(task.result() for task in tasks)
