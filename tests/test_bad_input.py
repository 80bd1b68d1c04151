"""What can be wrong from outside: each ends with an error that names the thing, and a trace that is closed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser

from agents.agent import Job, work
from demo.human import Human
from recordings import Recording
from recordings.errors import (
    BrowserDiedError,
    InputInvalidError,
    InputMissingError,
    InputUnknownError,
    RecordingUnreadableError,
    RecordingVersionError,
    SecretMissingError,
    ShowonceError,
    StoreUnusableError,
)
from recordings.inputs import Input, InputRef, Secret, SecretRef
from recordings.schema import schema
from recordings.steps import Click, Fill, History, Press, Type
from recordings.target import Description, Target
from recordings.trace import StepRecord, Trace
from replayer import Kept, Replayer, Waits
from replayer.plan import plan_of
from store import Store, open_store
from tests.pages.stage import SOON, Shown, Stage, fresh

FIELD = Target(description=Description(tag="input"))


def kept(folder: Path, text: str) -> Path:
    (folder / "recording.json").write_text(text, encoding="utf-8")
    return folder


UNREADABLE: dict[str, tuple[str, str]] = {
    "not JSON": ("{", "recording.json"),
    "a list": ("[]", "not an object"),
    "an unknown field": ('{"format": 1, "name": "a", "start": "b", "colour": "red"}', "colour"),
    "a field missing": ('{"format": 1, "name": "a"}', "start"),
    "a field of the wrong kind": ('{"format": 1, "name": "a", "start": 7}', "start"),
    "an unknown step": (
        '{"format": 1, "name": "a", "start": "b", "steps": [{"id": "s", "kind": "dance"}]}',
        r"steps\.0",
    ),
    "a step that uses no known input": (
        json.dumps(
            {
                "format": 1,
                "name": "a",
                "start": "b",
                "steps": [
                    {
                        "id": "s1",
                        "kind": "fill",
                        "target": {"description": {"tag": "input"}},
                        "value": {"kind": "input", "name": "nobody"},
                    }
                ],
            }
        ),
        "nobody",
    ),
}


@pytest.mark.parametrize(("given", "waited"), [(10**15, 60_000), (-5, 0), (4_000, 4_000)])
def test_a_recording_makes_no_run_wait_for_ever(tmp_path: Path, given: int, waited: int) -> None:
    field = {"description": {"tag": "button"}}
    steps = [
        {"id": "s1", "kind": "click", "target": field, "pace_ms": given, "hold_ms": given},
        {"id": "s2", "kind": "press", "keys": "Enter", "hold_ms": given},
    ]
    text = json.dumps({"format": 1, "name": "a", "start": "https://a.test", "steps": steps})
    click, press = Recording.load(kept(tmp_path, text)).steps
    assert isinstance(click, Click) and isinstance(press, Press)
    assert (click.pace_ms, click.hold_ms, press.hold_ms) == (waited, waited, waited)


@pytest.mark.parametrize("steps", [-(10**9), 10**9], ids=["back", "forward"])
async def test_a_recording_does_not_go_back_or_forward_for_ever(stage: Stage, steps: int) -> None:
    recording = Recording(name="a", start="about:blank", steps=(History(id="s1", steps=steps),))
    async with asyncio.timeout(20):
        assert (await stage.replay(recording)).trace.status == "passed"


def test_the_schema_says_how_long_a_pause_may_be() -> None:
    click = json.loads(schema())["$defs"]["Click"]["properties"]
    bounds = [(click[name]["minimum"], click[name]["maximum"]) for name in ("pace_ms", "hold_ms")]
    assert bounds == [(0, 60_000), (0, 60_000)]


@pytest.mark.parametrize(("text", "named"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_recording_that_cannot_be_read_says_where(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(RecordingUnreadableError, match=named) as raised:
        Recording.load(kept(tmp_path, text))
    assert str(tmp_path) in str(raised.value)
    assert raised.value.mend


def test_a_folder_without_a_recording_says_so(tmp_path: Path) -> None:
    with pytest.raises(RecordingUnreadableError, match=r"no recording\.json"):
        Recording.load(tmp_path / "nothing")


@pytest.mark.parametrize("gestures", ["{", '["a"]', '{"step": "s1", "gestures": [{"type": "wink"}]}', '{"a": 1}'])
def test_gestures_that_cannot_be_read_are_an_error_of_the_recording(tmp_path: Path, gestures: str) -> None:
    folder = kept(tmp_path, '{"format": 1, "name": "a", "start": "b"}')
    (folder / "gestures.jsonl").write_text(gestures, encoding="utf-8")
    with pytest.raises(RecordingUnreadableError):
        Recording.load(folder)


def test_a_step_that_types_nothing_is_read_as_it_was_saved(tmp_path: Path) -> None:
    editor = Target(description=Description(tag="div"))
    recording = Recording(name="a", start="http://a.test/", steps=(Type(id="s1", target=editor),))
    recording.save(tmp_path / "a")
    assert Recording.load(tmp_path / "a").steps == recording.steps


def test_a_binary_file_is_an_unreadable_recording(tmp_path: Path) -> None:
    (tmp_path / "recording.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RecordingUnreadableError):
        Recording.load(tmp_path)


@pytest.mark.parametrize("found", ["2", "0", '"1"', "null", "1.5"])
def test_an_unknown_format_is_told_apart_from_a_broken_file(tmp_path: Path, found: str) -> None:
    with pytest.raises(RecordingVersionError, match="Upgrade showonce"):
        Recording.load(kept(tmp_path, f'{{"format": {found}, "name": "a", "start": "b"}}'))


RECORDING = Recording(
    name="all",
    start="about:blank",
    inputs=(Input(name="email"), Input(name="contract", kind="file", default="files/s1/gone.pdf")),
    secrets=(Secret(name="pin"),),
    steps=(
        Fill(id="s1", target=FIELD, value=InputRef(name="email")),
        Fill(id="s2", target=FIELD, value=SecretRef(name="pin")),
    ),
)


@pytest.mark.parametrize(
    ("inputs", "error", "named"),
    [
        ({"pin": "1"}, InputMissingError, "--input email="),
        ({"pin": "1", "email": "a", "emial": "b"}, InputUnknownError, "contract, email, pin"),
        ({"pin": "1", "email": 7}, InputInvalidError, "email"),
        ({"email": "a"}, SecretMissingError, "SHOWONCE_SECRET_PIN"),
    ],
    ids=["missing", "unknown", "no text", "secret missing"],
)
async def test_inputs_that_do_not_fit_are_refused_before_anything_runs(
    browser: Browser, inputs: dict[str, Any], error: type[ShowonceError], named: str
) -> None:
    sink = Kept()
    async with fresh(browser) as context:
        with pytest.raises(error, match=named):
            await Replayer(context, sink=sink).replay(RECORDING, inputs)
        assert context.pages == []
    assert sink.traces == []


async def test_an_input_file_that_is_not_there_is_named(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_bytes(b"c")
    shown = await stage.show("fields.html", lambda human: human.upload("#file", str(tmp_path / "c.txt")))
    (given,) = shown.recording.inputs
    with pytest.raises(InputInvalidError, match=r"no file .*nowhere\.txt"):
        plan_of(shown.recording, {given.name: str(tmp_path / "nowhere.txt")})


async def test_an_address_that_nobody_answers_is_named(stage: Stage) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    trace = await opened(stage, f"http://127.0.0.1:{port}/")
    assert (trace.status, code_of(trace)) == ("failed", "PageUnreachable")
    assert f"127.0.0.1:{port}" in message_of(trace)


async def test_a_page_that_never_loads_ends_the_run_in_time(stage: Stage) -> None:
    trace = await opened(stage, f"{stage.site.origin}/never")
    assert (trace.status, code_of(trace)) == ("failed", "PageUnreachable")
    assert "Timeout 3000ms" in message_of(trace)


async def test_a_page_that_is_not_there_has_not_passed(stage: Stage) -> None:
    shown = await stage.show("fields.html", type_two)
    trace = await opened(stage, f"{stage.site.origin}/nowhere", shown.recording)
    assert trace.status == "failed"


async def test_a_page_that_never_loads_on_the_way_fails_its_step(stage: Stage) -> None:
    shown = await stage.show("mouse.html", click_and_go)
    stuck = shown.recording.steps[-1].model_copy(update={"to": f"{stage.site.origin}/never"})
    trace = await opened(stage, shown.recording.start, shown.recording.model_copy(update={"steps": (stuck,)}))
    assert trace.status == "failed"
    assert [step.outcome for step in trace.steps] == ["failed"]
    assert "/never" in message_of(trace)


async def click_and_go(human: Human) -> None:
    await human.click("#tile")
    await human.page.goto(human.page.url.replace("mouse", "fields"))


async def test_a_closed_tab_is_no_died_browser(stage: Stage, two: Shown) -> None:
    async with fresh(stage.browser) as context:

        class Closing(Kept):
            async def add_step(self, record: StepRecord, picture: bytes | None) -> None:
                await super().add_step(record, picture)
                if record.index == 0:
                    await context.pages[0].close()

        trace = await Replayer(context, sink=Closing(), waits=SOON).replay(two.recording)
    assert (trace.status, len(trace.steps)) == ("failed", 2)
    assert code_of(trace) == "PageGone"


class Killing(Kept):
    """A sink during whose first step the browser dies."""

    def __init__(self, pid: int) -> None:
        super().__init__()
        self.pid, self.finished = pid, 0

    async def add_step(self, record: StepRecord, picture: bytes | None) -> None:
        await super().add_step(record, picture)
        if record.index == 0:
            os.kill(self.pid, signal.SIGKILL)

    async def finish(self, trace: Trace) -> None:
        await super().finish(trace)
        self.finished += 1


@pytest.fixture
async def two(stage: Stage) -> Shown:
    return await stage.show("fields.html", type_two)


async def type_two(human: Human) -> None:
    await human.type("#name", "Ada")
    await human.type("#note", "Countess")


async def test_a_browser_that_dies_on_the_way_closes_the_trace(mortal: tuple[Browser, int], two: Shown) -> None:
    browser, pid = mortal
    sink = Killing(pid)
    trace = await work(browser, Job(plan_of(two.recording), sink, "steps", SOON))
    assert trace.status == "failed"
    assert code_of(trace) == "BrowserDied"
    assert [step.outcome for step in trace.steps] == ["passed", "failed"]
    assert (sink.finished, sink.traces) == (1, [trace])


async def test_a_browser_that_is_dead_already_is_said(mortal: tuple[Browser, int], two: Shown) -> None:
    browser, pid = mortal
    gone = asyncio.Event()
    browser.on("disconnected", lambda _: gone.set())
    os.kill(pid, signal.SIGKILL)
    await asyncio.wait_for(gone.wait(), timeout=60)  # a full Chrome's helpers may hold its pipes for a while
    with pytest.raises(BrowserDiedError, match="doctor"):
        await work(browser, Job(plan_of(two.recording), Kept(), "none", SOON))


@dataclass(slots=True)
class Counted:
    """A store, and what pictures it was given: one that a busy machine had no time for is not among them."""

    store: Store
    of_steps: list[int] = field(default_factory=list)
    of_end: int = 0

    async def begin(self, trace: Trace) -> None:
        await self.store.begin(trace)

    async def add_step(self, record: StepRecord, picture: bytes | None) -> StepRecord:
        if picture is not None:
            self.of_steps.append(record.index)
        return await self.store.add_step(record, picture)

    async def add_after(self, record: StepRecord, picture: bytes) -> StepRecord:
        self.of_end += 1
        return await self.store.add_after(record, picture)

    async def finish(self, trace: Trace) -> None:
        await self.store.finish(trace)


async def test_a_disk_that_takes_no_pictures_does_not_fail_a_run(stage: Stage, two: Shown, tmp_path: Path) -> None:
    (tmp_path / "pictures").write_bytes(b"in the way")
    async with open_store(tmp_path) as store, fresh(stage.browser) as context:
        sink = Counted(store)
        trace = await Replayer(context, sink=sink, pictures="steps", waits=SOON).replay(two.recording)
        kept_trace = await store.trace(trace.trace_id)
    assert trace.status == "passed", trace.failure
    assert 0 < store.lost_pictures == len(sink.of_steps) + sink.of_end, "that of the end, too"
    assert not any(step.picture or step.after for step in kept_trace.steps)
    assert all("picture not stored" in kept_trace.steps[index].notes[0] for index in sink.of_steps)


async def test_a_store_that_cannot_be_written_is_said_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "home").write_bytes(b"a file")
    with pytest.raises(StoreUnusableError, match="SHOWONCE_HOME"):
        async with open_store(tmp_path / "home"):
            pass


async def opened(stage: Stage, start: str, recording: Recording | None = None) -> Trace:
    """A run that begins at another address than was shown."""
    moved = (recording or Recording(name="none", start=start)).model_copy(update={"start": start})
    async with fresh(stage.browser) as context:
        return await Replayer(context, waits=Waits(step_s=1, effect_s=1, quiet_s=0.2, fallback_s=0.5)).replay(moved)


def message_of(trace: Trace) -> str:
    assert trace.failure is not None
    return trace.failure.message


def code_of(trace: Trace) -> str:
    return trace.failure.code if trace.failure else ""
