"""Serves who reads tables of rows: a file's bytes to text, and whether it is JSON lines or CSV."""

from __future__ import annotations

import codecs
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
