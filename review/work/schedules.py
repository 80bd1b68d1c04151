"""Schedules: when each is due, what came of it, and new ones."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from recordings.errors import CouldNotStartError
from recordings.roles import Act
from recordings.schedule import Schedule
from review.answers import console_of, is_owner, page, said
from review.needed import needs
from review.picture_choice import pictures_asked
from review.sessions import session_chosen
from review.work.acts import NewSchedule

_FIELDS = ("name", "recording", "data", "cron", "tz", "key", "probe")


@needs(Act.LOOK)
async def schedules(request: Request) -> Response:
    """All of them, and a form for one more."""
    console = console_of(request)
    kept = await console.store.schedules.all()
    told = [(Schedule.model_validate(each.document), each.next_at) for each in kept]
    return page(
        request,
        "work/schedules.html",
        schedules=told,
        recordings=console.demonstrations.names(),
        agents=console.work.agents,
        sessions=await console.work.sessions(),
    )


@needs(Act.EDIT)
async def add(request: Request) -> Response:
    """One more."""
    form = await request.form(max_files=0, max_fields=16)
    given = {name: str(form.get(name, ""))[:1000] for name in _FIELDS}
    names = console_of(request).demonstrations.names()
    for name in (given["recording"], *filter(None, [given["probe"]])):
        if name not in names:
            raise CouldNotStartError(f"There is no recording '{name}'.", "Choose one of the list.")
    agents = str(form.get("agents", ""))
    wanted = NewSchedule(
        **given,
        session=session_chosen(form),
        agents=min(64, max(1, int(agents))) if agents.isascii() and agents.isdigit() and len(agents) < 4 else 4,
        skip_bad="skip_bad" in form,
        overlap="overlap" in form,
        columns=columns_said(str(form.get("columns", ""))[:10_000]),
        pictures=pictures_asked(form, "failure"),
        missed="catch-up" if "catch_up" in form else "skip",
        confined=not is_owner(request),
    )
    await console_of(request).work.add_schedule(wanted)
    console_of(request).news.tell("schedules")
    return said(f"Schedule {given['name']} is kept.")


def columns_said(text: str) -> dict[str, str]:
    """Which column is which input, a line each: ``E-mail = email``.

    Raises:
        CouldNotStartError: A line says something else.
    """
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        column, _, name = (part.strip() for part in line.rpartition("="))
        if not column or not name:
            raise CouldNotStartError(f"'{line[:80]}' says no column and input.", "Write each so: E-mail = email")
        found[column] = name
    return found


@needs(Act.EDIT)
async def remove(request: Request) -> Response:
    """Take one away."""
    console, name = console_of(request), request.path_params["name"]
    if not await console.store.schedules.remove(name):
        return said(f"There is no schedule '{name}'.", 404, trouble=True)
    console.news.tell("schedules")
    return said(f"Schedule {name} is taken away; its batches stay.")


@needs(Act.RUN)
async def run(request: Request) -> Response:
    """Run it now."""
    console = console_of(request)
    batch = await console.work.fire(request.path_params["name"])
    console.news.tell("schedules", "batches")
    return said(f"{batch.total} rows are queued as batch {batch.id}.")


@needs(Act.RUN)
async def pause(request: Request) -> Response:
    """Have it be due no more."""
    console, name = console_of(request), request.path_params["name"]
    await console.work.pause_schedule(name)
    console.news.tell("schedules")
    return said(f"Schedule {name} is paused; a batch that it made goes on.")


@needs(Act.RUN)
async def resume(request: Request) -> Response:
    """Have it be due again."""
    console, name = console_of(request), request.path_params["name"]
    await console.work.resume_schedule(name)
    console.news.tell("schedules")
    return said(f"Schedule {name} goes on from its next time.")


ROUTES: tuple[BaseRoute, ...] = (
    Route("/schedules", schedules),
    Route("/schedules", add, methods=["POST"]),
    Route("/schedules/{name:path}/remove", remove, methods=["POST"]),
    Route("/schedules/{name:path}/run", run, methods=["POST"]),
    Route("/schedules/{name:path}/pause", pause, methods=["POST"]),
    Route("/schedules/{name:path}/resume", resume, methods=["POST"]),
)
