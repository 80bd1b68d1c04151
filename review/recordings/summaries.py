"""What the list of recordings says of each, read from its ``recording.json`` alone and kept while that is as it was."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from recordings.errors import ShowonceError
from recordings.files import digest_of, load_document
from recordings.weak import weak_steps


@dataclass(frozen=True, slots=True)
class Summary:
    """A recording in a line; ``name`` is that of its folder, ``recording`` its own. ``weak`` are ids of steps, and
    ``version`` is its digest. Where it cannot be read, ``trouble`` says why, and all else is empty."""

    name: str
    recording: str = ""
    start: str = ""
    steps: int = 0
    inputs: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    weak: frozenset[str] = frozenset()
    version: str = ""
    trouble: str = ""


class Summaries:
    """Those of the recordings in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, tuple[tuple[int, int], Summary]] = {}

    def of(self, name: str) -> Summary:
        """The summary of one that is there."""
        try:
            stat = (self._folder / name / "recording.json").stat()
        except OSError:
            return Summary(name, trouble="It was taken away just now.")
        sign = (stat.st_mtime_ns, stat.st_size)
        known = self._known.get(name)
        if known is None or known[0] != sign:
            known = self._known[name] = (sign, _read(name, self._folder / name))
        return known[1]


def _read(name: str, folder: Path) -> Summary:
    try:
        found = load_document(folder)
    except ShowonceError as error:
        return Summary(name, trouble=f"{error.message} {error.mend}".strip())
    return Summary(
        name,
        found.name,
        found.start,
        len(found.steps),
        tuple(each.name for each in found.inputs),
        tuple(each.name for each in found.secrets),
        frozenset(weak_steps(found)),
        digest_of(found),
    )
