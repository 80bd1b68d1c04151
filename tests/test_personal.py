"""What is about people is hashed and blurred where runs are kept, and real everywhere that the run needs it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from demo.human import Human
from recordings.patterns import hits_in, kind_of
from recordings.personal import Personal
from recordings.recording import Recording
from recordings.target import Box
from recordings.trace import StepRecord, Trace
from recordings.veil import Private, Veil, is_token, sign_of
from replayer import Kept, Replayer
from replayer.painting import blur
from replayer.sinks import Sink
from store import open_store
from tests.pages.stage import BRIEF, SOON, Shown, Stage, for_another_page, fresh

KEY = bytes(32)
MAIL, WHO, NICK, ORDER = "ada@example.com", "Ada Lovelace", "Countess", "A-2041"
GIVEN = {"e_mail": "grace@example.net", "full_name": "Grace Hopper", "nickname": "Amazing", "order": "B-7"}

NUMBERS = {
    "ada@example.com": "e-mail",
    "+32 478 12 34 56": "phone",
    "DE89 3704 0044 0532 0130 00": "iban",
    "GB82WEST12345698765432": "iban",
    "4929 1234 5678 1234": None,
    "4111 1111 1111 1111": "card",
    "86095742719": "tax id",
    "86095742718": None,
    "12345678Z": "dni",
    "12345678A": None,
    "X1234567L": "dni",
    "078-05-1120": "ssn",
    "000-05-1120": None,
    "44051401359": "pesel",
    "44051401358": None,
    "2 55 08 14 168 025 38": "nir",
    "85.07.30-033.28": "rrn",
    "85.07.30-033.29": None,
    "2026-11-27": None,
    "Order 20417": None,
    "ada@": None,
}


@pytest.mark.parametrize(("text", "kind"), NUMBERS.items(), ids=NUMBERS)
def test_forms_of_people_are_told_by_their_checksums(text: str, kind: str | None) -> None:
    assert kind_of(text) == kind


def test_people_are_found_within_a_text() -> None:
    text = "Write to ada@example.com, or call +44 20 7946 0958. It costs 1,200.00."
    assert [text[hit.start : hit.end] for hit in hits_in(text)] == ["ada@example.com", "+44 20 7946 0958"]


def test_equal_values_have_equal_hashes_however_they_are_written() -> None:
    assert sign_of(KEY, "DE89 3704 0044 0532 0130 00") == sign_of(KEY, "de89370400440532013000")
    assert sign_of(KEY, "Ada  Lovelace") == sign_of(KEY, "ada lovelace") != sign_of(KEY, "ada lovelac")


def test_a_hash_cannot_be_looked_up_without_the_key() -> None:
    assert sign_of(KEY, MAIL) != sign_of(bytes([1] * 32), MAIL)


def test_a_short_value_is_hashed_as_a_whole_word_alone() -> None:
    veil = Veil(Private({"Al": "value"}), KEY)
    assert veil.text("Also, Al is there") == f"Also, ‹value {sign_of(KEY, 'Al')}› is there"


def test_what_is_hashed_stays_as_it_is_when_it_is_hashed_again() -> None:
    veil = Veil(Private({MAIL: "e-mail"}, patterns=True), KEY)
    assert veil.text(veil.text(f"To {MAIL}")) == veil.text(f"To {MAIL}")


def test_a_value_that_is_no_persons_is_spared() -> None:
    veil = Veil(Private(spared=["help@example.org"], patterns=True), KEY)
    assert veil.text("help@example.org") == "help@example.org"


def test_a_blurred_part_tells_no_text_from_another() -> None:
    parts = [_written(f"+44 20 7946 {number:04d}") for number in range(0, 10_000, 37)]
    assert len({part.tobytes() for part in parts}) == len(parts)
    for part in parts:
        blur(part, (0, 0, part.width, part.height))
    assert len({part.tobytes() for part in parts}) == 1


def _written(text: str) -> Image.Image:
    image = np.full((28, 260, 3), 255, np.uint8)
    cv2.putText(image, text, (4, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (0, 0, 0), 1, cv2.LINE_AA)
    return Image.fromarray(image)


async def fill_in(human: Human) -> None:
    for field, value in (("#mail", MAIL), ("#who", WHO), ("#nick", NICK), ("#order", ORDER)):
        await human.type(field, value)
    await human.click("#save")
    await human.click("#done")


@pytest.fixture(scope="module")
def shown_once() -> dict[str, Shown]:
    return {}


@pytest.fixture
async def recording(stage: Stage, shown_once: dict[str, Shown]) -> Recording:
    if "it" not in shown_once:
        shown_once["it"] = await stage.show("people.html", fill_in)
    return shown_once["it"].recording


async def run(stage: Stage, recording: Recording, sink: Sink) -> Trace:
    async with fresh(stage.browser) as context:
        trace = await Replayer(context, sink=sink, pictures="steps", waits=SOON).replay(recording, GIVEN)
    assert trace.status == "passed", trace.failure
    return trace


def test_a_new_recording_keeps_people_out_by_default(recording: Recording) -> None:
    assert recording.personal == Personal()


async def test_what_looks_personal_is_hashed_in_the_store_alone(
    stage: Stage, recording: Recording, tmp_path: Path, store_url: str
) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        trace = await run(stage, recording, store)
        kept = await store.trace(trace.trace_id)
    assert trace.inputs == GIVEN
    assert is_token(kept.inputs["e_mail"])
    assert is_token(kept.inputs["full_name"])
    assert (kept.inputs["nickname"], kept.inputs["order"]) == ("Amazing", "B-7")
    told = kept.model_dump_json()
    assert [value for value in ("grace@example.net", "Grace Hopper", "help.desk@") if value in told] == []


async def test_no_file_of_the_store_holds_a_person(stage: Stage, recording: Recording, tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        await run(stage, marked(recording, "nickname"), store)
    assert {value: held_by(tmp_path, value) for value in ("grace@example.net", "Grace Hopper", "Amazing")} == {
        "grace@example.net": [],
        "Grace Hopper": [],
        "Amazing": [],
    }
    assert held_by(tmp_path, "B-7"), "the search finds what is there"


@pytest.mark.slow
async def test_what_a_person_unmarked_is_kept_as_it_is(stage: Stage, recording: Recording, tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        trace = await run(stage, marked(recording, "e_mail", personal=False), store)
        kept = await store.trace(trace.trace_id)
    assert kept.inputs["e_mail"] == "grace@example.net"
    assert any("grace@example.net" in step.value for step in kept.steps)


@pytest.mark.slow
async def test_a_recording_from_before_is_kept_as_it_was(stage: Stage, recording: Recording, tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        trace = await run(stage, recording.model_copy(update={"personal": None}), store)
        kept = await store.trace(trace.trace_id)
    assert kept.inputs == GIVEN


async def test_pictures_have_people_blurred_and_nothing_else(stage: Stage, recording: Recording) -> None:
    plain, hidden = Kept(), Kept()
    await run(stage, recording.model_copy(update={"personal": None}), plain)
    trace = await run(stage, recording, hidden)
    step = next(step for step in trace.steps if "Done" in step.words)
    boxes = await boxes_at_the_end(stage)
    differs = {name: _differs(plain, hidden, step, box) for name, box in boxes.items()}
    plain_ones = {name for name, differs in differs.items() if not differs}
    assert plain_ones == {"#nick", "#order"}


@pytest.mark.slow
async def test_the_picture_of_a_step_whose_element_is_gone_has_people_blurred(
    stage: Stage, recording: Recording
) -> None:
    stage.site.variant = {"gone": True}
    sinks: list[Kept] = []
    for kept in (recording.model_copy(update={"personal": None}), recording):
        sinks.append(sink := Kept())
        async with fresh(stage.browser) as context:
            trace = await Replayer(context, sink=sink, waits=BRIEF).replay(for_another_page(kept), GIVEN)
        assert trace.status == "failed"
    box = (await boxes_at_the_end(stage))["#mail"]
    assert _differs(sinks[0], sinks[1], trace.steps[-1], box)


def _differs(plain: Kept, hidden: Kept, step: StepRecord, box: Box) -> bool:
    parts = []
    for sink in (plain, hidden):
        image = cv2.imdecode(np.frombuffer(sink.pictures[step.index], np.uint8), cv2.IMREAD_GRAYSCALE)
        assert image is not None
        ratio = image.shape[1] / 1280
        top, left = int(box.y * ratio), int(box.x * ratio)
        parts.append(image[top : top + int(box.height * ratio), left : left + int(min(box.width, 260) * ratio)])
    return float(np.abs(parts[0].astype(int) - parts[1].astype(int)).mean()) > 2


async def boxes_at_the_end(stage: Stage) -> dict[str, Box]:
    async with fresh(stage.browser) as context:
        page = await context.new_page()
        await page.goto(stage.site.url("people.html"))
        await page.fill("#mail", GIVEN["e_mail"])
        await page.click("#save")
        found = {name: await page.locator(name).bounding_box() for name in _PLACES}
    return {name: Box(**box) for name, box in found.items() if box is not None}


_PLACES = ("#mail", "#who", "#nick", "#order", "#others", "#said", "#framed")


def marked(recording: Recording, name: str, *, personal: bool = True) -> Recording:
    return recording.model_copy(update={"personal": Personal().with_mark(name, personal)})


def held_by(folder: Path, value: str) -> list[str]:
    """The files that hold a text."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files if value.encode() in path.read_bytes()]
