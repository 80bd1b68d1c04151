"""What every Northdesk page works with: the desk, the visitor, the posted form, and rendering."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from jinja2 import Environment, FileSystemLoader
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from demo.northdesk import catalogue
from demo.northdesk.data import Database
from demo.northdesk.options import Options
from demo.northdesk.records import Session
from demo.northdesk.versions import Version

Found = TypeVar("Found")

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Desk:
    """One running Northdesk: its options, its release of the UI, and its memory."""

    options: Options
    version: Version
    templates: Jinja2Templates
    database: Database


@dataclass(frozen=True, slots=True)
class Posted:
    """A posted form, read by what its fields mean instead of what this release calls them."""

    form: FormData
    version: Version

    def text(self, field: str) -> str:
        """Return the trimmed text of ``field`` with plain newlines; empty if it was not posted."""
        value = self.form.get(self.version.field_name(field), "")
        return value.strip().replace("\r\n", "\n") if isinstance(value, str) else ""

    def ticked(self, field: str) -> bool:
        """Return whether the checkbox ``field`` was ticked."""
        return self.version.field_name(field) in self.form

    def file(self, field: str) -> UploadFile | None:
        """Return the file chosen for ``field``, if one was."""
        value = self.form.get(self.version.field_name(field))
        return value if isinstance(value, UploadFile) and value.filename else None


def desk_of(request: Request) -> Desk:
    """Return the desk this request is at."""
    desk: Desk = request.state.desk
    return desk


def session_of(request: Request) -> Session | None:
    """Return who is signed in, if anyone."""
    session: Session | None = request.state.session
    return session


def request_id_of(request: Request) -> int | None:
    """Return the request's id in the log; None for a GET."""
    request_id: int | None = request.state.request_id
    return request_id


def id_in(request: Request) -> int:
    """Return the id in the request's path."""
    number: int = request.path_params["id"]
    return number


def present(record: Found | None) -> Found:
    """Return ``record``; answer 404 if there is none."""
    if record is None:
        raise HTTPException(404)
    return record


@asynccontextmanager
async def posted(request: Request) -> AsyncIterator[Posted]:
    """Read the posted form; uploads close on the way out."""
    async with request.form() as form:
        yield Posted(form, desk_of(request).version)


def page(request: Request, template: str, http_status: int = 200, /, **context: object) -> Response:
    """Render ``template`` as this release has it, with the visitor's pending toast."""
    desk, session = desk_of(request), session_of(request)
    toast = session.toast if session else ""
    if session and toast:
        desk.database.update("sessions", session.id, {"toast": ""})
    shared = {"toast": toast, "session": session, "path": request.url.path}
    return desk.templates.TemplateResponse(request, template, shared | context, status_code=http_status)


def see_other(request: Request, url: str, toast: str = "") -> RedirectResponse:
    """Redirect after a POST; the label ``toast`` is shown on the visitor's next page."""
    desk, session = desk_of(request), session_of(request)
    if session and toast:
        desk.database.update("sessions", session.id, {"toast": desk.version.say(toast)})
    return RedirectResponse(url, status_code=303)


def load_templates(version: Version) -> Jinja2Templates:
    """Return the templates of one release: its own, and the shared ones it does not replace."""
    loader = FileSystemLoader([_TEMPLATES / version.ui, _TEMPLATES / "shared", _TEMPLATES])
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    names: Mapping[str, object] = {
        "say": version.say,
        "field_name": version.field_name,
        "ident": version.ident,
        "hook": version.hook,
        "cls": version.cls,
        "order_steps": version.order_steps,
        "catalogue": catalogue,
    }
    environment.globals.update(names)
    return Jinja2Templates(env=environment)
