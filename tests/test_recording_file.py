"""A recording of one of everything: its plans, and that it comes back from disk as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from recordings import Recording
from recordings.files import as_json
from recordings.inputs import Input, InputRef, Literally, Secret, SecretRef
from recordings.recording import Gesture
from recordings.schema import schema
from recordings.selectors import selectors_of
from recordings.signals import Requested
from recordings.steps import Click, Fill, Navigate, Upload
from recordings.target import Description, Target
from replayer.plan import plan_of

URL = "http://a.test/save"
EMAIL = Description(tag="input", type="email", role="textbox", name="Email", label="Email", editable=True)
NOTES = Description(tag="textarea", role="textbox", name="Notes", label="Notes", editable=True)
SAVE = Description(tag="button", role="button", name="Save", text="Save", css="#save", xpath="/html/body/button")


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
