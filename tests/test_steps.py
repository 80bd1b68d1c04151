"""Every kind of step, shown with real input and replayed on a fresh page: the same steps, the same end state."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.human import Human
from recordings.signals import Navigated
from recordings.steps import Click, Navigate, Press
from tests.pages.stage import Gesture, Stage, assert_same

BYTES = bytes(range(256))


async def fill_two_fields(human: Human) -> None:
    await human.type("#name", "Ada")
    await human.press("Tab")
    await human.page.keyboard.type("Countess")


async def fill_then_correct(human: Human) -> None:
    await human.type("#name", "Adda")
    await human.press("Backspace", "Backspace", "a")


async def two_lines_in_the_area(human: Human) -> None:
    await human.type("#note", "one")
    await human.press("Enter")
    await human.page.keyboard.type("two")


async def two_lines_in_the_letter(human: Human) -> None:
    await human.type("#letter", "one")
    await human.press("Enter")
    await human.page.keyboard.type("two")


async def choose_by_letter(human: Human) -> None:
    await human.click("#name")
    await human.press("Tab", "Tab", "Tab", "d")


async def choose_two_colours(human: Human) -> None:
    await human.click("#colours option:nth-child(1)")
    await human.page.keyboard.down("Control")
    await human.click("#colours option:nth-child(3)")
    await human.page.keyboard.up("Control")


async def check_by_key(human: Human) -> None:
    await human.page.locator("#news").focus()
    await human.press("Space")


async def radio_by_arrow(human: Human) -> None:
    await human.page.locator("#basic").focus()
    await human.press("ArrowDown")


async def check_and_uncheck(human: Human) -> None:
    await human.click("#news")
    await human.click("#terms")


FIELDS: dict[str, tuple[Gesture, list[str]]] = {
    "text": (lambda human: human.type("#name", "Ada"), ["fill"]),
    "text, corrected": (fill_then_correct, ["fill"]),
    "text beyond ASCII": (lambda human: human.type("#name", "Ödön 日本 👋"), ["fill"]),
    "Tab to the next field": (fill_two_fields, ["fill", "press", "fill"]),
    "text area": (lambda human: human.type("#note", "Line"), ["fill"]),
    "text area, two lines": (two_lines_in_the_area, ["fill"]),
    "contenteditable": (lambda human: human.type("#letter", "Dear Ada"), ["click", "type"]),
    "contenteditable, two lines": (two_lines_in_the_letter, ["click", "type"]),
    "select by arrows": (lambda human: human.choose("#country", 2), ["select"]),
    "select by letter": (choose_by_letter, ["click", "press", "press", "press", "select"]),
    "several of a list": (choose_two_colours, ["select"]),
    "checkboxes": (check_and_uncheck, ["check", "check"]),
    "checkbox by its label": (lambda human: human.click("label:has(#news)", at={"x": 40, "y": 8}), ["check"]),
    "checkbox by key": (check_by_key, ["check"]),
    "radio": (lambda human: human.click("#team"), ["check"]),
    "radio by its label": (lambda human: human.click("label:has(#team)", at={"x": 40, "y": 8}), ["check"]),
    "radio by arrow": (radio_by_arrow, ["check"]),
}


@pytest.mark.parametrize(("gesture", "kinds"), FIELDS.values(), ids=FIELDS)
async def test_a_field_comes_to_hold_what_it_held(stage: Stage, gesture: Gesture, kinds: list[str]) -> None:
    shown = await stage.show("fields.html", gesture)
    done = await stage.replay(shown)
    assert_same(shown, done, kinds)


async def test_an_upload_keeps_the_bytes(stage: Stage, tmp_path: Path) -> None:
    contract = tmp_path / "contract.bin"
    contract.write_bytes(BYTES)
    shown = await stage.show("fields.html", lambda human: upload(human, contract))
    contract.unlink()
    done = await stage.replay(shown)
    assert_same(shown, done, ["upload"])
    assert done.state[0]["noted"] == [f"file contract.bin {','.join(map(str, BYTES))}"]


async def test_an_upload_can_be_given_another_file(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "first.bin").write_bytes(b"1")
    (tmp_path / "second.bin").write_bytes(b"2")
    shown = await stage.show("fields.html", lambda human: upload(human, tmp_path / "first.bin"))
    (name,) = (given.name for given in shown.recording.inputs)
    done = await stage.replay(shown.recording, {name: str(tmp_path / "second.bin")})
    assert done.state[0]["noted"] == [f"file second.bin {ord('2')}"]


async def upload(human: Human, path: Path) -> None:
    await human.upload("#file", str(path))
    await human.page.wait_for_function("JSON.parse(__state()).noted.length > 0")


async def with_key(human: Human, key: str, target: str) -> None:
    await human.page.keyboard.down(key)
    await human.click(target)
    await human.page.keyboard.up(key)


MOUSE: dict[str, tuple[Gesture, dict[str, object]]] = {
    "click": (lambda human: human.click("#tile"), {}),
    "double click": (lambda human: human.double_click("#tile"), {"clicks": 2}),
    "right click": (lambda human: human.click("#tile", button="right"), {"button": "right"}),
    "middle click": (lambda human: human.click("#tile", button="middle"), {"button": "middle"}),
    "with Control": (lambda human: with_key(human, "Control", "#tile"), {"modifiers": ("Control",)}),
    "with Shift": (lambda human: with_key(human, "Shift", "#card"), {"modifiers": ("Shift",)}),
    "one of two": (lambda human: human.click("li:nth-child(2) button"), {}),
    "no control at all": (lambda human: human.click("#card span"), {}),
    "a place on a canvas": (lambda human: human.click("#board", at={"x": 155, "y": 25}), {}),
}


@pytest.mark.parametrize(("gesture", "facts"), MOUSE.values(), ids=MOUSE)
async def test_a_click_is_done_as_it_was_done(stage: Stage, gesture: Gesture, facts: dict[str, object]) -> None:
    shown = await stage.show("mouse.html", gesture)
    done = await stage.replay(shown)
    assert_same(shown, done, ["click"])
    (click,) = shown.recording.steps
    assert isinstance(click, Click)
    assert {name: getattr(click, name) for name in facts} == facts


async def type_and_press(human: Human, target: str, text: str, key: str) -> None:
    await human.type(target, text)
    await human.press(key)


KEYS: dict[str, tuple[Gesture, str, list[str]]] = {
    "Enter": (lambda human: type_and_press(human, "#query", "Ada", "Enter"), "Enter", ["fill", "press"]),
    "Escape": (lambda human: type_and_press(human, "#query", "Ada", "Escape"), "Escape", ["fill", "press"]),
    "Tab": (lambda human: type_and_press(human, "#query", "Ada", "Tab"), "Tab", ["fill", "press"]),
    "Control+Enter": (
        lambda human: type_and_press(human, "#remark", "Hm", "Control+Enter"),
        "Control+Enter",
        ["fill", "press"],
    ),
    "a shortcut of the page": (lambda human: human.press("Control+k"), "Control+k", ["press"]),
}


@pytest.mark.parametrize(("gesture", "keys", "kinds"), KEYS.values(), ids=KEYS)
async def test_a_key_is_pressed_where_it_was_pressed(
    stage: Stage, gesture: Gesture, keys: str, kinds: list[str]
) -> None:
    shown = await stage.show("keys.html", gesture)
    done = await stage.replay(shown)
    assert_same(shown, done, kinds)
    last = shown.recording.steps[-1]
    assert isinstance(last, Press)
    assert last.keys == keys


async def scroll_and_choose(human: Human, item: str) -> None:
    await human.page.locator("#feed").hover()
    await human.page.mouse.wheel(0, 600)
    await human.page.get_by_text(item, exact=True).wait_for()
    await human.page.wait_for_function("feed.scrollTop > 400")
    await human.page.wait_for_timeout(300)  # what a person takes to read; the list has come to rest
    await human.click(human.page.get_by_text(item, exact=True))


async def test_scrolling_is_a_step_where_the_list_grew(stage: Stage) -> None:
    shown = await stage.show("feed.html", lambda human: scroll_and_choose(human, "Item ^"))
    done = await stage.replay(shown)
    assert_same(shown, done, ["scroll", "click"])


async def test_scrolling_is_no_step_where_nothing_came(stage: Stage) -> None:
    stage.site.variant = {"items": 20}
    shown = await stage.show("feed.html", lambda human: scroll_and_choose(human, "Item R"))
    done = await stage.replay(shown)
    assert_same(shown, done, ["click"])


async def test_an_address_typed_on_the_way_is_a_step(stage: Stage) -> None:
    shown = await stage.show("mouse.html", go_from_mouse)
    done = await stage.replay(shown)
    assert_same(shown, done, ["click", "navigate", "fill"])
    assert isinstance(step := shown.recording.steps[1], Navigate)
    assert step.to == stage.site.url("fields.html")


async def go_from_mouse(human: Human) -> None:
    await human.click("#tile")
    await human.page.goto(human.page.url.replace("mouse", "fields"))
    await human.type("#name", "Ada")


async def follow_the_link(human: Human) -> None:
    await human.click(human.page.get_by_role("link", name="Fields", exact=True))
    await human.page.wait_for_url("**/fields.html")
    await human.type("#name", "Ada")


async def test_following_a_link_is_a_click_with_a_signal(stage: Stage) -> None:
    shown = await stage.show("answers.html", follow_the_link)
    done = await stage.replay(shown)
    assert_same(shown, done, ["click", "fill"])
    assert shown.recording.steps[0].signals == (Navigated(url=stage.site.url("fields.html")),)


async def test_a_new_view_of_the_same_document_is_a_signal(stage: Stage) -> None:
    shown = await stage.show("answers.html", lambda human: human.click("#push"))
    done = await stage.replay(shown)
    assert_same(shown, done, ["click"])
    assert shown.recording.steps[0].signals == (Navigated(url=stage.site.url("next"), same_document=True),)
