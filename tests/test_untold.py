"""What a run saw, told with the demonstration's values, or not at all."""

from __future__ import annotations

import pytest

from recordings.inputs import Input
from recordings.selectors import selectors_of
from recordings.target import Description, Target
from replayer.untold import inputs_said, run_values, tells, untold

INPUTS = (
    Input(name="title", default="Harbour Lights"),
    Input(name="reader", default="Ada Lovelace"),
    Input(name="copies", default="3"),
    Input(name="branch"),
)
RECORDED = Description(tag="button", role="button", name="Delete", text="Delete", row="Harbour Lights On loan",
                       key="Harbour Lights", alike=3)  # fmt: skip
SEEN = Description(tag="button", role="button", name="Remove", text="Remove", row="River Song On loan",
                   key="River Song", near=("River Song",), css="tr:nth-of-type(2) > button", alike=3)  # fmt: skip


def target(seen: Description, **more: object) -> Target:
    seen = seen.model_copy(update=more)
    return Target(description=seen, selectors=selectors_of(seen))


def told_back(
    seen: Description, given: dict[str, str], recorded: Description = RECORDED, *secrets: str
) -> Target | None:
    return untold(target(recorded), seen, (), run_values(INPUTS, given, secrets))


def all_texts(found: Target | None) -> str:
    assert found is not None
    return found.model_dump_json().casefold()


def test_another_row_becomes_the_one_that_was_shown_and_keeps_nothing_of_its_own() -> None:
    seen = SEEN.model_copy(update={"attributes": {"href": "/books/42", "id": "row-2", "class": "act"}})
    found = told_back(seen, {"title": "River Song"})
    assert found is not None
    assert (found.description.key, found.description.row) == ("Harbour Lights", "Harbour Lights")
    assert found.description.attributes == {"class": "act"}
    assert [selector.kind for selector in found.selectors] == ["role"]
    assert "river" not in all_texts(found)


def test_a_name_that_says_the_row_is_told_back_where_the_row_is() -> None:
    seen = SEEN.model_copy(update={"name": "Remove River Song", "text": "Remove"})
    found = told_back(seen, {"title": "River Song"})
    assert found is not None
    assert found.description.name == "Remove Harbour Lights"


@pytest.mark.parametrize(
    ("change", "given"),
    [
        ({"name": "REMOVE RIVER SONG"}, {"title": "River Song"}),
        ({"label": "Of River Song"}, {"title": "River Song"}),
        ({"name": "Remove at Northgate"}, {"title": "River Song", "branch": "Northgate"}),
        ({"name": "Remove Harbour Lights"}, {"title": "River Song"}),
        ({"name": "Remove (Grace Hopper)"}, {"title": "River Song", "reader": "Grace Hopper"}),
        ({}, {"title": "River Song", "reader": "River Song"}),
        ({}, {"title": "River Song", "copies": "On loan"}),
    ],
    ids=["other case", "label", "no default", "says the default", "of no part in the target", "two inputs", "own word"],
)
def test_what_cannot_be_told_back_for_sure_is_not_told(change: dict[str, str], given: dict[str, str]) -> None:
    assert told_back(SEEN.model_copy(update=change), given) is None


@pytest.mark.parametrize(
    "change",
    [
        {"attributes": {"data-testid": "remove-grace-hopper"}},
        {"attributes": {"id": "grace_hopper"}},
        {"attributes": {"title": "GraceHopper"}},
        {"group": "GRACE HOPPER"},
        {"css": "#grace-hopper > button"},
        {"choices": "Grace Hopper, Hedy Lamarr"},
        {"near": ("Lent to GRACE HOPPER",)},
        {"block": "Grace  Hopper lent it"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_is_only_beside_it_is_left_out_where_it_says_a_value(change: dict[str, object]) -> None:
    plain = Description(tag="button", role="button", name="Save", text="Save")
    found = told_back(plain.model_copy(update=change), {"reader": "Grace Hopper"}, plain)
    assert "hopper" not in all_texts(found)
    assert found is not None and found.description.name == "Save"


def test_what_the_demonstrations_page_said_too_is_the_pages_own() -> None:
    recorded = Description(
        tag="select", role="combobox", name="Reader", label="Reader", choices="Ada Lovelace, Grace Hopper"
    )
    found = told_back(recorded.model_copy(update={"css": "#reader"}), {"reader": "Grace Hopper"}, recorded)
    assert found is not None
    assert found.description.choices == "Ada Lovelace, Grace Hopper"


def test_an_attribute_that_names_a_row_that_is_given_is_left_out_even_of_the_row_that_was_shown() -> None:
    seen = RECORDED.model_copy(
        update={"name": "Remove", "text": "Remove", "attributes": {"data-testid": "x-harbour-lights"}}
    )
    found = told_back(seen, {"title": "Harbour Lights"})
    assert found is not None
    assert found.description.attributes == {}


@pytest.mark.parametrize("where", ["name", "label"])
def test_a_secret_in_what_it_is_called_leaves_no_target(where: str) -> None:
    plain = Description(tag="button", role="button", name="Pay", text="Pay")
    assert told_back(plain.model_copy(update={where: "Pay with 4711-X"}), {}, plain, "4711-X") is None


def test_a_secret_beside_it_is_left_out_also_of_what_the_recording_says() -> None:
    plain = Description(tag="button", role="button", name="Pay", text="Pay", near=("Card 4711-X", "Total"))
    found = told_back(plain, {}, plain, "4711-X")
    assert found is not None
    assert found.description.near == ("Total",)


def test_rivals_say_no_value_of_the_run_either() -> None:
    rival = Description(tag="button", role="button", name="Open", text="Open", attributes={"href": "/r/grace-hopper"})
    lent = rival.model_copy(update={"name": "GRACE HOPPER", "text": "GRACE HOPPER"})
    plain = Description(tag="button", role="button", name="Save", text="Save")
    found = untold(target(plain), plain, (rival, lent), run_values(INPUTS, {"reader": "Grace Hopper"}, ()))
    assert found is not None
    assert [(other.name, other.attributes) for other in found.rivals] == [("Open", {})]


def test_it_is_said_which_defaults_a_target_says() -> None:
    assert inputs_said(target(RECORDED), INPUTS) == {"title": "Harbour Lights"}


@pytest.mark.parametrize(
    ("text", "value", "says"),
    [
        ("Open River Song now", "River Song", True),
        ("/books/river-song/7", "River Song", True),
        ("riversong", "River Song", True),
        ("Rivers Songs", "River Song", False),
        ("steam", "team", False),
        ("Nothing to hear since Mon…", "Nothing to hear since Monday.", True),
        ("15 January 2027", "2027-01-15", True),
        ("Since 5 Jan 2027", "2027-01-05", True),
        ("2027", "2027-01-15", False),
        ("anything", "", False),
        ("a → b", "→", True),
    ],
)
def test_a_value_is_heard_in_a_text_as_a_reader_would(text: str, value: str, says: bool) -> None:
    assert tells(text, value) is says
