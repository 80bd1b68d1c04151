"""Tables of data: read whole or refused, every bad row named with its line, nothing changed on the way."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings import Recording
from recordings.errors import DataUnreadableError
from recordings.inputs import Input, InputRef, Secret
from recordings.steps import Fill, Upload
from recordings.target import Description, Target
from scheduler.rows import BadRow, RowsBadError, likely_columns, read_rows, rows_in, usable

_FIELD = Target(description=Description(tag="input"))
RECORDING = Recording(
    name="small",
    start="http://localhost/",
    inputs=(
        Input(name="email"),
        Input(name="town", default="Ghent"),
        Input(name="photo", kind="file", default="p.png"),
    ),
    secrets=(Secret(name="pin"),),
    steps=(
        Fill(id="s1", target=_FIELD, value=InputRef(name="email")),
        Fill(id="s2", target=_FIELD, value=InputRef(name="town")),
        Upload(id="s3", target=_FIELD, files=(InputRef(name="photo"),)),
    ),
    files={"p.png": b"p"},
)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5), st.sampled_from(",;\t"))
def test_what_was_written_is_read(rows: list[tuple[str, str]], separator: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows([("email", "town"), *rows])
    read = rows_in("rows.csv", text.getvalue().encode(), RECORDING)
    assert [(row.values["email"], row.values["town"]) for row in read.good] == rows
    assert read.bad == ()


@given(st.lists(st.dictionaries(st.sampled_from(["email", "town"]), TEXTS), min_size=1, max_size=5))
def test_json_lines_are_read_and_those_without_an_input_named(rows: list[dict[str, str]]) -> None:
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    read = rows_in("rows.jsonl", text.encode(), RECORDING)
    assert [row.values for row in read.good] == [row for row in rows if "email" in row]
    assert [row.number for row in read.bad] == [n for n, row in enumerate(rows, 1) if "email" not in row]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_mark_says_the_encoding(encoding: str) -> None:
    read = rows_in("rows.csv", "email\nzoë@x.org\n".encode(encoding), RECORDING)
    assert [row.values for row in read.good] == [{"email": "zoë@x.org"}]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no rows"),
        (b"email\n", "no rows"),
        (b"\n\n", "no rows"),
        (b"emial\nx\n", "no input 'emial'"),
        (b"town\nx\n", "no column for input 'email'"),
        (b"email,email\nx,y\n", "two columns are 'email'"),
        (b"email,pin\nx,1234\n", "'pin' is a secret"),
        (b'{"email": "x", "pin": "1234"}', "'pin' is a secret"),
        ("email\nzoë\n".encode("latin-1"), "not UTF-8"),
        (b'email\n"x\n', "line 2"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_whole(content: bytes, words: str) -> None:
    with pytest.raises(DataUnreadableError) as refused:
        rows_in("rows.csv", content, RECORDING)
    assert words in str(refused.value)
    assert "1234" not in str(refused.value)


def test_every_bad_row_is_named_with_its_line() -> None:
    table = (
        b'email,town,photo\na@x.org,"Two\nlines",p.png\nb@x.org\n\nc@x.org,Ghent,/no/such.png\nd@x.org,Ghent,p.png\n'
    )
    read = rows_in("rows.csv", table, RECORDING)
    assert [row.number for row in read.good] == [3, 7]
    assert [(row.number, row.reason) for row in read.bad] == [
        (4, "It has 1 columns, and the header 3."),
        (6, "The value of input 'photo' cannot be used: there is no file /no/such.png."),
    ]


def test_values_of_json_lines_are_text_or_not_given() -> None:
    lines = b'{"email": 7, "town": null}\n{"email": true}\n{"email": ["a"]}\n[1]\n{\n'
    read = rows_in("standard input", lines, RECORDING)
    assert [row.values for row in read.good] == [{"email": "7"}, {"email": "true"}]
    assert [row.number for row in read.bad] == [3, 4, 5]


def test_bad_rows_stop_all_unless_they_are_skipped() -> None:
    read = rows_in("rows.csv", b"email,town\n" + b"a\n" * 30 + b"b,c\n", RECORDING)
    with pytest.raises(RowsBadError, match=r"30 of 31 rows") as refused:
        usable("rows.csv", read)
    assert "line 21:" in str(refused.value)
    assert "and 10 more" in str(refused.value)
    assert [row.number for row in usable("rows.csv", read, skip_bad=True)] == [32]
    with pytest.raises(RowsBadError):
        usable("rows.csv", rows_in("rows.csv", b"email,town\na\n", RECORDING), skip_bad=True)


def test_columns_are_renamed() -> None:
    columns = {"E-mail": "email", "City": "town"}
    read = rows_in("rows.csv", b"City;E-mail\nGhent;a@x.org\n", RECORDING, columns)
    assert [row.values for row in read.good] == [{"town": "Ghent", "email": "a@x.org"}]
    read = rows_in("rows.jsonl", b'{"E-mail": "a@x.org"}', RECORDING, columns)
    assert [row.values for row in read.good] == [{"email": "a@x.org"}]
    with pytest.raises(DataUnreadableError, match="no column 'Mail'"):
        rows_in("rows.csv", b"email\na\n", RECORDING, {"Mail": "email"})


def test_a_hundred_thousand_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("email\n" + "".join(f"p{n}@x.org\n" for n in range(100_000)) + "x,y\n", encoding="utf-8")
    read = read_rows(path, RECORDING)
    assert (len(read.good), read.good[-1].values) == (100_000, {"email": "p99999@x.org"})
    assert read.bad == (BadRow(100_002, "It has 2 columns, and the header 1."),)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataUnreadableError, match="no such file"):
        read_rows(tmp_path / "none.csv", RECORDING)
    with pytest.raises(DataUnreadableError, match=r"[Dd]irectory"):
        read_rows(tmp_path, RECORDING)


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("E-Mail,Town", {"E-Mail": "email", "Town": "town"}),
        ("email,TOWN", {"TOWN": "town"}),
        ("E-Mail,e mail", {}),
        ("email,Email", {}),
        ("PIN,Colour", {}),
        ('"', {}),
        ("", {}),
    ],
)
def test_a_column_in_another_spelling_is_taken_for_the_one_input_it_can_mean(
    header: str, taken: dict[str, str]
) -> None:
    assert likely_columns("t.csv", f"{header}\na,b\n".encode(), RECORDING) == taken
