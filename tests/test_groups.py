"""Another of several boxes than in the demonstration: found though its group's name changed, never in another group."""

from __future__ import annotations

from typing import Any

import pytest

from demo.human import Human
from recordings.steps import Check
from replayer.plan import plan_of
from tests.pages.cases import every
from tests.pages.stage import BRIEF, SOON, Stage, for_another_page

ONE = [["course", ["Starter", "Main", "Dessert"]]]
TWO = [["lunch", ["Soup", "Salad"]], ["supper", ["Soup", "Salad"]]]


async def check_the_second_last(human: Human) -> None:
    await human.click(human.page.get_by_role("checkbox").nth(-2))


RELEASES: dict[str, tuple[list[Any], dict[str, Any], str, str]] = {
    "the same": (ONE, {"groups": ONE}, "Dessert", "course Dessert"),
    "named otherwise": (ONE, {"groups": ONE, "own": True}, "Dessert", "course Dessert"),
    "drawn otherwise": (ONE, {"groups": ONE, "anew": True}, "Dessert", "course Dessert"),
    "drawn otherwise without it": (ONE, {"groups": [["course", ["Starter", "Main"]]], "anew": True}, "Dessert", ""),
    "two groups": (TWO, {"groups": TWO}, "Salad", ""),
    "two groups that change places": (TWO, {"groups": TWO[::-1]}, "Salad", ""),
    "two groups drawn otherwise": (TWO, {"groups": TWO, "anew": True}, "Salad", ""),
    "two groups by now, drawn otherwise": (
        ONE,
        {"groups": [*ONE, ["treat", ["Dessert"]]], "anew": True},
        "Dessert",
        "",
    ),
    "two groups named otherwise": (TWO, {"groups": TWO, "own": True}, "Salad", ""),
    "two groups by now": (ONE, {"groups": [*ONE, ["treat", ["Dessert", "Coffee"]]], "own": True}, "Dessert", ""),
}


@pytest.mark.parametrize(("groups", "variant", "value", "noted"), every(2, RELEASES))
async def test_another_box_is_taken_in_its_group_or_none(
    groups: list[Any], variant: dict[str, Any], value: str, noted: str, stage: Stage
) -> None:
    stage.site.variant = {"groups": groups}
    shown = await stage.show("groups.html", check_the_second_last)
    step = shown.recording.steps[0]
    assert isinstance(step, Check) and step.choice is not None, step
    name = shown.recording.inputs[0].name
    stage.site.variant = variant
    waits = SOON if noted else BRIEF
    done = await stage.replay(for_another_page(shown.recording), {name: value}, waits=waits, wanted=[])
    assert done.state[0]["noted"] == ([noted] if noted else []), done.trace.failure
    assert done.trace.status == ("passed" if noted else "failed")


@pytest.mark.parametrize(("groups", "value", "kept"), [(ONE, "Dessert", ""), (TWO, "Salad", "supper")])
async def test_the_name_of_a_group_is_asked_for_where_another_group_offered_the_same(
    groups: list[Any], value: str, kept: str, stage: Stage
) -> None:
    stage.site.variant = {"groups": groups}
    shown = (await stage.show("groups.html", check_the_second_last)).recording
    step = plan_of(shown, {shown.inputs[0].name: value}).steps[0].step
    assert isinstance(step, Check)
    assert step.target.description.attributes.get("name", "") == kept
