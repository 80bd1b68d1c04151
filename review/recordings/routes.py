"""The addresses of the room of recordings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path, PurePath

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from recordings import versions
from recordings.batch import BatchSettings
from recordings.editing import renamed
from recordings.editing.commands import applied, line_of
from recordings.errors import CouldNotStartError, EditRefusedError, RecordingExistsError, ShowonceError
from recordings.kept_edits import keep_edit, unsaved
from recordings.names import RecordingUnknownError, checked_name, known_names
from recordings.recording import Recording, values_of
from recordings.weak import weak_steps
from review.answers import console_of, gone_to, page, said
from review.console import Console
from review.pictures import picture_answer
from review.recordings.edits import command_asked
from review.work.acts import Rows
from store.run_list import Wanted

_TABLES = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson")


async def recordings(request: Request) -> Response:
    """All that there are; one that cannot be read is named, and the others are listed all the same."""
    console = console_of(request)
    found, broken = [], []
    for name in known_names(console.recordings):
        try:
            recording = await asyncio.to_thread(Recording.load, console.recordings / name)
        except ShowonceError as error:
            broken.append((name, error))
            continue
        last = await console.store.runs.page(Wanted(recording=recording.name), limit=1)
        found.append((name, recording, len(weak_steps(recording)), last[0] if last else None))
    return page(request, "recordings/list.html", found=found, broken=broken, folder=str(console.recordings))


async def recording(request: Request) -> Response:
    """One of them."""
    console, name, found = await _asked(request)
    return page(
        request,
        "recordings/recording.html",
        name=name,
        recording=found,
        weak=weak_steps(found),
        values={step.id: list(values_of(step)) for step in found.steps},
        history=versions.history_of(console.recordings / name),
        runs=await console.store.runs.page(Wanted(recording=found.name), limit=5),
        agents=console.work.agents,
    )


async def picture(request: Request) -> Response:
    """The picture of a step's page, or of its element."""
    _, _, found = await _asked(request)
    step = next((step for step in found.steps if step.id == request.path_params["step"]), None)
    target = getattr(step, "target", None)
    file = {"page": getattr(step, "picture", ""), "crop": getattr(target, "crop", "")}.get(request.path_params["what"])
    content = found.files.get(file or "")
    return (
        picture_answer(content, for_good=False) if content is not None else Response("There is no such picture.", 404)
    )


async def edit(request: Request) -> Response:
    """Change something, as a version that can be undone."""
    console, name, before = await _asked(request)
    form = {field: str(value) for field, value in (await request.form(max_files=0, max_fields=10)).items()}
    command = command_asked(before, form)
    done = applied(before, [command], _no_other)
    if done.recording == before:
        return said("Nothing changed: it is so already.")
    await asyncio.to_thread(
        keep_edit, before, done.recording, console.recordings / name, line_of(command), forget=done.forgets
    )
    console.news.tell("recordings")
    after = " What was before is forgotten: it cannot be undone." if done.forgets else ""
    return said(" ".join(["Kept.", *done.notes]) + after)


async def back(request: Request) -> Response:
    """Undo, or do again."""
    console, name, _ = await _asked(request)
    folder = console.recordings / name
    go: Callable[[Path], tuple[Recording, str]] = (
        versions.undo if request.path_params["way"] == "undo" else versions.redo
    )
    try:
        _, words = await asyncio.to_thread(go, folder)
    except OSError as error:
        raise unsaved(folder, folder, error) from error
    console.news.tell("recordings")
    return said(f"{'Undone' if go is versions.undo else 'Done again'}: {words}")


async def rename(request: Request) -> Response:
    """Another name, and another folder with it."""
    console, name, before = await _asked(request)
    new = checked_name(str((await request.form(max_files=0, max_fields=3)).get("name", "")))
    place = console.recordings / new
    if new != name and place.exists():
        raise RecordingExistsError(place)
    if new != name:
        keep_edit(before, renamed(before, new), console.recordings / name, f"rename {new}", forget=False, place=place)
    return gone_to(f"/recordings/{new}")


async def run(request: Request) -> Response:
    """Run it once with what the form says."""
    console, name, found = await _asked(request)
    form = await request.form(max_files=0, max_fields=200)
    known = {each.name for each in found.inputs}
    inputs = {field: str(form[f"input.{field}"]) for field in known if f"input.{field}" in form}
    batch = await console.work.run_once(name, inputs, _settings(str(form.get("base_url", ""))))
    return gone_to(f"/batches/{batch.id}")


async def rows(request: Request) -> Response:
    """Run it for every row of a table that was sent."""
    console, name, _ = await _asked(request)
    form = await request.form(max_files=1, max_fields=10)
    sent = form.get("table")
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise CouldNotStartError("No table was chosen.", "Choose a CSV or JSON lines file.")
    content, called = await sent.read(), PurePath(sent.filename).name[:100]
    if PurePath(called).suffix.lower() not in _TABLES or _is_binary(content):
        raise CouldNotStartError(f"'{called}' is no table.", "Choose a CSV, TSV or JSON lines file.")
    table = Rows(content, called, again=form.get("again") == "yes", skip_bad=form.get("skip_bad") == "yes")
    batch = await console.work.run_rows(name, table, _settings(str(form.get("base_url", ""))))
    return gone_to(f"/batches/{batch.id}")


def _is_binary(content: bytes) -> bool:
    """UTF-16 begins with a mark and is text, though it is full of zeros."""
    return b"\0" in content[:4096] and content[:2] not in (b"\xff\xfe", b"\xfe\xff")


def _settings(base_url: str) -> BatchSettings:
    if base_url and not base_url.startswith(("http://", "https://")):
        raise CouldNotStartError(f"'{base_url[:80]}' is no address.", "Write it with http:// or https://.")
    return BatchSettings(agents=2, pictures="steps", base_url=base_url)


def _no_other(name: str) -> Recording:
    raise EditRefusedError(f"'{name}' cannot be opened here.", "")


async def _asked(request: Request) -> tuple[Console, str, Recording]:
    console, name = console_of(request), request.path_params["name"]
    known = known_names(console.recordings)
    if name not in known:
        raise RecordingUnknownError(name, console.recordings, known)
    return console, name, await asyncio.to_thread(Recording.load, console.recordings / name)


ROUTES: tuple[BaseRoute, ...] = (
    Route("/recordings", recordings),
    Route("/recordings/{name}", recording),
    Route("/recordings/{name}/steps/{step}/{what}", picture),
    Route("/recordings/{name}/edit", edit, methods=["POST"]),
    Route("/recordings/{name}/back/{way}", back, methods=["POST"]),
    Route("/recordings/{name}/rename", rename, methods=["POST"]),
    Route("/recordings/{name}/run", run, methods=["POST"]),
    Route("/uploads/recordings/{name}/rows", rows, methods=["POST"]),
)
