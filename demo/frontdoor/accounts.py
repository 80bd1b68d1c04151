"""Frontdoor's accounts: creating and removing one, and payroll, which is allowed only when all else is there."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demo.frontdoor.catalogue import CRITICAL, KINDS, OTHERS, SYSTEMS
from demo.frontdoor.data import Database, handle_of
from demo.frontdoor.hall import database_of, page, present, text_in, to_person
from demo.frontdoor.records import Person

_BLANK = {"person": "", "system": ""}


async def new(request: Request) -> Response:
    """Show the empty form."""
    return _form(request, "account.html", _BLANK, {})


async def create(request: Request) -> Response:
    """Create an account that pays nothing, or show the form again with what is wrong."""
    database = database_of(request)
    async with request.form() as form:
        values = {field: text_in(form, field) for field in _BLANK}
    person, system = database.person_called(values["person"]), values["system"]
    problems = {} if system in OTHERS else {"system": "Choose a system."}
    if person is None:
        problems["person"] = "Nobody is called so."
    elif system in database.accounts_of(person):
        problems["system"] = f"{person.name} has this account already."
    if person is None or problems:
        return _form(request, "account.html", values, problems, 422)
    database.create_account(person.id, system, handle_of(person.name, system))
    return to_person(person, "created")


async def remove(request: Request) -> Response:
    """Take an account of a person away again."""
    database = database_of(request)
    account = present(database.account(request.path_params["id"]))
    database.remove_account(account.id)
    return to_person(present(database.person(account.person_id)), "removed")


async def payroll(request: Request) -> Response:
    """Show the form that sets payroll up."""
    return _form(request, "payroll.html", {"person": ""}, {})


async def start_payroll(request: Request) -> Response:
    """Set payroll up for a person, or answer with what is missing."""
    database = database_of(request)
    async with request.form() as form:
        name = text_in(form, "person")
    person = database.person_called(name)
    if person is None:
        return _form(request, "payroll.html", {"person": name}, {"person": "Nobody is called so."}, 422)
    missing = missing_for_payroll(database, person)
    if missing:
        return page(request, "refused.html", 409, person=person, missing=missing)
    database.create_account(person.id, CRITICAL, handle_of(person.name, CRITICAL))
    return to_person(person, "payroll")


def missing_for_payroll(database: Database, person: Person) -> list[str]:
    """Why payroll cannot be set up yet, in words; [] where it can."""
    documents, accounts = database.documents_of(person), database.accounts_of(person)
    valid = {kind for kind, document in documents.items() if document.status == "valid"}
    missing = [f"{KINDS[kind]}: not valid yet" for kind in KINDS if kind not in valid]
    missing += [f"{SYSTEMS[system]}: no account yet" for system in OTHERS if system not in accounts]
    return [*missing, "Payroll: set up already"] if CRITICAL in accounts else missing


def _form(
    request: Request, template: str, values: Mapping[str, str], problems: Mapping[str, str], status: int = 200
) -> Response:
    people = database_of(request).people()
    return page(request, template, status, values=values, problems=problems, people=people)


routes = [
    Route("/accounts/new", new, methods=["GET"]),
    Route("/accounts/new", create, methods=["POST"]),
    Route("/accounts/{id:int}/remove", remove, methods=["POST"]),
    Route("/payroll", payroll, methods=["GET"]),
    Route("/payroll", start_payroll, methods=["POST"]),
]
