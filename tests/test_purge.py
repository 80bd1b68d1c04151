"""A person is found in all that is kept, and erased: no byte of them is left, and runs keep their place in lists."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from recordings.batch import Batch, Commit, Item
from recordings.flow import Flow
from recordings.patterns import kind_of
from recordings.recording import Recording
from recordings.subject import Subject, SubjectTooShortError
from recordings.trace import Failure, StepRecord, Trace
from recordings.veil import ERASED, Private
from store import Store, open_store
from store.errors import RestartRefusedError

ADA, MAIL = "Ada Lovelace", "ada@example.com"
PICTURE, OTHER = b"\xff\xd8 a picture of Ada", b"\xff\xd8 a picture of nobody"
IDS = {"hers": "a" * 32, "other": "b" * 32, "hashed": "c" * 32}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Saved Ada Lovelace.", True),
        ("saved ADA  LOVELACE", True),
        ("/find?q=x%20Ada%20Lovelace", True),
        ("/find?q=Ada+Lovelace", True),
        ("Ada Lovelaces", False),
        ("Ada", False),
    ],
    ids=["words", "case and spaces", "address", "form", "a longer word", "a part"],
)
def test_a_person_is_found_as_texts_and_addresses_write_them(text: str, said: bool) -> None:
    assert Subject(ADA).stands_in(text) == said


def test_a_number_is_found_however_it_is_spaced() -> None:
    assert kind_of("DE89370400440532013000") == "iban"
    assert Subject("DE89370400440532013000").without("To DE89 3704 0044 0532 0130 00.") == f"To {ERASED}."


def test_what_would_be_found_everywhere_is_refused() -> None:
    with pytest.raises(SubjectTooShortError):
        Subject("a-b")


@pytest.fixture
async def store(tmp_path: Path, store_url: str) -> AsyncIterator[Store]:
    async with open_store(tmp_path, url=store_url) as opened:
        await fill(opened)
        yield opened


async def fill(store: Store) -> None:
    """Three runs: one that says her, one that does not, and one in which she is hashed; a row each, and a workflow."""
    recording = Recording(name="add", start="http://127.0.0.1:1/")
    batch = Batch(id="f" * 12, trace_id="e" * 32, recording="add", version="", status="done", created_at=1.0)
    rows = [Item(batch_id=batch.id, number=1, key=MAIL, inputs={"who": ADA, "mail": MAIL}, row={"who": ADA})]
    rows += [Item(batch_id=batch.id, number=2, key="k2", inputs={"who": "Grace Hopper"})]
    await store.batches.add(batch, rows)
    await _run(store, "hers", Trace(trace_id=IDS["hers"], recording="add", inputs={"who": ADA}, started_at=1), PICTURE)
    plain = Trace(trace_id=IDS["other"], recording="add", inputs={"who": "Grace Hopper"}, started_at=2)
    await _run(store, "Grace Hopper", plain, OTHER)
    hidden = Trace(trace_id=IDS["hashed"], recording="add", inputs={"mail": MAIL}, started_at=3)
    await _run(store, MAIL, hidden.with_private(Private({MAIL: "e-mail"}, ["mail"])), None)
    flow = Flow(id="d" * 12, trace_id="d" * 32, name="w", file="w.yaml", folder="", source="", created_at=1.0)
    await store.flows.add(flow.model_copy(update={"status": "passed"}), {"people": [{"who": ADA}]})
    commit = Commit(item_id=rows[0].id, step_id="s1", trace_id=IDS["hers"], state="done", at=1.0)
    await store.ledger.note(commit.model_copy(update={"request": "POST /add?who=Ada+Lovelace"}))
    assert recording.personal is None


async def _run(store: Store, said: str, trace: Trace, picture: bytes | None) -> None:
    await store.begin(trace)
    record = StepRecord(
        trace_id=trace.trace_id, span_id="1" * 16, index=0, step_id="s1", kind="fill", started_at=1, outcome="passed"
    )
    shown = ADA if said == "hers" else said
    update = {"words": f"Type '{shown}' into 'Full name'", "value": shown, "url": f"http://x/?q={shown}"}
    await store.add_step(record.model_copy(update=update), picture)
    failure = Failure(code="Failed", message=f"There is no row '{shown}'.")
    await store.finish(trace.model_copy(update={"status": "failed", "ended_at": 2.0, "failure": failure}))


async def give_up(store: Store) -> None:
    await store.batches.cancel("f" * 12)


async def test_runs_keep_their_place_without_what_they_said(store: Store) -> None:
    await give_up(store)
    subject = await store.subject(ADA)
    await store.erase(subject, await store.find(subject))
    runs = {trace.trace_id: trace for trace in await store.traces()}
    assert [(runs[each].status, runs[each].started_at) for each in IDS.values()] == [("failed", n) for n in (1, 2, 3)]
    assert runs[IDS["hers"]].inputs == {"who": ERASED}
    assert runs[IDS["other"]].inputs == {"who": "Grace Hopper"}


async def test_what_was_found_is_said_first_and_nothing_is_changed_by_it(store: Store) -> None:
    await give_up(store)
    found = await store.find(await store.subject(ADA))
    assert (found.runs, found.steps, len(found.pictures)) == ({IDS["hers"]}, 1, 1)
    assert found.items == {f"{'f' * 12}:000001"}
    assert (await store.trace(IDS["hers"])).inputs == {"who": ADA}


async def test_pictures_of_a_run_that_says_it_go_and_others_stay(store: Store) -> None:
    await give_up(store)
    subject = await store.subject(ADA)
    before = {name: (await store.trace(IDS[name])).steps[0].picture for name in ("hers", "other")}
    assert await store.erase(subject, await store.find(subject)) == 1
    assert (await store.picture(before["hers"]), await store.picture(before["other"])) == (None, OTHER)
    assert (await store.trace(IDS["hers"])).steps[0].picture == ""


async def test_a_person_is_found_by_the_hash_of_what_they_are_called(store: Store) -> None:
    await give_up(store)
    assert MAIL not in (await store.trace(IDS["hashed"])).model_dump_json()
    found = await store.find(await store.subject("ADA@example.com"))
    assert IDS["hashed"] in found.runs


async def test_a_row_that_is_erased_is_not_done_again(store: Store) -> None:
    await give_up(store)
    subject = await store.subject(ADA)
    await store.erase(subject, await store.find(subject))
    with pytest.raises(RestartRefusedError, match="erased"):
        await store.batches.restart(f"{'f' * 12}:000001")


async def test_what_is_known_to_have_been_sent_for_a_person_goes_with_its_row(store: Store) -> None:
    await give_up(store)
    subject = await store.subject(ADA)
    await store.erase(subject, await store.find(subject))
    assert list(await store.ledger.commits(f"{'f' * 12}:000001")) == []


async def test_a_row_that_is_still_to_be_done_is_left_and_said(store: Store) -> None:
    subject = await store.subject(ADA)
    found = await store.find(subject)
    await store.erase(subject, found)
    assert found.open_items == {f"{'f' * 12}:000001"}
    assert (await store.batches.item(f"{'f' * 12}:000001")).inputs["who"] == ADA


async def test_no_byte_of_a_person_is_left_in_the_home(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        await fill(store)
        await give_up(store)
    assert all(held_in(tmp_path, text) for text in (ADA, MAIL))
    async with open_store(tmp_path) as store:
        for text in (ADA, MAIL):
            subject = await store.subject(text)
            await store.erase(subject, await store.find(subject))
        assert await store.shrink() == ""
        assert [held_in(tmp_path, text) for text in (ADA, MAIL, "Ada+Lovelace", "picture of Ada")] == [[], [], [], []]
    assert held_in(tmp_path, "Grace Hopper"), "the search finds what is there"


def held_in(home: Path, text: str) -> list[str]:
    files = (path for path in home.rglob("*") if path.is_file())
    return [path.name for path in files if text.lower().encode() in path.read_bytes().lower()]
