"""Versions of a recording on disk: undo, redo, how many, what is forgotten, and edits that are stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest

from recordings import swap as swapping
from recordings.editing import inserted, renamed, with_disabled, with_secrets, with_words, without_step
from recordings.errors import EditRefusedError, RecordingUnreadableError
from recordings.inputs import Input, InputRef
from recordings.recording import Recording
from recordings.steps import Fill
from recordings.target import Description, Target
from recordings.versions import KEPT, history_of, redo, save_edit, undo
from tests.test_editing_steps import PLAIN, SOURCE, recording

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return PLAIN.save(tmp_path / "shop")


def edited(folder: Path, after: Recording, said: str = "edit", forget: bool = False) -> Recording:
    save_edit(Recording.load(folder), after, folder, said, NOW, forget=forget)
    return after


def said(folder: Path) -> tuple[list[str], list[str]]:
    history = history_of(folder)
    return [edit.said for edit in history.done], [edit.said for edit in history.undone]


def test_an_edit_is_undone_and_done_again_with_all_its_files(folder: Path) -> None:
    one = edited(folder, without_step(PLAIN, "1").recording, "delete 1")
    two = edited(folder, inserted(one, SOURCE, "s01", after="1").recording, "insert other:s01 after 1")
    assert said(folder) == (["delete 1", "insert other:s01 after 1"], [])
    assert (undo(folder)[0], Recording.load(folder)) == (one, one)
    assert (undo(folder)[0], Recording.load(folder)) == (PLAIN, PLAIN)
    assert said(folder) == ([], ["insert other:s01 after 1", "delete 1"])
    assert (redo(folder), Recording.load(folder)) == ((one, "delete 1"), one)
    assert (redo(folder)[0], Recording.load(folder)) == (two, two)
    assert said(folder) == (["delete 1", "insert other:s01 after 1"], [])


def test_an_edit_ends_what_could_be_done_again(folder: Path) -> None:
    edited(folder, without_step(PLAIN, "1").recording, "delete 1")
    undo(folder)
    edited(folder, without_step(PLAIN, "2").recording, "delete 2")
    assert said(folder) == (["delete 2"], [])


@pytest.mark.parametrize("step", [undo, redo])
def test_where_there_is_nothing_to_go_to_it_is_said(folder: Path, step: object) -> None:
    assert callable(step)
    with pytest.raises(EditRefusedError, match="There is no edit to"):
        step(folder)


def test_the_latest_edits_are_kept_and_no_file_of_others(folder: Path) -> None:
    now = edited(folder, without_step(PLAIN, "4").recording, "first")
    for number in range(KEPT + 3):
        now = edited(folder, with_words(now, "1", f"Words {number}"), str(number))
    assert said(folder)[0] == [str(number) for number in range(3, KEPT + 3)]
    assert len(list((folder / "versions").glob("0*.json"))) == KEPT
    assert list((folder / "versions" / "files").iterdir()) == []  # the deleted step's crop went with its version


def test_files_that_the_recording_has_are_not_kept_twice(folder: Path) -> None:
    edited(folder, with_disabled(PLAIN, "1"))
    assert list((folder / "versions" / "files").iterdir()) == []


def test_nothing_of_before_is_kept_when_a_secret_is_made(tmp_path: Path) -> None:
    pin = "hunter2!"
    typed = Fill(id="s01", target=Target(description=Description(tag="input")), value=InputRef(name="pin"))
    folder = recording(typed, *PLAIN.steps[1:], inputs=(Input(name="pin", default=pin),)).save(tmp_path / "shop")
    now = edited(folder, with_words(Recording.load(folder), "2", "Press it"))
    assert any(pin.encode() in path.read_bytes() for path in (folder / "versions").glob("*.json"))
    edited(folder, with_secrets(now, ["pin"]).recording, forget=True)
    assert not any(pin.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert said(folder) == ([], [])


def test_a_recording_saved_by_itself_has_no_history(folder: Path) -> None:
    now = edited(folder, with_disabled(PLAIN, "1"))
    now.save(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["crops", "recording.json"]


def test_another_name_keeps_the_history_and_stays_when_it_is_undone(folder: Path) -> None:
    one = edited(folder, with_disabled(PLAIN, "1"), "disable 1")
    place = folder.with_name("large")
    save_edit(one, renamed(one, "large"), folder, "", NOW, place=place)
    assert said(place) == (["disable 1"], [])
    assert undo(place)[0] == renamed(PLAIN, "large")


def test_an_edit_of_what_someone_else_changed_meanwhile_is_refused(folder: Path) -> None:
    edited(folder, with_disabled(PLAIN, "1"))
    with pytest.raises(EditRefusedError, match="changed by someone else"):
        save_edit(PLAIN, with_disabled(PLAIN, "2"), folder, "disable 2", NOW)
    assert Recording.load(folder) == with_disabled(PLAIN, "1")


def test_a_history_that_cannot_be_read_is_named_and_the_recording_still_loads(folder: Path) -> None:
    edited(folder, with_disabled(PLAIN, "1"))
    (folder / "versions" / "history.json").write_text("{", encoding="utf-8")
    with pytest.raises(RecordingUnreadableError, match=r"versions/history\.json cannot be read"):
        undo(folder)
    assert Recording.load(folder) == with_disabled(PLAIN, "1")


def test_a_version_whose_file_is_lost_is_named(folder: Path) -> None:
    edited(folder, without_step(PLAIN, "1").recording)
    (lost,) = (folder / "versions" / "files").iterdir()
    lost.unlink()
    with pytest.raises(RecordingUnreadableError, match="version 1 is not whole"):
        undo(folder)


def test_a_digest_that_is_a_path_reads_no_file_outside(folder: Path) -> None:
    edited(folder, without_step(PLAIN, "1").recording)
    (folder.parent / "outside").write_text("private", encoding="utf-8")
    version = folder / "versions" / "0001.json"
    told = json.loads(version.read_text(encoding="utf-8"))
    told["files"]["crops/s01.png"] = "../../outside"
    version.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(RecordingUnreadableError, match="not whole"):
        undo(folder)


@pytest.mark.parametrize("exchange", [True, False], ids=["in one step", "in two"])
def test_a_folder_is_swapped_and_nothing_stays_beside(
    folder: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    if not exchange:
        monkeypatch.setattr(swapping, "_exchanged", lambda *_: False)
    edited(folder, with_disabled(PLAIN, "1"))
    assert Recording.load(folder) == with_disabled(PLAIN, "1")
    assert [path.name for path in folder.parent.iterdir()] == ["shop"]


def test_a_linked_recording_stays_linked(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)
    edited(link, with_disabled(PLAIN, "1"))
    assert (link.is_symlink(), Recording.load(folder)) == (True, with_disabled(PLAIN, "1"))


def test_what_a_stopped_swap_left_is_put_back_or_goes(folder: Path) -> None:
    left, busy = folder.with_name(".shop-abcdefgh"), folder.with_name(".shop-ijklmnop")
    left.mkdir()
    busy.mkdir()
    os.utime(left, (0, 0))
    folder.rename(folder.with_name(".shop-old-17"))
    now = Recording.load(folder)
    assert now == PLAIN
    edited(folder, with_disabled(now, "1"))
    assert sorted(path.name for path in folder.parent.iterdir()) == [busy.name, "shop"]


EDITS = """
import sys
from datetime import datetime
from pathlib import Path
from threading import Barrier
from recordings.editing import with_words
from recordings.recording import Recording
from recordings.versions import save_edit
folder, number = Path(sys.argv[1]), 0
print("begun", flush=True)
while True:
    number += 1
    before = Recording.load(folder)
    save_edit(before, with_words(before, "1", f"Words {number}"), folder, str(number), datetime.now())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there may be a moment without the name")
def test_an_edit_that_is_killed_leaves_the_old_or_the_new(folder: Path) -> None:
    for edits in range(12):
        with subprocess.Popen([sys.executable, "-c", EDITS, str(folder)], stdout=subprocess.PIPE) as running:
            assert running.stdout is not None
            running.stdout.readline()
            before = history_of(folder)
            while history_of(folder) == before:  # it is at work
                pass
            for _ in range(edits * 200):  # and is stopped at another place each time
                folder.stat()
            running.send_signal(signal.SIGKILL)
        now = Recording.load(folder)
        assert now.steps[0].words.startswith("Words ")
        assert Recording.load(folder) == now != undo(folder)[0]


def test_of_two_edits_at_the_same_moment_one_is_kept_and_the_other_refused(folder: Path) -> None:
    begin = Barrier(2)

    def edit(step: str) -> str:
        begin.wait()
        try:
            save_edit(PLAIN, without_step(PLAIN, step).recording, folder, f"delete {step}", NOW)
        except EditRefusedError:
            return ""
        return f"delete {step}"

    for _ in range(10):
        with ThreadPoolExecutor() as people:
            kept = [each for each in people.map(edit, ("1", "2")) if each]
        assert said(folder)[0] == kept
        assert len(kept) == 1
        undo(folder)
