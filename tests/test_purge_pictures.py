"""Which pictures go with a person: those of others stay where they cannot show the person, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from recordings.subject import Subject
from recordings.trace import Failure, StepRecord, Trace
from showonce.cli import main
from store import Store, open_store

DAN, GRACE = "Dan Roe", "Grace Hopper"
SIGN_IN, FORM, LIST = b"\xff\xd8 sign-in", b"\xff\xd8 the empty form", b"\xff\xd8 the list, Dan in it"
OPEN, TYPE, SAVE = "Click button 'New'", "Type '{}' into 'Full name'", "Click button 'Save'"


@pytest.fixture
async def store(tmp_path: Path, store_url: str) -> AsyncIterator[Store]:
    async with open_store(tmp_path, url=store_url) as opened:
        yield opened


def record(index: int, words: str, **more: object) -> StepRecord:
    step = StepRecord(
        trace_id="", span_id="1" * 16, index=index, step_id=f"s{index}", kind="click", started_at=1, outcome="passed"
    )
    return step.model_copy(update={"words": words, "kind": "fill" if words.startswith("Type") else "click", **more})


async def run(store: Store, sign: str, shown: Sequence[tuple[StepRecord, bytes]], **more: object) -> str:
    """A run that has ended; its steps, each with the picture that was taken before it."""
    trace = Trace(trace_id=sign * 32, recording="add", started_at=1).model_copy(update=more)
    await store.begin(trace)
    for step, picture in shown:
        await store.add_step(step.model_copy(update={"trace_id": trace.trace_id}), picture)
    await store.finish(trace.model_copy(update={"status": "passed", "ended_at": 2.0}))
    return trace.trace_id


async def adds(store: Store, sign: str, name: str, last: bytes) -> str:
    """A run that signs in, opens the form, types a name and saves."""
    steps = [(record(0, OPEN), SIGN_IN), (record(1, TYPE.format(name), value=name), FORM), (record(2, SAVE), last)]
    return await run(store, sign, steps, inputs={"who": name})


async def erased(store: Store, text: str) -> int:
    subject = await store.subject(text)
    return await store.erase(subject, await store.find(subject))


async def pictures(store: Store, trace_id: str) -> list[bytes | None]:
    return [await store.picture(step.picture) for step in (await store.trace(trace_id)).steps]


async def test_others_keep_the_pictures_from_before_the_person_came_into_the_page(store: Store) -> None:
    dan, grace = await adds(store, "d", DAN, b"Dan typed"), await adds(store, "e", GRACE, b"Grace typed")
    before = {step.picture for step in (await store.trace(dan)).steps}
    assert await erased(store, DAN) == 1
    assert await pictures(store, grace) == [SIGN_IN, FORM, b"Grace typed"]
    assert [step.picture for step in (await store.trace(dan)).steps] == ["", "", ""]
    assert [await store.picture(each) for each in sorted(before)].count(None) == 1


async def test_what_only_runs_of_the_person_show_goes_with_all_of_them(store: Store) -> None:
    one, two = await adds(store, "d", DAN, b"Dan typed"), await adds(store, "e", DAN, b"Dan typed")
    before = {step.picture for each in (one, two) for step in (await store.trace(each)).steps}
    assert await erased(store, DAN) == 3
    assert [await store.picture(each) for each in before] == [None] * 3


async def test_what_came_after_the_person_goes_also_where_another_run_does_not_name_them(store: Store) -> None:
    await run(store, "d", [(record(0, TYPE.format(DAN), value=DAN), FORM), (record(1, "Click 'Back'"), LIST)])
    other = await run(store, "e", [(record(0, OPEN), LIST), (record(1, TYPE.format(GRACE)), FORM)])
    await erased(store, DAN)
    assert await pictures(store, other) == [None, FORM]


async def test_who_was_pressed_in_a_list_was_there_before_and_no_picture_of_that_run_stays(store: Store) -> None:
    await run(store, "d", [(record(0, OPEN), SIGN_IN), (record(1, f"Click link '{DAN}'"), LIST)])
    other = await run(store, "e", [(record(0, OPEN), SIGN_IN), (record(1, SAVE), LIST), (record(2, OPEN), FORM)])
    await erased(store, DAN)
    assert await pictures(store, other) == [None, None, FORM]


@pytest.mark.parametrize(
    ("more", "stays"),
    [
        ({"inputs": {"who": DAN}}, True),
        ({"values": {"name": DAN}}, False),
        ({"inputs": {"who": DAN}, "failure": Failure(code="X", message=f"There is '{DAN}'.")}, False),
    ],
    ids=["was only given them", "read them", "met them"],
)
async def test_a_run_none_of_whose_steps_says_them_kept_them_out_only_if_it_was_only_given_them(
    store: Store, more: dict[str, object], stays: bool
) -> None:
    await run(store, "d", [(record(0, OPEN), SIGN_IN)], **more)
    other = await run(store, "e", [(record(0, OPEN), SIGN_IN)])
    await erased(store, DAN)
    assert await pictures(store, other) == [SIGN_IN if stays else None]


async def test_a_run_of_theirs_that_goes_on_keeps_no_picture_here(store: Store) -> None:
    await adds(store, "d", DAN, b"Dan typed")
    await store.begin(Trace(trace_id="e" * 32, recording="add", started_at=1, inputs={"who": DAN}))
    await store.add_step(record(0, OPEN).model_copy(update={"trace_id": "e" * 32}), SIGN_IN)
    found = await store.find(Subject(DAN))
    assert (found.runs, found.open_runs, found.shared, len(found.pictures)) == ({"d" * 32}, {"e" * 32}, set(), 3)


async def test_how_many_stay_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_store(tmp_path) as store:
        await adds(store, "d", DAN, b"Dan typed")
        await adds(store, "e", GRACE, b"Grace typed")
    monkeypatch.setenv("SHOWONCE_HOME", str(tmp_path))
    assert await asyncio.to_thread(main, ["purge", "--subject", DAN, "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "1  pictures" in out
    assert "Left with runs of others: 2 pictures" in out
