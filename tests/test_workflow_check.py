"""What is found wrong with a workflow and its recordings before anything runs, each with its line and the mend."""

from __future__ import annotations

import pytest

from recordings.inputs import Input, InputRef, Secret, SecretRef
from recordings.recording import Recording
from recordings.signals import Navigated, Requested
from recordings.steps import Click, Fill, Read, Step
from recordings.target import Description, Target
from workflows.check import check, refuse_errors
from workflows.findings import Finding, WorkflowInvalidError
from workflows.gather import columns_in
from workflows.load import workflow_in
from workflows.scope import Known

APP = "http://app.test"


def target(name: str, type_: str = "") -> Target:
    return Target(description=Description(tag="input", name=name, xpath=f"//{name}", type=type_))


def filled(step: str, name: str) -> Fill:
    return Fill(id=step, target=target(name), value=InputRef(name=name))


def sent(step: str, path: str, method: str = "POST", to: str = "") -> Click:
    request = Requested(method=method, url=f"{APP}{path}", status=303)
    signals = (request, Navigated(url=f"{APP}{to}")) if to else (request,)
    return Click(id=step, words="Click 'Save'", target=target("Save"), signals=signals)


def read(step: str, name: str) -> Read:
    return Read(id=step, target=target(name), name=name)


def recording(name: str, *steps: Step, inputs: tuple[str, ...] = (), needs: tuple[str, ...] = ()) -> Recording:
    """One whose ``inputs`` have defaults, and whose ``needs`` have none."""
    known = [*(Input(name=each, default="d") for each in inputs), *(Input(name=each) for each in needs)]
    return Recording(name=name, start=f"{APP}/", inputs=tuple(known), steps=steps)


RECORDINGS = {
    "find": recording("find", filled("s1", "email"), read("s2", "order_no"), inputs=("email",)),
    "add": recording("add", filled("s1", "email"), sent("s2", "/people/new"), needs=("email",)),
    "remove": recording("remove", filled("s1", "order_no"), sent("s2", "/orders/*"), needs=("order_no",)),
    "sign": Recording(
        name="sign",
        start=f"{APP}/",
        secrets=(Secret(name="password"),),
        steps=(Fill(id="s1", target=target("p", "password"), value=SecretRef(name="password")),),
    ),
}
HEAD = "format: 1\nname: w\nstages:\n"
FIND = "  - name: find\n    recording: find\n    for_each: {rows: [{email: a@b}]}\n"


def found(stages: str, head: str = HEAD) -> list[Finding]:
    source = workflow_in("w.yaml", (head + stages).encode())
    return check(source, Known(source.workflow, RECORDINGS, {"p.csv": ("email", "city")}))


def told(stages: str, head: str = HEAD) -> list[str]:
    return [f"{each.level} {each.said('')[1:]}" for each in found(stages, head)]


CASES = {
    "two stages of one name": (FIND + FIND, "error 7: There are two stages 'find'."),
    "needs what is not there": (
        FIND + "  - {name: b, recording: find, needs: [find, fnid]}\n",
        "error 7: There is no stage 'fnid'. Did you mean 'find'?",
    ),
    "rows of what is not there": (
        "  - name: b\n    recording: find\n    for_each:\n      stage: x\n",
        "error 7: There is no stage 'x'. There are: b.",
    ),
    "a circle": (
        "  - {name: a, recording: find, needs: c}\n  - {name: b, recording: find, needs: a}\n"
        "  - {name: c, recording: find, needs: b}\n",
        "error 4: The stages wait for each other: a → b → c → a. Take one 'needs' away.",
    ),
    "itself": ("  - {name: a, recording: find, needs: a}\n", "error 4: Stage 'a' waits for itself."),
    "after a circle": (
        "  - {name: a, recording: find, needs: a}\n  - {name: b, recording: find, needs: a}\n",
        "error 5: Stage 'b' never begins: it waits for 'a'",
    ),
    "never done": (FIND + "    when: 1 > 2\n", "warning 7: Stage 'find' is never done: 'when' is always false."),
    "rows of an approval": (
        "  - {name: ask, approval: {who: a, message: m, timeout: 1d}}\n"
        "  - {name: b, recording: find, for_each: {stage: ask}}\n",
        "error 5: Stage 'ask' is an approval, which has no results",
    ),
    "another person, or nobody": (
        "  - {name: ask, approval: {who: a, message: m, timeout: 1d, default: approve, other_person: true}}\n",
        "error 4: Stage 'ask' asks another person, and would be approved by nobody. Say 'default: refuse'.",
    ),
    "each of a table": (
        FIND
        + "  - {name: t, collect: {stages: find}}\n  - {name: b, recording: find, for_each: {stage: t, start: each}}\n",
        "error 8: Stage 't' has its rows all at once",
    ),
    "each of what it waits for": (
        FIND + "  - {name: b, recording: find, needs: find, for_each: {stage: find, start: each}}\n",
        "warning 7: 'needs: find' has this stage wait for all of 'find'",
    ),
    "an input that is not there": (
        "  - {name: b, recording: find, for_each: {input: people}}\n",
        "error 4: The workflow has no input 'people'. Add it: inputs: {people: {kind: rows}}.",
    ),
    "a column that is not there": (
        "  - {name: b, recording: find, for_each: {file: p.csv, columns: {emial: email}}}\n",
        "error 4: 'p.csv' has no column 'emial'. Did you mean 'email'?",
    ),
    "rows that differ": (
        "  - {name: b, recording: find, for_each: {rows: [{email: a}, {emial: b}]}}\n",
        "warning 4: This row has no 'email', and others have.",
    ),
    "rows that change nothing": (
        "  - {name: b, recording: find, for_each: {rows: [{mail: a}]}}\n",
        "warning 4: The rows of 'b' change nothing",
    ),
    "agents of one after another": (
        FIND + "    mode: sequential\n    agents: 3\n",
        "warning 8: A sequential stage has one agent",
    ),
    "a missing input": (
        "  - {name: b, recording: add}\n",
        "error 4: Input 'email' of 'add' has no value and no default. Add 'inputs: {email: …}', or a column",
    ),
    "an unknown input": (
        FIND + "    inputs:\n      emial: x\n",
        "error 8: No recording here has an input 'emial'. Did you mean 'email'?",
    ),
    "a secret in clear": (
        "  - {name: b, recording: sign, inputs: {password: x}}\n",
        "error 4: 'password' is a secret, and this file would leave it where others can read it.",
    ),
    "an unknown key": (
        FIND + "    key: mail\n",
        "error 7: No recording here has an input 'mail'. Did you mean 'email'?",
    ),
    "a value that is not read": (
        FIND
        + "  - name: b\n    recording: find\n    for_each: {stage: find}\n    inputs: {email: '${ row.order_nr }'}\n",
        "error 10: The expression 'row.order_nr' speaks of 'row.order_nr', which is not known. Did you mean 'ord",
    ),
    "a row where there is none": (
        "  - {name: b, recording: find, inputs: {email: '${ row.email }'}}\n",
        "This stage has no 'for_each', so it has no row.",
    ),
    "a stage that it does not wait for": (
        FIND + "  - {name: b, recording: find, when: stages.find.counts.failed == 0}\n",
        "This stage does not wait for 'find': add 'needs: find'.",
    ),
    "a stage that is not there in an expression": (
        FIND + "  - {name: b, recording: find, needs: find, when: stages.fnid.counts.failed == 0}\n",
        "Did you mean 'find'?",
    ),
    "a count that is not there": (
        FIND + "  - {name: b, recording: find, needs: find, when: stages.find.counts.fialed == 0}\n",
        "Did you mean 'counts.failed'?",
    ),
    "a condition that is none": (
        FIND + "    when: row.email\n",
        "error 7: 'when' gives a text, and must be true or false.",
    ),
    "a condition over lines": (
        FIND + "    when: |\n      row.email != '' &&\n      row.nope != ''\n",
        "error 9: The expression 'row.email != '' && row.nope != ''' speaks of 'row.nope'",
    ),
    "a list in a text": (
        FIND + "  - {name: b, recording: find, needs: find, inputs: {email: '${ stages.find.results }'}}\n",
        "error 7: The expression 'stages.find.results' gives a list, and a text is wanted.",
    ),
    "python": (FIND + "    when: open('x') == 1\n", "error 7: The expression 'open('x') == 1' speaks of 'open'"),
    "a join on nothing": (
        FIND + "  - {name: t, collect: {stages: find, join: email}}\n",
        "error 7: There is nothing to join: 'find' is one stage with one recording.",
    ),
    "a join on a column that is not there": (
        FIND + "  - {name: two, recording: find}\n  - {name: t, collect: {stages: [find, two], join: email}}\n",
        "error 8: The results of 'two' have no column 'email' to join on.",
    ),
    "a figure of nothing": (
        FIND + "  - {name: t, collect: {stages: find, figures: {all: sum total}}}\n",
        "error 7: The results have no column 'total'. They have: email, order_no, status.",
    ),
    "chunks of one": (
        FIND + "  - {name: t, collect: {stages: find, per: chunk}}\n",
        "warning 7: Stage 'find' has no chunks of several rows.",
    ),
    "one file for two": (
        FIND
        + "  - {name: t, collect: {stages: find, write: x.csv}}\n"
        + "  - {name: u, collect: {stages: find, write: x.csv}}\n",
        "error 8: Stage 't' writes 'x.csv' too.",
    ),
    "what cannot be undone": (
        "  - {name: b, recording: add, inputs: {email: x}, on_failure: compensate}\n",
        "error 4: Stage 'b' sends what cannot be taken back ('Click 'Save'', s2 of 'add')",
    ),
    "an undoing that lacks a value": (
        "  - {name: b, recording: add, inputs: {email: x}, on_failure: compensate, compensate: {recording: remove}}\n",
        "error 4: Input 'order_no' of 'remove' has no value and no default.",
    ),
    "an undoing that nothing asks for": (
        "  - {name: b, recording: add, inputs: {email: x}, compensate: {recording: find}}\n",
        "warning 4: Nothing ever has 'b' undone.",
    ),
    "an undoing of nothing": (
        FIND + "    on_failure: compensate\n    compensate: {recording: find}\n",
        "warning 8: Stage 'find' sends nothing that would have to be undone.",
    ),
}


@pytest.mark.parametrize(("stages", "said"), CASES.values(), ids=CASES.keys())
def test_what_is_wrong_is_found_with_its_line_and_mend(stages: str, said: str) -> None:
    assert any(said in each for each in told(stages)), told(stages)


FINE = {
    "a saga": (
        "  - {name: a, recording: add, inputs: {email: x}, on_failure: compensate, "
        "compensate: {recording: remove, inputs: {order_no: '${ row.email }'}, confirm: find}}\n"
        "  - {name: b, recording: add, needs: a, inputs: {email: x}, on_failure: compensate, compensate: nothing}\n"
    ),
    "a stage that begins only after all that could fail": (
        FIND + "    on_failure: compensate\n  - {name: b, recording: add, needs: find, inputs: {email: x}}\n"
    ),
    "three applications joined": (
        "  - {name: a, recording: find, for_each: {apps: [{name: n, base_url: 'http://n'}, {name: s, base_url: 'http://s'}]},"
        " inputs: {email: x}}\n"
        "  - {name: t, collect: {stages: a, join: email}}\n"
        "  - {name: b, recording: find, for_each: {stage: t}, inputs: {email: '${ row.n_order_no }'}}\n"
    ),
    "three stages joined, what they share called after them": (
        FIND + "  - {name: two, recording: find, for_each: {file: p.csv}}\n"
        "  - {name: t, collect: {stages: [find, two], join: email}}\n"
        "  - {name: b, recording: find, for_each: {stage: t}, when: row.find_status == row.two_status}\n"
    ),
    "a decision and a figure": (
        FIND + "  - {name: t, collect: {stages: find, figures: {n: count, most: max order_no}}}\n"
        "  - {name: ask, needs: t, when: stages.t.figures.n > 2, on_failure: continue,"
        " approval: {who: a, message: 'All ${ string(stages.t.figures.n) }?', timeout: 2d}}\n"
        "  - {name: b, recording: find, needs: ask, when: stages.ask.decision == 'refused'}\n"
    ),
}


@pytest.mark.parametrize("stages", FINE.values(), ids=FINE.keys())
def test_what_is_meant_so_is_not_found_fault_with(stages: str) -> None:
    assert told(stages) == []


def test_in_a_pipeline_rows_of_later_stages_may_have_to_be_undone_too() -> None:
    stages = FIND + "    on_failure: compensate\n  - {name: b, recording: add, for_each: {stage: find, start: each}}\n"
    assert any("Stage 'b' sends what cannot be taken back" in each for each in told(stages))


def test_columns_that_are_known_only_when_it_runs_are_not_found_fault_with() -> None:
    head = HEAD.replace("stages:", "inputs: {people: {kind: rows}}\nstages:")
    assert told("  - {name: b, recording: add, for_each: {input: people}, when: row.city != ''}\n", head) == []


def test_warnings_alone_do_not_stop_and_errors_do_with_all_of_them_named() -> None:
    source = workflow_in("w.yaml", (HEAD + FIND).encode())
    refuse_errors(source, [Finding("warning", 1, "w")])
    with pytest.raises(WorkflowInvalidError) as caught:
        refuse_errors(
            source, [Finding("error", 9, "late", "x."), Finding("error", 2, "early"), Finding("warning", 1, "w")]
        )
    assert caught.value.message == "w.yaml:2: early\nw.yaml:9: late x."


def test_a_table_is_read_here_as_where_it_is_run() -> None:
    assert columns_in("people.csv", "email;city\na;b\n".encode("utf-16")) == ("email", "city")
