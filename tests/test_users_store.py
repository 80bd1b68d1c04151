"""Users, their tokens and where they are signed in, in both kinds of store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from recordings.access import User, digest_of, new_token, token_text
from recordings.roles import Role, Scope
from store import Store, open_store
from store.errors import TokenUnknownError, UserExistsError, UserUnknownError

_TOKEN = token_text("0123456789", "s" * 43)
_NOW = 1_000.0


@pytest.fixture
async def store(tmp_path: Path, store_url: str) -> AsyncIterator[Store]:
    async with open_store(tmp_path, url=store_url) as opened:
        await opened.users.add(User(name="ada", role=Role.OPERATOR, created_at=_NOW))
        kept = new_token(_TOKEN, "ada", Scope.RUN, label="laptop", expires_at=_NOW + 60, now=_NOW, by="owner")
        await opened.users.add_token(kept)
        yield opened


async def test_a_token_tells_whose_it_is_until_it_is_over(store: Store) -> None:
    found = await store.users.by_token("0123456789", digest_of(_TOKEN), _NOW + 59)
    assert found is not None
    assert (found[0].name, found[0].role, found[1].scope) == ("ada", Role.OPERATOR, Scope.RUN)
    assert await store.users.by_token("0123456789", digest_of(_TOKEN), _NOW + 60) is None
    assert await store.users.by_token("0123456789", digest_of(_TOKEN + "x"), _NOW) is None
    assert await store.users.by_token("", digest_of(_TOKEN), _NOW) is None


async def test_a_sign_in_ends_with_its_time_its_token_or_its_user(store: Store) -> None:
    users = store.users
    assert await users.sign_in("c1", "0123456789", _NOW + 30, _NOW)
    assert await users.signed_in("c1", _NOW + 29) is not None
    assert await users.signed_in("c1", _NOW + 30) is None
    await users.revoke("0123456789")
    assert await users.signed_in("c1", _NOW) is None
    assert not await users.sign_in("c2", "0123456789", _NOW + 30, _NOW)


async def test_who_is_taken_away_takes_tokens_and_sign_ins_along(store: Store) -> None:
    await store.users.sign_in("c1", "0123456789", _NOW + 30, _NOW)
    await store.users.remove("ada")
    assert (await store.users.all(), await store.users.tokens()) == ([], [])
    assert await store.users.signed_in("c1", _NOW) is None


async def test_what_is_there_already_or_not_at_all_is_said(store: Store) -> None:
    with pytest.raises(UserExistsError):
        await store.users.add(User(name="ada", role=Role.ADMIN, created_at=_NOW))
    for asked in (store.users.remove("bob"), store.users.change("bob", Role.ADMIN)):
        with pytest.raises(UserUnknownError):
            await asked
    other = new_token(_TOKEN, "bob", Scope.ALL, label="", expires_at=None, now=_NOW, by="")
    with pytest.raises(UserUnknownError):
        await store.users.add_token(other)
    with pytest.raises(TokenUnknownError):
        await store.users.revoke("9876543210")
    assert (await store.users.change("ada", Role.VIEWER)).role is Role.VIEWER
