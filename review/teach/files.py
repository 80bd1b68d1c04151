"""Files that a person gives to a live page: kept in a folder of its own, under the names that the page shall see."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from starlette.requests import Request

_MOST_FILES = 20


async def kept_files(request: Request, folder: Path) -> list[Path]:
    """The files of a request, as they lie in ``folder`` now."""
    form = await request.form(max_files=_MOST_FILES, max_fields=1)
    kept: list[Path] = []
    for number, sent in enumerate(form.getlist("file")):
        if isinstance(sent, str):
            continue
        own = folder / f"{request.path_params['ask']}-{number}"
        own.mkdir(exist_ok=True)
        place = own / _file_name(sent.filename or "")
        await asyncio.to_thread(place.write_bytes, await sent.read())
        kept.append(place)
    return kept


def _file_name(given: str) -> str:
    """The file's name as the page shall see it: no path of whoever sent it."""
    name = re.sub(r"[\x00-\x1f]", "", given.replace("\\", "/").rpartition("/")[2]).strip()
    return name[-120:] if name.strip(".") else "file"
