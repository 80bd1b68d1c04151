"""The vault read by what cannot wait: a run that is about to type a secret."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from recordings.errors import StoreUnusableError
from store.address import address_of, mend_of, name_of
from store.errors import KeyMissingError
from store.schema import BUSY_S, CONNECT_S, reason_of
from store.tables import vault
from store.vault import Kept, Kind, unsealed
from store.vault_keys import Keys


class VaultNow:
    """Reads one thing at a time, on a connection of its own; makes nothing where there is no store yet.

    Args:
        url: As ``open_store`` takes it.
    """

    def __init__(self, home: Path, url: str, keys: Keys) -> None:
        self._path, self._url, self._keys = home / "showonce.db", url, keys

    def get(self, kinds: Sequence[Kind], name: str) -> tuple[Kind, Kept] | None:
        """The first of these kinds that there is by this name, opened.

        Raises:
            KeyMissingError, KeyUnusableError, SealBrokenError: It cannot be opened.
            StoreUnusableError: The database cannot be read.
        """
        if not self._url and not self._path.is_file():
            return None
        for kind in kinds:
            found = self._found(kind, name)
            if found is not None:
                return kind, found
        return None

    def _found(self, kind: Kind, name: str) -> Kept | None:
        query = select(vault).where(vault.c.kind == kind, vault.c.name == name)
        engine, told, mend = self._engine()
        try:
            with engine.connect() as connection:
                row = connection.execute(query).one_or_none() if inspect(connection).has_table(vault.name) else None
        except SQLAlchemyError as error:
            reason = reason_of(error)
            raise StoreUnusableError(told, reason, mend_of(reason) if mend else "") from error
        finally:
            engine.dispose()
        if row is None:
            return None
        key = self._keys.get(row.key_id)
        if key is None:
            raise KeyMissingError(row.key_id, self._keys.where)
        return Kept(unsealed(key, row), row.origin, row.changed_at)

    def _engine(self) -> tuple[Engine, str, bool]:
        if self._url:
            url = address_of(self._url)
            arguments = {"connect_timeout": CONNECT_S}
            return create_engine(url, poolclass=NullPool, connect_args=arguments), name_of(url), True
        here = URL.create("sqlite", database=str(self._path))
        return create_engine(here, poolclass=NullPool, connect_args={"timeout": BUSY_S}), str(self._path), False
