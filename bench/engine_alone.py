"""What tasks that do nothing cost DBOS as it comes, on SQLite; ENGINE.md has 5.2 ms of CPU a task for it.

    python -m bench.engine_alone TASKS

A process of its own: in that of the bench DBOS is set up as showonce does.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from dbos import DBOS

_QUEUE = "nothing"
_POLL_S = 0.1


def main(tasks: int) -> None:
    """Print the milliseconds; a first round is for what is done once."""
    with tempfile.TemporaryDirectory(prefix="showonce-engine-") as folder:
        address = f"sqlite:///{Path(folder) / 'engine.sqlite'}"
        DBOS(config={"name": "engine-alone", "system_database_url": address, "console_log_level": "CRITICAL"})
        print(asyncio.run(_cost_ms(tasks)))


async def _cost_ms(tasks: int) -> float:
    done = asyncio.Semaphore(0)

    async def nothing(_number: int) -> None:
        done.release()

    task = DBOS.workflow()(nothing)
    DBOS.launch()
    try:
        await DBOS.register_queue_async(_QUEUE, polling_interval_sec=_POLL_S)
        took = 0.0
        for _ in range(2):
            began = time.process_time()
            for number in range(tasks):
                await DBOS.enqueue_workflow_async(_QUEUE, task, number)
            for _ in range(tasks):
                await done.acquire()
            took = time.process_time() - began
        return 1000 * took / tasks
    finally:
        DBOS.destroy()


if __name__ == "__main__":
    main(int(sys.argv[1]))
