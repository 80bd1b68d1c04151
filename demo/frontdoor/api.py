"""Frontdoor's JSON API: what is really stored, for whoever checks; no sign-in needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from demo.frontdoor.hall import database_of
from demo.frontdoor.records import Account, Document, Person


async def people(request: Request) -> JSONResponse:
    """Serve everybody, by the day they start."""
    return _records(database_of(request).people())


async def documents(request: Request) -> JSONResponse:
    """Serve every document, oldest first."""
    return _records(database_of(request).documents())


async def accounts(request: Request) -> JSONResponse:
    """Serve every account, oldest first."""
    return _records(database_of(request).accounts())


async def reset(request: Request) -> JSONResponse:
    """Go back to the seeds; sessions stay open."""
    database_of(request).reset()
    return JSONResponse({"reset": True})


def _records(records: Sequence[Person | Document | Account]) -> JSONResponse:
    return JSONResponse([asdict(record) for record in records])


routes = [
    Route("/api/people", people),
    Route("/api/documents", documents),
    Route("/api/accounts", accounts),
    Route("/api/reset", reset, methods=["POST"]),
]
