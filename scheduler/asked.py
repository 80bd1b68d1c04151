"""What a run for many rows is made of, read and checked before anything runs: the recording, the probe, the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from recordings.batch import BatchSettings
from recordings.recording import Recording
from recordings.schedule import Schedule
from replayer.plan import plan_of
from replayer.secrets import SecretSource
from scheduler.rows import KeyMissingError, Row, read_rows, usable


@dataclass(frozen=True, slots=True)
class Asked:
    """A recording, and the rows that it is to be run for."""

    recording: Recording
    probe: Recording | None
    rows: tuple[Row, ...]


def asked_by(schedule: Schedule) -> Asked:
    """Read what a schedule asks for, as it is now.

    Raises:
        CouldNotStartError: Something of it cannot be used.
    """
    recording = Recording.load(schedule.recording)
    probe = Recording.load(schedule.probe) if schedule.probe else None
    known_key(schedule.key, recording)
    read = read_rows(Path(schedule.data), recording, schedule.columns, from_disk=schedule.settings.from_disk)
    asked = Asked(recording, probe, usable(schedule.data, read, skip_bad=schedule.skip_bad))
    check_plans(asked, schedule.settings, [lambda _: ""])
    return asked


def known_key(key: str, recording: Recording) -> str:
    """The input that tells rows apart.

    Raises:
        KeyMissingError: The recording has no such input.
    """
    names = sorted(item.name for item in recording.inputs)
    if key and key not in names:
        raise KeyMissingError(f"--key: the recording has no input '{key}'.", f"It has: {', '.join(names) or 'none'}.")
    return key


def check_plans(asked: Asked, settings: BatchSettings, sources: Sequence[SecretSource]) -> None:
    """Make the plans of the first row with each of these sources of secrets, so that what is missing is said.

    Raises:
        CouldNotStartError: The recording or the probe cannot be run so.
    """
    values, at = asked.rows[0].values, settings.base_url or None
    for secrets in sources:
        plan_of(asked.recording, values, at, secrets, from_disk=settings.from_disk)
        if asked.probe is not None:
            plan_of(asked.probe, _theirs(asked.probe, values), at, secrets, from_disk=settings.from_disk)


def _theirs(probe: Recording, values: Mapping[str, str]) -> dict[str, str]:
    known = {item.name for item in probe.inputs}
    return {name: value for name, value in values.items() if name in known}
