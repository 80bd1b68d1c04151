"""What is drawn into a picture is told in it, and drawn when somebody looks; what has to be hidden is drawn at once."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from demo.human import Human
from recordings.drawing import Drawing, drawn, drawn_at_half, is_drawn_at_half, is_told_in, told_in
from recordings.recording import Recording
from recordings.target import Box
from replayer import Replayer
from replayer.painting import painted
from store import open_store
from tests.pages.stage import SOON, Stage, fresh

BOX = Box(x=1, y=1, width=4, height=4)
WIDTH = 1280
"""Of a tab in CSS pixels; its picture is half as wide, or as wide where the quick one took too long."""


def jpeg_of(colour: str = "white", size: tuple[int, int] = (640, 400)) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, colour).save(content, "JPEG", quality=90)
    return content.getvalue()


def is_red(image: Image.Image, x: float, y: float) -> bool:
    red, green, blue = (float(part) for part in image.convert("RGB").getpixel((int(x), int(y))))  # type: ignore[union-attr]
    return red - max(green, blue) > 60


def is_grey(image: Image.Image, x: float, y: float) -> bool:
    parts = [float(part) for part in image.convert("RGB").getpixel((int(x), int(y)))]  # type: ignore[union-attr]
    return all(abs(part - 96) < 12 for part in parts)


def middle_is_grey(picture: bytes, box: Box) -> bool:
    image = opened(picture)
    scale = image.width / WIDTH
    return is_grey(image, (box.x + box.width / 2) * scale, (box.y + box.height / 2) * scale)


def opened(content: bytes | None) -> Image.Image:
    assert content is not None
    return Image.open(io.BytesIO(content))


def test_what_is_told_is_drawn_where_it_stands_and_the_rest_is_as_it_was() -> None:
    plain = jpeg_of()
    drawing = Drawing(
        outlined=Box(x=100.25, y=200, width=300, height=50),
        painted=(Box(x=800, y=40, width=100, height=40),),
        width=1280,
    )
    told = told_in(plain, drawing)
    assert told is not None
    assert (is_told_in(plain), is_told_in(told)) == (False, True)
    assert opened(told).tobytes() == opened(plain).tobytes()
    image = opened(drawn(told))
    assert image.size == (640, 400)
    assert [is_red(image, *at) for at in [(49, 110), (201, 110), (120, 99), (120, 126)]] == [True] * 4
    assert [is_red(image, *at) for at in [(120, 112), (30, 112), (120, 80), (230, 112)]] == [False] * 4
    assert [is_grey(image, *at) for at in [(425, 30), (380, 30), (120, 112)]] == [True, False, False]


def test_a_picture_that_tells_nothing_stays_to_the_byte() -> None:
    for content in (jpeg_of(), b"", b"\xff\xd8", b"\x89PNG..."):
        assert drawn(content) == content


def test_what_cannot_be_told_is_not() -> None:
    assert told_in(b"no jpeg", Drawing(outlined=BOX)) is None
    assert told_in(jpeg_of(), Drawing(painted=(BOX,) * 2000)) is None


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@given(st.binary(max_size=200), st.integers(0, 300))
def test_a_damaged_picture_is_shown_as_it_is_and_never_an_error(noise: bytes, at: int) -> None:
    told = told_in(jpeg_of(size=(16, 16)), Drawing(outlined=BOX, width=16))
    assert told is not None
    assert isinstance(drawn(told[:at] + noise + told[at + len(noise) :]), bytes)


async def test_a_picture_is_kept_as_it_was_taken_and_shown_with_its_outline(stage: Stage, tmp_path: Path) -> None:
    shown = await stage.show("exam.html", lambda human: human.click("#apply"))
    async with fresh(stage.browser) as context, open_store(tmp_path) as store:
        trace = await Replayer(context, sink=store, pictures="steps", waits=SOON).replay(shown.recording)
        (step,) = [each for each in (await store.trace(trace.trace_id)).steps if each.kind == "click"]
        path = await store.picture_path(step.picture)
        assert path is not None
        raw, seen = path.read_bytes(), opened(await store.picture(step.picture))
    assert sha256(raw).hexdigest() == step.picture
    assert is_told_in(raw)
    box = step.box
    assert box is not None
    scale = seen.width / WIDTH
    left, middle = box.x * scale - 1, (box.y + box.height / 2) * scale
    assert (is_red(opened(raw), left, middle), is_red(seen, left, middle)) == (False, True)


async def test_what_is_kept_in_memory_has_its_outlines_drawn(stage: Stage) -> None:
    shown = await stage.show("exam.html", lambda human: human.click("#apply"))
    done = await stage.replay(shown, pictures="steps")
    assert done.pictures
    assert not any(is_told_in(picture) for picture in done.pictures.values())


async def test_an_empty_password_field_may_be_painted_later_and_one_that_holds_something_is_at_once(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of a full-size picture, which is taken after it, no page said in time that its fields are empty.
    monkeypatch.setattr("replayer.pictures._FRAME_S", 20)

    async def fill_and_send(human: Human) -> None:
        await human.type("#password", "Tr0ub4dor&3")
        await human.click("#send")

    shown = await stage.show("echo.html", fill_and_send)
    recording = shown.recording.model_copy(update={"personal": None})
    kept = await kept_pictures(stage, recording, {"password": "Tr0ub4dor&3"}, tmp_path)
    (empty, box, seen_empty), (full, _, seen_full) = kept["fill"], kept["click"]
    assert (is_told_in(empty), is_told_in(full)) == (True, False)
    assert [middle_is_grey(each, box) for each in (empty, seen_empty, full, seen_full)] == [False, True, True, True]


async def test_a_secret_that_can_be_read_in_its_field_is_painted_at_once_though_it_is_empty(
    stage: Stage, tmp_path: Path
) -> None:
    shown = await stage.show("secrets.html", lambda human: human.type("#user", "ada"), secret_fields=["Phrase"])
    recording = shown.recording.model_copy(update={"personal": None})
    kept = await kept_pictures(stage, recording, {"user": "ada"}, tmp_path)
    assert not is_told_in(kept["fill"][0])


async def kept_pictures(
    stage: Stage, recording: Recording, values: dict[str, str], folder: Path
) -> dict[str, tuple[bytes, Box, bytes]]:
    """By the step's kind: the picture as it is kept, the element's box, and the picture as it is shown."""
    kept = {}
    async with fresh(stage.browser) as context, open_store(folder) as store:
        trace = await Replayer(context, sink=store, pictures="steps", waits=SOON).replay(recording, values)
        assert trace.status == "passed", trace.failure
        for step in (await store.trace(trace.trace_id)).steps:
            path, seen = await store.picture_path(step.picture), await store.picture(step.picture)
            if path is not None and seen is not None and step.box is not None:
                kept[step.kind] = path.read_bytes(), step.box, seen
    return kept


def test_that_a_page_was_drawn_at_half_its_size_is_still_said_once_its_picture_is_drawn_into() -> None:
    half = drawn_at_half(jpeg_of())
    told = told_in(half, Drawing(outlined=BOX))
    assert told is not None and is_drawn_at_half(drawn(told)) and drawn(told) != half
    painted_over = painted(half, Drawing(painted=(BOX,)), (), quality=70)
    assert painted_over is not None and is_drawn_at_half(painted_over)
    assert not is_drawn_at_half(drawn(told_in(jpeg_of(), Drawing(outlined=BOX)) or b""))
