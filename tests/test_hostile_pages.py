"""Pages that want a person's secret, or steps that nobody did: they get neither, from a demonstration or from a run."""

from __future__ import annotations

import json
from collections.abc import Coroutine
from typing import Any

import pytest
from playwright.async_api import BrowserContext

from demo.human import Human
from recorder import Recorder
from recorder.events import Trouble
from recorder.tap import Tap
from recorder.worlds import Worlds
from recordings.files import as_json
from recordings.recording import Recording
from recordings.steps import Fill
from tests.pages.stage import BRIEF, Stage, for_another_page, fresh, replayed_in

SECRET = "uncle walrus 7"
PASSWORD = {"password": SECRET}


async def sign_in(human: Human) -> None:
    await human.type("#user", "ada")
    await human.type("#password", SECRET)
    await human.click("#enter")
    await human.page.wait_for_url("**/saved.html")


@pytest.fixture(scope="module")
def known() -> dict[str, Recording]:
    return {}


async def shown(stage: Stage, known: dict[str, Recording]) -> Recording:
    """The page's honest release, shown once."""
    if "it" not in known:
        known["it"] = (await stage.show("trap.html", sign_in)).recording
        stage.site.reset()
    return known["it"]


async def test_events_that_a_page_makes_itself_are_no_steps(stage: Stage, known: dict[str, Recording]) -> None:
    recording = await shown(stage, known)
    assert [step.kind for step in recording.steps] == ["fill", "fill", "click"]
    assert [item.default for item in recording.inputs] == ["ada"]  # what the page wrote itself is what it shows
    assert SECRET not in as_json(recording)


async def test_a_page_neither_sees_nor_calls_what_the_recorder_hears_by(stage: Stage) -> None:
    async def look(human: Human) -> None:
        await human.page.hover("#enter")
        assert await human.page.evaluate("found") == []

    for early in (False, True):
        demo = await stage.show("trap.html", look, open_first=early)
        assert "forged" not in as_json(demo.recording)


async def test_what_does_not_begin_with_the_recordings_token_is_no_event(stage: Stage) -> None:
    async with fresh(stage.browser) as context:
        heard = await _told_in_our_world(context, stage, "", "x" * 32, "é\ud800")
    assert [type(what) for what in heard] == [Trouble] * 3


async def test_a_token_is_another_at_each_recording(stage: Stage) -> None:
    async with fresh(stage.browser) as context:
        tokens = {Recorder(context)._token for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) == 32 for token in tokens)


@pytest.mark.parametrize("decoy", ["over it", "before it", "hidden", "autocomplete", "its label"])
async def test_no_other_field_gets_the_secret(stage: Stage, known: dict[str, Recording], decoy: str) -> None:
    recording = for_another_page(await shown(stage, known))
    stage.site.variant = {"decoy": decoy}
    async with fresh(stage.browser) as context:
        typed: list[object] = []
        await context.expose_function("tell", lambda value: typed.append(value))  # noqa: PLW0108 - Playwright marks it
        await context.add_init_script(
            "addEventListener('input', e => { if (e.target.id !== 'password') tell(e.target.value) }, true)"
        )
        done = await replayed_in(context, recording, PASSWORD, BRIEF)
    sent = " ".join(stage.site.posts)
    assert SECRET not in map(str, typed), done.trace
    assert "decoy=uncle" not in sent
    assert "user=uncle" not in sent


async def test_a_frame_of_another_origin_that_looks_like_the_login_gets_no_secret(
    stage: Stage, known: dict[str, Recording]
) -> None:
    recording = for_another_page(await shown(stage, known))
    stage.site.variant = {"frame": stage.site.url("secrets.html").replace("127.0.0.1", "localhost")}
    done = await stage.replay(recording, PASSWORD, waits=BRIEF)
    assert done.trace.status == "failed"
    assert SECRET not in str(done.state)
    assert stage.site.posts == []


async def test_a_title_with_markup_stays_a_text(stage: Stage, known: dict[str, Recording]) -> None:
    recording = await shown(stage, known)
    fills = [step for step in recording.steps if isinstance(step, Fill)]
    assert all("onerror" not in step.words for step in fills)


async def _told_in_our_world(context: BrowserContext, stage: Stage, *payloads: str) -> list[object]:
    """What a tap hears when somebody calls its binding in its own world, as only another client could."""
    heard: list[object] = []
    page = await context.new_page()
    await page.goto(stage.site.url("trap.html"))

    def spawn(work: Coroutine[Any, Any, None]) -> None:
        work.close()

    tap = Tap(context, page, ("", ""), "t" * 32, heard.append, spawn, False, Worlds(spawn))
    event = json.dumps({"kind": "count", "doc": "d", "url": "u", "clicks": 1})
    for payload in payloads:
        tap._on_told({"name": "__showonce_send", "payload": f"{payload}\n{event}"})
    return heard
