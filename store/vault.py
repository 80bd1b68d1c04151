"""The vault: secrets and saved sessions, sealed; who has the database alone, or the key alone, has nothing."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from sqlalchemy import Connection, Row, delete, select, update

from recordings.errors import CouldNotStartError
from store.database import Database, insert_into, put_into
from store.errors import KeyMissingError, RotatedMeanwhileError, SealBrokenError
from store.tables import vault, vault_key
from store.vault_keys import Key, Keys

Kind = Literal["secret", "totp", "session"]
_NONCE = 12
_THE_KEY = 1


@dataclass(frozen=True, slots=True)
class VaultEntry:
    """What is told of a thing without opening it. ``origin`` is the one it is for, "" for any."""

    kind: str
    name: str
    origin: str
    changed_at: float


@dataclass(frozen=True, slots=True)
class Kept:
    """A thing that was opened."""

    value: str = field(repr=False)
    origin: str
    changed_at: float


class Vault:
    """Things by kind and name, each sealed by AES-GCM together with its kind, name and origin: a row that was given
    another's place does not open. Reached by ``Store.vault``.

    The database says which key seals; each row says which key it was sealed with.
    """

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database, self._keys = database, keys

    async def put(self, kind: Kind, name: str, value: str, origin: str = "") -> None:
        """Keep a value in place of the one of this kind and name.

        Raises:
            KeyMissingError: The key that the vault is sealed with is not here.
            KeyUnusableError: No key can be kept.
        """
        while True:
            key = await self._current()
            sealed = _seal(key, kind, name, origin, value)
            row = {"kind": kind, "name": name, "origin": origin, "key_id": key.id, "changed_at": time.time()}
            put = partial(_put, key=key, row={**row, "sealed": sealed})
            if await self._database.write(put, alone="vault"):
                return

    async def get(self, kind: Kind, name: str) -> Kept | None:
        """What is kept, opened; None where nothing is.

        Raises:
            KeyMissingError: The key it was sealed with is not here.
            SealBrokenError: It is not what was sealed.
        """
        row = await self._row(kind, name)
        while row is not None:
            key = await asyncio.to_thread(self._keys.get, row.key_id)
            if key is not None:
                return Kept(unsealed(key, row), row.origin, row.changed_at)
            needed, row = row.key_id, await self._row(kind, name)
            if row is not None and row.key_id == needed:
                raise KeyMissingError(needed, self._keys.where)
        return None

    async def names(self, kind: Kind | None = None) -> list[VaultEntry]:
        """What there is, by kind and name; no key is needed."""
        query = select(vault.c.kind, vault.c.name, vault.c.origin, vault.c.changed_at).order_by(
            vault.c.kind, vault.c.name
        )
        rows = await self._database.rows(query if kind is None else query.where(vault.c.kind == kind))
        return [VaultEntry(*row) for row in rows]

    async def remove(self, kind: Kind, name: str) -> bool:
        """Keep it no longer; whether it was there."""
        gone = delete(vault).where(vault.c.kind == kind, vault.c.name == name)
        return bool(await self._database.write(lambda connection: connection.execute(gone).rowcount, alone="vault"))

    async def rotate(self) -> int:
        """Seal everything with another key, and forget the one before; how many things there are.

        The new key is kept before anything is sealed with it, all is sealed anew in one transaction, and the old key
        goes last: whenever this ends, what there is can be opened. Of two at once the later changes nothing. Where
        nothing is sealed the old key need not be here: so a vault whose key was lost is begun anew, once it is empty.

        Raises:
            RotatedMeanwhileError: Another process did it at this moment, or no other key is given.
            KeyMissingError, SealBrokenError: Something cannot be opened; nothing was changed.
        """
        old_id = await self._to_open_all()
        new = await asyncio.to_thread(self._keys.make)
        if new.id == old_id:
            raise RotatedMeanwhileError(
                f"The vault is sealed with this key of {self._keys.where} already.",
                "Give the new key, a comma, and the old key.",
            )
        try:
            keys = await self._keys_of_all(old_id)
            seal = partial(self._seal_anew, old_id=old_id, new=new, keys=keys)
            count = await self._database.write(seal, alone="vault")
        except CouldNotStartError:
            await self._forget_unused(new)
            raise
        await asyncio.to_thread(self._keys.forget, old_id)
        return count

    async def _keys_of_all(self, current_id: str) -> dict[str, Key | None]:
        """The keys that things are sealed with, those that are here: a keyring may ask a person first."""
        ids = {current_id, *await self._database.scalars(select(vault.c.key_id).distinct())}
        return {key_id: await asyncio.to_thread(self._keys.get, key_id) for key_id in ids}

    def _seal_anew(self, connection: Connection, old_id: str, new: Key, keys: Mapping[str, Key | None]) -> int:
        if _key_id(connection) != old_id:
            raise RotatedMeanwhileError(
                "The vault was given another key by another process at this moment.",
                "'showonce secrets list' shows that all is there.",
            )
        rows = connection.execute(select(vault)).all()
        for row in rows:
            key = keys.get(row.key_id)
            if key is None:
                raise KeyMissingError(row.key_id, self._keys.where)
            sealed = _seal(new, row.kind, row.name, row.origin, unsealed(key, row))
            place = (vault.c.kind == row.kind, vault.c.name == row.name)
            connection.execute(update(vault).where(*place).values(sealed=sealed, key_id=new.id))
        sealed_now = {"key_id": new.id, "made_at": time.time()}
        connection.execute(update(vault_key).where(vault_key.c.id == _THE_KEY).values(sealed_now))
        return len(rows)

    async def _forget_unused(self, key: Key) -> None:
        """Forget a key unless it seals: a connection that is lost at the end leaves open what became of it."""
        if await self._database.read(_key_id) != key.id:
            await asyncio.to_thread(self._keys.forget, key.id)

    async def _to_open_all(self) -> str:
        """The id of the key that seals, which is here if anything is sealed."""
        key_id = await self._database.read(_key_id)
        empty = await self._database.scalar(select(vault.c.name).limit(1)) is None
        return key_id if key_id and empty else (await self._current()).id

    async def _current(self) -> Key:
        """The key that seals; the first is made where there is none."""
        key_id = await self._database.read(_key_id)
        if not key_id:
            made = await asyncio.to_thread(self._keys.make)
            key_id = await self._database.write(partial(_first_key, made=made), alone="vault")
            if key_id != made.id:
                await asyncio.to_thread(self._keys.forget, made.id)
        key = await asyncio.to_thread(self._keys.get, key_id)
        if key is None:
            raise KeyMissingError(key_id, self._keys.where)
        return key

    async def _row(self, kind: Kind, name: str) -> Row[tuple[object, ...]] | None:
        query = select(vault).where(vault.c.kind == kind, vault.c.name == name)
        return next(iter(await self._database.rows(query)), None)


def _key_id(connection: Connection) -> str:
    return connection.scalar(select(vault_key.c.key_id).where(vault_key.c.id == _THE_KEY)) or ""


def _put(connection: Connection, key: Key, row: dict[str, object]) -> bool:
    """Write a thing that was sealed with this key; False where another seals meanwhile."""
    if _key_id(connection) != key.id:
        return False
    connection.execute(put_into(connection, vault), row)
    return True


def _first_key(connection: Connection, made: Key) -> str:
    """Have the vault be sealed with this key where it has none; which seals it now."""
    first = insert_into(connection, vault_key).values(id=_THE_KEY, key_id=made.id, made_at=time.time())
    connection.execute(first.on_conflict_do_nothing(index_elements=["id"]))
    return _key_id(connection)


def _seal(key: Key, kind: str, name: str, origin: str, value: str) -> bytes:
    # Loaded where something is sealed: most runs never open the vault.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key.content).encrypt(nonce, value.encode(), _place(kind, name, origin))


def unsealed(key: Key, row: Row[tuple[object, ...]]) -> str:
    """What a row of the vault says.

    Raises:
        SealBrokenError: It is not what was sealed.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    place = _place(row.kind, row.name, row.origin)
    try:
        return AESGCM(key.content).decrypt(row.sealed[:_NONCE], row.sealed[_NONCE:], place).decode()
    except (InvalidTag, ValueError) as error:
        raise SealBrokenError(row.kind, row.name) from error


def _place(kind: str, name: str, origin: str) -> bytes:
    return json.dumps([kind, name, origin]).encode()
