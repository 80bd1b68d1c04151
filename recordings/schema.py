"""The JSON Schema of ``recording.json``, for editors and other programs: ``python -m recordings.schema [--check]``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from recordings.recording import Recording

PATH = Path(__file__).parent.parent / "docs" / "recording.schema.json"


def schema() -> str:
    """The schema's text, without what stands in files of its own."""
    found = Recording.model_json_schema(mode="validation")
    for beside in ("gestures", "files"):
        del found["properties"][beside]
    found["$defs"].pop("Gesture", None)
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **found}, indent=2) + "\n"


def main() -> int:
    if "--check" not in sys.argv:
        PATH.write_text(schema(), encoding="utf-8")
        return 0
    if PATH.exists() and PATH.read_text(encoding="utf-8") == schema():
        return 0
    sys.stderr.write(f"{PATH.name} is stale: run 'python -m recordings.schema'.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
