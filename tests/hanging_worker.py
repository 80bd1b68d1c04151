"""A worker that begins a chunk and never ends it, in a process of its own, so that it can be killed."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from scheduler.engine import open_engine
from store import open_store


async def _hang(batch_id: str, first: int, last: int) -> None:
    sys.stdout.write(f"begun {first}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


async def main() -> None:
    home, url = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
    async with open_store(home, url=url) as store, open_engine(store, home, url) as engine:
        async with engine.working("hanging", _hang):
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
