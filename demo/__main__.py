"""The main job on Northdesk: ``python -m demo``. Applications to look at: ``python -m demo frontdoor brightleaf``."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass

from demo import main_job
from demo.brightleaf import app as brightleaf
from demo.cobalt import app as cobalt
from demo.frontdoor import app as frontdoor
from demo.northdesk.options import PASSWORD, USERNAME, Options
from demo.northdesk.serve import serve as serve_northdesk
from demo.serving.server import Answering, interrupted


@dataclass(frozen=True, slots=True)
class App:
    """An application, served on a port with a delay in ms, the port the examples look for it on, and how to sign in."""

    serve: Callable[[int, int], AbstractAsyncContextManager[Answering]]
    port: int
    user: str
    secret: str


APPS = {
    "northdesk": App(lambda port, ms: serve_northdesk(Options(latency_ms=ms), port), 8010, USERNAME, PASSWORD),
    "frontdoor": App(
        lambda port, ms: frontdoor.serve(port=port, latency_ms=ms), 8020, frontdoor.USER, frontdoor.PASSCODE
    ),
    "brightleaf": App(
        lambda port, ms: brightleaf.serve(port=port, latency_ms=ms), 8030, brightleaf.USER, brightleaf.PASSWORD
    ),
    "cobalt": App(lambda port, ms: cobalt.serve(port=port, latency_ms=ms), 8040, cobalt.USER, cobalt.PASSPHRASE),
}


def main() -> int:
    """Do the main job, or serve what is named, until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("apps", nargs="*", metavar="APP", help=f"{', '.join(APPS)}, or all; none: the main job")
    parser.add_argument("--latency-ms", type=int, default=0, help="delay before each response")
    given = parser.parse_args()
    if unknown := [name for name in given.apps if name not in (*APPS, "all")]:
        parser.error(f"there is no application '{unknown[0]}'; there are {', '.join(APPS)}")
    if not given.apps:
        return main_job.main()
    asyncio.run(_serve(list(APPS) if "all" in given.apps else given.apps, given.latency_ms))
    return 0


async def _serve(names: Sequence[str], latency_ms: int) -> None:
    async with AsyncExitStack() as servers:
        for name in dict.fromkeys(names):
            app = APPS[name]
            served = await servers.enter_async_context(app.serve(app.port, latency_ms))
            print(f"{name.capitalize()} at {served.base_url}: sign in as {app.user} / {app.secret}", flush=True)
        await interrupted()


if __name__ == "__main__":
    sys.exit(main())
