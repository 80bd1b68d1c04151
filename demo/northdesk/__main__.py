"""Northdesk in the foreground: ``python -m demo.northdesk --ui v2 --port 8010``."""

import argparse
import asyncio
from pathlib import Path
from typing import get_args

from demo.northdesk.options import PASSWORD, USERNAME, Options, Ui
from demo.northdesk.serve import serve
from demo.serving.server import interrupted


def main() -> None:
    """Serve Northdesk as the command line says, until interrupted or terminated."""
    parser = argparse.ArgumentParser(prog="python -m demo.northdesk", description=__doc__)
    parser.add_argument("--ui", choices=get_args(Ui), default="v1", help="release of the user interface")
    parser.add_argument("--port", type=int, default=8010, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--latency-ms", type=int, default=0, help="delay before each response")
    parser.add_argument("--database", type=Path, help="SQLite file to keep; default: a temporary one")
    parser.add_argument("--support-origin", help="origin of the framed form, e.g. http://localhost:{port}")
    given = parser.parse_args()
    options = Options(given.ui, given.latency_ms, given.database, given.support_origin)
    asyncio.run(_run(options, given.port))


async def _run(options: Options, port: int) -> None:
    async with serve(options, port) as running:
        print(f"Northdesk {options.ui} at {running.base_url}: sign in as {USERNAME} / {PASSWORD}", flush=True)
        await interrupted()


if __name__ == "__main__":
    main()
