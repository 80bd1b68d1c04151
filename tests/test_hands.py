"""Acting directly: done only where the page says that it lands, and never on what slipped under the pointer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, Page

from browser.hands import Held, focus_on, pressed, reach, seize, take_options
from browser.page_script import PlaceReply, install, look
from recordings.inputs import Literally
from recordings.selectors import selectors_of
from recordings.steps import Click, Fill
from recordings.target import Description, Selector
from replayer import describe
from replayer.act import act
from replayer.errors import ActionFailedError
from replayer.locate import Waits, locate_within
from replayer.plan import PlannedStep
from tests.pages.site import Site

_PAGE = """<!doctype html><style>body{{margin:0;height:3000px}}
button,input,select{{position:absolute;left:40px}}{style}</style>
<button id=a style="top:40px">Save</button><button id=b style="top:140px">Delete</button>
<input id=f style="top:240px" value="before"><input id=d type=date style="top:280px">
<input id=r readonly style="top:320px">
<select id=s style="top:360px"><option>One</option><option>Two</option><option disabled>Three</option></select>
<button id=far style="top:2500px">Far</button>
<script>const said=[];for(const t of ['click','input','change','pointerdown'])
addEventListener(t,e=>said.push(t+' '+(e.target.id||e.target.localName)),true);{script}</script>"""


@asynccontextmanager
async def _page(browser: Browser, style: str = "", script: str = "") -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 800, "height": 600})
    try:
        await install(context)
        page = await context.new_page()
        await page.goto(f"data:text/html,{quote(_PAGE.format(style=style, script=script))}")
        await page.wait_for_timeout(80)  # the page is still
        yield page
    finally:
        await context.close()


async def _held(page: Page, css: str) -> Held:
    """The element as a replay finds it."""
    element = await page.query_selector(css)
    assert element is not None
    seen: Description = (await describe(element)).description
    wanted: tuple[Selector, ...] = selectors_of(seen)
    found = await look(page.main_frame, wanted, seen.tag, every=False)
    place = next(i for i, one in enumerate(found.candidates) if one.attributes.get("id") == css[1:])
    return Held(page.main_frame, found, place, found.addresses[place])


async def _reached(held: Held) -> PlaceReply:
    """Where to press; asked again where the page was drawn too late to tell that what was scrolled stays put."""
    async with asyncio.timeout(10):
        while (place := await reach(held)) is None:
            pass
    return place


async def _said(page: Page) -> list[str]:
    return list(await page.evaluate("said"))


async def test_a_press_lands_in_the_middle(browser: Browser) -> None:
    async with _page(browser) as page:
        place = await reach(await _held(page, "#a"))
        assert place is not None
        await page.mouse.click(place.x, place.y)
        assert await pressed(page.main_frame)
        assert await _said(page) == ["pointerdown a", "click a"]


async def test_what_is_far_below_is_brought_into_view_first(browser: Browser) -> None:
    async with _page(browser) as page:
        place = await _reached(await _held(page, "#far"))
        assert 0 < place.y < 600
        await page.mouse.click(place.x, place.y)
        assert await pressed(page.main_frame) and await _said(page) == ["pointerdown far", "click far"]


@pytest.mark.parametrize(
    ("style", "script"),
    [
        ("#a{pointer-events:none}", ""),
        ("", "const o=document.createElement('div');o.style='position:fixed;inset:0';document.body.append(o)"),
        ("", "document.getElementById('a').disabled=true"),
        ("", "document.getElementById('a').setAttribute('aria-disabled','true')"),
        ("", "document.body.inert=true"),
        ("@keyframes m{from{top:40px}to{top:400px}} #a{animation:m 2s linear infinite}", ""),
        ("html{scroll-behavior:smooth}", "scrollTo({top:2400,behavior:'instant'})"),
    ],
    ids=["no pointer", "covered", "disabled", "aria-disabled", "inert", "moving", "scrolled to smoothly"],
)
async def test_what_a_press_would_not_reach_is_left_alone(browser: Browser, style: str, script: str) -> None:
    async with _page(browser, style, script) as page:
        assert await reach(await _held(page, "#a")) is None


_CONSENT = """o=document.createElement('div');o.innerHTML=`
<label style="position:absolute;top:450px;left:0;width:300px">
<input type=checkbox id=c style="left:0;top:0;width:300px;height:20px;margin:0;opacity:0;z-index:-1">
<a id=terms href="#" style="position:absolute;left:100px;top:0;width:100px">terms</a>I accept</label>`;
document.body.append(o)"""


async def test_a_box_is_not_pressed_through_a_link_in_its_label(browser: Browser) -> None:
    async with _page(browser, script=_CONSENT) as page:
        assert await reach(await _held(page, "#c"), checked=True) is None


async def test_a_press_on_what_became_another_meanwhile_is_kept_from_the_page(browser: Browser) -> None:
    async with _page(browser) as page:
        place = await reach(await _held(page, "#a"))
        assert place is not None
        await page.evaluate("a.textContent = 'Delete all'")
        await page.mouse.click(place.x, place.y)
        assert not await pressed(page.main_frame) and await _said(page) == []


async def test_the_pages_own_listeners_run_with_the_pages_own_built_ins(browser: Browser) -> None:
    script = "String.prototype.sub=function(){return 'theirs'};s.onchange=()=>said.push(''.sub())"
    async with _page(browser, script=script) as page:
        assert await take_options(await _held(page, "#s"), ["Two"])
        assert (await _said(page))[-1] == "theirs"


async def test_what_is_called_otherwise_by_now_is_left_alone(browser: Browser) -> None:
    async with _page(browser) as page:
        held = await _held(page, "#a")
        await page.evaluate("document.getElementById('a').textContent = 'Delete all'")
        await page.wait_for_timeout(80)
        assert await reach(held) is None
        assert not await focus_on(held)


async def test_a_press_on_what_slipped_under_the_pointer_is_kept_from_the_page(browser: Browser) -> None:
    async with _page(browser) as page:
        place = await reach(await _held(page, "#a"))
        assert place is not None
        await page.evaluate("addEventListener('pointermove', () => { a.style.top = '140px'; b.style.top = '40px' })")
        await page.mouse.click(place.x, place.y)
        assert not await pressed(page.main_frame)
        assert await _said(page) == []
        await page.mouse.click(place.x, place.y)  # afterwards everything is the page's again
        assert (await _said(page))[-1] == "click b"


async def test_a_field_is_typed_into_in_place_of_what_it_holds(browser: Browser) -> None:
    async with _page(browser) as page:
        assert await seize(await _held(page, "#f"), "after", secret=False) == "typed"
        await page.keyboard.insert_text("after")
        assert await page.input_value("#f") == "after"
        assert await _said(page) == ["input f"]


async def test_a_date_is_given_and_one_that_is_none_is_not(browser: Browser) -> None:
    async with _page(browser) as page:
        held = await _held(page, "#d")
        assert await seize(held, "soon", secret=False) == ""
        assert (await page.input_value("#d"), await _said(page)) == ("", [])
        assert await seize(held, "2026-05-10", secret=False) == "given"
        assert (await page.input_value("#d"), await _said(page)) == ("2026-05-10", ["input d", "change d"])


async def test_a_secret_is_typed_or_not_taken_and_never_told_to_the_page(browser: Browser) -> None:
    async with _page(browser) as page:
        assert await seize(await _held(page, "#d"), "2026-05-10", secret=True) == ""
        assert await page.input_value("#d") == ""
        assert await seize(await _held(page, "#f"), "hush", secret=True) == "typed"


async def test_a_field_that_may_only_be_read_is_left_alone(browser: Browser) -> None:
    async with _page(browser) as page:
        assert await seize(await _held(page, "#r"), "x", secret=False) == ""


async def test_just_the_option_that_is_called_so_is_taken(browser: Browser) -> None:
    async with _page(browser) as page:
        held = await _held(page, "#s")
        assert not await take_options(held, ["Tw"]) and not await take_options(held, ["Three"])
        assert await page.input_value("#s") == "One" and await _said(page) == []
        assert await take_options(held, ["Two"])
        assert (await page.input_value("#s"), await _said(page)) == ("Two", ["input s", "change s"])


async def test_a_page_that_does_not_answer_ends_the_step(browser: Browser) -> None:
    script = "a.onclick=()=>{for(const end=Date.now()+2500;Date.now()<end;);}"
    async with _page(browser, script=script) as page:
        element = await page.query_selector("#a")
        assert element is not None
        step = Click(id="s1", words="Click 'Save'", target=await describe(element))
        found = await locate_within(page, step.target, waits=Waits())
        with pytest.raises(ActionFailedError, match="did not answer within"):
            await act(page, PlannedStep(step), found, 0.5)


@pytest.mark.parametrize("by_keys", [False, True], ids=["at once", "key by key"])
@pytest.mark.parametrize("afar", [False, True], ids=["read anew", "another site"])
async def test_a_secret_goes_to_the_site_alone_that_its_field_was_found_on(
    browser: Browser, site: Site, by_keys: bool, afar: bool
) -> None:
    async with _page(browser) as page:
        await page.goto(site.url("secrets.html"))
        element = await page.query_selector("input[type=password]")
        assert element is not None
        target = await describe(element)
        found = await locate_within(page, target, waits=Waits())
        step = Fill(id="s1", words="Type a secret", target=target, value=Literally(text=""), by_keys=by_keys)
        planned = PlannedStep(step, values=("hush",), secret=True)
        await page.goto(site.url("secrets.html").replace("127.0.0.1", "localhost" if afar else "127.0.0.1"))
        if afar:
            with pytest.raises(ActionFailedError, match="the page was left for http://localhost"):
                await act(page, planned, found, 3)
        else:
            await act(page, planned, found, 3)
        assert await page.input_value("input[type=password]") == ("" if afar else "hush")
