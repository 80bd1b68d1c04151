"""Tabs that nobody looks at are drawn at half their size: pages notice nothing, and no press goes elsewhere for it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from PIL import Image
from playwright.async_api import Page

from browser.hands import pointer_at, pressed, reach
from browser.page_script import install
from browser.scale import draw_full, draw_half, scale_of
from demo.human import Human
from recordings.drawing import is_drawn_at_half
from recordings.recording import Recording
from recordings.steps import Hover, target_of
from recordings.trace import Pictures
from replayer import Kept, Replayer
from tests.pages.stage import BRIEF, Stage, fresh, opened
from tests.test_hands import _held

_PAGE = """<!doctype html><style>body{margin:0} div{height:3000px;width:100vw}
button{position:absolute;width:90px;height:30px}</style>
<button id=a style="left:700px;top:500px">Save</button><button id=b style="left:350px;top:250px">Delete</button>
<p id=p>Some words <span>of a text</span></p><div></div>
<script>
const said = [], pressed = [];
for (const type of ["resize", "scroll", "visibilitychange", "blur", "mouseout", "mouseleave"])
  addEventListener(type, () => said.push(type), true);
visualViewport.addEventListener("resize", () => said.push("visual viewport"));
for (const query of ["(max-width:700px)", "(max-resolution:0.9dppx)"])
  matchMedia(query).addEventListener("change", () => said.push(query));
new ResizeObserver(() => said.push("size")).observe(document.documentElement);
new IntersectionObserver(() => said.push("sight")).observe(document.getElementById("a"));
addEventListener("click", (event) => pressed.push([event.target.id, event.clientX, event.clientY]));
const measured = () => JSON.stringify([innerWidth, innerHeight, outerWidth, outerHeight, screen.width,
  screen.availHeight, devicePixelRatio, visualViewport.width, visualViewport.scale, scrollX, scrollY,
  ...Array.from(document.querySelectorAll("*"), (e) => e.getBoundingClientRect())]);
</script>"""
_URL = f"data:text/html,{quote(_PAGE)}"
_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"


@asynccontextmanager
async def _shown(stage: Stage, url: str = _URL) -> AsyncIterator[Page]:
    async with fresh(stage.browser) as context:
        await install(context)
        page = await opened(context, url)
        await page.evaluate(_FRAMES)
        yield page


async def _halve(page: Page) -> None:
    await draw_half(page, await page.context.new_cdp_session(page))


async def _press(page: Page, css: str) -> None:
    place = await reach(await _held(page, css))
    assert place is not None
    await page.mouse.click(*await pointer_at(page, place))
    assert await pressed(page.main_frame)


async def test_the_page_notices_nothing_of_it(stage: Stage) -> None:
    async with _shown(stage) as page:
        measured = await page.evaluate("measured()")
        await page.mouse.move(745, 515)
        await page.evaluate("said.length = 0")
        await _halve(page)
        await page.evaluate(_FRAMES)
        assert (await page.evaluate("measured()"), await page.evaluate("said")) == (measured, [])
        assert await page.locator("#a").bounding_box() == {"x": 700, "y": 500, "width": 90, "height": 30}
        await draw_full(page)
        await page.evaluate(_FRAMES)
        assert (await page.evaluate("measured()"), await page.evaluate("said")) == (measured, [])


async def test_a_press_lands_at_its_place_in_either(stage: Stage) -> None:
    async with _shown(stage) as page:
        await _halve(page)
        await _press(page, "#a")
        await draw_full(page)
        await _press(page, "#a")
        assert await page.evaluate("pressed") == [["a", 745, 515]] * 2


async def test_documents_of_other_sites_and_new_tabs_are_pressed_rightly_too(stage: Stage) -> None:
    here = stage.site.url("tabs.html")
    async with _shown(stage, here) as page:
        await _halve(page)
        for go in (here.replace("127.0.0.1", "localhost"), here):
            await page.goto(go)
            await page.set_content(_PAGE)
            await _press(page, "#a")
            assert (await scale_of(page), await page.evaluate("pressed")) == (0.5, [["a", 745, 515]])
        await page.go_back()
        await page.set_content(_PAGE)
        await _press(page, "#b")
        assert (await scale_of(page), (await page.evaluate("pressed"))[0][0]) == (0.5, "b")
        async with page.expect_popup() as opening:
            await page.evaluate("url => { open(url); }", here)
        popup = await opening.value
        await _halve(popup)
        await popup.set_content(_PAGE)
        await _press(popup, "#a")
        assert (await scale_of(popup), await popup.evaluate("pressed")) == (0.5, [["a", 745, 515]])


async def test_a_tab_that_somebody_else_had_drawn_in_full_is_found_out_before_it_is_pressed(stage: Stage) -> None:
    async with _shown(stage) as page:
        await _halve(page)
        size = {"width": 1280, "height": 800, "screenWidth": 1280, "screenHeight": 800}
        session = await page.context.new_cdp_session(page)
        await session.send("Emulation.setDeviceMetricsOverride", {**size, "deviceScaleFactor": 1, "mobile": False})
        # Half of where it goes is in the other button.
        await _press(page, "#a")
        assert (await scale_of(page), await page.evaluate("pressed")) == (1, [["a", 745, 515]])


async def test_a_tab_whose_drawing_was_given_up_is_drawn_in_full_before_it_is_pressed(stage: Stage) -> None:
    async with _shown(stage) as page:
        session = await page.context.new_cdp_session(page)
        await session.detach()
        with pytest.raises(Exception, match=r"closed|detached"):
            await draw_half(page, session)
        with pytest.raises(Exception, match=r"closed|detached"):
            await _press(page, "#a")
        assert await page.evaluate("pressed") == []


@dataclass(frozen=True, slots=True)
class _Done:
    """A run, the sizes of its pictures, which say that they were drawn at half, and the scale of its tab in the end."""

    status: str
    sizes: list[tuple[int, int]]
    half: list[bool]
    scale: float


async def _replayed(stage: Stage, recording: Recording, pictures: Pictures = "steps") -> _Done:
    sink = Kept()
    async with fresh(stage.browser) as context:
        replayer = Replayer(context, sink=sink, pictures=pictures, waits=BRIEF, unwatched=True)
        trace = await replayer.replay(recording)
        scale = await scale_of(context.pages[0])
    taken = list(sink.pictures.values())
    sizes = [Image.open(io.BytesIO(each)).size for each in taken]
    return _Done(trace.status, sizes, [is_drawn_at_half(each) for each in taken], scale)


async def test_pictures_of_steps_are_drawn_at_half_and_those_to_be_marked_and_of_failures_in_full(stage: Stage) -> None:
    recording = (await stage.show("answers.html", lambda human: human.click("#store"))).recording
    elsewhere = recording.model_copy(update={"start": stage.site.url("tabs.html")})
    assert await _replayed(stage, recording) == _Done("passed", [(640, 400)], [True], 0.5)
    assert await _replayed(stage, recording, "marked") == _Done("passed", [(640, 400)], [False], 1)
    assert await _replayed(stage, recording, "failure") == _Done("passed", [], [], 0.5)
    assert await _replayed(stage, elsewhere) == _Done("failed", [(1280, 800)], [False], 1)
    assert await _replayed(stage, elsewhere, "failure") == _Done("failed", [(1280, 800)], [False], 1)


async def test_a_picture_drawn_at_half_that_had_to_be_captured_says_what_it_is_too(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = (await stage.show("answers.html", lambda human: human.click("#store"))).recording
    monkeypatch.setattr("replayer.pictures._FRAME_S", 0)  # as where the browser gives no frame in time
    monkeypatch.setattr("replayer.pictures._LIMIT_S", 20)
    done = await _replayed(stage, recording)
    assert (done.status, done.half, done.scale) == ("passed", [True], 0.5)


@pytest.mark.parametrize("target", ["#hello", "#news"], ids=["button", "checkbox"])
@pytest.mark.parametrize("fragment", ["same", "cross"])
async def test_what_is_left_to_playwright_is_pressed_in_a_tab_drawn_in_full(
    stage: Stage, fragment: str, target: str
) -> None:
    async def press(human: Human) -> None:
        await human.click(human.page.frame_locator("#inner").locator(target))

    shown = await stage.show(f"frame.html#{fragment}", press)
    done = await stage.replay(shown)
    assert (done.trace.status, done.state) == ("passed", shown.state), done.trace.failure
    assert shown.state != shown.before


async def test_what_leads_the_pointer_to_more_than_a_press_is_drawn_in_full(stage: Stage) -> None:
    recording = (await stage.show("answers.html", lambda human: human.click("#store"))).recording
    (step,) = recording.steps
    hover = Hover(id="s00", target=target_of(step))
    done = await _replayed(stage, recording.model_copy(update={"steps": (hover, step)}))
    assert (done.status, done.scale) == ("passed", 1)
    # From the first step on: a pointer that rests is not to find itself elsewhere once the tab is drawn in full.
    assert await _replayed(stage, recording.model_copy(update={"steps": (step, hover)})) == _Done(
        "passed", [(640, 400)] * 2, [False] * 2, 1
    )
