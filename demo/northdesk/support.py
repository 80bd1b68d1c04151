"""Northdesk's support: a page that frames the ticket form, and the form, which needs no sign-in."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demo.northdesk.catalogue import PRIORITIES
from demo.northdesk.desk import desk_of, id_in, page, posted, request_id_of, see_other

_BLANK = {"subject": "", "priority": "normal", "message": ""}


async def support(request: Request) -> Response:
    """Show the page around the framed form."""
    origin = desk_of(request).options.support_origin or ""
    return page(request, "support.html", form_url=f"{origin}/support/form")


async def ticket_form(request: Request) -> Response:
    """Show the empty ticket form."""
    return page(request, "support_form.html", values=_BLANK, problems={})


async def send_ticket(request: Request) -> Response:
    """Store a ticket, or show the form again with what is wrong."""
    async with posted(request) as form:
        values = {field: form.text(field) for field in _BLANK}
    problems = {field: "Please fill this in." for field in ("subject", "message") if not values[field]}
    if values["priority"] not in PRIORITIES:
        problems["priority"] = "Choose a priority."
    if problems:
        return page(request, "support_form.html", 422, values=values, problems=problems)
    columns = {**values, "created_by_request": request_id_of(request)}
    ticket_id = desk_of(request).database.insert("tickets", columns)
    return see_other(request, f"/support/form/{ticket_id}")


async def received(request: Request) -> Response:
    """Say that the ticket arrived."""
    return page(request, "support_received.html", ticket_id=id_in(request))


routes = [
    Route("/support", support),
    Route("/support/form", ticket_form, methods=["GET"]),
    Route("/support/form", send_ticket, methods=["POST"]),
    Route("/support/form/{id:int}", received),
]
