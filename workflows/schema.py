"""The JSON Schema of workflow files, so that editors complete them: ``python -m workflows.schema [--check]``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from workflows.workflow import Workflow

PATH = Path(__file__).parent.parent / "docs" / "workflow.schema.json"


def schema() -> str:
    """The schema's text."""
    found = Workflow.model_json_schema(mode="validation")
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **found}, indent=2) + "\n"


def main() -> int:
    if "--check" not in sys.argv:
        PATH.write_text(schema(), encoding="utf-8")
        return 0
    if PATH.exists() and PATH.read_text(encoding="utf-8") == schema():
        return 0
    sys.stderr.write(f"{PATH.name} is stale: run 'python -m workflows.schema'.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
