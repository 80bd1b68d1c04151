"""A table that a workflow brought together, as CSV, JSON, JSON lines or a page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from recordings.errors import ShowonceError
from recordings.tables import written_table

Table = tuple[dict[str, str], ...]


class CollectFailedError(ShowonceError):
    """Results could not be brought together, or not be written."""


def written(names: Sequence[str], rows: Table, folder: Path) -> tuple[str, ...]:
    """Write a table to each of these files, whole or not at all; the same again gives the same file.

    Returns:
        Their paths.

    Raises:
        CollectFailedError: One could not be written.
    """
    for name in names:
        path = folder / name
        part = path.with_name(f".{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(_as(path.suffix, path.stem, rows), encoding="utf-8", newline="")
            part.replace(path)
        except OSError as error:
            raise CollectFailedError(
                f"{path} cannot be written: {error.strerror or error}.", "Make room, or choose another with 'write'."
            ) from error
    return tuple(str(folder / name) for name in names)


def _as(suffix: str, title: str, rows: Table) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return _html(title, columns, rows) if suffix == ".html" else written_table(suffix, columns, rows)


_STYLE = """
:root { color-scheme: light dark; } body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem;
padding: 0 1rem; } table { border-collapse: collapse; } th, td { text-align: left; padding: .3rem .9rem .3rem 0;
border-bottom: 1px solid #8884; } .n { text-align: right; font-variant-numeric: tabular-nums; }
"""


def _html(title: str, columns: Sequence[str], rows: Table) -> str:
    numbers = {name for name in columns if rows and all(_is_number(row.get(name, "")) for row in rows)}

    def cell(tag: str, name: str, text: str) -> str:
        return f"<{tag}{' class=n' if name in numbers else ''}>{escape(text)}</{tag}>"

    head = "".join(cell("th", name, name) for name in columns)
    body = "\n".join(
        "<tr>" + "".join(cell("td", name, row.get(name, "")) for name in columns) + "</tr>" for row in rows
    )
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head><body>\n'
        f"<h1>{escape(title)}</h1>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>\n"
        "</body></html>\n"
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return text == ""
    return True
