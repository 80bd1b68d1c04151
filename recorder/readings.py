"""What is understood of what a person pointed at to read or to compare, and what they made of it; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from recorder.events import Revised
from recorder.page_events import Pointed, ToldColumn, ToldRows
from recorder.parameters import slug
from recordings.guess import guessed, writing_of
from recordings.inputs import InputRef, Literally
from recordings.reads import Column, CountRef, Expected, ReadRef, SumRef
from recordings.typed import SECOND, Typed, UntypedError, ValueType, Writing, names_of, typed

_TAGS = {"h1": "title", "h2": "title", "h3": "title", "h4": "title", "a": "link", "time": "date", "dd": "value"}
_SIGNS = {"#": "number", "№": "number", "%": "percent", "€": "amount", "$": "amount"}
_SAMPLES = 3
_LIKE_TEXT = 40


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """A value, or a column of them, with the texts and addresses that the page shows; ``kept``: it is read."""

    name: str
    type: ValueType
    written: Writing
    texts: tuple[str, ...]
    hrefs: tuple[str, ...]
    label: str = ""
    place: int = 0
    path: str = ""
    kept: bool = True

    @property
    def samples(self) -> tuple[str, ...]:
        """The first values as a run gives them back; as the page writes them, where they are not of the type."""
        return tuple(_shown(self, text, href) for text, href in zip(self.texts, self.hrefs, strict=True))[:_SAMPLES]

    @property
    def trouble(self) -> str:
        """Why the texts are not of the type; "" where they are."""
        for text, href in zip(self.texts, self.hrefs, strict=True):
            try:
                if text or (self.type == "link" and href):
                    typed(text, self.type, self.written, href)
            except UntypedError as error:
                return str(error)
        return ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A value (one column, and no ``item``), or the rows of a list.

    ``count`` rows stand in the page, which are not all where ``partly``; ``asides`` stand among them and are none.
    ``to`` is what a value must equal, None for what it shows; ``caption`` what stands beside it, "" in a row, which has
    a name of its own.
    """

    purpose: Literal["read", "rows", "equals"]
    name: str
    columns: tuple[ReadColumn, ...]
    item: str = ""
    count: int = 0
    asides: tuple[str, ...] = ()
    partly: bool = False
    lang: str = ""
    caption: str = ""
    to: Expected | None = None

    @property
    def kept(self) -> tuple[ReadColumn, ...]:
        return tuple(column for column in self.columns if column.kept)

    @property
    def shown(self) -> Literally:
        """What the page shows, in its canonical text; money with its currency."""
        column = self.columns[0]
        value = _typed(column, column.texts[0], column.hrefs[0])
        return Literally(text=f"{value.text} {value.second}".strip() if column.type == "money" else value.text)


def reading_of(what: Pointed) -> Reading:
    """What a press that pointed means, named and typed by what the page shows there and beside it."""
    if what.rows is not None:
        name = slug(what.name) or next(filter(None, map(slug, _around(what))), "rows")
        rows = what.rows
        return Reading("rows", name, columns_of(rows), rows.item, rows.count, rows.asides, rows.partly, rows.lang)
    kind, written = guessed((what.text,), what.lang)
    name = next((name for text in (what.name, *_beside(what)) if text != what.text and (name := slug(text))), "value")
    column = ReadColumn(name, kind, written, (what.text,), (what.href,))
    in_row = what.element is not None and bool(what.element.key)
    caption = next((text for text in _beside(what)[:-1] if text and text != what.text and not in_row), "")
    purpose: Literal["read", "equals"] = "equals" if what.purpose == "equals" else "read"
    return Reading(purpose, name, (column,), lang=what.lang, caption=caption)


def columns_of(rows: ToldRows) -> tuple[ReadColumn, ...]:
    """All columns, those kept that say something of their own: not what is only pressed, and in a table with names over
    its columns not what has none, unless that is what was pointed at."""
    labelled = any(column.label for column in rows.columns)
    taken: set[str] = set()
    found = []
    for number, told in enumerate(rows.columns):
        kind, written = _type_of(told, rows.lang)
        name = _free(_named(told, number), kind, taken)
        says = any(cell.text or cell.href for cell in told.cells) or rows.count == 0
        secret = any(cell.secret for cell in told.cells)
        wanted = bool(told.label) or not labelled or number == rows.pointed
        kept = says and wanted and not (secret or told.controls)
        texts, hrefs = tuple(cell.text for cell in told.cells), tuple(cell.href for cell in told.cells)
        found.append(ReadColumn(name, kind, written, texts, hrefs, told.label, told.place, told.path, kept))
    return tuple(found)


def revised(reading: Reading, what: Revised) -> Reading:
    """The reading as the person wants it; what cannot be is left as it is (see ``trouble_with``)."""
    if what.to:
        return replace(reading, to=expected_in(what.to))
    columns = tuple(
        _revised(reading, column, what) if what.column in ("", column.name) else column for column in reading.columns
    )
    if what.column or reading.purpose != "rows":
        reading = replace(reading, columns=columns)
    return replace(reading, name=slug(what.name) or reading.name) if what.name and not what.column else reading


def trouble_with(reading: Reading, what: Revised) -> str:
    """Why a revision cannot be made; "" where it can."""
    names = [column.name for column in reading.columns]
    if what.column and (reading.purpose != "rows" or what.column not in names):
        return f"There is no column '{what.column}'."
    if what.name and not slug(what.name):
        return f"'{what.name}' is no name: use letters and digits."
    if what.to and reading.purpose != "equals":
        return "Only a value that must equal something can be compared."
    new = revised(reading, what)
    if isinstance(new.to, (SumRef, CountRef)) and new.columns[0].type not in ("number", "money"):
        return f"A sum or a count is a number, and {new.columns[0].texts[0]!r} is read as {new.columns[0].type}."
    if not new.kept:
        return "One column must be left to read."
    used = [name for column in new.kept for name in names_of(column.name, column.type)]
    if twice := next((name for name in used if used.count(name) > 1), ""):
        return f"Two columns would be called '{twice}'."
    return next((f"{column.trouble}." for column in new.kept if what.type and column.trouble), "")


def expected_in(text: str) -> Expected | None:
    """What must be equalled, as ``Revised.to`` has it; None for what the page shows."""
    kind, _, name = text.partition(":")
    table, _, column = name.partition(".")
    match kind:
        case "input":
            return InputRef(name=name)
        case "read":
            return ReadRef(name=name)
        case "sum":
            return SumRef(table=table, column=column)
        case "count":
            return CountRef(table=name)
        case _:
            return None


def column_steps(reading: Reading) -> tuple[Column, ...]:
    """The columns of the step that the reading is."""
    return tuple(
        Column(name=c.name, label=c.label, type=c.type, written=c.written, place=c.place, path=c.path)
        for c in reading.kept
    )


def _revised(reading: Reading, column: ReadColumn, what: Revised) -> ReadColumn:
    if what.type is not None:
        written = writing_of(tuple(filter(None, column.texts)), reading.lang)
        told = {name: sign for name, sign in (what.written or Writing()) if sign}
        column = replace(column, type=what.type, written=written.model_copy(update=told))
    if what.kept is not None and what.column:
        column = replace(column, kept=what.kept)
    return replace(column, name=slug(what.name) or column.name) if what.name and what.column else column


def _around(what: Pointed) -> tuple[str, ...]:
    """What a list is called; the name that is made of all that it says is none."""
    seen = what.element
    if seen is None:
        return ()
    own = "" if seen.name[:_LIKE_TEXT] == seen.text[:_LIKE_TEXT] else seen.name
    return own, seen.heading, seen.attributes.get("id", "")


def _beside(what: Pointed) -> tuple[str, ...]:
    seen = what.element
    return (seen.label, *seen.near, seen.heading, seen.attributes.get("id", "")) if seen is not None else ("",)


def _named(told: ToldColumn, number: int) -> str:
    """By what stands over it, else by its class or tag in an item."""
    last = told.path.split(" ")[-1]
    by_path = slug(last[1:]) if last.startswith(".") else _TAGS.get(last, "")
    by_label = slug(_SIGNS.get(told.label, told.label))
    return by_label or by_path or (f"column_{number + 1}" if told.place else "text")


def _free(name: str, kind: ValueType, taken: set[str]) -> str:
    for candidate in _numbered(name):
        names = set(names_of(candidate, kind))
        if not names & taken:
            taken |= names
            return candidate
    raise AssertionError("numbers do not end")


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1


def _type_of(told: ToldColumn, lang: str) -> tuple[ValueType, Writing]:
    """Links that all say the same, or nothing, are there for where they lead."""
    texts = [cell.text for cell in told.cells]
    if told.cells and all(cell.href for cell in told.cells) and len(set(texts)) == 1 < len(texts):
        return "link", Writing()
    return guessed(texts, lang)


def _typed(column: ReadColumn, text: str, href: str) -> Typed:
    try:
        return typed(text, column.type, column.written, href)
    except UntypedError:
        return Typed(text)


def _shown(column: ReadColumn, text: str, href: str) -> str:
    value = _typed(column, text, href)
    return " ".join(filter(None, (value.text, value.second if column.type in SECOND else "")))
