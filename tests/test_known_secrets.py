"""The last filter: what this process knows as a secret is in nothing that it writes, however it is written there."""

from __future__ import annotations

import base64
import html
import json
import logging
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.batch import Item
from recordings.known_secrets import KNOWN, MOST, KnownSecrets
from recordings.trace import Failure, StepRecord, Trace
from review.report import trace_page
from showonce.logs import ToTerminal
from store import open_store

SECRET = 'Zq9"x/&w ü7Kp+Jf'
WRITTEN = {
    "as it is": SECRET,
    "Python": repr(SECRET),
    "JSON": json.dumps(SECRET),
    "JSON as it reads": json.dumps(SECRET, ensure_ascii=False),
    "an address": quote(SECRET, safe=""),
    "an address in an address": quote(quote(SECRET, safe=""), safe=""),
    "a form": quote_plus(SECRET),
    "a query": "Zq9%22x/&w%20%C3%BC7Kp+Jf",
    "HTML": html.escape(SECRET),
    **{f"base64 after {n}": base64.b64encode(b"user"[:n] + SECRET.encode()).decode() for n in range(3)},
    "base64 for addresses": base64.urlsafe_b64encode(SECRET.encode()).decode(),
}
AT = 1_000.0


def knowing(*values: str) -> KnownSecrets:
    known = KnownSecrets()
    known.learn(*values)
    return known


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_a_secret_leaves_a_text_however_it_is_written(text: str) -> None:
    cleaned = knowing(SECRET).clean(f"it said <{text}>")
    assert cleaned.startswith("it said <")
    assert cleaned.endswith(">")
    assert "•••" in cleaned
    # Of base64 the characters beside it are made of what stands beside it, too.
    assert len(cleaned.replace("•••", "")) <= len("it said <>") + 6


@given(value=st.text(min_size=8, max_size=30), before=st.binary(max_size=9), after=st.binary(max_size=9))
def test_any_secret_leaves_any_base64(value: str, before: bytes, after: bytes) -> None:
    try:
        raw = value.encode()
    except UnicodeEncodeError:
        return
    text = base64.b64encode(before + raw + after).decode()
    assert "•••" in knowing(value).clean(text)


def test_a_short_secret_leaves_words_and_ids_alone() -> None:
    known = knowing("1234", "7")
    assert known.clean("PIN 1234, id ab1234cd, 7 rows") == "PIN •••, id ab1234cd, 7 rows"


def test_of_very_many_those_in_use_are_known() -> None:
    known = knowing(SECRET)
    for code in range(2 * MOST):
        known.learn(f"code {code:06d}", SECRET)
    assert known.clean(f"{SECRET}, code 000000, code {2 * MOST - 1:06d}") == "•••, code 000000, •••"


def test_what_showonce_called_things_stays() -> None:
    known = knowing("add-customer", "passed", "similar")
    record = step(value="add-customer", how="similar")
    trace = Trace(trace_id="a" * 32, recording="add-customer", started_at=AT, status="passed", steps=(record,))
    cleaned = known.cleaned(trace)
    assert (cleaned.recording, cleaned.status, cleaned.steps[0].how) == ("add-customer", "passed", "similar")
    assert cleaned.steps[0].value == "•••"
    assert Trace.model_validate_json(cleaned.model_dump_json()) == cleaned


async def test_nothing_in_the_store_has_a_secret_that_slipped_through(tmp_path: Path) -> None:
    KNOWN.learn(SECRET)
    trace = slipped()
    async with open_store(tmp_path) as store:
        await store.begin(trace)
        await store.add_step(trace.steps[0], None)
        await store.finish(trace)
        again = await store.trace(trace.trace_id)
    assert again.failure is not None
    assert again.failure.message == "the page said •••"
    assert not any(text.encode() in content for text in WRITTEN.values() for content in contents(tmp_path))


def test_what_is_to_be_done_stays_as_it_was_given() -> None:
    item = Item(batch_id="b", number=1, key="k", inputs={"role": "administrator"}, note="it is administrator")
    cleaned = knowing("administrator").cleaned(item, frozenset({"note"}))
    assert (cleaned.inputs, cleaned.note) == (item.inputs, "it is •••")


def test_a_report_has_no_secret() -> None:
    KNOWN.learn(SECRET)
    page = trace_page(slipped(), lambda _: None)
    assert "the page said •••" in page
    assert not any(text in page for text in WRITTEN.values())


def test_a_log_line_has_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    KNOWN.learn(SECRET)
    record = logging.LogRecord("showonce.x", logging.WARNING, "", 0, "asked for %s", (quote(SECRET, safe=""),), None)
    ToTerminal(debug=False).emit(record)
    assert "asked for •••" in capsys.readouterr().err


def contents(folder: Path) -> list[bytes]:
    found = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert found
    return found


def step(value: str = "", how: str = "", message: str = "", url: str = "") -> StepRecord:
    failure = Failure(code="ActionFailed", message=message) if message else None
    facts = {"value": value, "how": how, "failure": failure, "url": url}
    outcome = "failed" if failure else "passed"
    return StepRecord.model_validate(
        {
            "trace_id": "a" * 32,
            "span_id": "b" * 16,
            "index": 0,
            "step_id": "s1",
            "kind": "click",
            "started_at": AT,
            "outcome": outcome,
            **facts,
        }
    )


def slipped() -> Trace:
    """A run that would have a secret in each of the ways it can be written."""
    message = f"the page said {SECRET}"
    record = step(value=json.dumps(SECRET), message=message, url=f"https://app.test/?p={quote(SECRET, safe='')}")
    return Trace(
        trace_id="a" * 32,
        recording="shown",
        started_at=AT,
        status="failed",
        failure=Failure(code="ActionFailed", message=message),
        values={f"v{n}": text for n, text in enumerate(WRITTEN.values())},
        tables={"rows": ({"cookie": base64.b64encode(SECRET.encode()).decode()},)},
        steps=(record,),
    )
