"""What the ledger says of the rows of a loop: those that are done are passed over, one in doubt is asked about."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.policy import AskPerson, Retry, RunAgain, after_a_crash, decide, probe_can_tell
from agents.rows_done import Loop, rows_done, without_rows_done
from recordings.batch import Commit, CommitState
from recordings.trace import Failure

LOOP = Loop("b1", frozenset({"s3", "s4", "s5"}), "s5")
DOWN = Failure(code="PageUnreachable", message="It failed.")


def commit(step: str, state: CommitState, row: str = "") -> Commit:
    return Commit(item_id="b:000001", step_id=step, trace_id="t", state=state, at=0, request="POST /pay", row=row)


def test_a_row_is_done_where_its_last_commit_is_or_where_the_run_came_to_its_end() -> None:
    known = [commit("s3", "done", "A"), commit("s5", "done", "A"), commit("s3", "done", "B"), commit("b1", "done", "B")]
    assert rows_done(known, [LOOP]) == {"b1": frozenset({"A", "B"})}
    assert without_rows_done(known, [LOOP]) == []


def test_a_row_that_is_half_done_or_in_doubt_is_not_done() -> None:
    known = [commit("s3", "done", "A"), commit("s5", "sent", "B"), commit("s3", "done", "B")]
    assert rows_done(known, [LOOP]) == {"b1": frozenset()}
    assert without_rows_done(known, [LOOP]) == known


def test_after_a_crash_between_rows_the_rest_is_run() -> None:
    known = without_rows_done([commit("s5", "done", "A")], [LOOP])
    assert after_a_crash(known, "s5", has_probe=False) == RunAgain()


def test_after_a_crash_a_row_in_doubt_is_named() -> None:
    known = without_rows_done([commit("s5", "done", "A"), commit("s5", "sent", "B")], [LOOP])
    verdict = after_a_crash(known, "s5", has_probe=False)
    assert verdict == AskPerson("Step s5 (POST /pay) for 'B' may have taken effect, and the run was cut short.")
    assert not probe_can_tell(known, "s5")


def test_a_commit_outside_of_the_loop_is_asked_about_as_ever() -> None:
    known = without_rows_done([commit("s1", "done"), commit("s5", "done", "A")], [LOOP])
    assert isinstance(after_a_crash(known, None, has_probe=False), AskPerson)


def test_a_run_that_failed_between_rows_is_run_again_while_it_may_be() -> None:
    assert isinstance(decide(DOWN, 1, [], retries=2, rows=3), Retry)
    verdict = decide(DOWN, 3, [], retries=2, rows=3)
    assert verdict == AskPerson("3 rows took effect, and the run failed after that: It failed.")


@given(
    st.lists(
        st.builds(
            commit, st.sampled_from(("s1", "s3", "s5", "b1")),
            st.sampled_from(("intent", "sent", "done", "void")), st.sampled_from(("", "A", "B")),
        ),
        max_size=8,
    )
)  # fmt: skip
def test_what_may_have_gone_out_is_never_taken_for_done(known: list[Commit]) -> None:
    done, rest = rows_done(known, [LOOP])["b1"], without_rows_done(known, [LOOP])
    for each in known:
        if each.state in ("intent", "sent"):
            assert each in rest
            assert each.row not in done or each.step_id not in LOOP.steps


def test_the_key_of_a_commit_is_its_step_and_its_row() -> None:
    keys = {commit(step, "sent", row).key for step in ("s3", "s5") for row in ("", "A", "B", "x" * 500 + "\0")}
    assert len(keys) == 8
    assert commit("s3", "sent").key == "s3"
    assert all(len(key) < 40 and "\0" not in key for key in keys)
