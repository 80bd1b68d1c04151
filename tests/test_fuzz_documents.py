"""Whatever a file or a page says, it is taken or refused in words: nothing hangs, nothing is written by halves."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from recorder.collect import Collected
from recorder.page_events import PAGE_EVENT
from recordings.errors import CouldNotStartError, ShowonceError
from recordings.files import load_recording, recording_from
from recordings.inspecting import deeds_of, doubts_of
from recordings.recording import Recording
from replayer.fence import fence_of
from replayer.plan import plan_of
from scheduler.rows import rows_in
from workflows.load import workflow_in

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "recordings" / "examples" / "place-order"
WORKFLOWS = sorted((ROOT / "workflows" / "examples").rglob("*.yaml"))
LONGEST_S = 5.0
EXAMPLES = [
    pytest.param(60, id="some"),
    pytest.param(1000, id="many", marks=[pytest.mark.slow, pytest.mark.timeout(900)]),
]
ODD: list[Any] = [
    None, True, -1, 0, 10**30, 1e308, "", " ", "•••", "../../etc/passwd", "javascript:alert(1)", "http://[", "http://a:x/",
    "\u202e\x1b[2J", "s01", "a" * 5000, [], {}, [[]], {"kind": "click"}, {"kind": "secret", "name": "x"},
]  # fmt: skip
GESTURE = {"doc": "d", "url": "https://a.test/", "at": 1.0}
EVENTS: list[dict[str, Any]] = [
    {"kind": "hello", **GESTURE},
    {"kind": "press", **GESTURE, "ref": 1, "element": {"tag": "button", "name": "Go"}, "x": 1, "y": 1, "button": 0,
     "viewport": {"width": 800, "height": 600}},
    {"kind": "release", **GESTURE, "ref": 1, "x": 1, "y": 1, "button": 0},
    {"kind": "count", **GESTURE, "clicks": 1},
    {"kind": "typed", **GESTURE, "ref": 2, "element": {"tag": "input", "name": "Name"}, "value": "Ada", "final": True},
    {"kind": "key_down", **GESTURE, "ref": 2, "key": "a", "code": "KeyA", "editable": True},
    {"kind": "chosen", **GESTURE, "ref": 3, "element": {"tag": "select", "name": "Land"}, "chosen": ["Belgium"]},
    {"kind": "files", **GESTURE, "ref": 4, "element": {"tag": "input", "type": "file"}, "files": [{"name": "a.txt"}]},
    {"kind": "file_bytes", **GESTURE, "ref": 4, "index": 0, "data": "YQ=="},
    {"kind": "page", **GESTURE, "html": "<p>", "sheets": {"a": "b"}},
    {"kind": "secret", **GESTURE, "ref": 5, "value": "x"},
]  # fmt: skip


def tried(examples: int, strategy: st.SearchStrategy[Any], check: Callable[[Any], None]) -> None:
    """Check so many examples; each must come to its end soon, by the processor's time."""

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(strategy)
    def each(example: Any) -> None:
        began = time.process_time()
        check(example)
        assert time.process_time() - began < LONGEST_S

    each()


def mutations(value: Any) -> st.SearchStrategy[list[tuple[float, Any]]]:
    """Some places of a document, as parts of the way through it, and what is put there."""
    anything = st.sampled_from(ODD) | st.recursive(
        st.none() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=4
    )
    return st.lists(st.tuples(st.floats(0, 1), anything), min_size=1, max_size=4)


def mutated(value: Any, changes: list[tuple[float, Any]]) -> Any:
    value = copy.deepcopy(value)
    for part, new in changes:
        places = list(_places(value))
        holder, key = places[min(len(places) - 1, int(part * len(places)))]
        holder[key] = copy.deepcopy(new)
    return value


def _places(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found += [(value, key), *_places(item)]
    return found


def torn(content: bytes) -> st.SearchStrategy[bytes]:
    """The bytes with a piece of them replaced."""
    piece = st.binary(max_size=8) | st.sampled_from(
        [b"", b"\xff\xfe", b"\0", b'"', b"\n", b"${", b"&a *a", b"1e999", b"- " * 50]
    )
    cut = st.integers(0, len(content))
    return st.tuples(cut, st.integers(0, 40), piece).map(
        lambda made: content[: made[0]] + made[2] + content[made[0] + made[1] :]
    )


@cache
def sample() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((SAMPLE / "recording.json").read_text(encoding="utf-8"))
    return data


def usable(content: bytes) -> None:
    """A recording that can be read can be looked at and planned; nothing else than words comes of it."""
    try:
        recording = recording_from({"recording.json": content}, Path("fuzzed"))
    except CouldNotStartError as error:
        assert error.message
        return
    assert doubts_of(recording) is not None
    assert deeds_of(recording) is not None
    try:
        fence_of(plan_of(recording, secrets=lambda _: "secret"))
    except ShowonceError as error:
        assert error.message


@pytest.mark.parametrize("examples", EXAMPLES)
def test_a_recording_with_other_values_is_taken_or_refused(examples: int) -> None:
    def check(changes: list[tuple[float, Any]]) -> None:
        usable(json.dumps(mutated(sample(), changes)).encode())

    tried(examples, mutations(sample()), check)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_a_recordings_torn_file_is_taken_or_refused_and_left_as_it_is(examples: int, tmp_path: Path) -> None:
    Recording(name="a", start="https://a.test").save(tmp_path / "a")
    whole = (SAMPLE / "recording.json").read_bytes()

    def check(content: bytes) -> None:
        (tmp_path / "a" / "recording.json").write_bytes(content)
        try:
            load_recording(tmp_path / "a")
        except CouldNotStartError as error:
            assert error.message
        assert (tmp_path / "a" / "recording.json").read_bytes() == content
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a"]

    tried(examples, torn(whole) | st.binary(max_size=60), check)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_a_workflows_torn_file_is_taken_or_refused(examples: int) -> None:
    texts = st.sampled_from(WORKFLOWS).flatmap(lambda path: torn(path.read_bytes()))

    def check(content: bytes) -> None:
        try:
            workflow_in("w.yaml", content)
        except CouldNotStartError as error:
            assert error.message

    tried(examples, texts | st.binary(max_size=60), check)


TABLES = {
    "rows.csv": b'full_name,email\n"Ada, Countess",ada@example.com\nGrace;Hopper,g@example.com\n',
    "rows.jsonl": b'{"full_name": "Ada", "email": "ada@example.com"}\n{"full_name": 7, "email": null}\n',
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("examples", EXAMPLES)
def test_a_torn_table_is_taken_or_refused(examples: int, name: str) -> None:
    recording = Recording.load(ROOT / "recordings" / "examples" / "add-customer")

    def check(content: bytes) -> None:
        try:
            rows_in(name, content, recording)
        except CouldNotStartError as error:
            assert error.message

    tried(examples, torn(TABLES[name]) | st.binary(max_size=60), check)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_events_of_a_page_that_make_no_sense_make_a_recording_or_are_refused(examples: int) -> None:
    story = st.lists(
        st.sampled_from(EVENTS).flatmap(lambda event: mutations(event).map(lambda m: mutated(event, m)))
        | st.sampled_from(EVENTS),
        max_size=8,
    )

    def check(events: list[dict[str, Any]]) -> None:
        collected = Collected(lambda evidence, path: None)
        for event in events:
            try:
                told = PAGE_EVENT.validate_json(json.dumps(event))
            except ValidationError:
                continue
            collected.hear(0, told)
        recording = collected.finish("fuzzed", None)
        assert Recording.model_validate_json(recording.model_dump_json()) == recording.model_copy(
            update={"gestures": {}, "files": {}}
        )

    tried(examples, story, check)
