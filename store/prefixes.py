"""Ids found by how they begin."""

from __future__ import annotations

import re

from sqlalchemy import Column, ColumnElement, and_, false

_HEX = re.compile("[0-9a-f]+")


def starting_with(column: Column[str], prefix: str) -> ColumnElement[bool]:
    """Whether an id of hex digits in ``column`` starts with ``prefix``; none starts with what has other characters."""
    given = prefix.strip().lower()
    if not _HEX.fullmatch(given):
        return false()
    # A range, which an index serves; 'g' follows all hex digits in the order of every language that Postgres may use.
    return and_(column >= given, column < given + "g")
