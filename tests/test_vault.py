"""The vault: what is in it is nothing without its key, and no end of a process leaves it shut."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import update

from store import Store, open_store
from store.errors import KeyMissingError, RotatedMeanwhileError, SealBrokenError
from store.tables import vault as rows
from store.vault import Kind, Vault
from store.vault_keys import FileKeys, GivenKeys, Key, KeyUnusableError, keys_of
from tests.pages import rotating

VALUE = "hush-and-a-half"
KINDS: tuple[Kind, ...] = ("secret", "totp", "session")


@asynccontextmanager
async def vault_in(home: Path, url: str = "") -> AsyncIterator[tuple[Vault, Store]]:
    async with open_store(home, url=url) as store:
        yield store.vault(FileKeys(home / "keys")), store


async def fill(vault: Vault) -> None:
    for kind in KINDS:
        await vault.put(kind, "crm", f"{VALUE} {kind}", origin="https://crm.test")


async def test_what_is_kept_is_given_back_and_told_without_being_opened(tmp_path: Path, store_url: str) -> None:
    async with vault_in(tmp_path, store_url) as (vault, _):
        await vault.put("secret", "crm", "older")
        await fill(vault)
        kept = await vault.get("secret", "crm")
        assert kept is not None
        assert (kept.value, kept.origin) == (f"{VALUE} secret", "https://crm.test")
        assert VALUE not in repr(kept)
        assert [entry.name for entry in await vault.names("totp")] == ["crm"]
        assert await vault.remove("secret", "crm")
        assert not await vault.remove("secret", "crm")
        assert await vault.get("secret", "crm") is None


async def test_the_database_without_the_key_yields_nothing(tmp_path: Path) -> None:
    async with vault_in(tmp_path) as (vault, _):
        await fill(vault)
    for key in (tmp_path / "keys").iterdir():
        assert key.stat().st_mode & 0o777 == 0o600
        key.unlink()
    assert VALUE.encode() not in b"".join(all_bytes(tmp_path))
    async with vault_in(tmp_path) as (vault, _):
        with pytest.raises(KeyMissingError, match="which is not in"):
            await vault.get("secret", "crm")
        with pytest.raises(KeyMissingError):
            await vault.put("secret", "crm", "another")
        assert [entry.kind for entry in await vault.names()] == sorted(KINDS)


async def test_an_empty_vault_whose_key_was_lost_is_begun_anew(tmp_path: Path, store_url: str) -> None:
    async with vault_in(tmp_path, store_url) as (vault, _):
        await fill(vault)
        next((tmp_path / "keys").iterdir()).unlink()
        with pytest.raises(KeyMissingError, match="secrets rotate"):
            await vault.rotate()
        for kind in KINDS:
            await vault.remove(kind, "crm")
        with pytest.raises(KeyMissingError):  # a key that others have is not left for another unasked
            await vault.put("secret", "crm", "another")
        assert await vault.rotate() == 0
        await fill(vault)
        assert (kept := await vault.get("secret", "crm")) is not None and kept.value == f"{VALUE} secret"


async def test_another_key_is_said_in_one_message(tmp_path: Path) -> None:
    async with vault_in(tmp_path) as (vault, store):
        await fill(vault)
        with pytest.raises(KeyMissingError, match="not in SHOWONCE_KEY"):
            await store.vault(GivenKeys([Key.new().text])).get("secret", "crm")


@pytest.mark.parametrize(
    "changed", [{"origin": "https://evil.test"}, {"name": "other"}, {"kind": "totp"}, {"sealed": b"x" * 40}]
)
async def test_a_row_that_was_altered_does_not_open(tmp_path: Path, changed: dict[str, str]) -> None:
    async with vault_in(tmp_path) as (vault, store):
        await vault.put("secret", "crm", VALUE, origin="https://crm.test")
        async with store.engine.begin() as connection:
            await connection.execute(update(rows).values(**changed))
        with pytest.raises(SealBrokenError, match="altered"):
            await vault.get("totp" if "kind" in changed else "secret", changed.get("name", "crm"))


@pytest.mark.parametrize("text", ["", "short", "ä" * 43, "=" * 43])
def test_what_is_no_key_is_said_and_not_repeated(text: str) -> None:
    with pytest.raises(KeyUnusableError, match="is no key") as refused:
        GivenKeys([text])
    assert not text or text not in str(refused.value)


@pytest.mark.parametrize("text", [" ", ",", " , "])
def test_a_list_of_no_key_is_said(tmp_path: Path, text: str) -> None:
    with pytest.raises(KeyUnusableError, match="SHOWONCE_KEY is no key"):
        keys_of(text, tmp_path)


async def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    async with vault_in(tmp_path) as (vault, _):
        await fill(vault)
        next((tmp_path / "keys").iterdir()).chmod(0o644)
        with pytest.raises(KeyUnusableError, match="chmod 600"):
            await vault.get("secret", "crm")


async def test_given_keys_change_from_the_old_to_the_first(tmp_path: Path) -> None:
    old, new = Key.new().text, Key.new().text
    async with vault_in(tmp_path) as (_, store):
        await fill(store.vault(GivenKeys([old])))
        with pytest.raises(RotatedMeanwhileError, match="already"):
            await store.vault(GivenKeys([old])).rotate()
        assert await store.vault(GivenKeys([new, old])).rotate() == len(KINDS)
        assert await store.vault(GivenKeys([new])).get("session", "crm") is not None


@pytest.mark.parametrize("at", ["kept", "sealing", "sealed", "through"])
async def test_wherever_a_change_of_the_key_ends_all_can_be_opened(tmp_path: Path, at: str, store_url: str) -> None:
    async with vault_in(tmp_path, store_url) as (vault, _):
        await fill(vault)
        assert await rotate(tmp_path, at, store_url) == (0 if at == "through" else -signal.SIGKILL)
        await opens(vault)
        assert await vault.rotate() == len(KINDS)
        await opens(vault)


async def test_of_two_changes_at_once_one_is_made(tmp_path: Path, store_url: str) -> None:
    async with vault_in(tmp_path, store_url) as (vault, _):
        await fill(vault)
        ended = await asyncio.gather(*(rotate(tmp_path, "meet", store_url) for _ in range(2)))
        assert sorted(ended) == [0, rotating.REFUSED]
        await opens(vault)
    assert len(list((tmp_path / "keys").iterdir())) == 1


def all_bytes(folder: Path) -> list[bytes]:
    found = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert found
    return found


async def rotate(home: Path, at: str, url: str) -> int:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.pages.rotating", str(home), at, url)
    return await process.wait()


async def opens(vault: Vault) -> None:
    for kind in KINDS:
        kept = await vault.get(kind, "crm")
        assert kept is not None
        assert kept.value == f"{VALUE} {kind}"
