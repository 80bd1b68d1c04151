"""``showonce users``: users and their tokens from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from showonce.cli import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHOWONCE_HOME", str(tmp_path))
    monkeypatch.delenv("SHOWONCE_DATABASE_URL", raising=False)
    return tmp_path


def test_a_user_is_added_given_a_token_once_and_taken_away(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["users", "add", "ada", "--role", "operator"]) == 0
    capsys.readouterr()
    assert main(["users", "token", "ada", "--scope", "read", "--expires", "30d", "--label", "laptop"]) == 0
    token = capsys.readouterr().out.strip()
    assert main(["users", "list", "--json"]) == 0
    told = capsys.readouterr().out
    (user,) = json.loads(told)
    (kept,) = user["tokens"]
    assert (user["role"], kept["scope"], kept["label"]) == ("operator", "read", "laptop")
    assert token.startswith(f"showonce_{kept['prefix']}_")
    assert round(kept["expires_at"] - kept["created_at"]) == 30 * 24 * 3600
    assert not [path for path in home.rglob("*") if path.is_file() and token[20:].encode() in path.read_bytes()]
    assert [main(["users", "revoke", kept["prefix"]]), main(["users", "rm", "ada"])] == [0, 0]


def test_a_label_does_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    main(["users", "add", "ada"])
    assert main(["users", "token", "ada", "--label", "lap\x1b[31m\ntop" + "p" * 200]) == 0
    capsys.readouterr()
    assert main(["users", "list", "--json"]) == 0
    label = json.loads(capsys.readouterr().out)[0]["tokens"][0]["label"]
    assert label.startswith("lap[31mtopp") and len(label) == 100


def test_a_role_is_changed_and_what_each_may_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    main(["users", "add", "ada"])
    assert [main(["users", "role", "ada", "approver"]), main(["users", "roles"]), main(["users", "list"])] == [0, 0, 0]
    told = capsys.readouterr().out
    assert "ada is approver now" in told
    assert "none: cannot sign in" in told
    assert "Also answers what workflows ask" in told


def test_a_long_name_is_listed_whole(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    name, label = "ada.lovelace.of.analytical.engines@subsidiary.example.com", "the-laptop-of-the-second-office" * 2
    main(["users", "add", name])
    main(["users", "token", name, "--label", label])
    capsys.readouterr()
    assert main(["users", "list"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    user, rest = head.index("Role"), head.index("Label")
    until = head.index("Good until")
    assert "".join(line[:user].strip() for line in lines) == name
    assert "".join(line[rest:until].strip() for line in lines) == label
    assert "…" not in "".join(lines) and max(map(len, lines)) <= 80


def test_help_says_roles_in_plain_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["users", "role", "--help"]) == 0
    told = capsys.readouterr().out
    assert "{new}" not in told
    assert "ROLE" in told and "The new role; 'users roles' says what each may." in " ".join(told.split())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["add", "a b"], "A user cannot be called 'a b'"),
        (["add", "../etc"], "A user cannot be called"),
        (["rm", "ada"], "There is no user 'ada'"),
        (["role", "ada", "admin"], "There is no user 'ada'"),
        (["token", "ada"], "There is no user 'ada'"),
        (["token", "ada", "--expires", "soon"], "--expires soon is no time"),
        (["revoke", "0123456789"], "There is no token '0123456789'"),
        (["role", "ada", "king"], "king"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["users", *arguments]) == 2
    assert says in " ".join(capsys.readouterr().err.split())
