"""Workflow files: what is wrong with one is told with its line and the mend, all of it at once."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.errors import CouldNotStartError
from workflows.amounts import seconds_of
from workflows.findings import WorkflowInvalidError
from workflows.load import Source, read_workflow, workflow_in
from workflows.rows import StageRows, WrittenRows
from workflows.schema import PATH, schema
from workflows.workflow import RunStage

EXAMPLES = sorted((Path(__file__).parent.parent / "workflows" / "examples").rglob("*.yaml"))
HEAD = "format: 1\nname: w\n"
ONE = HEAD + "stages:\n  - name: a\n    recording: r\n"


def told(text: str | bytes) -> list[str]:
    """What is said of a text that is no workflow: ``line: message mend``."""
    with pytest.raises(WorkflowInvalidError) as caught:
        workflow_in("w.yaml", text if isinstance(text, bytes) else text.encode())
    return [finding.said("").removeprefix(":") for finding in caught.value.findings]


def read(text: str) -> Source:
    return workflow_in("w.yaml", text.encode())


WRONG = {
    "empty": ("", "1: The file is empty."),
    "only a comment": ("# soon\n", "1: The file is empty."),
    "no mapping": ("- a\n", "1: A workflow is a mapping of fields"),
    "a text": ("hello\n", "1: A workflow is a mapping of fields"),
    "a tab": ("format: 1\nname: w\nstages:\n\t- name: a\n", "4: There is a tab where YAML wants spaces."),
    "not closed": ("format: 1\nname: [w\n", "3: It is not YAML"),
    "a colon in a text": (HEAD + "note: a: b\n", "3: It is not YAML"),
    "two documents": (ONE + "---\n" + ONE, "There are several documents in the file."),
    "a key twice": (ONE + "    recording: q\n", "6: 'recording' stands here twice, first in line 5."),
    "an anchor": (HEAD + "stages: &s\n  - name: a\n    recording: r\n", "3: An anchor (&) is not allowed here."),
    "an alias": (HEAD + "note: &n x\nstages: *n\n", "4: An alias (*) is not allowed here."),
    "a tag": (HEAD + "note: !!python/name:os.system x\n", "3: The tag"),
    "too deep": (HEAD + "note: " + "[" * 60 + "]" * 60, "3: It is nested more than 30 deep."),
    "no format": ("name: w\nstages:\n  - {name: a, recording: r}\n", "1: It is not said which format the file has."),
    "a newer format": (
        ONE.replace("format: 1", "format: 7"),
        "1: The file has format '7'; this showonce knows format 1.",
    ),
    "no stages": (HEAD, "1: 'stages' is missing."),
    "no stage": (HEAD + "stages: []\n", "3: 'stages' is empty."),
    "a stage that does nothing": (HEAD + "stages:\n  - name: a\n", "4: It is not said what the stage does."),
    "a name in capitals": (ONE.replace("name: a", "name: A-b"), "4: 'A-b' cannot be a name."),
    "a reserved name": (ONE.replace("name: a", "name: 'true'"), "4: 'true' is a word of the expressions."),
    "a field misspelt": (ONE + "    retires: 3\n", "6: There is no field 'retires' here. Did you mean 'retries'?"),
    "a mode misspelt": (ONE + "    mode: paralel\n", "6: 'mode' cannot be 'paralel'. It may be parallel, sequential."),
    "a number that is none": (ONE + "    agents: many\n", "6: 'agents' is 'many', and must be a whole number."),
    "a number out of range": (ONE + "    agents: 0\n", "6: 'agents': input should be greater than"),
    "a time": (ONE + "    timeout: 5 years\n", "6: 'timeout': '5 years' is no time. Write it like 30s"),
    "no time": (ONE + "    timeout: 0s\n", "6: 'timeout': '0s' is no time."),
    "a rate": (ONE + "    limits: {rate: fast}\n", "6: 'rate': 'fast' is no rate. Write it like 30/min"),
    "rows of nothing": (ONE + "    for_each: {fyle: x}\n", "6: It is not said what it is done for."),
    "a start misspelt": (
        ONE + "    for_each: {stage: a, start: eech}\n",
        "6: 'start' cannot be 'eech'. It may be all, each.",
    ),
    "an empty value": (ONE + "    mode:\n", "6: 'mode' is empty"),
    "undone by something": (
        ONE + "    compensate: later\n",
        "6: 'compensate' is 'later', and must be a mapping of fields.",
    ),
    "a python path": (
        ONE + "  - name: c\n    collect: {stages: a, python: os.system}\n",
        "7: 'python' cannot be 'os.system'.",
    ),
    "a file to write": (ONE + "  - name: c\n    collect: {stages: a, write: x.exe}\n", "7: 'write' cannot be 'x.exe'."),
    "two things at once": (
        ONE + "    approval: {who: a, message: m, timeout: 1d}\n",
        "6: There is no field 'approval' here.",
    ),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_told_with_its_line(text: str, said: str) -> None:
    found = told(text)
    assert any(said in each for each in found), found


def test_a_file_that_is_not_utf8_names_the_line() -> None:
    assert told(b"format: 1\nname: \xe9t\xe9\n")[0].startswith("2: It is not UTF-8")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorkflowInvalidError, match="there is no such file"):
        read_workflow(tmp_path / "no.yaml")


def test_a_file_without_end_is_refused_unread() -> None:
    assert "more than" in told(b"#" * 2_000_000)[0]


def test_all_errors_of_a_file_are_told_at_once_in_order_of_lines() -> None:
    text = ONE + "    mode: x\n    agents: y\n  - name: b\n    recoding: r\n"
    assert [each.partition(":")[0] for each in told(text)] == ["6", "7", "8", "9"]


def test_an_error_is_one_that_nothing_was_started_for() -> None:
    assert issubclass(WorkflowInvalidError, CouldNotStartError)


def test_values_are_the_texts_that_stand_in_the_file() -> None:
    workflow = read(ONE + "    for_each: {rows: [{code: 007, answer: no, at: 12:30}]}\n").workflow
    stage = workflow.stages[0]
    assert isinstance(stage, RunStage) and isinstance(stage.for_each, WrittenRows)
    assert stage.for_each.rows == ({"code": "007", "answer": "no", "at": "12:30"},)


def test_one_recording_and_one_need_may_be_written_without_a_list() -> None:
    stage = read(ONE + "  - {name: b, needs: a, recording: [r, q]}\n").workflow.stages[1]
    assert isinstance(stage, RunStage)
    assert (stage.needs, stage.recording) == (("a",), ("r", "q"))


def test_a_stage_goes_through_results_when_all_are_there_unless_it_says_each() -> None:
    stage = read(ONE + "  - {name: b, recording: r, for_each: {stage: a}}\n").workflow.stages[1]
    assert isinstance(stage, RunStage) and isinstance(stage.for_each, StageRows)
    assert (stage.for_each.start, stage.for_each.failed) == ("all", "skip")


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("5m", 300), ("2h", 7200), ("3d", 259_200), ("1.5m", 90)])
def test_times_have_a_unit(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


def test_a_workflow_written_as_json_is_read_again_the_same() -> None:
    workflow = read(ONE + "    timeout: 5m\n    limits: {rate: 30/min}\n    compensate: nothing\n").workflow
    assert type(workflow).model_validate_json(workflow.model_dump_json()) == workflow


def test_a_blocks_text_begins_on_the_line_after_its_sign() -> None:
    source = read(ONE + "    when: |\n      true\n")
    assert (source.line("stages", 0, "when"), source.text_line("stages", 0, "when")) == (6, 7)


def test_the_schema_is_the_one_in_docs() -> None:
    assert PATH.read_text(encoding="utf-8") == schema()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_schema_takes_the_examples_as_editors_read_them(path: Path) -> None:
    jsonschema.validate(yaml.safe_load(path.read_text(encoding="utf-8")), json.loads(schema()))


@pytest.mark.parametrize(
    "wrong", ["    mode: x\n", "    recoding: r\n", "    timeout: soon\n", "    for_each: {fyle: x}\n"]
)
def test_the_schema_refuses_what_the_reader_refuses(wrong: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(ONE + wrong), json.loads(schema()))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_a_workflow_or_a_told_error(content: bytes) -> None:
    _read_or_told(content)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["a", "find", "${ x }", "5m"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "recording", "for_each", "rows", "stage", "collect", "stages", "apps", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(_VALUES)
def test_any_values_in_stages_are_a_workflow_or_a_told_error(value: object) -> None:
    _read_or_told(yaml.safe_dump({"format": 1, "name": "w", "stages": [value], "inputs": value}).encode())


def _read_or_told(content: bytes) -> None:
    try:
        workflow_in("w.yaml", content)
    except WorkflowInvalidError as error:
        assert error.findings and all(each.line >= 1 and each.message for each in error.findings)
