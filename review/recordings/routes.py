"""The addresses of the room of recordings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from recordings import versions
from recordings.editing import renamed
from recordings.editing.commands import applied, line_of
from recordings.errors import EditRefusedError, RecordingExistsError, ShowonceError
from recordings.kept_edits import keep_edit, unsaved
from recordings.names import checked_name, known_names
from recordings.recording import Recording
from review.answers import console_of, gone_to, page, said
from review.pictures import picture_answer
from review.recordings.asked import asked_recording
from review.recordings.edits import command_asked
from review.recordings.running import exam, preview, rows, run, run_form
from review.recordings.shown import check_latest, check_seen, latest_of, lines_shown, sign_of, weak_told
from store.run_list import Wanted


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
        tried = console.examinations.of(recording)
        weak = len(weak_told(recording, tried.exams if tried is not None else ()))
        found.append((name, recording, weak, last[0] if last else None))
    return page(request, "recordings/list.html", found=found, broken=broken, folder=str(console.recordings))


async def recording(request: Request) -> Response:
    """One of them."""
    console, name, found = await asked_recording(request)
    tried = console.examinations.of(found)
    history = await asyncio.to_thread(versions.history_of, console.recordings / name)
    return page(
        request,
        "recordings/recording.html",
        name=name,
        recording=found,
        lines=lines_shown(found, tried.exams if tried is not None else ()),
        signs={each.name: sign_of(each) for each in found.inputs},
        exam=tried,
        history=history,
        latest={way: latest_of(history, way) for way in ("undo", "redo")},
        runs=await console.store.runs.page(Wanted(recording=found.name), limit=5),
    )


async def picture(request: Request) -> Response:
    """The picture of a step's page, or of its element."""
    _, _, found = await asked_recording(request)
    step = next((step for step in found.steps if step.id == request.path_params["step"]), None)
    target = getattr(step, "target", None)
    file = {"page": getattr(step, "picture", ""), "crop": getattr(target, "crop", "")}.get(request.path_params["what"])
    content = found.files.get(file or "")
    return (
        picture_answer(content, for_good=False) if content is not None else Response("There is no such picture.", 404)
    )


async def edit(request: Request) -> Response:
    """Change something, as a version that can be undone."""
    console, name, before = await asked_recording(request)
    form = {field: str(value) for field, value in (await request.form(max_files=0, max_fields=10)).items()}
    check_seen(before, form.get("step", ""), form.get("input", ""), form.get("sign", ""))
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
    console, name, _ = await asked_recording(request)
    folder, way = console.recordings / name, request.path_params["way"]
    seen = str((await request.form(max_files=0, max_fields=3)).get("seen", ""))
    if seen.isascii() and seen.isdigit():
        check_latest(versions.history_of(folder), way, int(seen))
    go: Callable[[Path], tuple[Recording, str]] = versions.undo if way == "undo" else versions.redo
    try:
        _, words = await asyncio.to_thread(go, folder)
    except OSError as error:
        raise unsaved(folder, folder, error) from error
    console.news.tell("recordings")
    return said(f"{'Undone' if go is versions.undo else 'Done again'}: {words}")


async def rename(request: Request) -> Response:
    """Another name, and another folder with it."""
    console, name, before = await asked_recording(request)
    new = checked_name(str((await request.form(max_files=0, max_fields=3)).get("name", "")))
    place = console.recordings / new
    if new != name and place.exists():
        raise RecordingExistsError(place)
    if new != name:
        after, folder = renamed(before, new), console.recordings / name
        await asyncio.to_thread(keep_edit, before, after, folder, f"rename {new}", forget=False, place=place)
    return gone_to(f"/recordings/{new}")


def _no_other(name: str) -> Recording:
    raise EditRefusedError(f"'{name}' cannot be opened here.", "")


ROUTES: tuple[BaseRoute, ...] = (
    Route("/recordings", recordings),
    Route("/recordings/{name}", recording),
    Route("/recordings/{name}/steps/{step}/{what}", picture),
    Route("/recordings/{name}/edit", edit, methods=["POST"]),
    Route("/recordings/{name}/back/{way}", back, methods=["POST"]),
    Route("/recordings/{name}/rename", rename, methods=["POST"]),
    Route("/recordings/{name}/run", run_form),
    Route("/recordings/{name}/run", run, methods=["POST"]),
    Route("/recordings/{name}/exam", exam, methods=["GET", "POST"]),
    Route("/uploads/recordings/{name}/preview", preview, methods=["POST"]),
    Route("/uploads/recordings/{name}/rows", rows, methods=["POST"]),
)
