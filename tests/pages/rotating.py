"""A process that gives a vault another key, and dies on the way where it is told to, or waits for another.

python -m tests.pages.rotating HOME (kept | sealing | sealed | meet | through) [URL]
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, event

from store import open_store
from store.errors import RotatedMeanwhileError
from store.vault_keys import FileKeys, Key

REFUSED = 3


class DyingKeys(FileKeys):
    """Dies once the new key is kept, or once all is sealed with it and before the old key goes."""

    def __init__(self, home: Path, at: str) -> None:
        super().__init__(home / "keys")
        self._home, self._at = home, at

    def make(self) -> Key:
        key = super().make()
        if self._at == "kept":
            die()
        if self._at == "meet":
            (self._home / f"met-{os.getpid()}").touch()
            while len(list(self._home.glob("met-*"))) < 2:
                time.sleep(0.01)
        return key

    def forget(self, key_id: str) -> None:
        if self._at == "sealed":
            die()
        super().forget(key_id)


def die() -> None:
    """End here."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_the_second() -> None:
    """Die before the second thing is written anew."""
    writings = count(1)

    @event.listens_for(Engine, "before_cursor_execute")
    def _look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE vault SET") and next(writings) == 2:
            die()


async def main() -> int:
    home, at, *url = sys.argv[1:]
    if at == "sealing":
        die_at_the_second()
    async with open_store(Path(home), url="".join(url)) as store:
        try:
            await store.vault(DyingKeys(Path(home), at)).rotate()
        except RotatedMeanwhileError:
            return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
