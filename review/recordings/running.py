"""A recording run from its page: once with what a form says, or over a table, which is shown first; and examined."""

from __future__ import annotations

from pathlib import PurePath, PurePosixPath

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from recordings.batch import BatchSettings
from recordings.errors import CouldNotStartError
from recordings.roles import Act
from review.answers import gone_to, is_owner, page
from review.needed import needs
from review.picture_choice import pictures_asked
from review.recordings.asked import asked_recording
from review.recordings.fields import fields_of
from review.sessions import session_chosen
from review.work.acts import Rows, SentFile

_MOST_MINUTES = 600
_MOST_FILES, _LONGEST_NAME = 20, 100
_TABLES = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson")


@needs(Act.RUN)
async def run_form(request: Request) -> Response:
    """What a run asks for."""
    console, name, found = await asked_recording(request)
    return page(
        request,
        "recordings/run_form.html",
        name=name,
        recording=found,
        agents=console.work.agents,
        sessions=await console.work.sessions(),
        fields=fields_of(found),
        places=await console.work.secrets_from(found.secrets),
    )


@needs(Act.RUN)
async def run(request: Request) -> Response:
    """Run it once with what the form says, and the files that came with it."""
    console, name, found = await asked_recording(request)
    form = await request.form(max_files=_MOST_FILES, max_fields=200)
    given = {each.name: _given(form, each.name) for each in found.inputs if f"input.{each.name}" in form}
    sent = {field: file for field, file in given.items() if isinstance(file, UploadFile) and file.filename}
    files = {field: await _sent(file) for field, file in sent.items()}
    none = {each.name for each in found.inputs if each.kind == "file" and given.get(each.name) == ""}
    inputs = {field: text for field, text in given.items() if isinstance(text, str) and field not in none}
    batch = await console.work.run_once(name, inputs, _settings(request, form), files)
    return gone_to(f"/batches/{batch.id}")


@needs(Act.RUN)
async def preview(request: Request) -> Response:
    """What would be run of a table that was chosen, and which of its rows cannot be."""
    console, name, found = await asked_recording(request)
    form = await request.form(max_files=1, max_fields=10)
    skip_bad, told, trouble = form.get("skip_bad") == "yes", None, ""
    try:
        told = await console.work.preview(name, await _table(form), from_disk=is_owner(request))
    except CouldNotStartError as error:
        trouble = error.message
    return page(
        request, "recordings/preview.html", name=name, recording=found, told=told, trouble=trouble, skip_bad=skip_bad
    )


@needs(Act.RUN)
async def rows(request: Request) -> Response:
    """Run it for every row of a table that was sent."""
    console, name, _ = await asked_recording(request)
    form = await request.form(max_files=1, max_fields=10)
    batch = await console.work.run_rows(name, await _table(form), _settings(request, form))
    return gone_to(f"/batches/{batch.id}")


@needs(Act.LOOK)
async def exam(request: Request) -> Response:
    """How far the exam of a recording is."""
    console, name, found = await asked_recording(request)
    return page(request, "recordings/exam.html", name=name, exam=console.examinations.of(found))


@needs(Act.RUN)
async def begin_exam(request: Request) -> Response:
    """Begin one."""
    console, name, found = await asked_recording(request)
    console.examinations.begin(found, lambda: console.news.tell("recordings"))
    return page(request, "recordings/exam.html", name=name, exam=console.examinations.of(found))


def _given(form: FormData, field: str) -> str | UploadFile:
    """What a field says: another one than those of its list, where that is written; lines end as pages end them."""
    said = form.get(f"other.{field}") or form[f"input.{field}"]
    return said.replace("\r\n", "\n") if isinstance(said, str) else said


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


async def _sent(file: UploadFile) -> SentFile:
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name[-_LONGEST_NAME:]
    usable = name if name.isprintable() and name.strip(". ") else "file"
    return SentFile(usable, await file.read())


def _settings(request: Request, form: FormData) -> BatchSettings:
    base_url = str(form.get("base_url", ""))
    if base_url and not base_url.startswith(("http://", "https://")):
        raise CouldNotStartError(f"'{base_url[:80]}' is no address.", "Write it with http:// or https://.")
    return BatchSettings(
        agents=2,
        pictures=pictures_asked(form, "marked"),
        base_url=base_url,
        session=session_chosen(form),
        from_disk=is_owner(request),
        help_s=_minutes(form) * 60,
    )


def _minutes(form: FormData) -> float:
    """How long a run that is stuck waits for a person."""
    given = str(form.get("help_min", "")).strip() or "0"
    try:
        minutes = float(given)
    except ValueError:
        minutes = -1
    if not 0 <= minutes <= _MOST_MINUTES:
        raise CouldNotStartError(f"'{given[:20]}' is no number of minutes.", f"Write one from 0 to {_MOST_MINUTES}.")
    return minutes
