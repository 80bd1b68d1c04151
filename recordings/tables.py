"""Serves who reads and writes tables of rows: bytes to text, JSON lines or CSV, and rows to text."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from recordings.errors import DataUnreadableError

SEPARATORS = ",;\t"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_JSON_LINES = (".jsonl", ".ndjson")


def table_bytes(path: Path, source: str, where: str = "Check the path.") -> bytes:
    """A table's file; ``source`` is what errors call it, ``where`` what to do if it is not there.

    Raises:
        DataUnreadableError: It cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise DataUnreadableError(source, "there is no such file", where) from error
    except OSError as error:
        raise DataUnreadableError(source, error.strerror or str(error), "Check the path.") from error


def table_text(source: str, content: bytes) -> str:
    """UTF-8, or what the file's mark says.

    Raises:
        DataUnreadableError: It is not.
    """
    try:
        return content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        why = f"it is not UTF-8 ({error.reason} at byte {error.start})"
        raise DataUnreadableError(source, why, "Save it as UTF-8; in Excel: 'CSV UTF-8'.") from error


def is_json_lines(source: str, text: str) -> bool:
    """By the name of the file, or by how it begins."""
    return source.endswith(_JSON_LINES) or text.lstrip().startswith("{")


def written_table(suffix: str, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    """Rows as the text of a file that ends so: ``.json``, JSON lines, else CSV, where what a row lacks is empty."""
    if suffix == ".json":
        return json.dumps(list(rows), indent=2, ensure_ascii=False) + "\n"
    if suffix in _JSON_LINES:
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    text = io.StringIO()
    table = csv.DictWriter(text, columns, restval="")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue()
