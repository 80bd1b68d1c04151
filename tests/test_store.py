"""The store: real SQLite and real files in a temporary folder."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from recordings.errors import StoreUnusableError, TraceUnknownError
from recordings.trace import Failure, How, Outcome, StepRecord, Trace
from store import TraceAmbiguousError, open_store
from store.blobs import FolderBlobs
from store.schema import VERSIONS, make_ready
from store.tables import metadata

ID = "4bf92f3577b34da6a3ce929d0e0e4736"
LOST = Failure(code="ElementNotFound", message="No button 'Save'.", mend="Record again.")


def run(trace_id: str = ID, started_at: float = 1.0, recording: str = "add-customer") -> Trace:
    return Trace(trace_id=trace_id, recording=recording, inputs={"name": "Ödön"}, started_at=started_at)


def passed(trace: Trace) -> Trace:
    return trace.model_copy(update={"status": "passed", "ended_at": trace.started_at + 2})


def step(index: int = 0, trace_id: str = ID, outcome: Outcome = "passed", how: How = "selectors") -> StepRecord:
    return StepRecord(
        trace_id=trace_id,
        span_id=f"{index:016x}",
        index=index,
        step_id=f"s{index}",
        kind="click",
        started_at=1.5,
        outcome=outcome,
        how=how,
        failure=LOST if outcome == "failed" else None,
    )


async def test_a_finished_run_comes_back_as_it_was_given(tmp_path: Path, store_url: str) -> None:
    ended = run().model_copy(update={"status": "failed", "ended_at": 3.0, "failure": LOST, "total_steps": 2})
    async with open_store(tmp_path, url=store_url) as store:
        await store.begin(run())
        kept = [await store.add_step(step(0), b"page"), await store.add_step(step(1, outcome="failed"), None)]
        await store.finish(ended)
    async with open_store(tmp_path, url=store_url) as store:
        assert await store.trace(ID) == ended.model_copy(update={"steps": tuple(kept)})


async def test_a_picture_is_found_by_the_digest_its_step_names(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        await store.begin(run())
        kept = await store.add_step(step(), b"page")
        assert await store.picture(kept.picture) == b"page"


async def test_runs_are_listed_newest_first_without_steps(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        for number in (1, 3, 2):
            await store.begin(run(f"{number:032x}", started_at=number))
            await store.add_step(step(0, f"{number:032x}"), None)
        listed = await store.traces(limit=2)
    assert [(trace.started_at, trace.steps) for trace in listed] == [(3, ()), (2, ())]


async def test_runs_are_chosen_by_recording_status_and_healing(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        for number, recording in enumerate(("orders", "invoices", "orders")):
            await store.begin(run(f"{number:032x}", recording=recording))
        await store.add_step(step(0, f"{2:032x}", how="similar"), None)
        await store.finish(passed(run(f"{2:032x}", recording="orders")))
        assert len(await store.traces(recording="orders")) == 2
        assert len(await store.traces(status="running")) == 2
        assert [trace.trace_id for trace in await store.traces(healed=True)] == [f"{2:032x}"]


@pytest.mark.parametrize("prefix", [ID, ID[:6], ID[:6].upper()], ids=["whole", "beginning", "upper case"])
async def test_a_run_is_found_by_the_beginning_of_its_id(tmp_path: Path, store_url: str, prefix: str) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        await store.begin(run())
        await store.begin(run("c" * 32))
        assert (await store.trace(prefix)).trace_id == ID


@pytest.mark.parametrize("prefix", ["ffff", "%", "4b_", ""], ids=["other", "percent", "underscore", "nothing"])
async def test_an_id_of_no_run_is_unknown(tmp_path: Path, store_url: str, prefix: str) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        await store.begin(run())
        with pytest.raises(TraceUnknownError):
            await store.trace(prefix)


async def test_a_beginning_that_fits_several_runs_is_refused(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        await store.begin(run("ab" + "0" * 30))
        await store.begin(run("ab" + "1" * 30))
        with pytest.raises(TraceAmbiguousError, match="Several runs"):
            await store.trace("ab")


async def test_a_failed_step_is_there_for_others_at_once(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as store, open_store(tmp_path, url=store_url) as second:
        await store.begin(run())
        await store.add_step(step(0), None)
        assert (await second.trace(ID)).steps == ()
        await store.add_step(step(1, outcome="failed"), None)
        assert [record.outcome for record in (await second.trace(ID)).steps] == ["passed", "failed"]


async def test_the_tenth_step_writes_the_ten(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as store, open_store(tmp_path, url=store_url) as second:
        await store.begin(run())
        for index in range(11):
            await store.add_step(step(index), None)
        assert len((await second.trace(ID)).steps) == 10


async def test_a_run_that_is_interrupted_keeps_its_steps_and_stays_running(tmp_path: Path, store_url: str) -> None:
    with pytest.raises(KeyError):
        async with open_store(tmp_path, url=store_url) as store:
            await store.begin(run())
            await store.add_step(step(), None)
            raise KeyError
    async with open_store(tmp_path, url=store_url) as store:
        kept = await store.trace(ID)
    assert (kept.status, len(kept.steps)) == ("running", 1)


async def test_a_picture_the_disk_refuses_is_noted_and_the_run_goes_on(tmp_path: Path) -> None:
    (tmp_path / "pictures").write_text("a file where the folder should be")
    async with open_store(tmp_path) as store:
        await store.begin(run())
        await store.add_step(step(), b"page")
        await store.finish(passed(run()))
        (kept,) = (await store.trace(ID)).steps
        assert (kept.picture, store.lost_pictures) == ("", 1)
        assert kept.notes[0].startswith("picture not stored: ")


async def test_many_runs_write_at_once_from_two_stores(tmp_path: Path, store_url: str) -> None:
    ids = [f"{number:032x}" for number in range(24)]
    async with open_store(tmp_path, url=store_url) as store, open_store(tmp_path, url=store_url) as second:

        async def whole_run(trace_id: str) -> None:
            writer = store if int(trace_id, 16) % 2 else second
            await writer.begin(run(trace_id))
            for index in range(12):
                await writer.add_step(step(index, trace_id), b"page %d" % index)
            await writer.finish(passed(run(trace_id)))

        await asyncio.gather(*map(whole_run, ids))
        assert [len((await store.trace(trace_id)).steps) for trace_id in ids] == [12] * 24
        assert len(await store.traces(status="passed")) == 24


async def test_a_step_of_a_run_that_never_began_is_refused_by_name(tmp_path: Path, store_url: str) -> None:
    with pytest.raises(StoreUnusableError, match=r"(?i)foreign key"):
        async with open_store(tmp_path, url=store_url) as store:
            await store.add_step(step(), None)


async def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "showonce.db"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreUnusableError, match=r"showonce\.db cannot be used: file is not a database"):
        async with open_store(tmp_path):
            pass
    assert path.read_bytes() == b"not a database at all" * 100


async def test_a_damaged_page_is_reported_when_it_is_read(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        await store.begin(run())
    path = tmp_path / "showonce.db"
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(StoreUnusableError, match="malformed"):
        async with open_store(tmp_path) as store:
            await store.traces()


async def test_a_document_of_another_shape_is_reported(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        await store.begin(run())
        with closing(sqlite3.connect(tmp_path / "showonce.db")) as connection, connection:
            connection.execute("UPDATE runs SET document = '{}'")
        with pytest.raises(StoreUnusableError, match="a Trace in it cannot be read"):
            await store.traces()


async def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    make_ready(tmp_path / "showonce.db")
    with closing(sqlite3.connect(tmp_path / "showonce.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(StoreUnusableError, match="a newer showonce wrote it"):
        async with open_store(tmp_path):
            pass


async def test_someone_elses_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "showonce.db")) as connection, connection:
        connection.execute("CREATE TABLE steps (theirs TEXT)")
    with pytest.raises(StoreUnusableError, match="already exists"):
        async with open_store(tmp_path):
            pass
    with closing(sqlite3.connect(tmp_path / "showonce.db")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("steps",)]


async def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(StoreUnusableError, match="cannot be used"):
        async with open_store(tmp_path / "home"):
            pass


async def test_a_home_made_here_is_closed_to_others(tmp_path: Path) -> None:
    home = tmp_path / "a #1 %home?"
    async with open_store(home) as store:
        await store.begin(run())
        await store.add_step(step(), b"page")
        files = [path for path in home.rglob("*") if path.is_file()]
        assert files
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


async def test_a_home_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    home = tmp_path / "shared"
    home.mkdir(mode=0o750)
    async with open_store(home):
        assert stat.S_IMODE(home.stat().st_mode) == 0o750


def test_the_migrations_make_the_tables_of_the_code(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    make_ready(tmp_path / "showonce.db")
    with create_engine(f"sqlite:///{tmp_path}/showonce.db").connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_every_migration_is_known_by_name() -> None:
    from alembic.script import ScriptDirectory

    revisions = ScriptDirectory(str(Path(__file__).parents[1] / "store" / "migrations")).walk_revisions()
    assert tuple(revision.revision for revision in revisions)[::-1] == VERSIONS


async def test_the_same_picture_is_kept_once(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "pictures")
    digests = {await blobs.put(b"page"), await blobs.put(b"page")}
    assert files_in(tmp_path) == [blobs.file(digests.pop())]


async def test_a_picture_cut_short_by_a_crash_is_written_again(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    blobs.file(await blobs.put(b"page")).write_bytes(b"")
    assert await blobs.get(await blobs.put(b"page")) == b"page"


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("digest", ["", "0" * 64, "../../etc/passwd"], ids=["empty", "unknown", "path"])
async def test_what_is_no_kept_digest_gives_nothing(tmp_path: Path, digest: str) -> None:
    assert await FolderBlobs(tmp_path).get(digest) is None
