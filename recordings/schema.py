"""The JSON Schema of ``recording.json``, for editors and other programs: ``python -m recordings.schema [--check]``."""

from __future__ import annotations

import sys

from recordings.recording import Recording
from recordings.schemas import DOCS, schema_text, write_or_check

PATH = DOCS / "recording.schema.json"


def schema() -> str:
    """The schema's text, without what stands in files of its own."""
    found = Recording.model_json_schema(mode="validation")
    for beside in ("gestures", "files"):
        del found["properties"][beside]
    found["$defs"].pop("Gesture", None)
    return schema_text(found)


if __name__ == "__main__":
    sys.exit(write_or_check(PATH, schema(), "recordings.schema"))
