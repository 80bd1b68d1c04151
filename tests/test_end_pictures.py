"""A run with pictures of every step ends with one of the page that it came to; it is kept as long as the others are."""

from __future__ import annotations

from pathlib import Path

import pytest

from recordings.keep import Keep
from recordings.trace import Pictures
from replayer import Kept, Replayer
from store import open_store
from tests.pages.kept import keep_run
from tests.pages.stage import SOON, Stage, fresh


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that comes late is waited for: a run does without one that a busy machine does not give in time."""
    for limit in ("pictures._LIMIT_S", "people._LIMIT_S", "photograph._LIMIT_S"):
        monkeypatch.setattr(f"replayer.{limit}", 20)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(("pictures", "taken"), [("steps", True), ("failure", False), ("none", False)])
async def test_the_page_that_a_run_came_to_is_seen_where_each_step_is(
    stage: Stage, pictures: Pictures, taken: bool
) -> None:
    recording = (await stage.show("answers.html", lambda human: human.click("#store"))).recording
    sink = Kept()
    async with fresh(stage.browser) as context:
        trace = await Replayer(context, sink=sink, pictures=pictures, waits=SOON).replay(recording)
    assert trace.status == "passed", trace.failure
    assert (sink.after is not None) == taken
    if taken:
        assert sink.after != sink.pictures[0], "what came of the step is seen"


@pytest.mark.usefixtures("patient")
async def test_the_store_names_it_with_the_last_step_alone(stage: Stage, tmp_path: Path) -> None:
    recording = (await stage.show("answers.html", lambda human: human.click("#store"))).recording
    async with open_store(tmp_path) as store:
        async with fresh(stage.browser) as context:
            trace = await Replayer(context, sink=store, pictures="steps", waits=SOON).replay(recording)
        kept = await store.trace(trace.trace_id)
        assert [bool(step.after) for step in kept.steps] == [False] * (len(kept.steps) - 1) + [True]
        assert kept.steps == trace.steps
        assert (await store.picture(kept.steps[-1].after) or b"").startswith(b"\xff\xd8")


async def test_it_goes_with_the_pictures_of_its_run(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        trace = await keep_run(store, 1, steps=10, end=True)
        after = (await store.trace(trace.trace_id)).steps[-1].after
        assert after and await store.picture(after)
        await store.retention.set_keep(Keep(pictures=1))
        await store.retention.take(now=1_900_000_000)
        assert await store.picture(after) is None
        assert [step.pictures for step in (await store.trace(trace.trace_id)).steps] == [frozenset()] * 10


async def test_it_goes_with_a_person_who_is_erased(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        trace = await keep_run(store, 1, words="Click Grace Hopper", end=True)
        after = (await store.trace(trace.trace_id)).steps[-1].after
        subject = await store.subject("Grace Hopper")
        await store.erase(subject, await store.find(subject))
        assert await store.picture(after) is None
