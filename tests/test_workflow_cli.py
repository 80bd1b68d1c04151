"""``showonce workflow check`` as people meet it in a terminal, and the examples that come with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from demo.examples import FOLDER
from recordings.recording import Recording
from workflows.check import check
from workflows.gather import columns_in, gathered
from workflows.load import read_workflow

EXAMPLES = sorted((Path(__file__).parent.parent / "workflows" / "examples").rglob("*.yaml"))
FINE = f"""format: 1
name: <two> & more
stages:
  - name: find
    recording: {FOLDER}/find-customer
    for_each: {{file: people.csv}}
  - name: order
    recording: {FOLDER}/place-order
    for_each: {{stage: find, start: each}}
    inputs: {{customer: "${{ row.full_name }}"}}
"""


def said(home: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SHOWONCE_")}
    command = [sys.executable, "-m", "showonce", "workflow", "check", *map(str, arguments)]
    env = {**plain, "SHOWONCE_HOME": str(home), "COLUMNS": "200"}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text("full_name;email\nAda;a@example.com\nBob;b@example.com\n", encoding="utf-8")
    (tmp_path / "w.yaml").write_text(FINE, encoding="utf-8")
    return tmp_path / "w.yaml"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_has_nothing_wrong_with_it(path: Path) -> None:
    source = read_workflow(path)
    known = gathered(source.workflow, path.parent, lambda name: path.parent / name)
    assert check(source, known) == []
    assert known.recordings and not known.lost


def test_the_table_of_three_applications_has_a_column_of_each() -> None:
    (path,) = [each for each in EXAMPLES if each.stem == "fan-out-fan-in"]
    known = gathered(read_workflow(path).workflow, path.parent, lambda name: path.parent / name)
    assert known.results["table"] == ("full_name", "north_status", "south_status", "west_status")


def test_a_workflow_that_can_be_run_is_drawn_and_ends_with_0(file: Path) -> None:
    came = said(file.parent, file)
    assert came.returncode == 0, came.stderr
    assert "★ critical path: find → order" in came.stdout
    assert "Runs of order are kept apart where it is one record." in came.stdout
    assert "It can be run." in came.stdout


def test_what_is_wrong_is_said_on_standard_error_and_ends_with_2(file: Path) -> None:
    file.write_text(FINE.replace("row.full_name", "row.name").replace("place-order", "no-order"), encoding="utf-8")
    came = said(file.parent, file)
    assert came.returncode == 2
    assert f"{file}:8: There is no recording" in came.stderr
    assert f"{file}:10: The expression 'row.name' speaks of 'row.name', which is not known." in came.stderr
    assert "It can be run." not in came.stdout


def test_a_file_that_cannot_be_read_ends_with_2_also_as_json(file: Path) -> None:
    file.write_text("format: 1\nname: x\nstages: 1\n", encoding="utf-8")
    told, as_json = said(file.parent, file), said(file.parent, file, "--json")
    assert (told.returncode, as_json.returncode) == (2, 2)
    assert f"{file}:3: 'stages' is '1', and must be a list." in told.stderr
    assert json.loads(as_json.stdout)["findings"][0]["line"] == 3


def test_json_has_all_that_is_found_out(file: Path) -> None:
    facts = json.loads(said(file.parent, file, "--json", "--explain", "find:1", "order").stdout)
    assert (facts["findings"], facts["order"]) == ([], ["find", "order"])
    assert facts["critical_path"]["stages"] == ["find", "order"]
    assert [reason["kind"] for reason in facts["reasons"]] == ["order", "account"]


def test_the_drawing_is_one_file_without_scripts_that_marks_the_critical_path(file: Path) -> None:
    svg, html = file.parent / "w.svg", file.parent / "w.html"
    assert said(file.parent, file, "--svg", svg, "--html", html).returncode == 0
    root = ElementTree.fromstring(svg.read_text(encoding="utf-8"))
    groups = [each.get("class") for each in root.iter("{http://www.w3.org/2000/svg}g")]
    assert groups == ["stage critical", "stage critical"]
    for text in (svg.read_text(encoding="utf-8"), html.read_text(encoding="utf-8")):
        assert "<script" not in text and "href" not in text and "<two>" not in text
        assert "&lt;two&gt; &amp; more" in text and "prefers-color-scheme: dark" in text


@pytest.mark.parametrize(
    ("pair", "says"),
    [
        (("find:1", "find:2"), "find:1 and find:2 may run together."),
        (("order", "order"), "order and order are kept apart where it is one record."),
        (("find", "order"), "'order' does a row as soon as 'find' has done it"),
    ],
)
def test_why_two_may_run_together_is_explained(file: Path, pair: tuple[str, str], says: str) -> None:
    assert says in said(file.parent, file, "--explain", *pair).stdout


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ("fnid", "there is no stage 'fnid'. Did you mean 'find'?"),
        ("find:9", "'find' has 2 rows"),
        ("find:x", "--explain cannot be 'find:x'."),
        ("order:1", "the rows of 'order' are known only when it runs"),
    ],
)
def test_an_item_that_is_not_there_is_refused(file: Path, item: str, says: str) -> None:
    came = said(file.parent, file, "--explain", item, "order")
    assert came.returncode == 2
    assert says in " ".join(came.stderr.split())


def test_a_drawing_that_cannot_be_written_is_an_error_that_names_the_file(file: Path) -> None:
    came = said(file.parent, file, "--svg", file.parent / "no" / "w.svg")
    assert came.returncode == 2 and "cannot be written" in came.stderr


def test_a_recording_is_found_beside_the_workflow_or_by_its_name(file: Path) -> None:
    Recording.load(FOLDER / "find-customer").save(file.parent / "recordings" / "named")
    Recording.load(FOLDER / "place-order").save(file.parent / "beside")
    text = FINE.replace(f"{FOLDER}/find-customer", "named").replace(f"{FOLDER}/place-order", "beside")
    file.write_text(text, encoding="utf-8")
    came = said(file.parent, file)
    assert came.returncode == 0, came.stderr


@pytest.mark.parametrize(
    ("name", "content", "columns"),
    [
        ("a.csv", b"\xef\xbb\xbfa,b\n1,2\n", ("a", "b")),
        ("a.csv", b"a\tb c\n", ("a", "b c")),
        ("a.jsonl", b'{"a": 1}\n{"b": "x"}\n', ("a", "b")),
    ],
)
def test_columns_of_a_file_are_those_of_its_first_line_or_its_fields(
    name: str, content: bytes, columns: tuple[str, ...]
) -> None:
    assert columns_in(name, content) == columns
