"""What differs between the demonstration's picture and a run's: marked, however large, and told from what moved."""

from __future__ import annotations

from collections.abc import AsyncIterator

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.async_api import Browser, Page

from recordings.drawing import drawn_at_half
from review.runs.difference import boxes_of, difference, marked, told_apart
from tests.pages.kept import picture

_NAMES = ("Ada Lovelace", "Grace Hopper", "Alan Turing", "Edsger Dijkstra")

_OTHER = ("Ada Lovelace", "Grace Hopper", "Barbara Liskov", "Edsger Dijkstra")


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 800, "height": 450})
    yield await context.new_page()
    await context.close()


def read(content: bytes) -> NDArray[np.uint8]:
    return np.asarray(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def red(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where it is framed for what changed."""
    blue, green, reds = (picture[:, :, part].astype(int) for part in range(3))
    return np.asarray((reds > 180) & (blue < 110) & (green < 110))


async def shot(
    page: Page, *, banner: str = "", ground: str = "#fff", names: tuple[str, ...] = _NAMES
) -> NDArray[np.uint8]:
    """A page of an application, as a run takes it."""
    rows = "".join(f"<p style='margin:0;padding:9px;border-bottom:1px solid #ddd'>{name}</p>" for name in names)
    await page.set_content(
        f"<body style='margin:0;font:14px sans-serif;background:{ground}'><h1>Customers</h1>{banner}{rows}"
        "<button>Save</button></body>"
    )
    return read(await page.screenshot(type="jpeg", quality=70))


def test_what_moved_is_framed_where_it_was_and_where_it_is() -> None:
    before, after = (read(picture(230, mark)) for mark in (0, 3))
    changed, moved = told_apart(before, after)
    assert sorted((x + 10) // 60 for x, _, _, _ in boxes_of(moved)) == [0, 3]
    assert boxes_of(changed) == []
    assert [mask.any() for mask in told_apart(after, after)] == [False, False]


def test_a_difference_of_nearly_everything_is_framed_within_the_picture_and_not_left_as_it_is() -> None:
    before, after = np.full((300, 500, 3), 250, np.uint8), np.full((300, 500, 3), 120, np.uint8)
    told = marked(before, after)
    blue, _, red = (int(part) for part in told[2, 250])
    assert red > 180 > blue + 60, "the frame is seen at the edge"
    blue, _, red = (int(part) for part in told[150, 250])
    assert red > blue + 20, "and what changed is tinted"


async def test_what_a_banner_pushed_down_moved_and_the_banner_changed(page: Page) -> None:
    banner = "<p style='margin:0;padding:12px;background:#fd8'>A new release is here.</p>"
    changed, moved = told_apart(await shot(page), await shot(page, banner=banner))
    (_, y, width, height), *others = boxes_of(changed)
    assert (width > 700, height < 80) == (True, True)
    assert sum(wide * high for _, _, wide, high in others) < 1000, "beside specks"
    assert moved[y + height :].sum() > 10 * moved[: y + height].sum()


async def test_another_name_is_a_change_though_it_stands_elsewhere_too(page: Page) -> None:
    names = ("Ada Lovelace", "Alan Turing", "Alan Turing", "Edsger Dijkstra")
    changed, moved = told_apart(await shot(page), await shot(page, names=names))
    assert (len(boxes_of(changed)), moved.any()) == (1, np.False_)


async def test_rows_in_another_order_moved(page: Page) -> None:
    names = ("Grace Hopper", "Ada Lovelace", "Alan Turing", "Edsger Dijkstra")
    changed, moved = told_apart(await shot(page), await shot(page, names=names))
    assert (boxes_of(changed), len(boxes_of(moved))) == ([], 2)


async def test_a_large_picture_of_the_same_page_differs_in_nothing(page: Page) -> None:
    large = await shot(page)
    small = np.asarray(cv2.resize(large, (400, 225), interpolation=cv2.INTER_AREA), np.uint8)
    assert not red(marked(small, large)).any()
    changed = red(marked(small, await shot(page, names=_OTHER)))
    box = await page.locator("p").nth(2).bounding_box()
    assert box is not None and changed.shape == large.shape[:2] and changed.any()
    top, bottom = int(box["y"]) - 6, int(box["y"] + box["height"]) + 6
    assert not changed[:top].any() and not changed[bottom:].any()


def test_a_picture_that_says_it_was_drawn_at_half_its_size_is_not_compared() -> None:
    shown, run = (cv2.imencode(".jpg", read(picture(230, mark)))[1].tobytes() for mark in (0, 3))
    assert difference(shown, run) is not None
    assert difference(shown, drawn_at_half(run)) is None


@pytest.mark.parametrize("seed", range(3))
def test_any_two_pictures_are_compared(seed: int) -> None:
    noise = np.random.default_rng(seed)
    sizes = [(20, 30), (1, 1), (900, 2000)]
    one, two = (
        cv2.imencode(".png", noise.integers(0, 255, (*sizes[seed], 3), np.uint8))[1].tobytes() for _ in range(2)
    )
    assert (difference(one, two) or b"").startswith(b"\xff\xd8")
