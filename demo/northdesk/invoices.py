"""Northdesk's invoices: filtering them, marking them paid, and taking them away as CSV."""

import csv
import io

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from demo.northdesk.catalogue import INVOICE_STATUSES
from demo.northdesk.desk import desk_of, id_in, page, present


async def listing(request: Request) -> Response:
    """Show the invoices with the wanted status."""
    status = _wanted_status(request)
    return page(request, "invoices.html", invoices=desk_of(request).database.invoices(status), status=status)


async def mark_paid(request: Request) -> Response:
    """Mark one invoice paid; the page's script shows the answer in the row."""
    database = desk_of(request).database
    invoice = present(database.invoice(id_in(request)))
    database.update("invoices", invoice.id, {"status": "paid"})
    return JSONResponse({"id": invoice.id, "status": "paid", "shown": INVOICE_STATUSES["paid"]})


async def export(request: Request) -> Response:
    """Serve the invoices with the wanted status as a CSV download."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["number", "customer", "issued_on", "amount", "status"])
    for invoice in desk_of(request).database.invoices(_wanted_status(request)):
        amount = f"{invoice.amount_cents / 100:.2f}"
        writer.writerow([invoice.number, invoice.customer_name, invoice.issued_on, amount, invoice.status])
    headers = {"Content-Disposition": 'attachment; filename="northdesk-invoices.csv"'}
    return Response(text.getvalue(), media_type="text/csv", headers=headers)


def _wanted_status(request: Request) -> str:
    status = request.query_params.get("status", "")
    return status if status in INVOICE_STATUSES else ""


routes = [
    Route("/invoices", listing),
    Route("/invoices/export.csv", export),
    Route("/invoices/{id:int}/paid", mark_paid, methods=["POST"]),
]
