"""``showonce inspect``: what a recording would do, told without doing any of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def inspect(
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="The recording's folder, or its name.")],
) -> None:
    """Tell what a recording would do: where it acts, what it types, uploads and sends, and what is odd about it.

    It opens no browser and no connection, and changes nothing, so a recording from a stranger can be looked at.

    The exit code is 0 if the recording can be read, 2 if it cannot.

    Example: showonce inspect ~/Downloads/pay-invoice
    """
    from recordings.files import read_only
    from recordings.names import recording_folder
    from showonce.inspect_view import inspected
    from showonce.settings import read_settings
    from showonce.terminal import screen

    path = Path(folder).expanduser()
    if not path.is_dir():
        path = recording_folder(folder, read_settings().recordings)
    screen().print(inspected(read_only(path)))
