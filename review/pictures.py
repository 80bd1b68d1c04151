"""Pictures of runs and of demonstrations, asked for by digest alone, and kept by the browser for good."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from recordings.roles import Act
from review.answers import console_of
from review.needed import needs
from review.picture_kinds import kind_of

_DIGEST = re.compile(r"[0-9a-f]{64}")
_FOR_GOOD = "private, max-age=31536000, immutable"
_A_WHILE = "private, max-age=300"


@needs(Act.LOOK)
async def picture(request: Request) -> Response:
    """A picture that a step names; 404 where it is not kept any more, which the page says in its place."""
    digest = request.path_params["digest"]
    content = await console_of(request).store.picture(digest) if _DIGEST.fullmatch(digest) else None
    if content is None:
        return Response("The picture is not kept any more.", 404, media_type="text/plain")
    return picture_answer(content)


def picture_answer(content: bytes, *, for_good: bool = True) -> Response:
    """A picture as an answer that the browser may keep: ``for_good`` where its address says its content; what is no
    picture is not sent as one."""
    kind = kind_of(content)
    if kind is None:
        return Response("This is no picture.", 404, media_type="text/plain")
    return Response(content, media_type=kind, headers={"Cache-Control": _FOR_GOOD if for_good else _A_WHILE})
