"""The console's own scripts and styles, read once; no path of a request ever touches the disk."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from recordings.roles import Act
from review.needed import needs

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
# Its address changes with its content.
_FOR_GOOD = "private, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    content: bytes
    kind: str
    sign: str


@cache
def assets() -> dict[str, Asset]:
    """All of them, by name."""
    found = sorted(path for path in _FOLDER.iterdir() if path.suffix in _TYPES)
    return {path.name: _asset(path) for path in found}


def asset_address(name: str) -> str:
    """Where a page asks for one."""
    return f"/static/{name}?v={assets()[name].sign}"


@needs(Act.LOOK)
async def asset(request: Request) -> Response:
    """One of them."""
    name = request.path_params.get("name", "console.css")
    found = assets().get(name)
    if found is None:
        return Response("There is no such file.", 404)
    return Response(found.content, media_type=found.kind, headers={"Cache-Control": _FOR_GOOD})


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    return Asset(content, _TYPES[path.suffix], sha256(content).hexdigest()[:12])
