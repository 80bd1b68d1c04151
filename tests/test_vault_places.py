"""Where the vault's key is kept: in the system's keyring, in files where there is none, or given; and what is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import KeyringLocked, PasswordDeleteError

from showonce.cli import main
from store import open_store
from store.vault_keys import Key, KeyUnusableError, keys_of


class Ring(KeyringBackend):
    """A keyring of this process alone."""

    priority = 1.0

    def __init__(self, *, locked: bool = False) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = locked

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("it is locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked("it is locked")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError(username)
        del self.kept[service, username]


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


@pytest.fixture
def ring() -> Ring:
    ring = Ring()
    keyring.set_keyring(ring)
    return ring


async def test_a_key_in_the_keyring_leaves_no_file_and_changes_there(tmp_path: Path, ring: Ring) -> None:
    async with open_store(tmp_path) as store:
        vault = store.vault(keys_of("", tmp_path / "keys"))
        await vault.put("secret", "crm", "hush")
        first = set(ring.kept)
        assert await vault.rotate() == 1
        assert (kept := await vault.get("secret", "crm")) is not None and kept.value == "hush"
    assert (len(first), len(ring.kept), first & set(ring.kept)) == (1, 1, set())
    assert not (tmp_path / "keys").exists()


async def test_a_key_of_before_there_was_a_keyring_moves_into_it(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
        await store.vault(keys_of("", tmp_path / "keys")).put("secret", "crm", "hush")
        assert len(list((tmp_path / "keys").iterdir())) == 1
        keyring.set_keyring(ring := Ring())
        vault = store.vault(keys_of("", tmp_path / "keys"))
        assert (kept := await vault.get("secret", "crm")) is not None and kept.value == "hush"
        await vault.rotate()
    assert (len(ring.kept), list((tmp_path / "keys").iterdir())) == (1, [])


async def test_a_locked_keyring_is_said_and_nothing_is_kept(tmp_path: Path, ring: Ring) -> None:
    ring.locked = True
    async with open_store(tmp_path) as store:
        vault = store.vault(keys_of("", tmp_path / "keys"))
        with pytest.raises(KeyUnusableError, match="Unlock it"):
            await vault.put("secret", "crm", "hush")
        assert await vault.names() == []
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize(
    ("given", "backend", "told"),
    [
        ("", fail.Keyring, "in files of"),
        ("", Ring, "in the system's keyring"),
        (Key.new().text, fail.Keyring, "given by SHOWONCE_KEY"),
        ("none", fail.Keyring, "SHOWONCE_KEY is no key"),
    ],
    ids=["no keyring", "a keyring", "given", "given wrong"],
)
def test_the_doctor_says_where_the_key_is(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    given: str,
    backend: type[KeyringBackend],
    told: str,
) -> None:
    for name, value in {"SHOWONCE_HOME": str(tmp_path / "home"), "SHOWONCE_KEY": given, "COLUMNS": "250"}.items():
        monkeypatch.setenv(name, value)
    keyring.set_keyring(backend())
    assert main(["doctor"]) == (2 if given == "none" else 0)
    line = next(line for line in capsys.readouterr().out.splitlines() if "key of the vault" in line)
    assert told in line and (not given or given not in line or given == "none")
    assert not (tmp_path / "home").exists()
