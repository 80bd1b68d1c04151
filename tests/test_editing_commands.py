"""Edits as people write them: lines to commands, commands to edits; whatever is written, an edit or a clear error."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.editing import EditRefusedError
from recordings.editing.applying import applied
from recordings.editing.commands import (
    USAGE,
    Command,
    InsertGoto,
    InsertStep,
    MakeSecret,
    MarkSteps,
    Move,
    Place,
    RenameInput,
    SetDefault,
    Wait,
    Words,
    command_of,
    line_of,
)
from recordings.editing.origins import FenceOrigin
from recordings.editing.personal import MarkPersonal
from recordings.editing.value_commands import AddCheck, MakeInput, SetValue
from recordings.errors import CouldNotStartError, RecordingUnreadableError
from recordings.recording import Recording
from showonce.edit_session import Session, changed_steps
from tests.test_editing_steps import PLAIN, SOURCE, TABS, ids

READ: list[tuple[str, Command]] = [
    ("move 5 after 2", Move("5", Place(after="2"))),
    ("MOVE s05 Before s02", Move("s05", Place(before="s02"))),
    ("delete 4", MarkSteps("delete", ("4",))),
    ("disable 3 s04", MarkSteps("disable", ("3", "s04"))),
    ("enable 3", MarkSteps("enable", ("3",))),
    ("optional 2", MarkSteps("optional", ("2",))),
    ("required 2", MarkSteps("required", ("2",))),
    ("repeatable 2", MarkSteps("repeatable", ("2",))),
    ("once 2", MarkSteps("once", ("2",))),
    ('wait 6 "Saved"', Wait("6", "Saved")),
    ("wait 6 Order saved", Wait("6", "Order saved")),
    ('wait 6 "It\'s saved"', Wait("6", "It's saved")),
    ("unwait 6", Wait("6", "", on=False)),
    ("unwait 6 'Order saved'", Wait("6", "Order saved", on=False)),
    ("words 3 Accept them", Words("3", "Accept them")),
    ("rename-input a b", RenameInput("a", "b")),
    ("default a ''", SetDefault("a", "")),
    ("default a Ada L", SetDefault("a", "Ada L")),
    ("allow https://pay.example.com", FenceOrigin("allow", "https://pay.example.com")),
    ("forbid file:", FenceOrigin("forbid", "file:")),
    ("secret pin code", MakeSecret(("pin", "code"))),
    ("value 3 Grace Hopper", SetValue("3", "Grace Hopper")),
    ("input 3 full_name", MakeInput("3", "full_name")),
    ("check 3 'It is saved'", AddCheck("3", "It is saved")),
    ("personal full_name", MarkPersonal("full_name")),
    ("personal 3 off", MarkPersonal("3", on=False)),
    ("personal off", MarkPersonal(on=False)),
    ("personal on", MarkPersonal()),
    ("insert goto /x after 2", InsertGoto("/x", Place(after="2"))),
    ("insert other:s03 before s05", InsertStep("other", "s03", Place(before="s05"))),
    ("insert from 'C:\\my task:s03' after 5", InsertStep("C:\\my task", "s03", Place(after="5"))),
]


@pytest.mark.parametrize(("line", "command"), READ, ids=[line for line, _ in READ])
def test_a_line_is_read(line: str, command: Command) -> None:
    assert command_of(line) == command
    assert command_of(line_of(command)) == command


@pytest.mark.parametrize(
    ("line", "message", "mend"),
    [
        ("", "no command ''", "There are: move"),
        ("mvoe 1 after 2", "no command 'mvoe'", "Did you mean 'move'?"),
        ("move 1", "'move' is written otherwise", "move STEP after|before STEP"),
        ("move 1 to 2", "'move' is written otherwise", "move STEP after|before STEP"),
        ("delete", "'delete' is written otherwise", "delete STEP"),
        ("wait 6", "'wait' is written otherwise", "wait STEP"),
        ("words 3 don't", "A quotation is not closed", "between two"),
        ("insert goto /x", "'insert' is written otherwise", "insert RECORDING:STEP after|before STEP"),
        ("insert other after 2", "'other' names no step", "login:s03"),
        ("rename-input a", "'rename-input' is written otherwise", "rename-input OLD NEW"),
    ],
)
def test_a_line_that_cannot_be_read_says_how_to_write_it(line: str, message: str, mend: str) -> None:
    with pytest.raises(EditRefusedError) as refused:
        command_of(line)
    assert (message in refused.value.message, mend in refused.value.mend) == (True, True), str(refused.value)


def other(name: str) -> Recording:
    if name != "other":
        raise RecordingUnreadableError(Path(name), "there is none")
    return SOURCE


def after(recording: Recording, *lines: str) -> Recording:
    return applied(recording, [command_of(line) for line in lines], other).recording


def test_commands_are_done_in_their_order() -> None:
    assert ids(after(PLAIN, "delete 1", "move 1 after 3", "insert other:s01 before 1")) == ["s05", "s03", "s04", "s02"]


def test_several_steps_of_one_command_are_those_that_were_numbered() -> None:
    assert ids(after(PLAIN, "delete 1 2 2")) == ["s03", "s04"]


def test_waits_are_added_and_taken_away() -> None:
    waiting = after(PLAIN, "wait 1 Saved", "wait 1 Paid")
    assert waiting.steps[0].waits == ("Saved", "Paid")
    assert after(waiting, "unwait 1 Saved").steps[0].waits == ("Paid",)
    assert after(waiting, "unwait s01") == PLAIN


def test_a_wait_that_is_not_there_is_not_taken_away() -> None:
    with pytest.raises(EditRefusedError) as refused:
        after(PLAIN, "wait 1 Saved", "unwait 1 Paid")
    assert refused.value.mend == "It waits for 'Saved'."


WORDS = st.one_of(
    st.sampled_from([*USAGE, "goto", "from", "after", "before", "other:s01", "other:s07", "x:y:s1", "email", "pin"]),
    st.sampled_from(["1", "2", "5", "0", "-1", "s01", "s03", "s99", "'", '"', "http://[", "/x", "\\", "¹", "9" * 5000]),
    st.text(max_size=12),
)


@settings(max_examples=600, deadline=None)
@given(st.lists(WORDS, max_size=7).map(" ".join), st.sampled_from([PLAIN, TABS, SOURCE]))
def test_whatever_is_written_is_an_edit_that_is_right_or_a_clear_error(line: str, recording: Recording) -> None:
    try:
        edited = after(recording, line)
    except CouldNotStartError as error:
        assert error.message
        return
    Recording.model_validate({**edited.model_dump(), "gestures": edited.gestures, "files": edited.files})


COMMANDS = ["move {} after {}", "delete {}", "disable {}", "enable {}", "optional {}", "insert other:s06 after {}"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(COMMANDS), st.integers(1, 6), st.integers(1, 6)), max_size=8))
def test_any_edits_are_undone_and_done_again(made: list[tuple[str, int, int]]) -> None:
    session = Session(TABS, other)
    states = [TABS]
    for command, one, two in made:
        try:
            session.do(command.format(one, two))
        except CouldNotStartError:
            assert session.now == states[-1]
            continue
        if session.now != states[-1]:
            states.append(session.now)
    for state in reversed(states[:-1]):
        session.undo()
        assert session.now == state
    assert session.unsaved == []
    for state in states[1:]:
        session.redo()
        assert session.now == state


# A sitting


def test_a_change_back_after_saving_is_a_change() -> None:
    session = Session(PLAIN, other)
    session.do("delete 1")
    session.saved()
    session.undo()
    assert (session.now, session.unsaved) == (PLAIN, ["undo delete 1"])
    session.redo()
    assert session.unsaved == []


def test_a_command_that_changes_nothing_is_no_change() -> None:
    session = Session(PLAIN, other)
    assert "so already" in session.do("enable 1")[0]
    assert session.unsaved == []


def test_what_was_before_a_secret_was_saved_is_forgotten() -> None:
    session = Session(SOURCE, other)
    session.do("delete 1")
    session.do("secret email")
    assert session.forgets
    session.saved()
    with pytest.raises(EditRefusedError):
        session.undo()


def test_a_secret_that_was_taken_back_forgets_nothing() -> None:
    session = Session(SOURCE, other)
    session.do("secret email")
    session.undo()
    assert (session.forgets, session.now) == (False, SOURCE)


@pytest.mark.parametrize(
    ("line", "changed"),
    [("move 1 after 4", {"s01"}), ("optional 2", {"s02"}), ("delete 2", set()), ("insert goto /x after 1", {"s05"})],
)
def test_the_steps_that_changed_are_told(line: str, changed: set[str]) -> None:
    assert changed_steps(PLAIN, after(PLAIN, line)) == changed
