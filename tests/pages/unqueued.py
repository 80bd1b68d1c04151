"""``python -m tests.pages.unqueued …``: a command of showonce that dies where it would queue a batch's first rows."""

from __future__ import annotations

import os
import signal
import sys

from sqlalchemy import Engine, event

from showonce.cli import main


@event.listens_for(Engine, "before_cursor_execute")
def _look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
    if "INSERT INTO" in statement and "workflow_status" in statement:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
