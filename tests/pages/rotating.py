"""A process that gives a vault another key, and dies on the way where it is told to, or waits for another.

python -m tests.pages.rotating HOME (kept | sealing | sealed | meet | through) [URL]
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from store import open_store
from store.errors import RotatedMeanwhileError
from store.vault_keys import FileKeys, Key

REFUSED = 3


class DyingKeys(FileKeys):
    """Dies once the new key is kept, while things are sealed with it, or once they are and before the old key goes."""

    def __init__(self, home: Path, at: str) -> None:
        super().__init__(home / "keys")
        self._home, self._at, self._made, self._asked = home, at, False, 0

    def make(self) -> Key:
        key = super().make()
        self._made = True
        self._die_at("kept")
        if self._at == "meet":
            (self._home / f"met-{os.getpid()}").touch()
            while len(list(self._home.glob("met-*"))) < 2:
                time.sleep(0.01)
        return key

    def get(self, key_id: str) -> Key | None:
        self._asked += self._made
        if self._asked > 1:
            self._die_at("sealing")
        return super().get(key_id)

    def forget(self, key_id: str) -> None:
        self._die_at("sealed")
        super().forget(key_id)

    def _die_at(self, place: str) -> None:
        if self._at == place:
            os.kill(os.getpid(), signal.SIGKILL)


async def main() -> int:
    home, at, *url = sys.argv[1:]
    async with open_store(Path(home), url="".join(url)) as store:
        try:
            await store.vault(DyingKeys(Path(home), at)).rotate()
        except RotatedMeanwhileError:
            return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
