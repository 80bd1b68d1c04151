"""Branches and loops in a recording: made by edits, right after every edit, kept, and shown as what they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from recordings.block_tree import ids_in, tree_of
from recordings.block_words import condition_words, entered, lines_of
from recordings.blocks import Branch, Condition, Finds, Holds, Repeat, Shows
from recordings.editing import EditRefusedError, with_default, with_input_renamed, with_secrets
from recordings.editing.applying import applied
from recordings.editing.block_commands import BranchOn, If, OtherwiseDo, RepeatFor, Unblock
from recordings.editing.commands import Command, command_of, line_of
from recordings.errors import RecordingUnreadableError
from recordings.inputs import Input, InputRef
from recordings.recording import Recording
from recordings.signals import PageClosed
from recordings.steps import Click, Read
from recordings.target import Description, Target
from showonce.edit_session import changed_steps
from showonce.edit_view import steps_view, whole_view
from tests.test_editing_steps import click, fill, ids, popup, recording


def in_row(step: str, key: str = "INV-103", column: str = "Number") -> Click:
    seen = Description(
        tag="button",
        role="button",
        name="Pay",
        key=key,
        row=key,
        column=column,
        xpath="/html/body/table/tbody/tr[2]/td/b",
    )
    return Click(id=step, words=f"Pay in {key}", target=Target(description=seen), row=InputRef(name="number"))


NOTE = Target(description=Description(tag="input", role="textbox", name="Note"))
NUMBER = Input(name="number", label="Number", default="INV-103")
SIX = recording(click("s01"), click("s02"), in_row("s03"), click("s04"), click("s05"), click("s06"), inputs=(NUMBER,))


def edited(before: Recording, *lines: str) -> Recording:
    def none(name: str) -> Recording:
        raise AssertionError(name)

    return applied(before, [command_of(line) for line in lines], none).recording


def blocks(after: Recording) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(b.kind, b.steps, b.otherwise if isinstance(b, Branch) else ()) for b in after.blocks]


def drawn(of: object) -> list[str]:
    console = Console(width=120, color_system=None)
    with console.capture() as capture:
        console.print(of)
    return [line.rstrip() for line in capture.get().splitlines()]


READ: list[tuple[str, Command]] = [
    ('branch 4-6 if visible "Accept cookies"', BranchOn("4-6", If("visible", text="Accept cookies"))),
    ("branch 4-6 if not visible Accept cookies", BranchOn("4-6", If("visible", negated=True, text="Accept cookies"))),
    ('branch 5 if row says "Overdue"', BranchOn("5", If("row says", text="Overdue"))),
    ("branch 5 if not row says Paid", BranchOn("5", If("row says", negated=True, text="Paid"))),
    ("branch 4-6 if there s02", BranchOn("4-6", If("there", step="s02"))),
    ("branch 4 if holds 3 '12 kg'", BranchOn("4", If("holds", step="3", text="12 kg"))),
    ("branch 4 if not empty 3", BranchOn("4", If("empty", negated=True, step="3"))),
    ("otherwise 7-8", OtherwiseDo("7-8")),
    ("repeat 5-7 for rows", RepeatFor("5-7")),
    ("repeat 5-7 for rows most 50 at-least 1 skip-gone", RepeatFor("5-7", 50, 1, skip_gone=True)),
    ("unblock 4", Unblock("4")),
]


@pytest.mark.parametrize(("line", "command"), READ, ids=[line for line, _ in READ])
def test_a_line_is_read(line: str, command: Command) -> None:
    assert command_of(line) == command
    assert command_of(line_of(command)) == command


@pytest.mark.parametrize(
    "line",
    ["branch 4", "branch 4-6 visible x", "branch 4-6 if", "branch 4-6 if visible", "branch 4 if visible ''",
     "otherwise", "repeat 4-6", "repeat 4-6 for rows most many", "repeat 4-6 for rows most 0",
     "repeat 4-6 for rows most 99999",
     "unblock", "unblock 4 5", "branch 4 if holds 3"],
)  # fmt: skip
def test_what_is_written_otherwise_is_refused_with_how_to_write_it(line: str) -> None:
    with pytest.raises(EditRefusedError) as refused:
        command_of(line)
    assert "Write" in refused.value.mend


def test_a_loop_takes_its_rows_from_the_first_step_that_is_in_one() -> None:
    after = edited(SIX, "repeat 2-4 for rows most 20")
    (loop,) = after.blocks
    assert isinstance(loop, Repeat)
    assert (loop.steps, loop.input, loop.most, loop.gone) == (("s02", "s03", "s04"), "number", 20, "stop")
    assert (loop.rows.column, loop.rows.control) == ("Number", "Pay")


def test_a_row_that_no_input_names_becomes_one() -> None:
    bare = in_row("s01").model_copy(update={"row": None})
    after = edited(recording(bare, click("s02")), "repeat 1-2 for rows")
    assert [(item.name, item.default) for item in after.inputs] == [("number", "INV-103")]
    assert after.steps[0].row == InputRef(name="number")


def test_an_input_that_is_used_outside_too_stays_and_the_loop_has_its_own() -> None:
    before = recording(fill("s01", "number"), in_row("s02"), click("s03"), inputs=(NUMBER,))
    after = edited(before, "repeat 2-3 for rows")
    assert [item.name for item in after.inputs] == ["number", "number_2"]
    assert after.steps[1].row == InputRef(name="number_2")


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["repeat 1-2 for rows"], "in a row that has a name"),
        (["repeat 3-2 for rows"], "comes after"),
        (["repeat 2-4 for rows", "repeat 3-5 for rows"], "overlap"),
        (["repeat 2-4 for rows", "repeat 3 for rows"], "a loop cannot be in another loop"),
        (["branch 2 if row says Open"], "is in no loop"),
        (["branch 2-4 if visible x", "branch 4-5 if visible y"], "overlap"),
        (["otherwise 3"], "No branch ends just before"),
        (["branch 2 if visible x", "otherwise 3", "otherwise 4"], "another side already"),
        (["unblock 2"], "is in no block"),
        (["branch 9 if visible x"], "no step '9'"),
    ],
)
def test_a_block_that_cannot_be_meant_is_refused(lines: list[str], why: str) -> None:
    with pytest.raises(EditRefusedError, match=why):
        edited(SIX, *lines)


def test_a_value_that_is_read_in_a_loop_is_refused() -> None:
    read = Read(id="s02", words="Read", target=Target(description=Description(tag="td")), name="sum")
    with pytest.raises(EditRefusedError, match="reads a value"):
        edited(recording(in_row("s01"), read, inputs=(NUMBER,)), "repeat 1-2 for rows")


def test_a_tab_that_is_opened_in_a_block_must_stay_in_it() -> None:
    opens = in_row("s01").model_copy(update={"signals": (popup(1),)})
    closes = click("s02", 1, PageClosed(page=1))
    within = recording(opens, closes, click("s03"), inputs=(NUMBER,))
    assert edited(within, "repeat 1-2 for rows").blocks
    with pytest.raises(EditRefusedError, match="opens a tab"):
        edited(within, "repeat 1 for rows")
    left_open = recording(opens, click("s02", 1), click("s03"), inputs=(NUMBER,))
    with pytest.raises(EditRefusedError, match="does not close it"):
        edited(left_open, "repeat 1-2 for rows")


def test_what_is_put_next_to_a_step_comes_into_its_block() -> None:
    looped = edited(SIX, "repeat 3-4 for rows", "branch 4 if row says Open")
    assert blocks(edited(looped, "insert goto /x after 3"))[0] == ("repeat", ("s03", "s07", "s04"), ())
    assert blocks(edited(looped, "move 1 after 4")) == [
        ("repeat", ("s03", "s04", "s01"), ()), ("branch", ("s04", "s01"), ()),
    ]  # fmt: skip
    assert blocks(edited(looped, "insert goto /x before 5"))[0] == ("repeat", ("s03", "s04"), ())


def test_what_is_moved_out_or_deleted_leaves_its_block_and_an_empty_one_goes() -> None:
    looped = edited(SIX, "repeat 3-4 for rows", "branch 4 if row says Open")
    assert blocks(edited(looped, "move 4 after 6")) == [("repeat", ("s03",), ())]
    assert blocks(edited(looped, "delete 3 4")) == []
    assert [item.name for item in edited(looped, "delete 3").inputs] == ["number"]


def test_the_first_side_of_a_branch_that_has_another_cannot_become_empty() -> None:
    forked = edited(SIX, "branch 1 if visible x", "otherwise 2")
    with pytest.raises(EditRefusedError, match="Nothing would be left"):
        edited(forked, "delete 1")
    assert blocks(edited(forked, "delete 2")) == [("branch", ("s01",), ())]


LINES = st.one_of(
    st.builds("move {} {} {}".format, st.integers(1, 7), st.sampled_from(("after", "before")), st.integers(1, 7)),
    st.builds("delete {}".format, st.integers(1, 7)),
    st.builds("insert goto /x {} {}".format, st.sampled_from(("after", "before")), st.integers(1, 7)),
    st.builds("branch {}-{} if visible x".format, st.integers(1, 7), st.integers(1, 7)),
    st.builds("branch {} if row says x".format, st.integers(1, 7)),
    st.builds("otherwise {}-{}".format, st.integers(1, 7), st.integers(1, 7)),
    st.builds("repeat {}-{} for rows".format, st.integers(1, 7), st.integers(1, 7)),
    st.builds("unblock {}".format, st.integers(1, 7)),
    st.builds("disable {}".format, st.integers(1, 7)),
)


@given(st.lists(LINES, max_size=12))
def test_whatever_is_edited_every_step_is_in_its_place_and_the_recording_is_right(lines: Sequence[str]) -> None:
    now = SIX
    for line in lines:
        try:
            now = edited(now, line)
        except EditRefusedError:
            continue
        again = Recording.model_validate(json.loads(now.model_dump_json(exclude={"gestures", "files"})))
        assert list(ids_in(tree_of(again.steps, again.blocks))) == ids(again)
        assert [line.step.id for line in lines_of(now.steps, now.blocks) if line.step] == ids(now)


def test_blocks_are_kept_on_disk_and_older_recordings_have_none(tmp_path: Path) -> None:
    looped = edited(SIX, "repeat 3-4 for rows", "branch 4 if not row says Paid", "branch 1 if empty 2", "otherwise 2")
    looped.save(tmp_path / "loop")
    assert Recording.load(tmp_path / "loop").blocks == looped.blocks
    SIX.save(tmp_path / "plain")
    assert "blocks" not in json.loads((tmp_path / "plain" / "recording.json").read_text())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"steps": ["s03", "s99"]}, "the step 's99', which is not there"),
        ({"steps": ["s03", "s05"]}, "do not follow one another"),
        ({"steps": []}, "at least 1 item"),
        ({"input": "nobody"}, "there is no input 'nobody'"),
        ({"id": "s01"}, "its id is taken already"),
    ],
)
def test_a_block_that_was_spoilt_by_hand_is_named_with_the_file(
    tmp_path: Path, change: dict[str, object], why: str
) -> None:
    folder = edited(SIX, "repeat 3-4 for rows").save(tmp_path / "loop")
    data = json.loads((folder / "recording.json").read_text())
    data["blocks"][0] |= change
    (folder / "recording.json").write_text(json.dumps(data))
    with pytest.raises(RecordingUnreadableError, match=why) as refused:
        Recording.load(folder)
    assert str(folder) in refused.value.message


def test_the_list_of_steps_says_and_indents_blocks() -> None:
    looped = edited(
        SIX, "repeat 3-4 for rows", "branch 4 if row says Overdue", "branch 5 if visible Done", "otherwise 6"
    )
    shown = [line[10:].split("   http")[0].rstrip() for line in drawn(steps_view(looped))]
    assert [" ".join(line.split()) for line in shown][3:] == [
        "For each row of the table:", "Pay in INV-103 INV-103 (number)", "If the row says 'Overdue':", "Click s04",
        "If 'Done' is visible:", "Click s05", "Otherwise:", "Click s06",
    ]  # fmt: skip
    assert [len(line) - len(line.lstrip()) for line in shown][3:7] == [0, 3, 3, 6]
    assert any("Input 'number': given by a loop, s03, s04" in line for line in drawn(whole_view(looped)))


def test_a_block_changes_its_steps_for_who_looks_on() -> None:
    assert changed_steps(SIX, edited(SIX, "repeat 3-4 for rows")) == {"s03", "s04"}


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (Shows(text="Hi"), "'Hi' is visible"),
        (Shows(text="Hi", negated=True), "'Hi' is not visible"),
        (Shows(text="Hi", in_row=True, negated=True), "the row does not say 'Hi'"),
        (Finds(target=NOTE), "the textbox 'Note' is on the page"),
        (Holds(target=NOTE, negated=True), "the textbox 'Note' is not empty"),
        (Holds(target=NOTE, text="7"), "the textbox 'Note' holds '7'"),
    ],
)
def test_a_condition_is_said_in_words(when: Condition, words: str) -> None:
    assert condition_words(when) == words


def test_the_blocks_that_a_record_comes_into_are_said_once() -> None:
    assert entered((), ("Loop: A", "If")) == [(0, "Loop: A"), (1, "If")]
    assert entered(("Loop: A", "If"), ("Loop: B", "If")) == [(0, "Loop: B"), (1, "If")]
    assert entered(("Loop: A", "If"), ("Loop: A", "Otherwise")) == [(1, "Otherwise")]
    assert entered(("Loop: A",), ()) == []


def test_an_input_that_a_loop_gives_is_renamed_with_it_and_has_no_default() -> None:
    looped = edited(SIX, "repeat 3-4 for rows")
    (loop,) = with_input_renamed(looped, "number", "invoice").blocks
    assert isinstance(loop, Repeat) and loop.input == "invoice"
    with pytest.raises(EditRefusedError, match="given by a loop"):
        with_default(looped, "number", "INV-7")
    with pytest.raises(EditRefusedError, match="names the rows of a loop"):
        with_secrets(looped, ["number"])


def test_a_secret_is_taken_out_of_blocks_or_the_edit_is_refused() -> None:
    before = recording(fill("s01", "pin"), click("s02"), inputs=(Input(name="pin", default="pa55word"),))
    asking = edited(before, 'branch 2 if visible "Welcome pa55word"')
    with pytest.raises(EditRefusedError, match="asks for a text that holds the value"):
        with_secrets(asking, ["pin"])
    target = Target(description=Description(tag="p", name="Hello pa55word"))
    finding = before.model_copy(update={"blocks": (Branch(id="b1", when=Finds(target=target), steps=("s02",)),)})
    assert "pa55word" not in with_secrets(finding, ["pin"]).recording.model_dump_json()


def test_a_loop_of_the_same_steps_stands_outside_of_a_branch() -> None:
    both = edited(SIX, "branch 3 if visible x", "repeat 3 for rows")
    assert [line.head for line in lines_of(both.steps, both.blocks) if line.head] == [
        "For each row of the table:", "If 'x' is visible:",
    ]  # fmt: skip
