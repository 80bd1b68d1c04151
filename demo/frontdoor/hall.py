"""What every page of Frontdoor works with: its memory, its templates, and the person in question."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse

from demo.frontdoor import catalogue
from demo.frontdoor.data import Database
from demo.frontdoor.records import Person
from demo.serving.pages import Pages

Found = TypeVar("Found")

NEWS = {
    "received": "The document was received.",
    "valid": "The document is valid.",
    "created": "The account was created.",
    "removed": "The account was removed.",
    "payroll": "Payroll is set up.",
}
page = Pages(Path(__file__).parent, {"catalogue": catalogue, "news": NEWS})


def database_of(request: Request) -> Database:
    database: Database = request.state.database
    return database


def present(record: Found | None) -> Found:
    """Return ``record``; answer 404 if there is none."""
    if record is None:
        raise HTTPException(404)
    return record


def text_in(form: FormData, field: str) -> str:
    """The trimmed text of a field; "" if it was not posted."""
    value = form.get(field, "")
    return value.strip() if isinstance(value, str) else ""


def to_person(person: Person, news: str) -> RedirectResponse:
    """Go to a person's page, which tells the news."""
    return RedirectResponse(f"/people/{person.id}?news={news}", status_code=303)
