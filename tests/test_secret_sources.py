"""Secrets come from the environment, files, the vault or another vault, and the command line keeps them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from recordings.errors import CouldNotStartError
from recordings.inputs import Secret
from replayer.secrets import Given
from showonce.one_time import CodeKeyUnusableError, checked_key, codes_of
from showonce.secret_sources import place_of, secret_source
from showonce.settings import Settings

PIN = Secret(name="pin")
HOOK = f"{__name__}:from_elsewhere"
ADDRESS = "otpauth://totp/CRM:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=SHA1&digits=8&period=30"


def from_elsewhere(name: str) -> str | None:
    if name == "broken":
        raise RuntimeError("hush: the value is hunter2")
    return {"pin": "of the other vault"}.get(name)


def secrets(home: Path, *arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "showonce", "secrets", *arguments],
        input=given,
        env={**os.environ, "SHOWONCE_HOME": str(home), "COLUMNS": "120", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def value(home: Path, secret: Secret = PIN, **settings: object) -> str | None:
    found = secret_source(Settings(home=home, **settings))(secret)  # type: ignore[arg-type]
    return found.value if isinstance(found, Given) else found


def test_a_secret_is_taken_from_the_first_place_that_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given, files = tmp_path / "secrets", tmp_path / "mounted"
    found = [value(tmp_path, vault_hook=HOOK)]
    assert secrets(tmp_path, "set", "pin", given="of the vault\n").returncode == 0
    found.append(value(tmp_path, vault_hook=HOOK))
    given.write_text("OTHER=x\nSHOWONCE_SECRET_PIN=of=the file\n")
    given.chmod(0o600)
    found.append(value(tmp_path, secrets_from=given))
    files.mkdir()
    (files / "pin").write_text("of the folder\n")
    found.append(value(tmp_path, secrets_from=files))
    monkeypatch.setenv(PIN.variable, "of the environment")
    found.append(value(tmp_path, secrets_from=files, vault_hook=HOOK))
    places = ["of the other vault", "of the vault", "of=the file", "of the folder", "of the environment"]
    assert found == places


def test_where_a_secret_is_taken_from_is_said_in_the_same_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    settings = Settings(home=tmp_path, secrets_from=mounted, vault_hook=HOOK)
    found = [place_of(PIN, Settings(home=tmp_path), ()), place_of(PIN, settings, ())]
    found.append(place_of(PIN, settings, {"pin"}))
    (mounted / "pin").write_text("hunter2")
    found.append(place_of(PIN, settings, {"pin"}))
    monkeypatch.setenv(PIN.variable, "hunter2")
    found.append(place_of(PIN, settings, {"pin"}))
    assert found == [
        "",
        "the vault behind SHOWONCE_VAULT_HOOK, if that has it",
        "the vault",
        "what SHOWONCE_SECRETS_FROM points to",
        "SHOWONCE_SECRET_PIN of the console's environment",
    ]


def test_what_is_nowhere_is_not_made_up(tmp_path: Path) -> None:
    assert value(tmp_path, Secret(name="unknown"), vault_hook=HOOK) is None
    assert not (tmp_path / "showonce.db").exists()


@pytest.mark.parametrize("hook", ["no.such:thing", "os:nothing", "os", f"{HOOK}x"])
def test_a_hook_that_is_not_there_is_said(tmp_path: Path, hook: str) -> None:
    with pytest.raises(CouldNotStartError, match=r"package\.module:function"):
        value(tmp_path, vault_hook=hook)


def test_a_hook_that_fails_is_said_without_its_words(tmp_path: Path) -> None:
    with pytest.raises(CouldNotStartError, match="did not give 'broken': RuntimeError") as refused:
        value(tmp_path, Secret(name="broken"), vault_hook=HOOK)
    assert "hunter2" not in str(refused.value)


def test_a_file_of_secrets_that_others_can_read_is_refused(tmp_path: Path) -> None:
    given = tmp_path / "secrets"
    given.write_text("pin=1234\n")
    given.chmod(0o644)
    with pytest.raises(CouldNotStartError, match="chmod 600"):
        value(tmp_path, secrets_from=given)


def test_the_command_line_keeps_lists_rotates_and_forgets_and_says_no_value(tmp_path: Path) -> None:
    told = [
        secrets(tmp_path, "set", "pin", "--origin", "CRM.example.com:443", given="hunter2\n"),
        secrets(tmp_path, "set", "code", "--totp", given=ADDRESS),
        secrets(tmp_path, "list"),
        secrets(tmp_path, "rotate"),
        secrets(tmp_path, "list", "--json"),
    ]
    assert [each.returncode for each in told] == [0] * len(told), [each.stderr for each in told]
    assert "https://crm.example.com" in told[2].stdout
    assert "2 things" in told[3].stdout
    assert not any("hunter2" in each.stdout + each.stderr or "GEZDGNBV" in each.stdout for each in told)
    assert value(tmp_path) == "hunter2"
    assert secrets(tmp_path, "rm", "pin").returncode == 0
    assert value(tmp_path) is None


@pytest.mark.parametrize(
    ("arguments", "given", "said"),
    [
        (("set", "Pin"), "x", "No secret can be called 'Pin'"),
        (("set", "pin"), "", "No value was given for 'pin'"),
        (("set", "pin", "--origin", "ftp://x"), "x", "is no place of the web"),
        (("set", "pin", "--from-file", "nowhere"), "", "Check the path"),
        (("set", "pin", "--totp"), "hunter2!", "makes no one-time codes"),
        (("rm", "pin"), "", "There is no secret 'pin'"),
    ],
    ids=["name", "empty", "origin", "file", "codes", "unknown"],
)
def test_what_cannot_be_kept_is_said(tmp_path: Path, arguments: tuple[str, ...], given: str, said: str) -> None:
    done = secrets(tmp_path, *arguments, given=given)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert "hunter2" not in done.stderr


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B: the key of twenty digits, SHA-1, at 59 s and at 1111111109 s."""
    codes = codes_of(ADDRESS, "https://crm.test")
    assert codes.of_time is not None
    assert [codes.of_time(at) for at in (59, 1_111_111_109)] == ["94287082", "07081804"]
    assert (codes.period_s, codes.origin) == (30, "https://crm.test")


@pytest.mark.parametrize("key", ["JBSWY3DPEHPK3PXP", "jbsw y3dp ehpk 3pxp"])
def test_keys_as_applications_show_them_are_taken(key: str) -> None:
    assert checked_key(key) == "JBSWY3DPEHPK3PXP"


@pytest.mark.parametrize(
    "key", ["", "1234", "otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP", "otpauth://totp/x", f"{ADDRESS}0000"]
)
def test_what_makes_no_codes_is_refused(key: str) -> None:
    with pytest.raises(CodeKeyUnusableError) as refused:
        checked_key(key)
    assert not key or key not in str(refused.value)


def test_a_keyring_that_is_not_there_is_said_by_its_name(tmp_path: Path) -> None:
    said = secrets(tmp_path, "set", "code", given="1234\n", PYTHON_KEYRING_BACKEND="nope.Keyring")
    assert (said.returncode, "PYTHON_KEYRING_BACKEND names cannot be used" in said.stderr) == (2, True), said.stderr
