"""``showonce audit``, and what the other commands note in it."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import typer

from demo.flows import PASSWORD
from showonce.cli import app, main
from tests.test_cli import EXAMPLE

ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a recording called ``add`` and a table of two people."""
    for name, value in {"SHOWONCE_HOME": str(tmp_path), "COLUMNS": "300", "SHOWONCE_SECRET_PASSWORD": PASSWORD}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LOGNAME", "somebody-else")
    shutil.copytree(EXAMPLE, tmp_path / "recordings" / "add")
    (tmp_path / "people.csv").write_text("full_name,email\nGrace Hopper,grace@example.com\nAda,ada@example.com\n")
    return tmp_path


def entries(capsys: pytest.CaptureFixture[str], *more: str) -> list[dict[str, Any]]:
    """The log as ``list --json`` tells it, the oldest first."""
    capsys.readouterr()
    assert main(["audit", "list", "--json", *more]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()][::-1]


def queued(home: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The id of a batch of two rows that nobody does."""
    assert main(["run", "add", "--data", str(home / "people.csv"), "--detach"]) == 0
    capsys.readouterr()
    main(["batches", "--json"])
    return str(json.loads(capsys.readouterr().out)[0]["id"])


def test_what_is_done_is_noted_by_the_systems_name_of_the_person(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["edit", "add", "--do", "optional 1", "--set-default", "full_name=Hedy Lamarr"])
    main(["edit", "add", "--undo"])
    batch = queued(home, capsys)
    main(["pause", batch])
    main(["cancel", batch])
    data = str(home / "people.csv")
    main(["schedule", "add", "daily", "--cron", "0 7 * * *", "--recording", "add", "--data", data])
    main(["schedule", "pause", "daily"])
    main(["schedule", "resume", "daily"])
    main(["schedule", "rm", "daily"])
    main(["batch", batch, "--results", str(home / "done.csv")])
    found = entries(capsys)
    assert [(each["act"], each["what"]) for each in found] == [
        ("edited", "add"),
        ("undid an edit", "add"),
        ("ran", "add-customer"),
        ("paused", f"batch {batch}"),
        ("cancelled", f"batch {batch}"),
        ("scheduled", "daily"),
        ("paused", "schedule daily"),
        ("resumed", "schedule daily"),
        ("unscheduled", "daily"),
        ("exported", f"batch {batch}"),
    ]
    assert found[0]["facts"] == {"steps": "s01, s06", "inputs": "full_name"}
    assert found[2]["facts"] == {"batch": batch, "rows": "2"}
    assert {each["who"] for each in found} == {ME}


def test_no_value_that_was_given_is_noted(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["edit", "add", "--set-default", "full_name=Hedy Lamarr"])
    queued(home, capsys)
    noted = json.dumps(entries(capsys))
    assert not [value for value in ("Hedy", "Grace", "ada@example.com", PASSWORD) if value in noted]


def test_the_vault_is_noted_by_names_and_never_a_value(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOWONCE_KEY", "")
    (home / "value").write_text("correct horse")
    for command in (
        ["set", "pin", "--origin", "https://crm.test", "--from-file", str(home / "value")],
        ["list"],
        ["rotate"],
        ["rm", "pin"],
    ):
        assert main(["secrets", *command]) == 0, command
    found = entries(capsys)
    assert [(each["act"], each["what"]) for each in found] == [
        ("set a secret", "pin"),
        ("listed secrets", "the vault"),
        ("rotated the key", "the vault"),
        ("removed a secret", "pin"),
    ]
    assert found[0]["facts"] == {"kind": "secret", "origin": "https://crm.test"}
    assert "correct horse" not in json.dumps(found)


def test_users_and_tokens_are_noted_without_the_token(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["users", "add", "grace", "--role", "viewer"])
    capsys.readouterr()
    main(["users", "token", "grace"])
    token = capsys.readouterr().out.strip()
    main(["users", "role", "grace", "admin"])
    main(["users", "rm", "grace"])
    found = entries(capsys)
    assert [(each["act"], each["what"]) for each in found] == [
        ("added a user", "grace"),
        ("made a token", "grace"),
        ("changed a user", "grace"),
        ("removed a user", "grace"),
    ]
    assert token
    assert token not in json.dumps(found)


NOTED = {
    "audit export", "batch", "cancel", "edit", "heal accept", "heal back", "heal refuse", "keep", "login", "pause",
    "purge", "record", "replay", "rerun", "resume", "run", "schedule add", "schedule pause",
    "schedule resume", "schedule rm", "schedule run-now",
    "secrets list", "secrets rm", "secrets rotate", "secrets set", "trace", "users add", "users revoke", "users rm",
    "users role", "users token",
    "workflow approve", "workflow cancel", "workflow pause", "workflow refuse", "workflow replay", "workflow resume",
    "workflow run", "workflow show",
}  # fmt: skip
ONLY_LOOK = {
    "audit list", "audit verify", "batches", "doctor", "exam", "heal list", "heal show", "inspect", "schedule list",
    "traces", "users list", "users roles", "workflow check", "workflow list",
}  # fmt: skip
NOTED_BY_OTHERS = {"review", "worker"}
"""What is done in the console, and what schedules run, is noted there."""


def test_of_every_command_it_is_known_whether_it_is_noted() -> None:
    def walk(group: Any, *before: str) -> Iterator[str]:
        for name, command in group.commands.items():
            yield from walk(command, *before, name) if hasattr(command, "commands") else [" ".join((*before, name))]

    commands = set(walk(typer.main.get_command(app)))
    assert len(commands) > 40
    assert sorted(commands - NOTED - ONLY_LOOK - NOTED_BY_OTHERS) == []


def test_that_somebody_was_erased_is_noted_and_not_who(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["cancel", queued(home, capsys)])
    assert main(["purge", "--subject", "Grace Hopper", "--yes"]) == 0
    assert main(["keep", "pictures", "30d"]) == 0
    purged, kept = entries(capsys)[-2:]
    assert (purged["act"], purged["what"], purged["facts"]) == ("purged", "a person", {"runs": "0", "rows": "1"})
    assert (kept["act"], kept["what"], kept["facts"]) == ("said how long to keep", "pictures", {"time": "30d"})
    assert main(["audit", "verify"]) == 0
    assert b"Grace" not in (home / "showonce.db").read_bytes()


def test_what_was_refused_is_not_noted(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["edit", "add", "--do", "delete 99"]) == 2
    assert main(["cancel", "4f2a"]) == 2
    assert entries(capsys) == []


def test_a_run_that_could_not_start_is_not_noted(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["replay", "add", "--input", "nosuch=1"]) == 2
    assert main(["replay", "add", "--session", "nosuch"]) == 2
    monkeypatch.setenv("SHOWONCE_BROWSER", str(home / "nosuch"))
    assert main(["replay", "add"]) == 2
    assert entries(capsys) == []


def test_a_run_that_began_is_noted_with_its_id(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert main(["replay", "add", "--base-url", f"http://127.0.0.1:{port}", "--pictures", "none"]) == 1
    (noted,) = entries(capsys)
    assert (noted["act"], noted["what"], [*noted["facts"]]) == ("ran", "add-customer", ["run"])
    assert main(["trace", noted["facts"]["run"]]) == 0


def test_the_list_is_of_what_is_asked_for(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["edit", "add", "--do", "optional 1"])
    main(["edit", "add", "--undo"])
    assert [each["number"] for each in entries(capsys, "--act", "edited", "--who", ME)] == [1]
    assert [each["number"] for each in entries(capsys, "--limit", "1", "--since", "2020-01-01")] == [2]
    assert entries(capsys, "--until", "2020-01-01") == []
    assert main(["audit", "list"]) == 0
    assert "undid an edit" in capsys.readouterr().out
    assert main(["audit", "list", "--since", "yesterday"]) == 2


def test_the_place_of_a_secret_stays_when_it_is_changed(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOWONCE_KEY", "")
    (home / "value").write_text("correct horse")
    given = ["secrets", "set", "pin", "--from-file", str(home / "value")]
    assert main([*given, "--origin", "https://crm.test"]) == 0
    assert main(given) == 0
    assert "for https://crm.test alone" in capsys.readouterr().out
    assert main([*given, "--origin", ""]) == 2
    assert "'' is no place of the web" in capsys.readouterr().err


def test_an_export_without_an_entry_is_no_log(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "empty.jsonl").write_text("")
    assert main(["audit", "verify", "--file", str(home / "empty.jsonl")]) == 2
    assert "holds no entry" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    ["Dear Ada,\n" * 30, '[{"number": 1}]\n', '{\n  "number": 1,\n  "who": "ada"\n}\n', "\x00\xff\n\n\x01"],
    ids=["a letter", "rows", "JSON of another kind", "bytes"],
)
def test_a_file_that_is_no_export_is_said_to_be_none(home: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (home / "other").write_text(text, encoding="latin-1")
    assert main(["audit", "verify", "--file", str(home / "other")]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "it is no export of an audit log" in told.err and str(home / "other") in told.err
    assert len(told.err.splitlines()) == 2


def test_an_export_that_ends_early_leaves_no_file(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["edit", "add", "--do", "optional 1"])
    main(["edit", "add", "--undo"])
    with closing(sqlite3.connect(home / "showonce.db")) as connection:
        connection.execute("DROP TRIGGER audit_stays")
        connection.execute("UPDATE audit SET facts = 'none' WHERE number = 2")
        connection.commit()
    assert main(["audit", "list"]) == 0
    told = capsys.readouterr().out
    assert "altered" in told and "undid" in told and "edited" in told
    assert main(["audit", "export", "--out", str(home / "log.jsonl")]) == 2
    assert not list(home.glob("log.jsonl*"))


def test_a_whole_log_is_said_to_be_whole_with_what_to_keep(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert main(["audit", "verify"]) == 0
    assert "Nothing was noted yet" in capsys.readouterr().out
    main(["edit", "add", "--do", "optional 1"])
    capsys.readouterr()
    assert main(["audit", "verify"]) == 0
    told = capsys.readouterr().out
    known = told.rpartition("--known ")[2].strip()
    assert len(told.splitlines()) == 1  # what is to be copied is not broken
    main(["edit", "add", "--undo"])
    assert main(["audit", "verify", "--known", known]) == 0
    assert main(["audit", "verify", "--known", "1:" + "0" * 64]) == 1
    assert "Entry 1 is not what is known of it" in capsys.readouterr().out
    assert main(["audit", "verify", "--known", "1"]) == 2


def test_a_log_that_was_altered_is_named_with_the_entry(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["edit", "add", "--do", "optional 1"])
    main(["edit", "add", "--undo"])
    with closing(sqlite3.connect(home / "showonce.db")) as connection:
        connection.execute("DROP TRIGGER audit_stays")
        connection.execute("UPDATE audit SET who = 'eve' WHERE number = 2")
        connection.commit()
    capsys.readouterr()
    assert main(["audit", "verify"]) == 1
    assert "Entry 2 was altered" in capsys.readouterr().out


def test_an_exported_log_is_checked_anywhere(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["edit", "add", "--do", "optional 1"])
    main(["edit", "add", "--undo"])
    file = home / "audit.jsonl"
    assert main(["audit", "export", "--out", str(file)]) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    lines = file.read_text().splitlines(keepends=True)
    assert [json.loads(line)["act"] for line in lines] == ["edited", "undid an edit", "exported"]
    monkeypatch.setenv("SHOWONCE_HOME", str(home / "elsewhere"))
    assert main(["audit", "verify", "--file", str(file)]) == 0
    changed = {
        "Entry 2 was altered": [lines[0], lines[1].replace("undid", "redid"), lines[2]],
        "Entry 2 is missing": [lines[0], lines[2]],
        "Entry 1 comes after entry 1": [lines[0], *lines],
        "Entry 2 cannot be read": [lines[0], "no entry\n", lines[2]],
    }
    for words, written in changed.items():
        file.write_text("".join(written))
        capsys.readouterr()
        assert main(["audit", "verify", "--file", str(file)]) == 1
        assert words in capsys.readouterr().out
    assert main(["audit", "verify", "--file", str(home / "none.jsonl")]) == 2
    assert not (home / "elsewhere").exists()


def test_a_cut_of_a_file_is_found_by_what_is_known(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["edit", "add", "--do", "optional 1"])
    main(["audit", "export", "--out", str(home / "audit.jsonl")])
    capsys.readouterr()
    main(["audit", "verify"])
    known = capsys.readouterr().out.rpartition("--known ")[2].strip()
    first = (home / "audit.jsonl").read_text().splitlines(keepends=True)[0]
    (home / "audit.jsonl").write_text(first)
    assert main(["audit", "verify", "--file", str(home / "audit.jsonl")]) == 0
    assert main(["audit", "verify", "--file", str(home / "audit.jsonl"), "--known", known]) == 1
    assert "Entry 2 is missing: the end was cut off" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/proc/audit.jsonl", "No such file or directory. Choose another file."),
        ("people.csv/audit.jsonl", "File exists. Choose another file."),
        ("recordings", "it is a folder. Name a file in it."),
    ],
    ids=["nowhere", "in a file", "a folder"],
)
def test_a_file_that_cannot_be_written_is_said_and_nothing_noted(
    home: Path, capsys: pytest.CaptureFixture[str], path: str, told: str
) -> None:
    assert main(["audit", "export", "--out", str(home / path)]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert said == f"The file {home / path} could not be written: {told}"
    assert entries(capsys) == []
    assert [*home.glob(".*"), *home.glob("recordings/.*")] == []
