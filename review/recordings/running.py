"""A recording run from its page: once with what a form says, or over a table, which is shown first; and examined."""

from __future__ import annotations

from pathlib import PurePath

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from recordings.batch import BatchSettings
from recordings.errors import CouldNotStartError
from review.answers import gone_to, page
from review.recordings.asked import asked_recording
from review.recordings.shown import choices_of, given_by_loops
from review.work.acts import Rows

_TABLES = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson")


async def run_form(request: Request) -> Response:
    """What a run asks for."""
    console, name, found = await asked_recording(request)
    return page(
        request,
        "recordings/run_form.html",
        name=name,
        recording=found,
        agents=console.work.agents,
        choices=choices_of(found),
        given=given_by_loops(found),
    )


async def run(request: Request) -> Response:
    """Run it once with what the form says."""
    console, name, found = await asked_recording(request)
    form = await request.form(max_files=0, max_fields=200)
    known = {each.name for each in found.inputs}
    inputs = {field: str(form[f"input.{field}"]) for field in known if f"input.{field}" in form}
    batch = await console.work.run_once(name, inputs, _settings(form))
    return gone_to(f"/batches/{batch.id}")


async def preview(request: Request) -> Response:
    """What would be run of a table that was chosen, and which of its rows cannot be."""
    console, name, found = await asked_recording(request)
    form = await request.form(max_files=1, max_fields=10)
    skip_bad, told, trouble = form.get("skip_bad") == "yes", None, ""
    try:
        told = await console.work.preview(name, await _table(form))
    except CouldNotStartError as error:
        trouble = error.message
    return page(
        request, "recordings/preview.html", name=name, recording=found, told=told, trouble=trouble, skip_bad=skip_bad
    )


async def rows(request: Request) -> Response:
    """Run it for every row of a table that was sent."""
    console, name, _ = await asked_recording(request)
    form = await request.form(max_files=1, max_fields=10)
    batch = await console.work.run_rows(name, await _table(form), _settings(form))
    return gone_to(f"/batches/{batch.id}")


async def exam(request: Request) -> Response:
    """How far the exam of a recording is; a POST begins one."""
    console, name, found = await asked_recording(request)
    if request.method == "POST":
        console.examinations.begin(found, lambda: console.news.tell("recordings"))
    return page(request, "recordings/exam.html", name=name, exam=console.examinations.of(found))


async def _table(form: FormData) -> Rows:
    """The table of a form.

    Raises:
        CouldNotStartError: None was chosen, or it is a file of another kind.
    """
    sent = form.get("table")
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise CouldNotStartError("No table was chosen.", "Choose a CSV or JSON lines file.")
    content, called = await sent.read(), PurePath(sent.filename).name[:100]
    if PurePath(called).suffix.lower() not in _TABLES or _is_binary(content):
        raise CouldNotStartError(f"'{called}' is no table.", "Choose a CSV, TSV or JSON lines file.")
    return Rows(content, called, again=form.get("again") == "yes", skip_bad=form.get("skip_bad") == "yes")


def _is_binary(content: bytes) -> bool:
    """UTF-16 begins with a mark and is text, though it is full of zeros."""
    return b"\0" in content[:4096] and content[:2] not in (b"\xff\xfe", b"\xfe\xff")


def _settings(form: FormData) -> BatchSettings:
    base_url = str(form.get("base_url", ""))
    if base_url and not base_url.startswith(("http://", "https://")):
        raise CouldNotStartError(f"'{base_url[:80]}' is no address.", "Write it with http:// or https://.")
    return BatchSettings(agents=2, pictures="steps", base_url=base_url)
