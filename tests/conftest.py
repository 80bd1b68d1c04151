"""One browser, one site and one Postgres for the tests of a worker; every test begins with a fresh context, the first
release, and an empty database."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.async_api import Browser

from browser.launch import open_browser
from recordings.known_secrets import KNOWN
from tests.databases import fresh_database, postgres_server
from tests.pages.faulty import faulty_desk
from tests.pages.flows import Office, open_office
from tests.pages.own import Own, own_chrome
from tests.pages.processes import main_process
from tests.pages.site import Site, serve_pages
from tests.pages.stage import Stage

# A busy machine makes one example of a hundred slow, and says nothing about what is tested.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# Commands are started by the hundred, and compiled once, as what is installed is.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """A process knows its secrets as long as it lives; that of the tests forgets them after each."""
    yield
    KNOWN.forget()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@pytest.fixture(scope="session")
async def one_site() -> AsyncIterator[Site]:
    async with serve_pages() as site:
        yield site


@pytest.fixture
def site(one_site: Site) -> Iterator[Site]:
    yield one_site
    one_site.reset()


@pytest.fixture
def stage(browser: Browser, site: Site) -> Stage:
    return Stage(browser, site)


@pytest.fixture
async def mortal() -> AsyncIterator[tuple[Browser, int]]:
    """A browser of this test alone, and the id of its main process."""
    mark = f"--mark={uuid.uuid4().hex}"
    async with open_browser(extra_args=[mark]) as opened:
        yield opened, main_process(mark)


@pytest.fixture(scope="session")
async def one_chrome(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Own]:
    async with own_chrome(tmp_path_factory.mktemp("profile")) as own:
        yield own


@pytest.fixture
async def own(one_chrome: Own) -> AsyncIterator[Own]:
    """A person's Chrome with the extension, one tab open."""
    yield one_chrome
    await one_chrome.tidy()


@pytest.fixture(scope="session")
def one_postgres() -> Iterator[str]:
    with postgres_server() as server:
        yield server


@pytest.fixture
def postgres(one_postgres: str) -> Iterator[str]:
    """The address of a database of this test alone."""
    with fresh_database(one_postgres) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest) -> str:
    """Where ``open_store`` keeps things: in a file, and in Postgres."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres"))


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """A home of its own and a Northdesk, where workflows are run."""
    async with faulty_desk() as desk, open_office(tmp_path, desk) as opened:
        yield opened
