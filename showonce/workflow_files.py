"""Serves the commands of workflows: a file read, and the recordings that it names found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from workflows.load import Source
    from workflows.scope import Known
    from workflows.workflow import Workflow

FILE = Annotated[Path, typer.Argument(metavar="FILE", help="The workflow's YAML file.")]


def read_file(file: Path) -> Source:
    """Read a workflow's file; see ``workflows.load.read_workflow``."""
    from workflows.load import read_workflow

    return read_workflow(file)


def known_from(file: Path, workflow: Workflow, recordings: Path | None = None) -> Known:
    """A workflow with what it names: recordings beside it, else as everywhere: a path, or a name among the
    recordings, which are those of the settings where no others are given."""
    from recordings.names import recording_folder
    from showonce.settings import read_settings
    from workflows.gather import gathered

    place = recordings if recordings is not None else read_settings().recordings

    def find(name: str) -> Path:
        beside = file.parent / name
        return beside if (beside / "recording.json").is_file() else recording_folder(name, place)

    return gathered(workflow, file.parent, find)
