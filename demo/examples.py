"""Makes recordings/examples anew from the flows: ``python -m demo.examples``."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agents.agent import open_context
from browser.launch import open_browser
from demo.flows import FLOWS
from demo.human import Human
from demo.northdesk.serve import serve
from recorder import Recorder
from recordings.recording import Viewport

FOLDER = Path(__file__).parent.parent / "recordings" / "examples"
PORT = 8010
PAUSE_MS = 300  # at a person's pace each step has a picture of its own


async def main() -> None:
    async with open_browser() as browser:
        for name, flow in FLOWS.items():
            async with serve(port=PORT) as desk, open_context(browser, Viewport()) as context:
                async with Recorder(context, name=name) as demo:
                    page = await context.new_page()
                    await page.goto(f"{desk.base_url}/login")
                    await flow(Human(page, PAUSE_MS))
            print(demo.recording.save(FOLDER / name))


if __name__ == "__main__":
    asyncio.run(main())
