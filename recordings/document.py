"""What all documents share: frozen, strict about fields, written without what is empty."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class Document(BaseModel):
    """Data at rest: frozen, and unknown fields are refused by name."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


_EMPTY_MEANS_EMPTY = {"default", "options", "files"}
_FALSE_MEANS_EMPTY = {"optional", "disabled", "repeatable", "negated", "in_row"}


def without_empty(value: Any) -> Any:
    """Leave out "", None, [], {} and marks that are off from mappings, at every depth; their defaults say the same."""
    if isinstance(value, dict):
        kept = {key: without_empty(item) for key, item in value.items()}
        return {
            key: item
            for key, item in kept.items()
            if (item not in ("", None, [], {}) or (key in _EMPTY_MEANS_EMPTY and item is not None))
            and not (key in _FALSE_MEANS_EMPTY and item is False)
        }
    if isinstance(value, list):
        return [without_empty(item) for item in value]
    return value
