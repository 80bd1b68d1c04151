"""Northdesk's customers: finding, reading, entering, changing and deleting them."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demo.northdesk.customer_form import Entry, blank_entry, entry_of, read_entry
from demo.northdesk.data import SORTS
from demo.northdesk.desk import desk_of, id_in, page, posted, present, request_id_of, see_other
from demo.northdesk.records import Customer


async def listing(request: Request) -> Response:
    """Show one page of the customers that match the search."""
    query = request.query_params
    words, sort, direction = query.get("q", "").strip(), query.get("sort", ""), query.get("direction", "asc")
    sort = sort if sort in SORTS else "name"
    number = int(query["page"]) if query.get("page", "").isdecimal() else 1
    found = desk_of(request).database.search_customers(words, sort, direction == "desc", number)

    def url(**changes: object) -> str:
        kept = {"q": words, "sort": sort, "direction": direction, "page": found.number}
        return "/customers?" + urlencode(kept | changes)

    shown = {"found": found, "words": words, "sort": sort, "direction": direction}
    return page(request, "customers.html", columns=list(SORTS), url=url, **shown)


async def detail(request: Request) -> Response:
    """Show one customer."""
    database = desk_of(request).database
    customer = _customer(request)
    notes = [note for note in reversed(database.notes()) if note.customer_id == customer.id]
    orders = database.orders_of(customer.id)
    return page(request, "customer.html", customer=customer, notes=notes, orders=orders)


async def print_view(request: Request) -> Response:
    """Show one customer on a page for paper."""
    customer = _customer(request)
    orders = desk_of(request).database.orders_of(customer.id)
    return page(request, "customer_print.html", customer=customer, orders=orders)


async def new(request: Request) -> Response:
    """Show the empty form."""
    return _form(request, blank_entry(), None)


async def create(request: Request) -> Response:
    """Store a new customer, or show the form again with what is wrong."""
    async with posted(request) as form:
        entry = await read_entry(form)
        another = form.text("then") == "another"
    if entry.problems:
        return _form(request, entry, None, 422)
    customer_id = desk_of(request).database.add_customer(entry.columns, request_id_of(request))
    return see_other(request, "/customers/new" if another else f"/customers/{customer_id}", "saved")


async def edit(request: Request) -> Response:
    """Show the form with the stored values."""
    customer = _customer(request)
    return _form(request, entry_of(customer), customer)


async def change(request: Request) -> Response:
    """Store the changed values, or show the form again with what is wrong."""
    customer = _customer(request)
    async with posted(request) as form:
        entry = await read_entry(form)
        another = form.text("then") == "another"
    if entry.problems:
        return _form(request, entry, customer, 422)
    desk_of(request).database.change_customer(customer, entry.columns)
    return see_other(request, "/customers/new" if another else f"/customers/{customer.id}", "saved")


async def delete(request: Request) -> Response:
    """Forget one customer."""
    desk_of(request).database.delete_customer(_customer(request).id)
    return see_other(request, "/customers", "deleted")


def _customer(request: Request) -> Customer:
    return present(desk_of(request).database.customer(id_in(request)))


def _form(request: Request, entry: Entry, customer: Customer | None, status: int = 200) -> Response:
    values, problems = entry.values, entry.problems
    return page(request, "customer_form.html", status, values=values, problems=problems, customer=customer)


routes = [
    Route("/customers", listing),
    Route("/customers/new", new, methods=["GET"]),
    Route("/customers/new", create, methods=["POST"]),
    Route("/customers/{id:int}", detail),
    Route("/customers/{id:int}/print", print_view),
    Route("/customers/{id:int}/edit", edit, methods=["GET"]),
    Route("/customers/{id:int}/edit", change, methods=["POST"]),
    Route("/customers/{id:int}/delete", delete, methods=["POST"]),
]
