"""What all documents share: frozen, strict about fields, written without what is empty."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class Document(BaseModel):
    """Data at rest: frozen, and unknown fields are refused by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def without_empty(value: Any) -> Any:
    """Leave out "", None, [] and {} from mappings, at every depth; their defaults say the same."""
    if isinstance(value, dict):
        kept = {key: without_empty(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in ("", None, [], {})}
    if isinstance(value, list):
        return [without_empty(item) for item in value]
    return value
