"""Northdesk's JSON API: what is really stored, for whoever checks; no sign-in needed."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from json import JSONDecodeError
from typing import Any, TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from demo.northdesk.desk import desk_of, id_in, request_id_of
from demo.northdesk.records import Customer, Invoice, LogLine, Note, Order, Ticket
from demo.northdesk.seeds import Columns

Record: TypeAlias = Order | Invoice | Note | Ticket | LogLine


async def customers(request: Request) -> JSONResponse:
    """Serve every customer, by id."""
    return JSONResponse([_shown(customer) for customer in desk_of(request).database.customers()])


async def customer(request: Request) -> JSONResponse:
    """Serve one customer."""
    found = desk_of(request).database.customer(id_in(request))
    return JSONResponse(_shown(found)) if found else _refusal("No such customer.", 404)


async def orders(request: Request) -> JSONResponse:
    """Serve every order, newest first."""
    return _records(desk_of(request).database.orders())


async def invoices(request: Request) -> JSONResponse:
    """Serve every invoice, newest first."""
    return _records(desk_of(request).database.invoices())


async def notes(request: Request) -> JSONResponse:
    """Serve every note, oldest first."""
    return _records(desk_of(request).database.notes())


async def tickets(request: Request) -> JSONResponse:
    """Serve every ticket, oldest first."""
    return _records(desk_of(request).database.tickets())


async def dump(request: Request) -> JSONResponse:
    """Serve all that stands, to compare before and after: a cancelled order and what was deleted are as if never made.

    Rows that come and go take numbers with them, which those that stay do not show.
    """
    database = desk_of(request).database
    standing: dict[str, Sequence[Record]] = {
        "orders": [order for order in database.orders() if order.status != "cancelled"],
        "invoices": database.invoices(),
        "notes": database.notes(),
        "tickets": database.tickets(),
    }
    tables = {name: [asdict(record) for record in records] for name, records in standing.items()}
    return JSONResponse({"customers": [_shown(customer) for customer in database.customers()], **tables})


async def log(request: Request) -> JSONResponse:
    """Serve every request that was not a GET since the last reset, in order of arrival."""
    return _records(desk_of(request).database.log())


async def add_note(request: Request) -> JSONResponse:
    """Store a note ``{"text": ...}`` on a customer and serve it."""
    database, customer_id = desk_of(request).database, id_in(request)
    try:
        body = await request.json()
    except JSONDecodeError:
        return _refusal("Send JSON.", 400)
    text = body.get("text") if isinstance(body, dict) else None
    if database.customer(customer_id) is None:
        return _refusal("No such customer.", 404)
    if not isinstance(text, str) or not text.strip():
        return _refusal("Write something first.", 422)
    columns: Columns = {
        "customer_id": customer_id,
        "text": text.strip(),
        "written_at": datetime.now(UTC).isoformat(sep=" ", timespec="minutes")[:16],
        "created_by_request": request_id_of(request),
    }
    return JSONResponse({"id": database.insert("notes", columns), **columns}, status_code=201)


async def reset(request: Request) -> JSONResponse:
    """Go back to the seeds and an empty log; sessions stay open."""
    desk_of(request).database.reset()
    return JSONResponse({"reset": True})


def _records(records: Sequence[Record]) -> JSONResponse:
    return JSONResponse([asdict(record) for record in records])


def _shown(customer: Customer) -> dict[str, Any]:
    fields = asdict(customer)
    contract = {part: fields.pop(f"contract_{part}") for part in ("name", "size", "sha256")}
    fields["contract"] = contract if contract["name"] else None
    return fields | {"pin_set": customer.pin_sha256 is not None}


def _refusal(problem: str, status: int) -> JSONResponse:
    return JSONResponse({"problem": problem}, status_code=status)


routes = [
    Route("/api/customers", customers),
    Route("/api/customers/{id:int}", customer),
    Route("/api/customers/{id:int}/notes", add_note, methods=["POST"]),
    Route("/api/orders", orders),
    Route("/api/invoices", invoices),
    Route("/api/notes", notes),
    Route("/api/tickets", tickets),
    Route("/api/dump", dump),
    Route("/api/log", log),
    Route("/api/reset", reset, methods=["POST"]),
]
