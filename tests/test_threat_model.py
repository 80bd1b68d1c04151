"""SECURITY.md: each threat names tests that exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows() -> list[list[str]]:
    """The table's rows, cell by cell."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


@cache
def names_in(path: str) -> set[str]:
    file = ROOT / path
    found = ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if file.exists() else ()
    return {node.name for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_threat_says_what_stops_it_and_names_a_test() -> None:
    assert len(rows()) > 20
    assert [row[0] for row in rows() if len(row) != 4 or not all(row) or not _NAMED.search(row[3])] == []


@pytest.mark.parametrize("named", sorted({named for row in rows() for named in _NAMED.findall(row[3])}), ids="::".join)
def test_a_test_that_is_named_exists(named: tuple[str, str]) -> None:
    path, name = named
    assert name.startswith("test_")
    assert name in names_in(path), f"SECURITY.md names {path}::{name}"


def test_nothing_else_stands_where_tests_are_named() -> None:
    assert [row[3] for row in rows() if _NAMED.sub("", row[3]).strip()] == []
