"""Secrets reach no file, no log, no picture: not of a demonstration, not of a run."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote, quote_plus

import cv2
import numpy as np
import pytest

from demo.human import Human
from recorder.page_events import KeyDown, KeyUp, Typed
from recordings.inputs import SecretRef
from recordings.recording import Recording
from recordings.steps import Fill
from recordings.target import Box
from recordings.trace import Trace
from replayer import Kept, Replayer
from replayer.sinks import Sink
from store import open_store
from tests.pages.stage import SOON, Shown, Stage, fresh

PASSWORD = 'Zq9"x/&w ü7Kp+Jf'
SECRETS = {"password": PASSWORD, "card_number": "4929123456781234", "code": "739154", "phrase": "umbrella walrus"}
PAINT = 96
Image = np.ndarray


async def sign_up(human: Human) -> None:
    """Fill every field, look at the password, and send the form."""
    await human.type("#user", "ada")
    for field, value in zip(("#password", "#card", "#code", "#phrase"), SECRETS.values(), strict=True):
        await human.type(field, value)
    await human.click("#show")
    await human.type("#password", PASSWORD)
    await human.click("#user")
    await human.page.wait_for_timeout(150)  # a person looks; the screen is drawn
    await human.click("#pay")
    await human.page.wait_for_url("**/saved.html")


@pytest.fixture(scope="module")
def shown_once() -> dict[str, Shown]:
    return {}


@pytest.fixture
async def shown(stage: Stage, shown_once: dict[str, Shown]) -> Shown:
    """The form filled and sent, shown once for all tests here; its server's address is put right."""
    if "it" not in shown_once:
        shown_once["it"] = await stage.show("secrets.html", sign_up, secret_fields=["phrase"], pause_ms=30)
    return shown_once["it"]


def test_fields_of_passwords_cards_codes_and_those_named_are_secrets(shown: Shown) -> None:
    fills = [step for step in shown.recording.steps if isinstance(step, Fill)]
    named = {step.value.name for step in fills if isinstance(step.value, SecretRef)}
    assert named == set(SECRETS) == {given.name for given in shown.recording.secrets}
    assert [given.name for given in shown.recording.inputs] == ["user"]


def test_a_password_that_is_shown_stays_a_secret(shown: Shown) -> None:
    fills = [s for s in shown.recording.steps if isinstance(s, Fill) and s.target.description.label == "Password"]
    assert len(fills) == 2
    assert {step.value for step in fills} == {SecretRef(name="password")}


@pytest.mark.parametrize("secret", SECRETS)
def test_no_file_of_a_recording_has_a_secret(shown: Shown, tmp_path: Path, secret: str) -> None:
    shown.recording.save(tmp_path / "kept")
    assert files_with(tmp_path, SECRETS[secret]) == []
    assert files_with(tmp_path, "Card number"), "the search finds what is there"


@pytest.mark.parametrize("secret", SECRETS)
def test_no_event_and_no_word_of_a_recording_has_a_secret(shown: Shown, secret: str) -> None:
    assert not hits(repr(shown.recording), SECRETS[secret])
    assert not hits(repr(shown.events), SECRETS[secret])
    assert not hits(repr(shown.recording.gestures), SECRETS[secret])


def test_keys_pressed_in_secret_fields_are_not_heard(shown: Shown) -> None:
    told = [event.what for event in shown.events if isinstance(event.what, (KeyDown, KeyUp))]
    typed = {key.key for key in told if len(key.key) == 1}
    assert typed == set("ada")


def test_what_secret_fields_hold_is_not_told(shown: Shown) -> None:
    values = {event.what.value for event in shown.events if isinstance(event.what, Typed)}
    assert values == {"", "a", "ad", "ada"}


def test_pictures_of_a_demonstration_have_secret_fields_painted_over(shown: Shown) -> None:
    last = next(step for step in shown.recording.steps if "Pay" in step.words)
    box = next(box_of(s) for s in shown.recording.steps if isinstance(s, Fill) and "Card" in s.words)
    assert is_painted(shown.recording.files[last.picture], box)
    assert not is_painted(shown.recording.files[last.picture], box_of(shown.recording.steps[0]))


def test_the_crop_of_a_secret_field_shows_nothing(shown: Shown) -> None:
    crops = [s.target.crop for s in shown.recording.steps if isinstance(s, Fill) and isinstance(s.value, SecretRef)]
    images = [decoded(shown.recording.files[crop]) for crop in crops if crop]
    assert images
    assert all(float(image[2:-2, 2:-2].std()) < 3 for image in images)


@pytest.mark.parametrize("limited", [False, True], ids=["passed", "failed"])
async def test_no_file_of_the_store_has_a_secret(stage: Stage, shown: Shown, tmp_path: Path, limited: bool) -> None:
    stage.site.variant = {"limit": limited}
    async with open_store(tmp_path) as store:
        trace = await replayed(stage, shown.recording, store)
    assert trace.status == ("failed" if limited else "passed"), trace.failure
    assert [name for name, value in SECRETS.items() if files_with(tmp_path, value)] == []
    assert files_with(tmp_path, trace.trace_id), "the search finds what is there"


@pytest.mark.parametrize("limited", [False, True], ids=["passed", "failed"])
async def test_no_trace_has_a_secret(stage: Stage, shown: Shown, limited: bool) -> None:
    stage.site.variant = {"limit": limited}
    sink = Kept()
    trace = await replayed(stage, shown.recording, sink)
    told = trace.model_dump_json() + repr(trace) + repr(sink.records) + repr(sink.traces)
    assert [name for name, value in SECRETS.items() if hits(told, value)] == []
    assert trace.inputs == {"user": "ada"}


async def test_pictures_of_a_run_have_secret_fields_painted_over(stage: Stage, shown: Shown) -> None:
    sink = Kept()
    trace = await replayed(stage, shown.recording, sink)
    place = next(step.index for step in trace.steps if "Pay" in step.words)
    box = next(box_of(s) for s in shown.recording.steps if isinstance(s, Fill) and "Card" in s.words)
    assert is_painted(sink.pictures[place], box)
    assert not is_painted(sink.pictures[place], box_of(shown.recording.steps[0]))


async def test_a_field_marked_by_a_person_is_painted_over_in_a_run(stage: Stage, shown: Shown) -> None:
    sink = Kept()
    trace = await replayed(stage, shown.recording, sink)
    place = next(step.index for step in trace.steps if "Pay" in step.words)
    box = next(box_of(s) for s in shown.recording.steps if isinstance(s, Fill) and "Phrase" in s.words)
    assert is_painted(sink.pictures[place], box)


async def test_a_secret_that_a_form_puts_into_the_address_is_kept_nowhere(stage: Stage, tmp_path: Path) -> None:
    shown = await stage.show("echo.html", send_in_the_address)
    async with fresh(stage.browser) as context:
        trace = await Replayer(context, waits=SOON).replay(shown.recording, {"password": PASSWORD})
    assert trace.status == "passed", trace.failure
    assert not hits(trace.model_dump_json() + repr(trace), PASSWORD)
    assert files_with(shown.recording.save(tmp_path / "kept"), PASSWORD) == []


async def send_in_the_address(human: Human) -> None:
    await human.type("#password", PASSWORD)
    await human.click("#send")
    await human.page.wait_for_url("**/echo.html?**")
    await human.click("#after")


async def replayed(stage: Stage, recording: Recording, sink: Sink) -> Trace:
    async with fresh(stage.browser) as context:
        return await Replayer(context, sink=sink, pictures="steps", waits=SOON).replay(recording, SECRETS)


def files_with(folder: Path, value: str) -> list[str]:
    """The files under ``folder`` that hold ``value`` in any of its written forms."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path.name for path in files if any(form in path.read_bytes() for form in forms(value))]


def hits(text: str, value: str) -> list[bytes]:
    return [form for form in forms(value) if form in text.encode()]


def forms(value: str) -> set[bytes]:
    """A value as it is, in JSON, in Python, in an address, in HTML, and in base64 at each of its three places."""
    raw = value.encode()
    written = {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], repr(value)[1:-1]}
    written |= {quote(value, safe=""), quote(value), quote_plus(value), value.replace("&", "&amp;")}
    shifted = (base64.b64encode(bytes(shift) + raw)[4 if shift else 0 : -4] for shift in range(3))
    return {form.encode() for form in written} | set(shifted)


def box_of(step: object) -> Box:
    assert isinstance(step, Fill)
    return step.target.description.box


def is_painted(picture: bytes, box: Box) -> bool:
    """Whether the inner part of the box is one grey, but for what JPEG makes of it; text on white is far from it."""
    image = decoded(picture)
    scale = image.shape[1] / 1280
    top, bottom = int((box.y + 5) * scale), int((box.y + box.height - 5) * scale)
    left, right = int((box.x + 5) * scale), int((box.x + box.width - 5) * scale)
    return bool(np.abs(image[top:bottom, left:right].astype(int) - PAINT).mean() < 8)


def decoded(picture: bytes) -> Image:
    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return np.asarray(image)
