"""Where the store keeps things: recordings and pictures, older and newer databases, and those that cannot be used."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert

from recordings.errors import RecordingUnreadableError, StoreUnusableError
from recordings.recording import Recording
from recordings.trace import Trace
from store import Store, StoreMissingError, VersionUnknownError, open_store, tables
from store.address import address_of, mend_of, name_of
from store.schema import VERSIONS
from store.tables import metadata
from store.versions import packed, unpacked
from tests.databases import run_on
from tests.test_store import run, step

EXAMPLE = Path(__file__).parents[1] / "recordings" / "examples" / "add-customer"
_NOW = {"steps": "marked", "quick": "steps", "failure": "failure"}
AWAY = "postgresql://me:hush%40hush@127.0.0.1:1/showonce"


@pytest.fixture
def example() -> Recording:
    return Recording.load(EXAMPLE)


async def test_a_recording_comes_back_whole(tmp_path: Path, store_url: str, example: Recording) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        digest = await store.keep_version(example)
        assert await store.keep_version(example) == digest
    async with open_store(tmp_path / "another machine" if store_url else tmp_path, url=store_url) as store:
        again = await store.version(digest)
    assert (again, again.files, again.gestures) == (example, example.files, example.gestures)
    assert example.files
    assert example.gestures


def test_a_version_is_of_all_that_the_recording_holds(example: Recording) -> None:
    fewer = example.model_copy(update={"files": dict(list(example.files.items())[1:])})
    assert packed(fewer) != packed(example) == packed(Recording.load(EXAMPLE))


def test_a_version_says_what_its_folder_would(tmp_path: Path, example: Recording) -> None:
    assert Recording.load(example.save(tmp_path / "kept")) == unpacked(packed(example), "0" * 64)
    with pytest.raises(RecordingUnreadableError, match="version-00000000"):
        unpacked(b"no zip", "0" * 64)


async def test_a_version_that_is_not_kept_is_said(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        for digest in ("0" * 64, "../secret", ""):
            with pytest.raises(VersionUnknownError, match="no recording"):
                await store.version(digest)


async def test_pictures_in_postgres_are_there_for_another_machine(tmp_path: Path, postgres: str) -> None:
    async with open_store(tmp_path / "one", url=postgres) as store:
        await store.begin(run())
        kept = await store.add_step(step(), b"page")
        await store.add_step(step(1), b"page")
    async with open_store(tmp_path / "two", url=postgres) as store:
        assert await store.picture(kept.picture) == b"page"
        path = await store.picture_path(kept.picture)
        assert path is not None
        assert path.read_bytes() == b"page"
        assert await store.picture_path("0" * 64) is None
    assert run_on(postgres, "SELECT count(*) FROM blobs") == [(1,)]
    assert not (tmp_path / "one").exists()


async def test_a_picture_that_postgres_refuses_is_noted_and_the_run_goes_on(tmp_path: Path, postgres: str) -> None:
    async with open_store(tmp_path, url=postgres) as store:
        await store.begin(run())
        run_on(postgres, "ALTER TABLE blobs RENAME TO lost")
        await store.add_step(step(), b"page")
        (kept,) = (await store.trace(run().trace_id)).steps
    assert (kept.picture, store.lost_pictures) == ("", 1)
    assert kept.notes[0].startswith("picture not stored: ")
    assert "does not exist" in kept.notes[0]


async def test_a_database_from_before_batches_is_brought_up_to_date_with_its_runs(
    tmp_path: Path, store_url: str
) -> None:
    made_by(store_url or f"sqlite:///{tmp_path}/showonce.db", "0002")
    async with open_store(tmp_path, url=store_url) as store:
        assert [trace.trace_id for trace in await store.traces()] == ["c" * 32]
        assert await store.batches.list() == []


async def test_pictures_that_were_asked_for_in_an_older_version_are_those_that_are_taken(
    tmp_path: Path, store_url: str
) -> None:
    made_by(store_url or f"sqlite:///{tmp_path}/showonce.db", "0013")
    said = '"pictures":"steps"'
    engine = create_engine(address_of(store_url) if store_url else f"sqlite:///{tmp_path}/showonce.db")
    with engine.begin() as connection:
        for was in _NOW:
            about = {"id": was, "trace_id": "d" * 32, "created_at": 1.0, "settings": {"pictures": was}, "folder": said}
            batch = {**about, "recording": "add", "version": "1"}
            flow = {**about, "name": "people", "file": "people.yaml", "source": ""}
            row = {"id": was, "status": "done", "created_at": 1.0}
            put = {"app": "", "session": "", "limit_per_app": 0, "document": json.dumps(batch, separators=(",", ":"))}
            connection.execute(insert(tables.batches).values({**row, **put}))
            put = {"trace_id": "d" * 32, "given": "{}", "document": json.dumps(flow, separators=(",", ":"))}
            connection.execute(insert(tables.flows).values({**row, **put}))
            document = json.dumps({"settings": {"pictures": was}})
            connection.execute(insert(tables.schedules).values(name=was, document=document))
    engine.dispose()
    async with open_store(tmp_path, url=store_url) as store:
        kept, flows = await store.batches.list(), await store.flows.list()
        assert {each.id: each.settings.pictures for each in kept} == _NOW
        assert {each.id: each.settings.pictures for each in flows} == _NOW
        assert {each.folder for each in kept} == {each.folder for each in flows} == {said}
        schedules = await store.schedules.all()
        assert {each.name: each.document["settings"]["pictures"] for each in schedules} == _NOW


async def test_workers_that_start_at_once_on_an_empty_database_all_find_it_ready(
    tmp_path: Path, store_url: str
) -> None:
    async def opened() -> list[Trace]:
        async with open_store(tmp_path, url=store_url) as store:
            return await store.traces()

    assert await asyncio.gather(*(opened() for _ in range(6))) == [[]] * 6


async def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path, postgres: str) -> None:
    async with open_store(tmp_path, url=postgres):
        pass
    run_on(postgres, "UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(StoreUnusableError, match=r"a newer showonce wrote it .*Upgrade showonce"):
        async with open_store(tmp_path, url=postgres):
            pass
    assert run_on(postgres, "SELECT version_num FROM alembic_version") == [("0999",)]


async def test_someone_elses_tables_are_refused_and_left_alone(tmp_path: Path, postgres: str) -> None:
    run_on(postgres, "CREATE TABLE steps (theirs TEXT)")
    with pytest.raises(StoreUnusableError, match='"steps" already exists'):
        async with open_store(tmp_path, url=postgres):
            pass
    assert run_on(postgres, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == [("steps",)]


async def test_an_empty_database_that_must_hold_runs_is_not_filled(tmp_path: Path, postgres: str) -> None:
    with pytest.raises(StoreMissingError, match="No runs are kept yet"):
        async with open_store(tmp_path, must_exist=True, url=postgres):
            pass
    assert run_on(postgres, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []


def test_the_migrations_make_the_tables_of_the_code_in_postgres(postgres: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    made_by(postgres, VERSIONS[-1])
    with create_engine(address_of(postgres)).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []


async def test_a_database_that_cannot_be_reached_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusableError, match="Check that the database runs") as refused:
        async with open_store(tmp_path, url=AWAY + "?sslpassword=hush&password=hush"):
            pass
    assert "postgresql://me:***@127.0.0.1:1/showonce cannot be used" in str(refused.value)
    assert "hush" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("database", "user", "mend"),
    [("nowhere", None, "createdb NAME"), (None, "nobody", "Correct the user and the password")],
    ids=["database", "user"],
)
async def test_a_database_or_user_that_is_not_there_is_said(
    tmp_path: Path, postgres: str, database: str | None, user: str | None, mend: str
) -> None:
    url = address_of(postgres).set(password="hush", database=database, username=user)
    with pytest.raises(StoreUnusableError, match="does not exist") as refused:
        async with open_store(tmp_path, url=url.render_as_string(hide_password=False)):
            pass
    assert mend in str(refused.value)
    assert "hush" not in str(refused.value)


def test_a_wrong_password_is_said_to_be_corrected() -> None:
    assert "password" in mend_of('connection failed: FATAL: password authentication failed for user "me"')


@pytest.mark.parametrize(
    "given",
    ["hush", "mysql://me:hush@db/x", "postgresql://me:hu@hush@db/x", "postgresql://me:hush@db:port/x"],
    ids=["no address", "another kind", "an @ in the password", "no port"],
)
async def test_an_address_that_cannot_be_used_is_refused_and_not_repeated(tmp_path: Path, given: str) -> None:
    with pytest.raises(StoreUnusableError, match="the address given") as refused:
        async with open_store(tmp_path, url=given):
            pass
    assert "hush" not in str(refused.value)


def test_an_address_is_named_without_what_is_secret_in_it() -> None:
    assert name_of(address_of(AWAY)) == "postgresql://me:***@127.0.0.1:1/showonce"


async def test_who_writes_waits_for_another_process_that_writes(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        with closing(sqlite3.connect(tmp_path / "showonce.db")) as other:
            other.execute("BEGIN IMMEDIATE")
            writing = asyncio.create_task(store.begin(run()))
            assert await asyncio.wait({writing}, timeout=0.2) == (set(), {writing})
            other.rollback()
            await writing
        assert len(await store.traces()) == 1


async def test_a_postgres_that_was_away_for_a_moment_is_used_again(tmp_path: Path, postgres: str) -> None:
    async with open_store(tmp_path, url=postgres) as store:
        await store.begin(run())
        end_connections(postgres)
        assert await count(store) == 1


async def count(store: Store) -> int:
    return len(await store.traces())


def end_connections(url: str) -> None:
    run_on(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


def made_by(url: str, revision: str) -> None:
    """A database as an older version made it, with one run."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "store:migrations")
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.exec_driver_sql(
            "INSERT INTO runs (trace_id, recording, base_url, status, started_at, total_steps, document) "
            f"VALUES ('{'c' * 32}', 'add', '', 'passed', 1, 0, "
            f"""'{{"trace_id": "{"c" * 32}", "recording": "add", "started_at": 1}}')"""
        )
    engine.dispose()
