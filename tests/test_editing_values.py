"""What a step types, chooses or expects, changed: the value itself, an input in its place, a check after it."""

from __future__ import annotations

import pytest

from recordings.editing import EditRefusedError
from recordings.editing.applying import applied
from recordings.editing.commands import command_of
from recordings.editing.values import own_text
from recordings.inputs import Input, InputRef, Literally
from recordings.recording import Recording, done_with
from recordings.scene import Change, Scene
from recordings.steps import Assert, Fill
from recordings.target import Description, Target
from tests.test_editing_steps import click, ids, recording

NAME = Target(description=Description(tag="input", label="Name", name="Name"))
SCENE = Scene(full="1", exact="2", loose="3")
TYPED = Fill(
    id="s02",
    words="Type 'Ada' into 'Name'",
    target=NAME,
    value=Literally(text="Ada"),
    changes=(Change(before=SCENE, after=(SCENE,)),),
)
GIVEN = Fill(id="s03", words="Type 'x@y' into 'Mail'", target=NAME, value=InputRef(name="mail"))
PIN = Fill(
    id="s04", words="PIN", target=Target(description=Description(tag="input", secret=True)), value=Literally(text="1")
)
SHOP = recording(click("s01"), TYPED, GIVEN, PIN, inputs=(Input(name="mail", default="x@y"),))


def done(line: str) -> Recording:
    return applied(SHOP, [command_of(line)], lambda _: SHOP).recording


def test_another_value_is_said_in_the_words_and_what_came_of_the_old_one_is_not_expected() -> None:
    step = done('value 2 "Grace"').steps[1]
    assert (own_text(step), step.words, step.changes) == ("Grace", "Type 'Grace' into 'Name'", ())


def test_a_value_becomes_an_input_and_stays_the_default() -> None:
    after = done("input 2 full_name")
    assert after.inputs[-1] == Input(name="full_name", label="Name", default="Ada")
    assert list(done_with(after.steps[1])) == [InputRef(name="full_name")]
    assert after.steps[1].changes == TYPED.changes


def test_a_check_stands_after_its_step_and_looks_at_the_same_element() -> None:
    after = done('check 2 "Ada"')
    check = after.steps[2]
    assert ids(after) == ["s01", "s02", "s05", "s03", "s04"]
    assert isinstance(check, Assert)
    assert (check.target, check.text) == (NAME, Literally(text="Ada"))


def test_a_check_of_what_an_input_says_is_of_each_runs_own() -> None:
    check = done('check 3 "x@y"').steps[3]
    assert isinstance(check, Assert)
    assert check.text == InputRef(name="mail")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("value 1 x", "has no value of its own"),
        ("value 3 x", "is given by mail"),
        ("input 3 other", "is given by mail"),
        ("input 2 mail", "already"),
        ("input 2 'Full Name'", "cannot be called"),
        ("check 2 ' '", "is needed"),
        ("check 4 1", "secret"),
        ("value 2", "written otherwise"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_changes(line: str, message: str) -> None:
    with pytest.raises(EditRefusedError, match=message):
        done(line)
