"""Editing a recording: names, defaults and secrets, all or nothing."""

from __future__ import annotations

import pytest

from recordings.editing import EditRefusedError, renamed, with_default, with_input_renamed, with_secrets
from recordings.errors import InputUnknownError
from recordings.files import as_json
from recordings.inputs import Input, InputRef, Secret, SecretRef
from recordings.recording import Gesture, Recording
from recordings.signals import DialogAnswered, Navigated
from recordings.steps import Click, Drag, Fill, Point, Step, Waypoint
from recordings.target import CssSelector, Description, RoleSelector, Target, TextSelector, XPathSelector

PIN = "hunter2!"


def field(label: str, crop: str = "") -> Target:
    return Target(description=Description(tag="input", label=label), crop=crop)


def fill(step: str, name: str, words: str = "", **more: str) -> Fill:
    return Fill(id=step, words=words, target=field(name, f"crops/{step}.png"), value=InputRef(name=name), **more)


def row_of(text: str) -> Click:
    """A click on something that shows what was typed."""
    target = Target(
        description=Description(
            tag="a", name=f"Open {text}", row=f"1 {text} today", xpath=f"//a[.='{text}']", css="tr:nth-of-type(1)"
        ),
        selectors=(
            RoleSelector(role="link", name=f"Open {text}"),
            TextSelector(value="Open"),
            XPathSelector(value=f"//a[.='{text}']"),
            CssSelector(value="tr:nth-of-type(1) > a"),
        ),
        crop="crops/s03.png",
    )
    asked = DialogAnswered(type="confirm", message=f"Open {text}?")
    return Click(id="s03", words=f"Click link 'Open {text}'", target=target, signals=(asked,), picture="pages/s03.jpg")


def recording(*steps: Step, **more: object) -> Recording:
    whole: dict[str, object] = {
        "name": "doors",
        "start": "http://localhost/",
        "inputs": (Input(name="door", default="Main"), Input(name="pin", label="PIN", default=PIN)),
        "secrets": (Secret(name="password"),),
        "steps": steps or (fill("s01", "door"), fill("s02", "pin", f"Type '{PIN}' into 'PIN'"), row_of(PIN)),
    }
    return Recording.model_validate({**whole, **more})


def test_a_renamed_input_is_renamed_in_its_steps() -> None:
    edited = with_input_renamed(recording(), "pin", "code")
    assert [item.name for item in edited.inputs] == ["door", "code"]
    assert edited.steps[1] == fill("s02", "code", f"Type '{PIN}' into 'PIN'").model_copy(
        update={"target": field("pin", "crops/s02.png")}
    )


@pytest.mark.parametrize("new", ["Not-a-name", "", "pin", "password"])
def test_an_input_cannot_get_a_name_that_is_none_or_is_taken(new: str) -> None:
    with pytest.raises(EditRefusedError):
        with_input_renamed(recording(), "door", new)


def test_an_input_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(InputUnknownError, match=r"dor.*door, password, pin"):
        with_default(recording(), "dor", "x")


def test_words_say_the_new_default_and_pages_what_they_showed() -> None:
    before = recording()
    edited = with_default(before, "pin", "secret9")
    was, click = before.steps[2], edited.steps[2]
    assert isinstance(click, Click)
    assert isinstance(was, Click)
    assert (click.words, click.target) == ("Click link 'Open secret9'", was.target)
    assert next(item.used for item in edited.inputs if item.name == "pin") == PIN
    assert with_default(edited, "pin", PIN).inputs == before.inputs


def test_a_secret_has_no_default() -> None:
    with pytest.raises(EditRefusedError, match="is a secret"):
        with_default(recording(), "password", "x")


def test_the_value_of_an_input_made_secret_is_nowhere_in_the_recording() -> None:
    edited = with_secrets(recording(), ["pin"]).recording
    assert PIN not in as_json(edited)
    assert edited.secrets[-1] == Secret(name="pin", label="PIN")
    assert [item.name for item in edited.inputs] == ["door"]


def test_a_step_that_types_a_new_secret_says_so() -> None:
    edited = with_secrets(recording(), ["pin"]).recording.steps[1]
    assert isinstance(edited, Fill)
    assert (edited.words, edited.value) == ("Type a secret into 'PIN'", SecretRef(name="pin"))
    assert edited.target.description.secret


def test_selectors_made_of_a_new_secret_go_and_the_others_stay() -> None:
    click = with_secrets(recording(), ["pin"]).recording.steps[2]
    assert isinstance(click, Click)
    assert click.target.selectors == (TextSelector(value="Open"), CssSelector(value="tr:nth-of-type(1) > a"))
    assert (click.target.description.xpath, click.target.description.css) == ("", "tr:nth-of-type(1)")


def test_pictures_from_the_first_step_with_a_new_secret_are_removed() -> None:
    names = ("crops/s01.png", "crops/s02.png", "crops/s03.png", "pages/s03.jpg", "files/s09/cv.pdf")
    hidden = with_secrets(recording(files=dict.fromkeys(names, b"x")), ["pin"])
    assert set(hidden.recording.files) == {"crops/s01.png", "files/s09/cv.pdf"}
    assert hidden.removed == ("crops/s02.png", "crops/s03.png", "pages/s03.jpg")


def test_a_page_that_shows_a_new_secret_before_it_is_typed_is_removed_too() -> None:
    early = fill("s01", "door", dom="pages/s01.html")
    before = recording(early, fill("s02", "pin"), files={"pages/s01.html": f"<p>{PIN}</p>".encode()})
    assert with_secrets(before, ["pin"]).removed == ("pages/s01.html",)


def test_the_keys_of_a_new_secret_are_forgotten_also_the_first_which_stands_with_the_step_before() -> None:
    typed = {step: (Gesture(type="key_down", at_ms=1, key="h"),) for step in ("s01", "s02", "s03")}
    moved = Gesture(type="pointer_up", at_ms=2)
    edited = with_secrets(recording(gestures={**typed, "s02": (*typed["s02"], moved)}), ["pin"]).recording
    assert edited.gestures == {"s01": (), "s02": (moved,), "s03": ()}


def test_what_still_holds_a_new_secret_is_told() -> None:
    twin = Input(name="again", default=PIN)
    click = row_of("door").model_copy(update={"signals": (Navigated(url=f"http://localhost/{PIN}"),)})
    before = recording(fill("s02", "pin"), click, inputs=(Input(name="pin", default=PIN), twin))
    notes = with_secrets(before, ["pin"]).notes
    assert [("again" in note, "s03" in note) for note in notes] == [(True, False), (False, True)]


def test_only_typed_text_can_become_a_secret() -> None:
    with pytest.raises(EditRefusedError, match="choice"):
        with_secrets(recording(inputs=(Input(name="door"), Input(name="pin", kind="choice"))), ["pin"])


def test_a_one_figure_secret_does_not_take_every_such_figure_with_it() -> None:
    before = recording(inputs=(Input(name="door"), Input(name="pin", default="1")))
    click = with_secrets(before, ["pin"]).recording.steps[2]
    assert isinstance(click, Click)
    assert CssSelector(value="tr:nth-of-type(1) > a") in click.target.selectors


def test_a_recording_is_renamed() -> None:
    assert renamed(recording(), "gates").name == "gates"


def test_what_a_drag_was_let_go_over_loses_the_value_too() -> None:
    way = (Waypoint(dx=9, dy=0, at_ms=20),)
    onto = row_of(PIN).target
    drag = Drag(id="s02", target=field("Card"), start=Point(x=1, y=1), path=way, onto=onto, end=Point(x=1, y=1))
    recording = Recording(
        name="pin",
        created="2026-01-01T00:00:00+00:00",
        start="http://127.0.0.1/",
        inputs=(Input(name="pin", default=PIN),),
        steps=(fill("s01", "pin"), drag),
    )
    assert PIN not in as_json(with_secrets(recording, ["pin"]).recording)
