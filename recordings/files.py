"""Recordings on disk, and the only I/O of this package: a folder with ``recording.json`` beside its evidence.

recording.json     readable, stable order of keys, nothing empty written
gestures.jsonl     one line a step: the raw input as it was done
crops/ pages/ files/   targets' pictures, pages before each step, uploaded files
versions/          what edits changed, for undo: see ``recordings.versions``; ``save_recording`` alone leaves it out
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import Any

from pydantic import TypeAdapter, ValidationError

from recordings.document import without_empty
from recordings.errors import RecordingUnreadableError, RecordingVersionError
from recordings.recording import FORMAT, Gesture, Recording
from recordings.swap import clear_leftovers, restore, swap

_GESTURES = TypeAdapter(tuple[Gesture, ...])
_FOLDERS = ("crops", "pages", "files")
_LARGEST = {"recording.json": 64 * 1024**2, "gestures.jsonl": 64 * 1024**2}
_LARGEST_FILE = 256 * 1024**2
_LARGEST_ALL = 1024**3
_MOST_FILES = 20_000
"""What a demonstration of some hours comes to, several times over: a folder that holds more is none of ours."""
_UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


def as_json(recording: Recording) -> str:
    """The text of ``recording.json``: two spaces, keys in the models' order, non-ASCII as it is."""
    return json.dumps(without_empty(recording.model_dump(mode="json")), indent=2, ensure_ascii=False) + "\n"


def digest_of(recording: Recording) -> str:
    """The version of a recording: the sha256 of what stands in its ``recording.json``."""
    return sha256(as_json(recording).encode()).hexdigest()


def save_recording(recording: Recording, folder: Path, more: Callable[[Path], None] | None = None) -> Path:
    """Write beside ``folder`` first and swap at the end, so a full disk or a crash leaves the old recording whole.

    Args:
        more: Writes what else is to stand in the folder, before the swap.
    """
    place = folder.resolve()  # a link stays a link
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        _write(recording, fresh)
        if more is not None:
            more(fresh)
        swap(fresh, place)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    clear_leftovers(place)
    return folder


def load_recording(folder: Path) -> Recording:
    """Read a recording, bringing older formats up to date."""
    restore(folder)
    return recording_from(_read(folder), folder)


def load_document(folder: Path) -> Recording:
    """What stands in ``recording.json`` alone: without gestures, pictures, pages and other files.

    Raises:
        RecordingUnreadableError, RecordingVersionError: As ``load_recording`` does.
    """
    restore(folder)
    try:
        text = (folder / "recording.json").read_bytes()
    except OSError as error:
        raise RecordingUnreadableError(folder, _reason(error)) from error
    return recording_from({"recording.json": text}, folder)


def read_only(folder: Path) -> Recording:
    """Read a recording and touch nothing, not even what an interrupted save left; raises as ``load_recording``."""
    return recording_from(_read(folder), folder)


def contents_of(recording: Recording) -> dict[str, bytes]:
    """All that its folder holds, by name: ``recording.json``, ``gestures.jsonl``, and its files."""
    contents = {"recording.json": as_json(recording).encode()}
    if recording.gestures:
        lines = map(json.dumps, gesture_rows(recording))
        contents["gestures.jsonl"] = ("\n".join(lines) + "\n").encode()
    return {**contents, **recording.files}


def recording_from(contents: Mapping[str, bytes], folder: Path) -> Recording:
    """A recording of ``contents_of``; ``folder`` is named where it is not right.

    Raises:
        RecordingUnreadableError, RecordingVersionError: As ``load_recording`` does.
    """
    data = _json_of(contents, folder)
    lines = contents.get("gestures.jsonl", b"").splitlines()
    try:
        gestures = gestures_of(_loaded(line) for line in lines if line)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RecordingUnreadableError(folder, f"gestures.jsonl: {_reason(error)}") from error
    files = {name: content for name, content in contents.items() if name.partition("/")[0] in _FOLDERS}
    return recording_of(data, gestures, files, folder)


def recording_of(
    data: dict[str, Any], gestures: Mapping[str, tuple[Gesture, ...]], files: Mapping[str, bytes], folder: Path
) -> Recording:
    """A recording of what stands in its files; ``folder`` is named where it is not right."""
    found = data.get("format")
    if not isinstance(found, int) or not 1 <= found <= FORMAT:
        raise RecordingVersionError(folder, found, FORMAT)
    for version in range(found, FORMAT):
        data = _UPGRADES[version](data)
    for name in files:
        if not is_inside(name):
            raise RecordingUnreadableError(folder, f"the file name {name[:80]!r} leads out of its folder")
    for given in ("gestures", "files"):
        if given in data:
            raise RecordingUnreadableError(
                folder, f"recording.json has a field '{given}' that stands in files of its own"
            )
    try:
        return Recording.model_validate({**data, "gestures": gestures, "files": files})
    except (ValidationError, RecursionError) as error:
        raise RecordingUnreadableError(folder, _reason(error)) from error


def is_inside(name: str) -> bool:
    """Whether a file of this name stands in one of a recording's own folders, on any system."""
    parts = PurePosixPath(name).parts
    return (
        len(parts) > 1
        and parts[0] in _FOLDERS
        and not any(part == ".." for part in parts)
        and not set(name) & {"\\", "\0"}
    )


def gesture_rows(recording: Recording) -> list[dict[str, Any]]:
    """The gestures as JSON, a row a step."""
    return [
        {"step": step, "gestures": without_empty(_GESTURES.dump_python(gestures, mode="json"))}
        for step, gestures in recording.gestures.items()
    ]


def gestures_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, tuple[Gesture, ...]]:
    """The gestures by step, of ``gesture_rows``."""
    return {row["step"]: _GESTURES.validate_python(row.get("gestures", ())) for row in rows}


def _write(recording: Recording, folder: Path) -> None:
    for name, content in contents_of(recording).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _read(folder: Path) -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    left = _LARGEST_ALL
    try:
        for path in _files_in(folder):
            name = path.relative_to(folder).as_posix()
            most = min(_LARGEST.get(name, _LARGEST_FILE), left)
            with path.open("rb") as file:
                whole = path.stat().st_size <= most and len(contents) < _MOST_FILES
                content = file.read(most + 1) if whole else b""
            if not whole or len(content) > most:
                raise RecordingUnreadableError(folder, f"it holds more than a recording does, at {name}")
            contents[name] = content
            left -= len(content)
    except OSError as error:
        raise RecordingUnreadableError(folder, _reason(error)) from error
    return contents


def _files_in(folder: Path) -> Iterator[Path]:
    """Its own files. A link may lead to a file of the person who reads, and out with the next copy of the recording."""
    own = (folder / name for name in ("recording.json", "gestures.jsonl"))
    evidence = (path for name in _FOLDERS for path in (folder / name, *sorted((folder / name).rglob("*"))))
    for path in (*own, *evidence):
        if path.is_symlink():
            raise RecordingUnreadableError(folder, f"{path.relative_to(folder)} is a link, which leads out of it")
        if path.is_file():
            yield path


def _json_of(contents: Mapping[str, bytes], folder: Path) -> dict[str, Any]:
    if "recording.json" not in contents:
        raise RecordingUnreadableError(folder, "there is no recording.json")
    try:
        data = _loaded(contents["recording.json"])
    except RecursionError as error:
        raise RecordingUnreadableError(folder, "recording.json is nested too deep") from error
    except ValueError as error:
        raise RecordingUnreadableError(folder, f"recording.json: {error}") from error
    if not isinstance(data, dict):
        raise RecordingUnreadableError(folder, "recording.json is not an object")
    return data


def _loaded(text: bytes) -> Any:
    return json.loads(text.decode("utf-8"), parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        if first["msg"].startswith("Value error, block"):
            return f"{first['msg']}; mend 'blocks' in recording.json, or take that block out of it"
        return f"{where}: {first['msg']}" if where else first["msg"]
    return f"{type(error).__name__}: {error}"
