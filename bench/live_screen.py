"""How long a press in the console's tab takes until the tab shows what came of it.

    python -m bench.live_screen [presses]

The tab is a browser of its own on this machine, and all of the console is between: press → socket → page → screencast
→ socket → drawn. Median and 95th percentile in milliseconds.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
from pathlib import Path

from browser.launch import open_browser
from tests.pages.afar import taught
from tests.pages.console import served_console
from tests.pages.site import serve_pages

# A checkbox changes its picture at the press's end: the tab's own clock runs from the release to the changed pixel.
_PRESS = """() => {
  const canvas = document.getElementById("page"), drawing = canvas.getContext("2d", { willReadFrequently: true });
  globalThis.measured = (x, y) => new Promise(resolve => {
    const seen = () => [...drawing.getImageData(x - 8, y - 8, 16, 16).data].join();
    const before = seen();
    let began = 0;
    addEventListener("mouseup", () => { began = performance.now(); }, { capture: true, once: true });
    const look = () => {
      if (began && seen() !== before) resolve(performance.now() - began);
      else setTimeout(look, 2);
    };
    look();
  });
}"""


async def main(presses: int) -> None:
    """Measure and tell."""
    home = Path(tempfile.mkdtemp())
    async with open_browser() as browser, serve_pages() as site, served_console(home) as served:
        context = await browser.new_context(viewport={"width": 1280, "height": 720})
        async with taught(served, context, site.url("fields.html"), "speed") as (human, tab, _):
            await tab.evaluate(_PRESS)
            box = await human.page.locator("#news").bounding_box()
            assert box is not None
            x, y = round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)
            await human.page.mouse.move(x, y)
            took = []
            for _ in range(presses):
                await tab.wait_for_timeout(400)
                measuring = asyncio.create_task(tab.evaluate("([x, y]) => measured(x, y)", [x, y]))
                await tab.wait_for_timeout(50)
                await human.page.mouse.down()
                await human.page.mouse.up()
                took.append(float(await asyncio.wait_for(measuring, 10)))
    ranks = statistics.quantiles(took, n=20)
    print(
        f"{presses} presses: median {statistics.median(took):.0f} ms, p95 {ranks[18]:.0f} ms, most {max(took):.0f} ms"
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
