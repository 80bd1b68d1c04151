"""However slow the server and however fast the person: a task is the same steps, names and targets."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser

from demo.flows import FLOWS
from demo.human import Human
from demo.northdesk.options import Options
from demo.northdesk.serve import serve
from recorder import Recorder
from recordings.recording import Recording, values_of
from recordings.steps import Drag, target_of
from tests.pages.cases import mostly_slow
from tests.pages.stage import fresh

WAYS = {"slow, slow server": (80, 150), "at once, slow server": (0, 150), "slow": (80, 0)}
CASES = {f"{name}, {way}": (name, *pace) for name in FLOWS for way, pace in WAYS.items()}


@pytest.mark.parametrize("case", mostly_slow(CASES, ["place-order, slow, slow server"]))
async def test_a_task_is_the_same_steps_however_fast_it_was_shown(browser: Browser, case: str) -> None:
    name, pause_ms, latency_ms = CASES[case]
    assert await shown(browser, name, pause_ms, latency_ms) == await shown(browser, name, 0, 0)


async def shown(browser: Browser, name: str, pause_ms: float, latency_ms: int) -> dict[str, Any]:
    async with serve(Options(latency_ms=latency_ms)) as desk, fresh(browser) as context:
        async with Recorder(context, name=name) as demo:
            page = await context.new_page()
            await page.goto(f"{desk.base_url}/login")
            await FLOWS[name](Human(page, pause_ms=pause_ms))
        return essence(demo.recording, desk.base_url)


def essence(recording: Recording, origin: str) -> dict[str, Any]:
    """What a recording says, without moments, places and pictures."""
    return {
        "steps": [f"{step.id} {step.kind} {step.words} {step.url.removeprefix(origin)}" for step in recording.steps],
        "targets": [named(step) for step in recording.steps],
        "values": [repr(tuple(values_of(step))) for step in recording.steps],
        "signals": [[signal.kind for signal in step.signals] for step in recording.steps],
        "inputs": recording.inputs,
        "secrets": recording.secrets,
        "warnings": recording.warnings,
    }


def named(step: Any) -> Any:
    """By what the step's elements are found."""
    targets = [target_of(step), step.onto if isinstance(step, Drag) else None]
    return [(t.selectors, t.frame and [hop.index for hop in t.frame]) for t in targets if t is not None]
