"""The JSON Schema of workflow files, so that editors complete them: ``python -m workflows.schema [--check]``."""

from __future__ import annotations

import sys

from recordings.schemas import DOCS, schema_text, write_or_check
from workflows.workflow import Workflow

PATH = DOCS / "workflow.schema.json"


def schema() -> str:
    """The schema's text."""
    return schema_text(Workflow.model_json_schema(mode="validation"))


if __name__ == "__main__":
    sys.exit(write_or_check(PATH, schema(), "workflows.schema"))
