"""What goes on in numbers, for Prometheus: for programs with a token."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from recordings.errors import StoreUnusableError
from recordings.roles import Act
from review.answers import console_of
from review.needed import needs

_CONTENT = "text/plain; version=0.0.4; charset=utf-8"


@needs(Act.METRICS)
async def metrics(request: Request) -> Response:
    """All batches that go on; 503 while the store does not answer."""
    try:
        text = await console_of(request).work.metrics()
    except StoreUnusableError as error:
        return PlainTextResponse(f"{error}\n", 503)
    return Response(text, media_type=_CONTENT)
