"""Frontdoor's people: all who begin soon, and all that there is of one of them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from demo.frontdoor.hall import NEWS, database_of, page, present


async def home(_request: Request) -> Response:
    """Go to the people."""
    return RedirectResponse("/people", status_code=302)


async def listing(request: Request) -> Response:
    """Show the people who are asked for, each with how far it is."""
    database = database_of(request)
    words = request.query_params.get("person", "").strip()
    people = [
        (person, database.documents_of(person), database.accounts_of(person)) for person in database.people(words)
    ]
    return page(request, "people.html", people=people, words=words)


async def detail(request: Request) -> Response:
    """Show one person's documents and accounts."""
    database = database_of(request)
    person = present(database.person(request.path_params["id"]))
    told = NEWS.get(request.query_params.get("news", ""), "")
    documents, accounts = database.documents_of(person), database.accounts_of(person)
    return page(request, "person.html", person=person, documents=documents, accounts=accounts, told=told)


routes = [
    Route("/", home),
    Route("/people", listing),
    Route("/people/{id:int}", detail),
]
