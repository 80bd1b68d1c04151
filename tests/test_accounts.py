"""Whose turn it is with an account: one at a time, over all processes, and never for good."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from recordings.session import is_session_name
from store import Accounts, LoginFailed, open_store


@pytest.fixture
async def accounts(tmp_path: Path, store_url: str) -> AsyncIterator[Accounts]:
    async with open_store(tmp_path, url=store_url) as store:
        yield store.accounts


async def test_of_two_who_want_an_account_one_has_it_until_it_is_left(accounts: Accounts) -> None:
    assert await accounts.take("acme", "one", now=0, until=150)
    assert not await accounts.take("acme", "other", now=1, until=151)
    assert await accounts.take("another", "other", now=1, until=151)
    await accounts.leave("acme", "one")
    assert await accounts.take("acme", "other", now=2, until=152)


async def test_who_died_with_an_account_has_it_no_longer_than_was_said(accounts: Accounts) -> None:
    await accounts.take("acme", "one", now=0, until=150)
    assert await accounts.take("acme", "other", now=150, until=300)
    await accounts.leave("acme", "one")
    assert not await accounts.take("acme", "third", now=151, until=301)


async def test_how_a_login_failed_is_told_with_the_session_it_was_for(accounts: Accounts) -> None:
    assert await accounts.failure("acme") is None
    await accounts.take("acme", "one", now=0, until=150)
    await accounts.note_failure("acme", LoginFailed("v1", "it has no recorded login"))
    assert await accounts.failure("acme") == LoginFailed("v1", "it has no recorded login")


@pytest.mark.parametrize(
    ("given", "is_name"),
    [
        ("acme", True),
        ("ada@acme.example", True),
        ("state.json", False),
        ("./acme", False),
        ("/home/ada/acme", False),
        ("", False),
    ],
)
def test_a_session_is_meant_by_its_name_or_by_the_path_of_a_file(given: str, is_name: bool) -> None:
    assert is_session_name(given) is is_name
