"""Files given to a page: to an input, to a chooser, or dropped as from the desktop; serves ``act``."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from mimetypes import guess_type
from pathlib import Path

from playwright.async_api import FilePayload, Page

from replayer.errors import ActionFailedError
from replayer.mouse import Control
from replayer.plan import UploadedFile

_COPY = 1


def payload(file: UploadedFile) -> FilePayload:
    """The file as Playwright takes it."""
    content = file.content if file.content is not None else file.path.read_bytes() if file.path else b""
    return {"name": file.name, "mimeType": guess_type(file.name)[0] or "application/octet-stream", "buffer": content}


async def drop_files(page: Page, control: Control, files: Sequence[UploadedFile], timeout_ms: float) -> None:
    """Drag files over the middle of the element and let them go, as events that the page trusts.

    The browser reads dropped files when the page does, from the disk: they stay there until the tab closes.

    Raises:
        ActionFailedError: The element has no box.
    """
    await control.scroll_into_view_if_needed(timeout=timeout_ms)
    box = await control.bounding_box()
    if box is None:
        raise ActionFailedError("What the files were dropped on is not to be seen.", "Record the step again.")
    folder = tempfile.TemporaryDirectory(prefix="showonce-")
    page.on("close", lambda _: folder.cleanup())
    data = {"items": [], "files": _on_disk(files, Path(folder.name)), "dragOperationsMask": _COPY}
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = await page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        await session.send("Input.dispatchDragEvent", {"type": kind, "x": x, "y": y, "data": data})
    await session.detach()


def _on_disk(files: Sequence[UploadedFile], folder: Path) -> list[str]:
    paths = []
    for number, file in enumerate(files):
        path = folder / str(number) / file.name
        path.parent.mkdir()
        path.write_bytes(payload(file)["buffer"])
        paths.append(str(path))
    return paths
