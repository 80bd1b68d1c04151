"""The addresses of the room of the audit log: for admins, since it says of everybody what they did."""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from review.answers import console_of, page
from review.auditing.asked import DEEDS, FIELDS, address_of, place_of, wanted_by
from store import Store

_PAGE = 50
_MOST_FAULTS = 20


async def entries(request: Request) -> Response:
    """The list, the newest first: what is wanted of it stands in the address."""
    store, query = console_of(request).store, dict(request.query_params)
    before = place_of(query.pop("before", ""))
    found = await store.audit.page(wanted_by(query), before, _PAGE + 1)
    asked = {name: query.get(name, "") for name in FIELDS}
    return page(
        request,
        "auditing/list.html",
        entries=found[:_PAGE],
        query=asked,
        names=await store.audit.names(),
        deeds=DEEDS,
        first=address_of(asked) if before is not None else "",
        older=address_of(asked, before=str(found[_PAGE - 1].number)) if len(found) > _PAGE else "",
        filtered=any(asked.values()),
    )


async def verified(request: Request) -> Response:
    """Whether it is as it was written."""
    head, faults = await console_of(request).store.audit.verify()
    more = max(0, len(faults) - _MOST_FAULTS)
    return page(request, "auditing/verified.html", head=head, faults=faults[:_MOST_FAULTS], more=more)


async def export(request: Request) -> Response:
    """The whole log as JSON lines, the oldest first."""
    name = 'attachment; filename="audit.jsonl"'
    lines = _lines(console_of(request).store)
    return StreamingResponse(lines, media_type="application/x-ndjson", headers={"Content-Disposition": name})


async def _lines(store: Store) -> AsyncIterator[str]:
    async for entry in store.audit.each():
        yield entry.model_dump_json() + "\n"


ROUTES: tuple[BaseRoute, ...] = (
    Route("/audit", entries),
    Route("/audit/verified", verified),
    Route("/audit/log.jsonl", export),
)
