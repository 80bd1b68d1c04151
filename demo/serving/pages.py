"""Rendering pages of an application that has its templates and static files in folders beside its code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates


class Pages:
    """The pages of one application.

    Args:
        folder: Holds ``templates/`` and ``static/``.
        words: What every template knows.
        filters: How templates write values.
    """

    def __init__(
        self, folder: Path, words: Mapping[str, object], filters: Mapping[str, Callable[..., str]] | None = None
    ) -> None:
        loader = FileSystemLoader(folder / "templates")
        environment = Environment(
            loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
        )
        environment.globals.update(words)
        environment.filters.update(filters or {})
        self._templates = Jinja2Templates(env=environment)
        self.static = Mount("/static", StaticFiles(directory=folder / "static"))

    def __call__(self, request: Request, template: str, http_status: int = 200, /, **context: Any) -> Response:
        """Render a template; it knows who is signed in as ``user``."""
        shared = {"user": getattr(request.state, "user", ""), "path": request.url.path}
        return self._templates.TemplateResponse(request, template, shared | context, status_code=http_status)
