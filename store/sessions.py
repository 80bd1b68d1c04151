"""Saved sessions in the vault, each under its name: documents in, documents out."""

from __future__ import annotations

from pydantic import ValidationError

from recordings.errors import StoreUnusableError
from recordings.session import SavedSession
from recordings.urls import origin_of
from store.vault import Kind, Vault

_KIND: Kind = "session"


class SavedSessions:
    """The sessions of a vault."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def get(self, name: str) -> SavedSession | None:
        """The session of this name.

        Raises:
            StoreUnusableError: It cannot be read.
        """
        kept = await self._vault.get(_KIND, name)
        if kept is None:
            return None
        try:
            return SavedSession.model_validate_json(kept.value)
        except ValidationError:  # which would quote it
            mend = f"Sign in again: showonce login {name} URL"
            raise StoreUnusableError("the vault", f"the session '{name}' in it cannot be read", mend) from None

    async def put(self, name: str, session: SavedSession) -> None:
        """Keep a session in place of the one of this name."""
        await self._vault.put(_KIND, name, session.model_dump_json(), origin=origin_of(session.url))

    async def names(self) -> list[str]:
        """The names of all, in order; the vault stays closed."""
        return sorted(entry.name for entry in await self._vault.names(_KIND))

    async def remove(self, name: str) -> bool:
        """Keep it no longer; whether there was one."""
        return await self._vault.remove(_KIND, name)
