"""Schedules: when each is due, what came of it, and new ones."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from recordings.errors import CouldNotStartError
from recordings.schedule import Schedule
from review.answers import console_of, page, said
from review.work.acts import NewSchedule

_FIELDS = ("name", "recording", "data", "cron", "tz")


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
    )


async def add(request: Request) -> Response:
    """One more."""
    form = await request.form(max_files=0, max_fields=10)
    given = {name: str(form.get(name, ""))[:1000] for name in _FIELDS}
    if given["recording"] not in console_of(request).demonstrations.names():
        raise CouldNotStartError(f"There is no recording '{given['recording']}'.", "Choose one of the list.")
    agents = str(form.get("agents", ""))
    wanted = NewSchedule(
        **given,
        agents=min(64, max(1, int(agents))) if agents.isascii() and agents.isdigit() and len(agents) < 4 else 4,
        skip_bad="skip_bad" in form,
        overlap="overlap" in form,
        missed="catch-up" if "catch_up" in form else "skip",
    )
    await console_of(request).work.add_schedule(wanted)
    console_of(request).news.tell("schedules")
    return said(f"Schedule {given['name']} is kept.")


async def act(request: Request) -> Response:
    """Take one away, or run it now."""
    console, name = console_of(request), request.path_params["name"]
    match request.path_params["act"]:
        case "remove":
            if not await console.store.schedules.remove(name):
                return said(f"There is no schedule '{name}'.", 404, trouble=True)
            words = f"Schedule {name} is taken away; its batches stay."
        case "run":
            batch = await console.work.fire(name)
            words = f"{batch.total} rows are queued as batch {batch.id}."
        case _:
            return said("That cannot be done with a schedule.", 404, trouble=True)
    console.news.tell("schedules", "batches")
    return said(words)


ROUTES: tuple[BaseRoute, ...] = (
    Route("/schedules", schedules),
    Route("/schedules", add, methods=["POST"]),
    Route("/schedules/{name}/{act}", act, methods=["POST"]),
)
