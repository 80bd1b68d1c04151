"""Rows that a page lists: what is done in one is done in the row of the same name, which is an input."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from demo.human import Human
from recordings.inputs import InputRef
from replayer import describe, locate
from tests.pages.cases import mostly_slow
from tests.pages.stage import BRIEF, Gesture, Stage, for_another_page, fresh

_IN_ROW = "tr:has-text('Harbour Lights') "


async def press_its_button(human: Human) -> None:
    await human.click(_IN_ROW + "button")


async def tick_its_box(human: Human) -> None:
    await human.click(_IN_ROW + "[type=checkbox]")


async def open_it(human: Human) -> None:
    await human.click(_IN_ROW + "a")


async def set_its_number(human: Human) -> None:
    await human.type(_IN_ROW + "[type=number]", "7")
    await human.click("h1")


IN_ROWS: dict[str, tuple[Gesture, Callable[[str], str]]] = {
    "button": (press_its_button, lambda title: f"withdrew {title}"),
    "checkbox": (tick_its_box, lambda title: f"picked {title}"),
    "link": (open_it, lambda title: f"opened {title}"),
    "number": (set_its_number, lambda title: f"copies {title} 7"),
}


@pytest.mark.parametrize("case", mostly_slow(IN_ROWS, ["button", "number"]))
async def test_what_is_done_in_a_row_is_done_in_the_row_that_is_given(stage: Stage, case: str) -> None:
    gesture, told = IN_ROWS[case]
    shown = await stage.show("records.html", gesture)
    assert notes(shown.state) == [told("Harbour Lights")]
    assert shown.recording.steps[0].row == InputRef(name="title"), shown.recording.steps
    assert ("title", "Harbour Lights") in [(item.name, item.default) for item in shown.recording.inputs]
    again = await stage.replay(shown)
    assert (again.trace.status, again.state) == ("passed", shown.state), again.trace.failure
    for other in ("River Song", "Petra"):  # an author is called so too
        done = await stage.replay(shown, {"title": other}, wanted=[])
        assert done.trace.status == "passed", done.trace.failure
        assert notes(done.state) == [told(other)]


@pytest.mark.parametrize("case", mostly_slow(IN_ROWS, ["link", "checkbox"]))
async def test_the_row_is_the_same_wherever_it_stands(stage: Stage, case: str) -> None:
    gesture, told = IN_ROWS[case]
    shown = await stage.show("records.html", gesture)
    stage.site.variant = {"order": [3, 2, 1, 0]}
    done = await stage.replay(for_another_page(shown.recording), wanted=[])
    assert done.trace.status == "passed", done.trace.failure
    assert notes(done.state) == [told("Harbour Lights")]


@pytest.mark.parametrize("case", IN_ROWS)
async def test_a_row_that_is_gone_stops_the_run(stage: Stage, case: str) -> None:
    gesture, _ = IN_ROWS[case]
    shown = await stage.show("records.html", gesture)
    stage.site.variant = {"order": [1, 2, 3]}
    done = await stage.replay(for_another_page(shown.recording), waits=BRIEF)
    assert done.why in ("ElementNotFound", "ElementAmbiguous")
    assert notes(done.state) == []
    given = await stage.replay(for_another_page(shown.recording), {"title": "Petra Lund"}, waits=BRIEF)
    assert notes(given.state) == []


async def test_what_filters_a_list_is_an_input(stage: Stage) -> None:
    shown = await stage.show("records.html", lambda human: human.click("a:text('Novel')"))
    assert [(item.name, item.default) for item in shown.recording.inputs] == [("by_genre", "Novel")]
    done = await stage.replay(shown, {"by_genre": "Poetry"}, wanted=[])
    assert done.trace.status == "passed", done.trace.failure
    assert notes(done.state) == ["genre Poetry"]


async def test_a_line_of_a_form_is_no_row(stage: Stage) -> None:
    shown = await stage.show("records.html", lambda human: human.type("#note", "Seen"))
    assert [step.row for step in shown.recording.steps] == [None]
    assert [item.default for item in shown.recording.inputs] == ["Seen"]


async def test_a_row_that_stands_alone_is_called_by_its_link(stage: Stage) -> None:
    shown = await stage.show("records.html", lambda human: human.click("#take"))
    assert [(item.name, item.default) for item in shown.recording.inputs] == [("title", "Alone")]


async def test_a_filter_that_many_rows_say_does_not_name_the_row(stage: Stage) -> None:
    async def filtered(human: Human) -> None:
        await human.click("a:text('Novel')")
        await human.page.wait_for_url("**genre=Novel")
        await press_its_button(human)

    shown = await stage.show("records.html", filtered)
    given = {"by_genre": "Poetry", "title": "Night Ferry"}
    assert {item.name for item in shown.recording.inputs} == given.keys()
    done = await stage.replay(shown, given, wanted=[])
    assert done.trace.status == "passed", done.trace.failure
    assert notes(done.state) == ["genre Poetry", "withdrew Night Ferry"]


def notes(state: list[object]) -> list[str]:
    first = state[0]
    assert isinstance(first, dict)
    return list(first["noted"])


async def test_a_test_id_that_every_row_has_is_found_in_a_row_far_down(stage: Stage) -> None:
    rows = "".join(
        f"<tr><td>Order of {chr(97 + n // 26)}{chr(97 + n % 26)}</td><td>paid</td>"
        f"<td><button data-testid=edit>Edit</button></td></tr>"
        for n in range(80)
    )
    async with fresh(stage.browser) as context:
        page = await context.new_page()
        await page.set_content(f"<table>{rows}</table>")
        element = await page.query_selector("tr:nth-child(60) button")
        assert element is not None
        target = await describe(element)
        await page.evaluate("document.querySelector('tr').remove()")
        match = await locate(page, target)
        assert match is not None
        assert match.how == "selectors"
        assert await match.element.evaluate("(it, was) => it === was", element)
