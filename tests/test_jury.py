"""The jury: what is like the target is found, what is another control is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from browser.page_script import Look, Viewport
from recordings.target import Box, Description, Target
from replayer.match import Ambiguous, Match, NoMatch, Verdict, most_similar
from replayer.wording import are_opposite, promises_more, text_likeness


def button(name: str, place: int, **changes: Any) -> Description:
    seen = Description(
        tag="button",
        type="button",
        role="button",
        name=name,
        text=name,
        attributes={"class": "tool"},
        heading="Messages",
        landmark="main",
        near=("Messages",),
        css=f"#bar > button:nth-of-type({place})",
        xpath=f"/html/body/div/button[{place}]",
        box=Box(x=100.0 * place, y=20, width=90, height=30),
    )
    return seen.model_copy(update=changes)


def decided(wanted: Description, candidates: Sequence[Description], *, rivals: Sequence[Description] = ()) -> Verdict:
    look = Look(
        look=1,
        found=(),
        candidates=tuple(candidates),
        addresses=(),
        url="http://a.test/",
        ready="complete",
        quiet_ms=1000,
        secrets=(),
        viewport=Viewport(x=0, y=0, width=1280, height=800),
    )
    return most_similar(Target(description=wanted, rivals=tuple(rivals)), look, commits=False)


ARCHIVE, REPORT = button("Archive", 1), button("Report spam", 2)


def test_a_control_with_new_ids_and_another_place_is_found_by_its_name() -> None:
    moved = button("Archive", 4, attributes={"class": "x1", "id": "a9"})
    verdict = decided(ARCHIVE, [REPORT, moved], rivals=[REPORT])
    assert isinstance(verdict, Match)
    assert verdict.candidate == 1
    assert any("name" in reason for reason in verdict.reasons)


def test_what_a_rival_of_the_demonstration_explains_better_is_refused() -> None:
    shifted = button("Report spam", 1)
    assert isinstance(decided(ARCHIVE, [shifted], rivals=[REPORT]), NoMatch)


def test_an_icon_that_is_gone_is_not_replaced_by_the_one_in_its_place() -> None:
    bin_, reply = (button("", n, icon=icon, alike=2) for n, icon in ((1, "fa-trash"), (2, "fa-reply")))
    shifted = button("", 1, icon="fa-reply", alike=1)
    assert isinstance(decided(bin_, [shifted], rivals=[reply]), NoMatch)


def test_the_contrary_in_the_same_place_is_refused() -> None:
    wanted, contrary = button("Expand all", 1), button("Collapse all", 1)
    assert isinstance(decided(wanted, [contrary]), NoMatch)


def test_two_that_only_their_place_tells_apart_are_ambiguous() -> None:
    wanted = button("Open", 1, alike=2)
    twins = [button("Open", place, alike=3) for place in (1, 2, 3)]
    assert isinstance(decided(wanted, twins), Ambiguous)


@pytest.mark.parametrize("row", ["Ada Engineer", "Grete Engineer", ""])
def test_a_button_of_another_row_is_refused(row: str) -> None:
    wanted = button("Open", 1, alike=3, row="Greta Engineer")
    assert not isinstance(decided(wanted, [button("Open", 1, alike=3, row=row)]), Match)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Submit", "Save"),
        ("E-mail", "Email address"),
        ("user_name", "User name"),
        ("Log in", "Sign in"),
        ("Cart 3", "Cart"),
    ],
)
def test_the_same_in_other_words_is_alike(one: str, two: str) -> None:
    assert text_likeness(one, two) > 0.6


def test_opposites_and_further_actions_are_known() -> None:
    assert are_opposite("Expand all", "Collapse all")
    assert promises_more("Save", "Save and add another")
    assert not promises_more("Save", "Save customer")
