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
from recordings.editing.applying import applied
from recordings.editing.commands import line_of
from recordings.errors import EditRefusedError, RecordingExistsError
from recordings.inspecting import disk_files
from recordings.kept_edits import keep_edit, unsaved
from recordings.names import checked_name, known_names
from recordings.private import personal_inputs
from recordings.recording import Recording
from recordings.roles import Act
from review.answers import console_of, gone_to, is_owner, page, page_number, pages_of, said
from review.needed import needs
from review.pictures import picture_answer
from review.recordings.asked import asked_recording
from review.recordings.edits import command_asked
from review.recordings.history import told, told_history
from review.recordings.running import begin_exam, exam, preview, rows, run, run_form
from review.recordings.shown import check_latest, check_seen, latest_of, lines_shown, sign_of
from store.run_list import Wanted

_PAGE = 50


@needs(Act.LOOK)
async def recordings(request: Request) -> Response:
    """Those whose names have the text that is asked for, a page at a time; one that cannot be read is named, and the
    others are listed all the same."""
    console, text = console_of(request), request.query_params.get("text", "").strip()[:100]
    names = [name for name in known_names(console.recordings) if text.casefold() in name.casefold()]
    number = page_number(request)
    found, broken = [], []
    for name in names[(number - 1) * _PAGE : number * _PAGE]:
        each = await asyncio.to_thread(console.demonstrations.summary, name)
        if each.trouble:
            broken.append(each)
            continue
        last = await console.store.runs.page(Wanted(recording=each.recording), limit=1)
        tried = console.examinations.of_version(each.version)
        weak = each.weak | {exam.step for exam in (tried.exams if tried is not None else ()) if exam.weak}
        found.append((each, len(weak), last[0] if last else None))
    return page(
        request,
        "recordings/list.html",
        found=found,
        broken=broken,
        folder=str(console.recordings),
        text=text,
        count=len(names),
        number=number,
        pages=pages_of(len(names), _PAGE),
    )


@needs(Act.LOOK)
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
        personal=personal_inputs(found, {each.name: each.used or "" for each in found.inputs}),
        exam=tried,
        history=history,
        told=await asyncio.to_thread(told_history, console.recordings / name, found, history),
        latest={way: latest_of(history, way) for way in ("undo", "redo")},
        runs=await console.store.runs.page(Wanted(recording=found.name), limit=5),
        sessions=await console.work.sessions(),
        places=await console.work.secrets_from(found.secrets),
    )


@needs(Act.LOOK)
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


@needs(Act.EDIT)
async def edit(request: Request) -> Response:
    """Change something, as a version that can be undone."""
    console, name, before = await asked_recording(request)
    form = {field: str(value) for field, value in (await request.form(max_files=0, max_fields=10)).items()}
    check_seen(before, form.get("step", ""), form.get("input", ""), form.get("sign", ""))
    command = command_asked(before, form)
    done = applied(before, [command], _no_other)
    if not is_owner(request) and disk_files(done.recording) - disk_files(before):
        raise EditRefusedError("That names a file of the console's machine.", "Send the file with the run instead.")
    if done.recording == before:
        return said("Nothing changed: it is so already.")
    await asyncio.to_thread(
        keep_edit, before, done.recording, console.recordings / name, line_of(command), forget=done.forgets
    )
    console.news.tell("recordings")
    after = " What was before is forgotten: it cannot be undone." if done.forgets else ""
    return said(" ".join(["Kept.", *done.notes]) + after)


@needs(Act.EDIT)
async def back(request: Request) -> Response:
    """Undo, or do again."""
    console, name, now = await asked_recording(request)
    folder, way = console.recordings / name, request.path_params["way"]
    seen = str((await request.form(max_files=0, max_fields=3)).get("seen", ""))
    history = await asyncio.to_thread(versions.history_of, folder)
    if seen.isascii() and seen.isdigit():
        check_latest(history, way, int(seen))
    edits = history.done if way == "undo" else history.undone
    words = (await asyncio.to_thread(told, folder, now, edits[-1])).words if edits else ""
    go: Callable[[Path], tuple[Recording, str]] = versions.undo if way == "undo" else versions.redo
    try:
        await asyncio.to_thread(go, folder)
    except OSError as error:
        raise unsaved(folder, folder, error) from error
    console.news.tell("recordings")
    return said(f"{'Undone' if go is versions.undo else 'Done again'}: {words}")


@needs(Act.EDIT)
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
    Route("/uploads/recordings/{name}/run", run, methods=["POST"]),
    Route("/recordings/{name}/exam", exam),
    Route("/recordings/{name}/exam", begin_exam, methods=["POST"]),
    Route("/uploads/recordings/{name}/preview", preview, methods=["POST"]),
    Route("/uploads/recordings/{name}/rows", rows, methods=["POST"]),
)
