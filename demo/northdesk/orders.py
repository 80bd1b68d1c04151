"""Northdesk's orders: reading and cancelling them, and the wizard that places them step by step."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demo.northdesk.catalogue import ORDER_STATUSES, PRODUCTS
from demo.northdesk.customer_form import is_date
from demo.northdesk.data import Database
from demo.northdesk.desk import desk_of, id_in, page, posted, present, request_id_of, see_other
from demo.northdesk.records import Customer, OrderDraft

_BLANK = {"customer": "", "product": "", "quantity": "1"}
_MOST_AT_ONCE = 999


async def listing(request: Request) -> Response:
    """Show the orders that match the search."""
    query = request.query_params
    words, status = query.get("search_orders", "").strip(), query.get("order_status", "")
    status = status if status in ORDER_STATUSES else ""
    orders = desk_of(request).database.orders(words, status)
    return page(request, "orders.html", orders=orders, words=words, status=status)


async def detail(request: Request) -> Response:
    """Show one order."""
    return page(request, "order.html", order=present(desk_of(request).database.order(id_in(request))))


async def cancel(request: Request) -> Response:
    """Cancel an order that has not left yet."""
    database = desk_of(request).database
    order = present(database.order(id_in(request)))
    if order.status == "placed":
        database.update("orders", order.id, {"status": "cancelled"})
    return see_other(request, f"/orders/{order.id}", "order_cancelled")


async def items(request: Request) -> Response:
    """Show the wizard's first step."""
    customer = desk_of(request).database.customer(_number(request.query_params.get("customer", "")))
    return _items(request, _BLANK | {"customer": _name(customer) if customer else ""}, {})


async def take_items(request: Request) -> Response:
    """Begin a draft with what and for whom, and go on to delivery."""
    database = desk_of(request).database
    async with posted(request) as form:
        values = {field: form.text(field) for field in _BLANK}
    matching = _customers_called(database, values["customer"])
    problems = _item_problems(values, matching)
    if problems:
        return _items(request, values, problems, 422)
    draft_id = database.insert(
        "drafts",
        {
            "customer_id": matching[0].id,
            "customer_name": matching[0].full_name,
            "product": values["product"],
            "quantity": _number(values["quantity"]),
        },
    )
    return see_other(request, f"/orders/new/{draft_id}/delivery")


async def delivery(request: Request) -> Response:
    """Show the wizard's second step."""
    return page(request, "order_delivery.html", draft=_draft(request), problems={})


async def take_delivery(request: Request) -> Response:
    """Add when and how to the draft; place it, or go on to review where the release has that step."""
    desk, draft = desk_of(request), _draft(request)
    async with posted(request) as form:
        ticked = form.ticked("gift_wrap")
        columns = {"delivery_date": form.text("delivery_date"), "comment": form.text("comment")}
    desk.database.update("drafts", draft.id, columns | {"gift_wrap": ticked})
    if not is_date(columns["delivery_date"]):
        problems = {"delivery_date": "Enter a date."}
        return page(request, "order_delivery.html", 422, draft=_draft(request), problems=problems)
    if "review" in desk.version.order_steps:
        return see_other(request, f"/orders/new/{draft.id}/review")
    return _place(request)


async def review(request: Request) -> Response:
    """Show the draft as it will be placed."""
    return page(request, "order_review.html", draft=_draft(request))


async def take_review(request: Request) -> Response:
    """Place the reviewed draft."""
    return _place(request)


def _place(request: Request) -> Response:
    order_id = desk_of(request).database.place(_draft(request), request_id_of(request))
    return see_other(request, f"/orders/{order_id}", "order_placed")


def _draft(request: Request) -> OrderDraft:
    return present(desk_of(request).database.draft(id_in(request)))


def _items(request: Request, values: Mapping[str, str], problems: Mapping[str, str], status: int = 200) -> Response:
    names = [_name(customer) for customer in desk_of(request).database.customers()]
    return page(request, "order_items.html", status, values=values, problems=problems, names=names)


def _customers_called(database: Database, words: str) -> list[Customer]:
    wanted = words.casefold()
    return [
        customer
        for customer in database.customers()
        if wanted in (customer.full_name.casefold(), _name(customer).casefold())
    ]


def _item_problems(values: Mapping[str, str], matching: list[Customer]) -> dict[str, str]:
    problems = {}
    if len(matching) != 1:
        problems["customer"] = "Several customers are called that." if matching else "Choose a customer."
    if values["product"] not in PRODUCTS:
        problems["product"] = "Choose a product."
    if not 1 <= _number(values["quantity"]) <= _MOST_AT_ONCE:
        problems["quantity"] = f"Enter a number from 1 to {_MOST_AT_ONCE}."
    return problems


def _name(customer: Customer) -> str:
    return f"{customer.full_name}, {customer.company}" if customer.company else customer.full_name


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


routes = [
    Route("/orders", listing),
    Route("/orders/new", items, methods=["GET"]),
    Route("/orders/new", take_items, methods=["POST"]),
    Route("/orders/new/{id:int}/delivery", delivery, methods=["GET"]),
    Route("/orders/new/{id:int}/delivery", take_delivery, methods=["POST"]),
    Route("/orders/new/{id:int}/review", review, methods=["GET"]),
    Route("/orders/new/{id:int}/review", take_review, methods=["POST"]),
    Route("/orders/{id:int}", detail),
    Route("/orders/{id:int}/cancel", cancel, methods=["POST"]),
]
