"""Makes recordings/examples anew from the flows: ``python -m demo.examples``."""

from __future__ import annotations

import asyncio
from pathlib import Path

from playwright.async_api import Browser

from agents.agent import open_context
from browser.launch import open_browser
from demo.flows import FLOWS, find_customer
from demo.human import Human
from demo.northdesk.serve import serve
from recorder import Recorder
from recordings import Recording
from recordings.editing import with_input_renamed
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
        print((await show_find_customer(browser, PORT, PAUSE_MS)).save(FOLDER / "find-customer"))


async def show_find_customer(browser: Browser, port: int = 0, pause_ms: float = 30) -> Recording:
    """The recording that tells whether a customer was added: its input is called as that of ``add-customer`` is."""
    async with serve(port=port) as desk, open_context(browser, Viewport()) as context:
        async with Recorder(context, name="find-customer") as demo:
            page = await context.new_page()
            await page.goto(f"{desk.base_url}/login")
            await find_customer(Human(page, pause_ms), demo.must_be_there)
    (searched,) = (item.name for item in demo.recording.inputs if item.default == "Anna Larsen")
    return with_input_renamed(demo.recording, searched, "full_name")


if __name__ == "__main__":
    asyncio.run(main())
