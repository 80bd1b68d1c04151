"""Northdesk wired together: options in, a Starlette application out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware

from demo.northdesk import api, customers, invoices, orders, pages, support
from demo.northdesk.data import open_database
from demo.northdesk.desk import Desk, load_templates
from demo.northdesk.gate import Gate
from demo.northdesk.options import Options, Ui
from demo.northdesk.versions import Version

__all__ = ["Options", "Ui", "create_app"]


def create_app(options: Options) -> Starlette:
    """Return the application; its database opens and closes with the application's lifespan."""
    version = Version(options.ui)
    templates = load_templates(version)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[dict[str, Desk]]:
        with open_database(options.database) as database:
            yield {"desk": Desk(options, version, templates, database)}

    rooms = (pages, customers, orders, invoices, support, api)
    return Starlette(
        routes=[route for room in rooms for route in room.routes],
        middleware=[Middleware(Gate)],
        exception_handlers={404: pages.not_found},
        lifespan=lifespan,
    )
