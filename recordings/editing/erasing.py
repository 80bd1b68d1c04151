"""A person taken out of a recording: out of its words, values and elements, with all pictures, pages and keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from recordings.files import as_json, contents_of, recording_of
from recordings.recording import Recording
from recordings.subject import Subject

_SHOWN = ("picture", "dom", "crop")
_SHOWS = ("scene", "changes")
_KEYS = ("key_down", "key_up")


def says(recording: Recording, subject: Subject) -> bool:
    """Whether a recording says it, in its document or in a file of it that is text."""
    if subject.stands_in(as_json(recording)):
        return True
    return any(subject.in_bytes(content) for name, content in contents_of(recording).items() if name.endswith(".html"))


def without_subject(recording: Recording, subject: Subject) -> Recording:
    """The recording without the person. Pictures and pages go all, as what they show cannot be known, and the keys that
    were pressed; elements are found by what is left of them.

    Raises:
        RecordingUnreadableError: It would be none any more: a name that steps use held it.
    """
    data = _cleaned(json.loads(as_json(recording)), subject)
    gestures = {
        step: tuple(gesture for gesture in given if gesture.type not in _KEYS)
        for step, given in recording.gestures.items()
    }
    files = {
        name: content
        for name, content in recording.files.items()
        if not name.startswith(("crops/", "pages/")) and not subject.in_bytes(content)
    }
    return recording_of(data, gestures, files, Path(recording.name))


def _cleaned(value: Any, subject: Subject) -> Any:
    if isinstance(value, list):
        return [_cleaned(item, subject) for item in value if not _finds_by(item, subject)]
    if isinstance(value, dict):
        kept = {name: item for name, item in value.items() if name not in (*_SHOWN, *_SHOWS)}
        return {name: _cleaned(item, subject) for name, item in kept.items()}
    return subject.without(value) if isinstance(value, str) else value


def _finds_by(item: Any, subject: Subject) -> bool:
    """Whether it is a selector that is made of it, which would find nothing any more."""
    if not isinstance(item, dict) or item.get("kind") not in _SELECTORS:
        return False
    return subject.stands_in(f"{item.get('value', '')} {item.get('name', '')}")


_SELECTORS = ("test_id", "role", "label", "placeholder", "css", "xpath")
