"""Deciding, without a browser: events to steps, names, addresses, plans, matches; and recordings on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from browser.page_script import Look, Viewport
from recorder.compile import Compiled, compile_events
from recorder.events import Answered, Arrived, BrowserEvent, CapturedEvent, Sent
from recorder.page_events import Checked, Chosen, Count, KeyDown, PageEvent, Press, Release, Typed, ViewSize
from recorder.parameters import field_name, slug
from recordings import Recording
from recordings.files import as_json
from recordings.inputs import Input, InputRef, Literally, Secret, SecretRef
from recordings.recording import Gesture
from recordings.schema import schema
from recordings.selectors import selectors_of
from recordings.signals import Navigated, Requested
from recordings.steps import Click, Fill, Navigate, Upload
from recordings.steps import Press as PressStep
from recordings.target import Box, Description, Target
from recordings.urls import rebased, same_place, url_pattern
from replayer.match import Ambiguous, Match, NoMatch, agree, most_similar
from replayer.plan import plan_of

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


def recording(**changes: Any) -> Recording:
    """One of everything that a file must keep."""
    row = SAVE.model_copy(update={"name": "Open Ada", "text": "Open Ada", "row": "Ada Engineer", "alike": 3})
    steps = (
        Fill(id="s01", target=target(EMAIL), value=InputRef(name="email")),
        Fill(id="s02", target=target(NOTES), value=SecretRef(name="pin")),
        Click(id="s03", words="Click 'Open Ada'", target=target(row), signals=(Requested(method="POST", url=URL),)),
        Upload(id="s04", target=target(EMAIL), files=(InputRef(name="contract"),)),
        Fill(id="s05", target=target(NOTES), value=Literally(text="Ödön")),
        Navigate(id="s06", to="http://a.test/end"),
    )
    facts: dict[str, Any] = {
        "name": "all",
        "start": "http://a.test/",
        "inputs": (
            Input(name="email", label="Email", default="Ada"),
            Input(name="contract", kind="file", default="files/s04/c.txt"),
        ),
        "secrets": (Secret(name="pin"),),
        "steps": steps,
        "gestures": {"s01": (Gesture(type="key_down", at_ms=3, key="A", modifiers=("Shift",)),)},
        "files": {"files/s04/c.txt": b"\x00\xff", "crops/s03.png": b"png"},
    }
    return Recording(**{**facts, **changes})


URL = "http://a.test/save"


def target(seen: Description) -> Target:
    return Target(description=seen, selectors=selectors_of(seen))


def test_a_plan_has_all_values_filled_in_but_secrets() -> None:
    plan = plan_of(recording(), {"email": "Grace", "pin": "1234"})
    assert [planned.values for planned in plan.steps] == [("Grace",), ("",), (), (), ("Ödön",), ()]
    assert plan.steps[3].files[0].content == b"\x00\xff"
    assert plan.inputs == {"email": "Grace", "contract": "files/s04/c.txt"}


def test_a_plan_shows_no_secret() -> None:
    plan = plan_of(recording(), {"pin": "1234"})
    assert plan.steps[1].secret
    assert "1234" not in plan.steps[1].shown
    assert "1234" not in plan.redactor.clean("pin=1234")


async def test_a_secret_may_come_from_its_source() -> None:
    plan = plan_of(recording(), secrets=lambda secret: f"{secret.name}-value")
    (origin,) = plan.secrets.places["pin"]
    assert await plan.secrets.reveal("pin", origin, "Type a secret") == "pin-value"


def test_the_row_of_another_input_is_looked_for() -> None:
    step = plan_of(recording(), {"email": "Grace", "pin": ""}).steps[2].step
    assert isinstance(step, Click)
    assert step.target.description.row == "Grace"
    assert step.target.description.name == "Open Grace"
    assert step.words == "Click 'Open Grace'"


def test_the_default_input_leaves_the_recorded_row() -> None:
    assert plan_of(recording(), {"pin": ""}).steps[2].step == recording().steps[2]


def test_a_plan_moves_addresses_and_signals_to_another_base() -> None:
    plan = plan_of(recording(), {"pin": ""}, "http://b.test/app")
    assert plan.start == "http://b.test/app/"
    assert plan.steps[2].step.signals == (Requested(method="POST", url="http://b.test/app/save"),)
    assert isinstance(step := plan.steps[5].step, Navigate)
    assert step.to == "http://b.test/app/end"


def look(wanted: Target, *candidates: Description, found: dict[str, tuple[int, ...]] | None = None) -> Look:
    """A look in which selectors by text, role and label find what has these, and others find ``found``."""
    by = {"role": "name", "label": "label", "text": "text", "css": "css", "xpath": "xpath"}

    def finds(selector: Any) -> tuple[int, ...]:
        if found is not None and selector.kind in found:
            return found[selector.kind]
        value = getattr(selector, "name", None) or selector.value
        return tuple(n for n, seen in enumerate(candidates) if getattr(seen, by[selector.kind]) == value)

    return Look(
        look=1,
        found=tuple(finds(selector) for selector in wanted.selectors),
        candidates=candidates,
        addresses=(),
        url=URL,
        ready="complete",
        quiet_ms=1000,
        secrets=(),
        viewport=Viewport(x=0, y=0, width=1280, height=800),
    )


def in_row(row: str, **changes: Any) -> Description:
    place = {"css": f"#{row}", "xpath": f"/html/{row}", "row": f"{row} Engineer", "alike": 2}
    return SAVE.model_copy(update={"name": "Open", "text": "Open", **place, **changes})


def test_the_only_one_that_all_selectors_find_is_the_element() -> None:
    wanted = target(SAVE)
    verdict = agree(wanted, look(wanted, SAVE))
    assert isinstance(verdict, Match)
    assert (verdict.candidate, verdict.how) == (0, "selectors")


def test_of_two_alike_the_one_in_the_recorded_row_is_the_element() -> None:
    wanted = target(in_row("Grace"))
    verdict = agree(wanted, look(wanted, in_row("Ada"), in_row("Grace")))
    assert isinstance(verdict, Match)
    assert verdict.candidate == 1


def test_the_row_counts_more_than_the_place() -> None:
    wanted = target(in_row("Grace"))
    moved = {"css": "#Ada", "xpath": "/html/Ada"}
    verdict = agree(wanted, look(wanted, in_row("Ada", css="#Grace", xpath="/html/Grace"), in_row("Grace", **moved)))
    assert isinstance(verdict, Match)
    assert verdict.candidate == 1


def test_two_in_equal_rows_are_ambiguous() -> None:
    wanted = target(in_row("Grace"))
    again = in_row("Grace", css="#other", xpath="/html/other")
    verdict = agree(wanted, look(wanted, again, again.model_copy(update={"css": "#third", "xpath": "/html/third"})))
    assert isinstance(verdict, Ambiguous)


def test_one_in_another_row_is_not_the_element() -> None:
    wanted = target(in_row("Grace"))
    verdicts = (
        agree(wanted, look(wanted, in_row("Ada"))),
        most_similar(wanted, look(wanted, in_row("Ada")), commits=False),
    )
    assert not [verdict for verdict in verdicts if isinstance(verdict, Match)]


def test_another_at_the_recorded_place_is_not_the_element() -> None:
    wanted = target(SAVE)
    other = SAVE.model_copy(update={"name": "Delete", "text": "Delete"})
    assert isinstance(agree(wanted, look(wanted, other)), NoMatch)
    assert isinstance(most_similar(wanted, look(wanted, other), commits=True), NoMatch)


def test_a_reworded_and_renamed_control_is_found_by_likeness() -> None:
    wanted = target(EMAIL.model_copy(update={"attributes": {"name": "email", "id": "email"}, "css": "#email"}))
    moved = {"attributes": {"name": "email_address", "id": "f-19"}, "css": "#f-19", "box": Box(x=40, y=90)}
    reworded = EMAIL.model_copy(update={**moved, "name": "E-mail address", "label": "E-mail address"})
    phone = EMAIL.model_copy(update={"type": "tel", "name": "Phone", "label": "Phone", "css": "#f-20"})
    verdict = most_similar(wanted, look(wanted, phone, reworded), commits=False)
    assert isinstance(verdict, Match)
    assert (verdict.candidate, verdict.how) == (1, "similar")


def test_nothing_there_is_no_match() -> None:
    assert agree(target(SAVE), look(target(SAVE))) == NoMatch()


def test_a_recording_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    assert Recording.load(recording().save(tmp_path / "all")) == recording()


def test_saving_again_takes_the_place_of_all_that_was_there(tmp_path: Path) -> None:
    recording().save(tmp_path / "all")
    later = recording(files={}, gestures={}, name="later")
    assert Recording.load(later.save(tmp_path / "all")) == later
    assert [path.name for path in tmp_path.iterdir()] == ["all"]


def test_the_text_of_a_recording_is_stable_and_holds_nothing_empty(tmp_path: Path) -> None:
    text = as_json(recording())
    assert as_json(Recording.load(recording().save(tmp_path / "all"))) == text
    assert list(json.loads(text)) == ["format", "name", "start", "viewport", "inputs", "secrets", "steps"]
    assert "Ödön" in text
    assert not {'""', "null", "[]", "{}"} & set(text.replace(",", " ").split())


def test_an_empty_value_that_means_something_is_kept(tmp_path: Path) -> None:
    empty = recording(inputs=(Input(name="email", default=""), recording().inputs[1]))
    assert Recording.load(empty.save(tmp_path / "all")) == empty


def test_the_schema_takes_a_saved_recording(tmp_path: Path) -> None:
    folder = recording().save(tmp_path / "all")
    jsonschema.validate(json.loads((folder / "recording.json").read_text(encoding="utf-8")), json.loads(schema()))


@pytest.mark.parametrize("wrong", [{"format": 2}, {"steps": [{"kind": "dance"}]}, {"colour": "red"}], ids=str)
def test_the_schema_refuses_what_is_no_recording(wrong: dict[str, Any]) -> None:
    document = {**json.loads(as_json(recording())), **wrong}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, json.loads(schema()))
