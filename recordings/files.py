"""Recordings on disk, and the only I/O of this package: a folder with ``recording.json`` beside its evidence.

recording.json     readable, stable order of keys, nothing empty written
gestures.jsonl     one line a step: the raw input as it was done
crops/ pages/ files/   targets' pictures, pages before each step, uploaded files
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from pydantic import TypeAdapter, ValidationError

from recordings.document import without_empty
from recordings.errors import RecordingUnreadableError, RecordingVersionError
from recordings.recording import FORMAT, Gesture, Recording

_GESTURES = TypeAdapter(tuple[Gesture, ...])
_FOLDERS = ("crops", "pages", "files")
_UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


def as_json(recording: Recording) -> str:
    """The text of ``recording.json``: two spaces, keys in the models' order, non-ASCII as it is."""
    return json.dumps(without_empty(recording.model_dump(mode="json")), indent=2, ensure_ascii=False) + "\n"


def save_recording(recording: Recording, folder: Path) -> Path:
    """Write beside ``folder`` first and swap at the end, so a full disk leaves the old recording whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _write(recording, fresh)
        _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder


def load_recording(folder: Path) -> Recording:
    """Read a recording, bringing older formats up to date."""
    data = _read_json(folder)
    found = data.get("format")
    if not isinstance(found, int) or not 1 <= found <= FORMAT:
        raise RecordingVersionError(folder, found, FORMAT)
    for version in range(found, FORMAT):
        data = _UPGRADES[version](data)
    for given in ("gestures", "files"):
        if given in data:
            raise RecordingUnreadableError(
                folder, f"recording.json has a field '{given}' that stands in files of its own"
            )
    try:
        return Recording.model_validate({**data, "gestures": _read_gestures(folder), "files": _read_files(folder)})
    except (ValidationError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordingUnreadableError(folder, _reason(error)) from error


def _write(recording: Recording, folder: Path) -> None:
    (folder / "recording.json").write_text(as_json(recording), encoding="utf-8")
    if recording.gestures:
        lines = (
            json.dumps({"step": step, "gestures": without_empty(_GESTURES.dump_python(gestures, mode="json"))})
            for step, gestures in recording.gestures.items()
        )
        (folder / "gestures.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, content in recording.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _swap(fresh: Path, folder: Path) -> None:
    old = folder.with_name(f".{folder.name}-old-{os.getpid()}")
    if folder.exists():
        folder.rename(old)
    fresh.chmod(0o755)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _read_json(folder: Path) -> dict[str, Any]:
    try:
        data = json.loads((folder / "recording.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RecordingUnreadableError(folder, "there is no recording.json") from error
    except (OSError, ValueError) as error:
        raise RecordingUnreadableError(folder, f"recording.json: {error}") from error
    if not isinstance(data, dict):
        raise RecordingUnreadableError(folder, "recording.json is not an object")
    return data


def _read_gestures(folder: Path) -> dict[str, tuple[Gesture, ...]]:
    path = folder / "gestures.jsonl"
    if not path.exists():
        return {}
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return {row["step"]: _GESTURES.validate_python(row.get("gestures", ())) for row in rows}


def _read_files(folder: Path) -> dict[str, bytes]:
    paths = (path for name in _FOLDERS for path in sorted((folder / name).rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return f"{where}: {first['msg']}" if where else first["msg"]
    return f"{type(error).__name__}: {error}"
