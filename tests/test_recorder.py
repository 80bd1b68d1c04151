"""Deciding, without a browser: events to steps, names and addresses."""

from __future__ import annotations

from typing import Any

import pytest

from recorder.compile import Compiled, compile_events
from recorder.events import Answered, Arrived, BrowserEvent, CapturedEvent, Sent
from recorder.page_events import Checked, Chosen, Count, KeyDown, PageEvent, Press, Release, Typed, ViewSize
from recorder.parameters import field_name, slug
from recordings.inputs import Input, Secret, SecretRef
from recordings.signals import Navigated, Requested
from recordings.steps import Click, Fill, Navigate
from recordings.steps import Press as PressStep
from recordings.target import Description
from recordings.urls import rebased, same_place, url_pattern

DOC: dict[str, Any] = {"doc": "d", "url": "http://a.test/form"}
VIEW = ViewSize(width=1280, height=800)
EMAIL = Description(tag="input", type="email", role="textbox", name="Email", label="Email", editable=True)
NOTES = Description(tag="textarea", role="textbox", name="Notes", label="Notes", editable=True)
SAVE = Description(tag="button", role="button", name="Save", text="Save", css="#save", xpath="/html/body/button")
NEWS = Description(tag="input", type="checkbox", role="checkbox", name="News", label="News")
LIST = Description(tag="select", role="combobox", name="Country", label="Country")
DOUBLE = Count(kind="count", clicks=2, **DOC)


def typed(value: str, field: Description = EMAIL, ref: int = 1, **facts: Any) -> Typed:
    return Typed(kind="typed", ref=ref, element=field, value=value, **facts, **DOC)


def pressed(element: Description = SAVE, ref: int = 2, **facts: Any) -> Press:
    return Press(kind="press", ref=ref, element=element, x=5, y=5, button=0, viewport=VIEW, **facts, **DOC)


def released(element: Description = SAVE, ref: int = 2, **facts: Any) -> Release:
    return Release(kind="release", ref=ref, element=element, x=5, y=5, button=0, **facts, **DOC)


def key(name: str, element: Description = EMAIL, ref: int = 1, modifiers: tuple[str, ...] = ()) -> KeyDown:
    facts = {"code": name, "editable": element.editable, "modifiers": modifiers, "viewport": VIEW}
    return KeyDown(kind="key_down", ref=ref, element=element, key=name, **facts, **DOC)


def compiled(*told: PageEvent | BrowserEvent) -> Compiled:
    return compile_events([CapturedEvent(seq, 0, what) for seq, what in enumerate(told)])


def kinds(*told: PageEvent | BrowserEvent) -> list[str]:
    return [step.kind for step in compiled(*told).steps]


def test_keystrokes_in_one_field_become_one_fill() -> None:
    found = compiled(pressed(EMAIL, 1), key("a"), typed("a"), key("d"), typed("ad"), key("a"), typed("ada"))
    assert [step.kind for step in found.steps] == ["fill"]
    assert found.parameters.inputs == [Input(name="email", label="Email", default="ada")]


def test_the_value_of_a_fill_is_the_last_one() -> None:
    found = compiled(typed("adda"), key("Backspace"), typed("add"), key("Backspace"), typed("ad"), typed("ada"))
    assert [given.default for given in found.parameters.inputs] == ["ada"]


def test_two_fields_become_two_fills() -> None:
    assert kinds(typed("a"), typed("b", NOTES, 2), typed("bc", NOTES, 2)) == ["fill", "fill"]


def test_the_change_event_at_the_end_of_typing_is_no_step() -> None:
    assert kinds(typed("a"), pressed(), typed("a", final=True)) == ["fill", "click"]


def test_a_value_that_settles_after_the_next_click_belongs_to_its_fill() -> None:
    found = compiled(typed("a"), pressed(), typed("A", final=True))
    assert [step.kind for step in found.steps] == ["fill", "click"]
    assert [given.default for given in found.parameters.inputs] == ["A"]


def test_coming_back_to_a_field_is_a_second_fill_of_it() -> None:
    assert kinds(typed("a"), pressed(), typed("ab")) == ["fill", "click", "fill"]


def test_a_secret_has_a_name_and_no_value() -> None:
    found = compiled(typed("", secret=True), typed("", secret=True))
    (step,) = found.steps
    assert isinstance(step, Fill)
    assert step.value == SecretRef(name="email")
    assert found.parameters.secrets == [Secret(name="email", label="Email")]
    assert found.parameters.inputs == []


@pytest.mark.parametrize("name", ["a", "Backspace", "ArrowLeft", "Home", "Delete"])
def test_keys_that_edit_text_are_no_steps(name: str) -> None:
    assert kinds(key(name), typed("x")) == ["fill"]


@pytest.mark.parametrize(
    ("element", "name", "modifiers", "keys"),
    [
        (EMAIL, "Enter", (), "Enter"),
        (EMAIL, "Tab", (), "Tab"),
        (EMAIL, "Tab", ("Shift",), "Shift+Tab"),
        (EMAIL, "Escape", (), "Escape"),
        (NOTES, "Enter", ("Control",), "Control+Enter"),
        (EMAIL, "s", ("Control",), "Control+s"),
        (SAVE, " ", (), "Space"),
        (SAVE, "?", ("Shift",), "?"),
    ],
)
def test_keys_that_do_more_than_edit_are_pressed(
    element: Description, name: str, modifiers: tuple[str, ...], keys: str
) -> None:
    (step,) = compiled(key(name, element, modifiers=modifiers)).steps
    assert isinstance(step, PressStep)
    assert step.keys == keys


@pytest.mark.parametrize(
    ("element", "name", "modifiers"),
    [(NOTES, "Enter", ()), (EMAIL, "Control", ("Control",)), (EMAIL, "v", ("Control",)), (NOTES, "ArrowUp", ())],
    ids=["new line", "modifier alone", "paste", "up in a text"],
)
def test_keys_that_say_nothing_are_no_steps(element: Description, name: str, modifiers: tuple[str, ...]) -> None:
    assert kinds(key(name, element, modifiers=modifiers)) == []


def test_two_presses_in_a_row_are_one_double_click() -> None:
    (step,) = compiled(pressed(), pressed(), DOUBLE).steps
    assert isinstance(step, Click)
    assert step.clicks == 2


def test_a_double_click_whose_first_press_lasted_is_held_at_neither() -> None:
    (alone,) = compiled(pressed(at=1000), released(at=1500)).steps
    slow_then_quick = (pressed(at=1000), released(at=1500), pressed(at=1600), DOUBLE, released(at=1650))
    (step,) = compiled(*slow_then_quick).steps
    assert isinstance(alone, Click) and isinstance(step, Click)
    assert (alone.clicks, alone.hold_ms) == (1, 500)
    assert (step.clicks, step.hold_ms) == (2, 0)


def test_a_click_on_a_checkbox_is_the_check() -> None:
    told = Checked(kind="checked", ref=3, element=NEWS, checked=True, **DOC)
    assert kinds(pressed(NEWS, 3), told) == ["check"]


def test_arrows_in_a_list_are_the_last_choice() -> None:
    chosen = [Chosen(kind="chosen", ref=4, element=LIST, chosen=(name,), **DOC) for name in ("Austria", "Belgium")]
    found = compiled(key("ArrowDown", LIST, 4), chosen[0], key("ArrowDown", LIST, 4), chosen[1])
    assert [step.kind for step in found.steps] == ["select"]
    assert [(given.kind, given.default) for given in found.parameters.inputs] == [("choice", "Belgium")]


def test_the_first_address_is_the_start_and_a_later_one_a_step() -> None:
    first, later = Arrived("http://a.test/", chosen=True), Arrived("http://a.test/b", chosen=True)
    found = compiled(first, pressed(), later)
    assert found.start == first.url
    assert isinstance(step := found.steps[-1], Navigate)
    assert step.to == later.url


def test_what_a_click_caused_is_kept_with_it() -> None:
    sent, answered = Sent(0, "POST", "http://a.test/customers/17"), Answered(0, 303)
    (step,) = compiled(pressed(), sent, answered, Arrived("http://a.test/customers/18", chosen=False)).steps
    request = Requested(method="POST", url="http://a.test/customers/*", status=303)
    assert step.signals == (request, Navigated(url="http://a.test/customers/*"))


def test_an_answer_that_comes_late_goes_to_its_request() -> None:
    found = compiled(pressed(), Sent(0, "POST", "http://a.test/x"), typed("a"), Answered(0, 201))
    assert found.steps[0].signals == (Requested(method="POST", url="http://a.test/x", status=201),)


def test_fields_of_one_label_get_numbered_names() -> None:
    found = compiled(typed("a"), typed("b", EMAIL, 2), typed("c", EMAIL, 3))
    assert [given.name for given in found.parameters.inputs] == ["email", "email_2", "email_3"]


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (Description(tag="input", label="Customer e-mail *"), "customer_e_mail"),
        (Description(tag="input", label="Größe (cm)"), "groe_cm"),
        (Description(tag="input", label="2nd line"), "field_2nd_line"),
        (Description(tag="input", label="名前", attributes={"name": "given-name"}), "given_name"),
        (Description(tag="input", placeholder="Search…"), "search"),
        (Description(tag="input"), "value"),
    ],
)
def test_an_input_is_named_after_what_a_person_reads(field: Description, name: str) -> None:
    assert field_name(field) == name


def test_a_name_has_at_most_five_words() -> None:
    assert slug("The name of the customer as written") == "the_name_of_the_customer"


@pytest.mark.parametrize(
    ("url", "pattern"),
    [
        ("http://a.test", "http://a.test/"),
        ("http://a.test/c/17/edit?q=Ada&p=#top", "http://a.test/c/*/edit?p&q"),
        ("http://a.test/0f8fad5b-d9cb-469f-a165-70867728950e", "http://a.test/*"),
        ("http://a.test/v2/page", "http://a.test/v2/page"),
        ("about:blank", "about:blank"),
        ("data:text/html,secret", "data:"),
    ],
)
def test_an_address_becomes_what_must_be_seen_again(url: str, pattern: str) -> None:
    assert url_pattern(url) == pattern


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("http://b.test/c/18", True),
        ("http://a.test/c/18/", True),
        ("http://a.test/c/18?x=1", True),
        ("http://a.test/c/new", False),
        ("http://a.test/c", False),
    ],
)
def test_a_place_is_its_path(url: str, same: bool) -> None:
    assert same_place("http://a.test/c/*", url) is same


@pytest.mark.parametrize(
    ("url", "moved"),
    [
        ("http://a.test/x?q=1#t", "https://b.test/app/x?q=1#t"),
        ("http://other.test/x", "http://other.test/x"),
    ],
)
def test_only_addresses_of_the_recorded_origin_move(url: str, moved: str) -> None:
    assert rebased(url, "http://a.test/start", "https://b.test/app/") == moved
