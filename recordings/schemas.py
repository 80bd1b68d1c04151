"""Serves the JSON Schemas in docs/: written from the documents, and seen to be fresh."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent.parent / "docs"


def schema_text(schema: dict[str, Any]) -> str:
    """A model's schema as it stands in its file."""
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, indent=2) + "\n"


def write_or_check(path: Path, text: str, module: str) -> int:
    """Write the file, or, where the command line says ``--check``, see that it is fresh; the exit code."""
    if "--check" not in sys.argv:
        path.write_text(text, encoding="utf-8")
        return 0
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{path.name} is stale: run 'python -m {module}'.\n")
    return 1
