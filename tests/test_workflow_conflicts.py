"""What writes the same record, or shares a session or an account, is found from the recordings' own requests."""

from __future__ import annotations

import pytest

from demo.examples import FOLDER
from recordings.inputs import InputRef
from recordings.recording import Recording
from recordings.steps import Step
from tests.test_workflow_check import filled, recording, sent
from workflows.conflicts import Reason, explain, kept_apart, told
from workflows.load import workflow_in
from workflows.scope import Known
from workflows.writes import writes_of


def go(step: str, to: str, row: str = "") -> Step:
    """A link that is followed, in a row where one is named."""
    link = sent(step, "/", to=to)
    named = InputRef(name=row) if row else None
    return link.model_copy(update={"signals": link.signals[1:], "row": named})


RECORDINGS = {
    "add": recording("add", filled("s1", "email"), sent("s2", "/people/new"), inputs=("email",)),
    "edit": recording(
        "edit",
        go("s1", "/people/7/edit", row="email"),
        filled("s2", "city"),
        sent("s3", "/people/*/edit"),
        inputs=("email", "city"),
    ),
    "remove": recording(
        "remove", go("s1", "/people/7", row="email"), sent("s2", "/people/*", "DELETE"), inputs=("email",)
    ),
    "settings": recording("settings", filled("s1", "city"), sent("s2", "/settings", "PUT"), inputs=("city",)),
    "wizard": recording(
        "wizard",
        filled("s1", "email"),
        sent("s2", "/orders/new", to="/orders/*/delivery"),
        filled("s3", "city"),
        sent("s4", "/orders/*/delivery"),
        inputs=("email", "city"),
    ),
    "customer": Recording.load(FOLDER / "add-customer"),
    "find": Recording.load(FOLDER / "find-customer"),
}


def known(*stages: str) -> Known:
    text = "format: 1\nname: w\nstages:\n" + "".join(f"  - {{{stage}}}\n" for stage in stages)
    return Known(workflow_in("w", text.encode()).workflow, RECORDINGS)


def rows(name: str, *more: str, column: str = "email") -> str:
    """A stage of the recording of its name, for one row whose email is told when it runs, not here."""
    return ", ".join([f"name: {name}", f"recording: {name}", f"for_each: {{rows: [{{{column}: x}}]}}", *more])


def kinds(reasons: list[Reason]) -> list[tuple[str, bool]]:
    return [(reason.kind, reason.apart) for reason in reasons]


@pytest.mark.parametrize(
    ("name", "writes"),
    [
        ("add", [("POST", "/people/new", ("email",))]),
        ("edit", [("POST", "/people/*", ("email",))]),
        ("remove", [("DELETE", "/people/*", ("email",))]),
        ("settings", [("PUT", "/settings", ())]),
        ("wizard", [("POST", "/orders/new", ("email",)), ("POST", "/orders/*", ("email",))]),
        ("find", []),
    ],
)
def test_a_recording_writes_records_that_its_inputs_tell_apart(name: str, writes: list[tuple[object, ...]]) -> None:
    assert [(each.method, each.place, each.by) for each in writes_of(RECORDINGS[name])] == writes


def test_a_sign_in_is_no_write_and_its_name_tells_no_records_apart() -> None:
    (write,) = writes_of(RECORDINGS["customer"])
    assert (write.place, "username" in write.by, "email" in write.by) == ("/customers/new", False, True)


@pytest.mark.parametrize(
    ("one", "other", "row", "other_row", "apart"),
    [
        ("edit", "remove", {"email": "a"}, {"email": "a"}, True),
        ("edit", "remove", {"email": "a"}, {"email": "b"}, False),
        ("edit", "edit", {"email": "a", "city": "x"}, {"email": "a", "city": "y"}, True),
        ("add", "add", {"email": "a"}, {"email": "b"}, False),
        ("add", "remove", {"email": "a"}, {"email": "a"}, False),
        ("settings", "settings", {"email": "a"}, {"email": "b"}, True),
        ("wizard", "wizard", {"email": "a"}, {"email": "b"}, False),
        ("wizard", "wizard", {"email": "a"}, {"email": "a"}, True),
    ],
)
def test_items_are_kept_apart_where_they_write_the_same_record(
    one: str, other: str, row: dict[str, str], other_row: dict[str, str], apart: bool
) -> None:
    reasons = explain(known(*dict.fromkeys([rows(one), rows(other)])), one, other, row, other_row)
    assert any(reason.kind == "record" and reason.apart for reason in reasons) is apart


def test_of_stages_whose_rows_are_not_known_it_depends_on_them() -> None:
    (apart,) = [each for each in kept_apart(known(rows("edit"), rows("remove"))) if each.one != each.other]
    (reason,) = apart.reasons
    assert (reason.kind, reason.depends, reason.keys) == ("record", True, ("email",))
    assert "POST and DELETE http://app.test/people/*" in reason.words


def test_the_same_request_to_another_application_is_another_record() -> None:
    both = known(
        rows("settings", "base_url: 'http://one'"),
        rows("settings", "base_url: 'http://two'").replace("settings", "b", 1),
    )
    assert explain(both, "settings", "b") == []


def test_what_is_given_in_the_workflow_tells_records_apart() -> None:
    both = known("name: a, recording: edit, inputs: {email: a}", "name: b, recording: edit, inputs: {email: b}")
    assert explain(both, "a", "b") == []


def test_a_saved_session_is_for_one_at_a_time_unless_it_is_shared() -> None:
    alone = known(rows("add", "session: s.json"), rows("settings", "session: s.json"))
    shared = known(
        rows("add", "session: s, shared_session: true"), rows("settings", "session: s, shared_session: true")
    )
    assert kinds(explain(alone, "add", "settings")) == [("session", True)]
    assert explain(shared, "add", "settings") == []


def test_one_account_is_told_and_kept_apart_only_where_the_workflow_asks_for_it() -> None:
    free = known("name: a, recording: find", "name: b, recording: find")
    asked = known("name: a, recording: find, limits: {per_account: 1}", "name: b, recording: find")
    others = known("name: a, recording: find, inputs: {username: eve}", "name: b, recording: find")
    assert kinds(explain(free, "a", "b")) == [("account", False)]
    assert kinds(explain(asked, "a", "b")) == [("account", True)]
    assert explain(others, "a", "b") == []


def test_an_order_is_a_reason_and_a_pipeline_none_to_keep_other_rows_apart() -> None:
    waits = known(rows("add"), "name: settings, recording: settings, needs: add")
    flows = known(rows("add"), "name: settings, recording: settings, for_each: {stage: add, start: each}")
    assert kinds(explain(waits, "settings", "add")) == [("order", True)]
    assert kinds(explain(flows, "add", "settings")) == [("order", False)]


def test_rows_of_a_sequential_stage_are_done_one_after_another() -> None:
    assert ("sequential", True) in kinds(explain(known(rows("add", "mode: sequential")), "add", "add"))


def test_stages_that_wait_for_each_other_are_not_listed_as_kept_apart() -> None:
    assert kept_apart(known("name: a, recording: settings", "name: b, recording: settings, needs: a")) == []


def test_a_reason_that_holds_for_many_is_told_once() -> None:
    said = told(kept_apart(known(*(f"name: {name}, recording: settings" for name in "abc"))))
    assert [pairs for pairs, _ in said] == ["a and b; a and c; b and c"]
