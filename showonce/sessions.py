"""Saved sessions as commands use them: those of the vault, signed in anew with the secrets that are given."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from showonce.secret_sources import vault_keys
from store.sessions import SavedSessions

if TYPE_CHECKING:
    from agents.sessions import Lent, Sessions
    from replayer.secrets import SecretSource
    from showonce.settings import Settings
    from store import Store


def sessions_of(store: Store, settings: Settings, secrets: SecretSource) -> Sessions:
    """The saved sessions of this home, or database."""
    from agents.sessions import Sessions

    return Sessions(shelf_of(store, settings), store.accounts, store.version, secrets, store)


def shelf_of(store: Store, settings: Settings) -> SavedSessions:
    """Where they are kept.

    Raises:
        KeyUnusableError: What SHOWONCE_KEY gives is no key.
    """
    return SavedSessions(store.vault(vault_keys(settings)))


@asynccontextmanager
async def lent(settings: Settings, given: str) -> AsyncIterator[Path | Lent | None]:
    """What a demonstration begins signed in by, as it was asked for; None for nothing.

    Raises:
        SessionMissingError, SessionUnsafeError: It is not kept, or its file cannot be used.
    """
    from recordings.session import is_session_name
    from showonce.asked import session_at
    from store import open_store

    if not given or not is_session_name(given):
        yield Path(session_at(given)) if given else None
        return
    async with open_store(settings.home, url=settings.database_url) as store:
        yield await sessions_of(store, settings, lambda _: None).lend(given)


async def refuse_missing(store: Store, settings: Settings, name: str) -> None:
    """See that a session that is asked for by its name is kept, before anything begins.

    Raises:
        SessionMissingError: It is not.
    """
    from agents.sessions import SessionMissingError
    from recordings.session import is_session_name

    if name and is_session_name(name) and name not in await shelf_of(store, settings).names():
        raise SessionMissingError(name)
