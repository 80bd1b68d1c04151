"""The addresses of the room of heals."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from agents.stored_example import WORDS, refuse_other
from recordings.errors import EditRefusedError, ShowonceError
from recordings.heal import Heal
from recordings.heal_words import called, told_rows
from recordings.kept_heals import (
    Standing,
    acceptable,
    accepted,
    check_of_one,
    check_refusable,
    check_undecidable,
    folder_of,
    reverted,
    standing_of,
    standings,
)
from recordings.recording import Recording
from recordings.roles import Act
from recordings.trace import StepRecord, Trace
from replayer.pointed import pointed_at_choice, pointed_at_rival
from review.answers import console_of, gone_to, page, said
from review.console import Console
from review.heals.board import cut, demonstrated, found_again, unfound
from review.needed import needs
from review.pictures import picture_answer
from store import HealUnknownError

_MOST = 100
_MOST_CHOSEN = 500
_ANOTHER = (
    "On the demonstration's own page it means another element than was shown. Look at both pictures on its page; "
    "where it is right all the same, it can be accepted there."
)


@needs(Act.LOOK)
async def heals(request: Request) -> Response:
    """Those that wait for a decision, by recording, and those that were decided on."""
    console, store = console_of(request), console_of(request).store
    waiting = sorted(await store.heals(), key=lambda heal: heal.recording)
    grouped = [(name, list(found)) for name, found in groupby(waiting, key=lambda heal: heal.recording)]
    decided = [heal for heal in await store.heals(status=None) if heal.status != "proposed"][:_MOST]
    stand = await asyncio.to_thread(standings, [*waiting, *decided], console.recordings)
    rivals = Counter((each.recording, each.step_id) for each in waiting if stand[each.id] == "proposed")
    open_in = {name for name, _ in rivals}
    facts = {"grouped": grouped, "decided": decided, "stand": stand, "rivals": rivals, "open_in": open_in}
    return page(request, "heals/list.html", called=called, code=200, **facts)


@needs(Act.LOOK)
async def heal(request: Request) -> Response:
    """One of them: the old target beside the new one, and what else could be meant."""
    found = await _asked(request)
    recording = await _recording(console_of(request), found)
    return page(
        request,
        "heals/heal.html",
        heal=found,
        standing=standing_of(found, recording),
        rows=list(told_rows(found.old, found.new)),
        called=called,
        shown=demonstrated(found, recording) if recording is not None else None,
        found=found_again(found, recording) if recording is not None else None,
    )


@needs(Act.LOOK)
async def crop(request: Request) -> Response:
    """The element alone: as it was shown, or cut from the run's picture."""
    console, found = console_of(request), await _asked(request)
    recording, content = await _recording(console, found), None
    if recording is not None and request.path_params["which"] == "old":
        content = recording.files.get(found.old.crop)
    elif recording is not None and found.where is not None and found.found:
        seen = await console.store.picture(found.found)
        content = await asyncio.to_thread(cut, seen, found.where, recording.viewport) if seen else None
    return picture_answer(content, for_good=False) if content else Response("There is no such picture.", 404)


@needs(Act.REVIEW)
async def point(request: Request) -> Response:
    """Another element than was proposed: it is proposed instead, and tried as any other."""
    console, found = console_of(request), await _asked(request)
    recording = await asyncio.to_thread(Recording.load, folder_of(found, console.recordings))
    if found.status != "proposed":
        raise EditRefusedError("It was decided on meanwhile.", "Look at it as it is now.")
    kept = await _propose(console, pointed_at_rival(found, await _choice(request), recording.inputs, time.time()))
    if kept.id != found.id:
        await console.store.decide(found.id, "refused")
    console.news.tell("heals")
    return gone_to(f"/heals/{kept.id}")


@needs(Act.LOOK)
async def unfound_step(request: Request) -> Response:
    """The picture of a step whose element was not found, to point at the right one."""
    trace, number, record, recording = await _step(request)
    board = unfound(record, recording)
    return page(request, "heals/point.html", trace=trace, number=number, step=record, board=board)


@needs(Act.REVIEW)
async def point_in_step(request: Request) -> Response:
    """What a person pointed at there becomes a proposal."""
    console, (trace, _, record, recording) = console_of(request), await _step(request)
    heal = pointed_at_choice(trace, record, await _choice(request), recording, time.time())
    step = next(step for step in recording.steps if step.id == record.step_id)
    kept = await _propose(console, heal, recording.files.get(step.picture))
    console.news.tell("heals")
    return gone_to(f"/heals/{kept.id}")


@needs(Act.LOOK)
async def tried(request: Request) -> Response:
    """The new target, tried on the demonstration's own page."""
    console, found = console_of(request), await _asked(request)
    recording = Recording.load(folder_of(found, console.recordings))
    told = await console.trials.of([found], recording)
    return page(request, "heals/tried.html", told=told[found.id], words=WORDS[told[found.id]])


@needs(Act.REVIEW)
async def accept(request: Request) -> Response:
    """Accept one: a new version of its recording, which can be undone."""
    console, found = console_of(request), await _asked(request)
    form = await request.form(max_files=0, max_fields=3)
    folder = folder_of(found, console.recordings)
    told = await console.trials.of([found], await asyncio.to_thread(Recording.load, folder))
    refuse_other(told, anyway=form.get("anyway") == "yes")
    await _accept(console, [found], folder)
    return gone_to(f"/heals/{found.id}")


@needs(Act.REVIEW)
async def accept_chosen(request: Request) -> Response:
    """Accept those of the chosen that can be, of one recording, as one new version of it; the others are named."""
    console = console_of(request)
    given = (await request.form(max_files=0, max_fields=_MOST_CHOSEN)).getlist("heal")
    chosen = [await console.store.heal(_number(str(each))) for each in dict.fromkeys(given)]
    if not chosen:
        return said("No proposal was chosen. Tick those that are to be accepted.", 422, trouble=True)
    check_of_one(chosen)
    folder = folder_of(chosen[0], console.recordings)
    recording = await asyncio.to_thread(Recording.load, folder)
    good, left = acceptable(chosen, recording)
    for each, tried in (await console.trials.of(good, recording)).items():
        if tried == "another":
            left[each] = _ANOTHER
    if good := [each for each in good if each.id not in left]:
        await _accept(console, good, folder)
    request.state.noted = {"done": ", ".join(str(each.id) for each in good), "any": "yes" if good else ""}
    others = [(each, left[each.id]) for each in chosen if each.id in left]
    return page(request, "heals/told.html", accepted=good, left=others, name=chosen[0].recording)


async def _accept(console: Console, heals: Sequence[Heal], folder: Path) -> None:
    await asyncio.to_thread(accepted, heals, folder)
    for each in heals:
        await console.store.decide(each.id, "accepted")
    console.news.tell("heals", "recordings")


@needs(Act.REVIEW)
async def refuse(request: Request) -> Response:
    """Leave the recording as it is."""
    console, found = console_of(request), await _asked(request)
    check_refusable(found, await _standing(console, found))
    await console.store.decide(found.id, "refused")
    console.news.tell("heals")
    return said("Refused: the step stays as it is, and this is not proposed again. It can be taken back here.")


@needs(Act.REVIEW)
async def back(request: Request) -> Response:
    """Take back what was decided: one that was refused waits again, one in force goes out of the recording."""
    console, found = console_of(request), await _asked(request)
    standing = await _standing(console, found)
    check_undecidable(found, standing)
    request.state.noted = {"was": standing}
    if standing == "accepted":
        await asyncio.to_thread(reverted, found, folder_of(found, console.recordings))
        await console.store.decide(found.id, "accepted")
        words = "Taken back: the recording looks for the old target again."
    else:
        await console.store.decide(found.id, "proposed")
        words = "Taken back: it waits for a decision again."
    console.news.tell("heals", "recordings")
    return said(words)


async def _standing(console: Console, heal: Heal) -> Standing:
    return (await asyncio.to_thread(standings, [heal], console.recordings))[heal.id]


async def _propose(console: Console, heal: Heal, shown: bytes | None = None) -> Heal:
    """Keep what a person pointed at, also where the same was refused before."""
    kept = await console.store.propose(heal, shown)
    return await console.store.decide(kept.id, "proposed") if kept.status == "refused" else kept


async def _step(request: Request) -> tuple[Trace, int, StepRecord, Recording]:
    console, number = console_of(request), int(request.path_params["number"])
    trace = await console.store.trace(request.path_params["trace_id"])
    record = trace.steps[number - 1] if 0 < number <= len(trace.steps) else None
    recording = await console.demonstrations.of(trace)
    if record is None or not record.choices or recording is None:
        raise EditRefusedError("There is nothing to point at in this step.", "Its recording may be gone by now.")
    return trace, number, record, recording


async def _choice(request: Request) -> int:
    given = str((await request.form(max_files=0, max_fields=3)).get("choice", ""))
    return int(given) if given.isascii() and given.isdigit() and len(given) < 4 else -1


async def _recording(console: Console, heal: Heal) -> Recording | None:
    """What a proposal is for; None where it cannot be had any more."""
    with suppress(ShowonceError):
        return await asyncio.to_thread(Recording.load, folder_of(heal, console.recordings))
    return None


async def _asked(request: Request) -> Heal:
    return await console_of(request).store.heal(_number(request.path_params["heal"]))


def _number(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise HealUnknownError(given[:40])
    return int(given)


ROUTES: tuple[BaseRoute, ...] = (
    Route("/heals", heals),
    Route("/heals/accept", accept_chosen, methods=["POST"]),
    Route("/heals/{heal}", heal),
    Route("/heals/{heal}/tried", tried),
    Route("/heals/{heal}/crop/{which}", crop),
    Route("/heals/{heal}/point", point, methods=["POST"]),
    Route("/runs/{trace_id}/point/{number:int}", unfound_step),
    Route("/runs/{trace_id}/point/{number:int}", point_in_step, methods=["POST"]),
    Route("/heals/{heal}/accept", accept, methods=["POST"]),
    Route("/heals/{heal}/refuse", refuse, methods=["POST"]),
    Route("/heals/{heal}/back", back, methods=["POST"]),
)
