"""Frontdoor's documents: handing one in, reviewing what it says, and judging it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demo.frontdoor.catalogue import KINDS
from demo.frontdoor.checks import Check, checks_of, reason_of
from demo.frontdoor.hall import database_of, page, present, text_in, to_person
from demo.frontdoor.records import Document

_BLANK = {"person": "", "kind": ""}


async def new(request: Request) -> Response:
    """Show the empty form."""
    return _form(request, _BLANK, {})


async def hand_in(request: Request) -> Response:
    """Keep a document, or show the form again with what is wrong."""
    database = database_of(request)
    async with request.form() as form:
        values = {field: text_in(form, field) for field in _BLANK}
        file = form.get("file")
        content = await file.read() if isinstance(file, UploadFile) else b""
        file_name = file.filename or "" if isinstance(file, UploadFile) else ""
    person = database.person_called(values["person"])
    checks = {
        "person": (person is not None, "Nobody is called so."),
        "kind": (values["kind"] in KINDS, "Say what it is."),
        "file": (bool(content), "Choose a file that is not empty."),
    }
    problems = {field: message for field, (fine, message) in checks.items() if not fine}
    if person is None or problems:
        return _form(request, values, problems, 422)
    database.hand_in(person.id, values["kind"], file_name, content)
    return to_person(person, "received")


async def review(request: Request) -> Response:
    """Show what a document says, and what of that it must say."""
    document = present(database_of(request).document(request.path_params["id"]))
    return page(request, "review.html", document=document, checks=_checks(document))


async def validate(request: Request) -> Response:
    """Judge a document: a valid one leads to its person, of another it is shown why it is rejected."""
    database = database_of(request)
    document = present(database.document(request.path_params["id"]))
    checks = _checks(document)
    database.judge(document, reason_of(checks))
    if not reason_of(checks):
        return to_person(present(database.person(document.person_id)), "valid")
    judged = present(database.document(document.id))
    return page(request, "review.html", 422, document=judged, checks=checks)


def _checks(document: Document) -> tuple[Check, ...]:
    return checks_of(document.kind, document.person, document.text, datetime.now(UTC).date())


def _form(request: Request, values: Mapping[str, str], problems: Mapping[str, str], status: int = 200) -> Response:
    people = database_of(request).people()
    return page(request, "hand_in.html", status, values=values, problems=problems, people=people)


routes = [
    Route("/documents/new", new, methods=["GET"]),
    Route("/documents/new", hand_in, methods=["POST"]),
    Route("/documents/{id:int}", review, methods=["GET"]),
    Route("/documents/{id:int}/validate", validate, methods=["POST"]),
]
