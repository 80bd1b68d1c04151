"""No step that may have taken effect is repeated; what can pass is tried again, later and later."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.policy import (
    PASSING,
    AskPerson,
    GiveUp,
    Passed,
    Probe,
    Retry,
    RunAgain,
    SignIn,
    after_a_crash,
    backoff_s,
    decide,
    is_the_apps,
    probe_can_tell,
    was_refused,
)
from recordings import errors
from recordings.batch import Commit, CommitState
from recordings.trace import Failure

LASTING = {
    *("SecretElsewhere", "OutsideFence", "SecretUnmasked"),
    *("ElementAmbiguous", "TextMissing", "SecretUnread", "RowsUnusable", "RowGone"),
    *(
        "ValueUnreadable",
        "ValueDiffers",
        "RowsUnread",
        "LoginRequired",
        "SecretElsewhere",
        "SecretUnmasked",
        "OutsideFence",
    ),
}
STEPS = ("s1", "s2", "s3")


def commit(step: str, state: CommitState) -> Commit:
    return Commit(item_id="b:000001", step_id=step, trace_id="t", state=state, at=0, request="POST /customers")


def failed(code: str, message: str = "It failed.") -> Failure:
    return Failure(code=code, message=message)


commits = st.lists(
    st.builds(
        commit,
        st.sampled_from(STEPS),
        st.sampled_from(("intent", "sent", "done", "void")),
    ),
    max_size=5,
)
failures = st.sampled_from(sorted(PASSING | LASTING | {"KeyError"})).map(failed)
chances = st.floats(0, 1, exclude_max=True)


@given(failures, st.integers(1, 9), commits, st.integers(0, 9), chances)
def test_a_run_whose_request_may_have_gone_out_is_never_repeated(
    failure: Failure, attempt: int, ledger: list[Commit], retries: int, chance: float
) -> None:
    verdict = decide(failure, attempt, ledger, retries=retries, chance=chance)
    assert isinstance(verdict, AskPerson) == any(c.state != "void" for c in ledger)


@given(commits, st.sampled_from((None, *STEPS)), st.booleans())
def test_an_item_cut_short_is_never_run_again_where_its_request_may_have_gone_out(
    ledger: list[Commit], ends_with: str | None, has_probe: bool
) -> None:
    verdict = after_a_crash(ledger, ends_with, has_probe)
    assert isinstance(verdict, RunAgain) == all(c.state == "void" for c in ledger)
    if any(c.state in ("intent", "sent") for c in ledger):
        assert isinstance(verdict, Probe if has_probe else AskPerson)


@pytest.mark.parametrize("code", sorted(PASSING))
def test_what_can_pass_is_tried_again_until_the_retries_are_used_up(code: str) -> None:
    verdicts = [decide(failed(code), attempt, [commit("s1", "void")], retries=2) for attempt in (1, 2, 3)]
    assert [type(verdict) for verdict in verdicts] == [Retry, Retry, GiveUp]


@pytest.mark.parametrize("code", [*sorted(LASTING), "InputInvalid", "SecretMissing", "KeyError"])
def test_what_lasts_is_given_up_at_once(code: str) -> None:
    verdict = decide(failed(code, "It says 'no'."), 1, [], retries=5)
    assert isinstance(verdict, GiveUp) and "It says 'no'." in verdict.reason


def test_every_failure_of_a_step_is_known_to_pass_or_to_last() -> None:
    codes = {kind.__name__.removesuffix("Error") for kind in errors.StepFailedError.__subclasses__()}
    assert {code for code in codes if hasattr(errors, f"{code}Error")} <= PASSING | LASTING


def test_a_person_is_told_which_steps_took_effect() -> None:
    verdict = decide(failed("PageGone"), 1, [commit("s1", "done"), commit("s2", "void")], retries=2)
    assert verdict == AskPerson("Step s1 (POST /customers) took effect, and the run failed after it: It failed.")


def test_the_wait_doubles_up_to_a_minute() -> None:
    assert [backoff_s(attempt, None, 0.5) for attempt in (1, 2, 3, 7, 5000)] == [0.5, 1, 2, 30, 30]


@given(st.integers(1, 10_000), st.floats(0, 1e6), chances)
def test_nobody_comes_back_before_the_application_asked_to(attempt: int, asked_s: float, chance: float) -> None:
    verdict = decide(failed("TooManyRequests"), attempt, [], retries=attempt, retry_after_s=asked_s, chance=chance)
    assert isinstance(verdict, Retry) and asked_s <= verdict.after_s <= asked_s + 60


def test_two_that_were_turned_away_together_come_back_apart() -> None:
    assert backoff_s(3, 30, 0.1) != backoff_s(3, 30, 0.9)


ANSWERED = "Click 'Save': POST https://app/customers was answered {}, where the demonstration got 201."


@pytest.mark.parametrize(
    ("failure", "is_its"),
    [
        (failed("PageUnreachable"), True),
        (failed("EvidenceMissing"), True),
        (failed("LoginRequired"), True),
        (failed("EffectMissing", ANSWERED.format(503)), True),
        (failed("EffectMissing", ANSWERED.format(429)), True),
        (failed("EffectMissing", ANSWERED.format(422)), False),
        (failed("EffectMissing", "Click 'x': POST https://app/a failed, where the demonstration got 200."), True),
        (
            failed(
                "EffectMissing",
                "Click 'x': it was done, but what followed in the demonstration did not come: an answer to a request"
                " that was sent.",
            ),
            True,
        ),
        (failed("EffectMissing", "Click 'was answered 503, where the demonstration got 1.': a dialog came."), False),
        (failed("TextMissing", f"Check: it says '{ANSWERED.format(503)}', not 'Saved'."), False),
        (failed("ElementNotFound"), False),
        (failed("BrowserDied"), False),
    ],
)
def test_the_application_is_blamed_for_what_would_hit_every_item(failure: Failure, is_its: bool) -> None:
    assert is_the_apps(failure) is is_its


@pytest.mark.parametrize(
    ("ledger", "ends_with", "has_probe", "kind"),
    [
        ([("s1", "done"), ("s3", "done")], "s3", False, Passed),
        ([("s1", "done"), ("s3", "void")], "s3", False, AskPerson),
        ([("s1", "done")], "s3", True, Probe),
        ([("s1", "done")], None, False, AskPerson),
        ([("s1", "sent"), ("s3", "done")], "s3", True, Probe),
    ],
)
def test_an_item_cut_short_passed_only_if_its_last_step_is_a_commit_that_is_done(
    ledger: list[tuple[str, CommitState]], ends_with: str | None, has_probe: bool, kind: type
) -> None:
    assert isinstance(after_a_crash([commit(*row) for row in ledger], ends_with, has_probe), kind)


def answered(status: int) -> Failure:
    return Failure(code="EffectMissing", message="It was answered.", status=status)


@pytest.mark.parametrize(("status", "refused"), [(422, True), (404, True), (408, False), (500, False), (303, False)])
def test_an_answer_of_the_400s_is_a_refusal(status: int, refused: bool) -> None:
    assert was_refused(answered(status)) == refused


def test_what_was_refused_is_not_tried_again_but_what_came_too_often_is() -> None:
    void = [commit("s1", "void")]
    assert isinstance(decide(answered(422), 1, void, retries=5), GiveUp)
    assert isinstance(decide(answered(429), 1, void, retries=5), Retry)


def test_a_probe_says_nothing_of_a_step_before_the_last_that_must_not_be_repeated() -> None:
    assert probe_can_tell([commit("s1", "done"), commit("s3", "sent")], "s3")
    assert not probe_can_tell([commit("s1", "sent")], "s3")
    assert not probe_can_tell([commit("s1", "done"), commit("s3", "void")], "s3")


@given(commits, st.integers(0, 5))
def test_a_login_page_has_an_item_signed_in_anew_a_few_times_unless_something_may_have_taken_effect(
    ledger: list[Commit], sign_ins: int
) -> None:
    verdict = decide(failed("LoginRequired"), 1, ledger, retries=0, sign_ins=sign_ins)
    nothing_left = all(c.state == "void" for c in ledger)
    assert isinstance(verdict, SignIn) == (nothing_left and sign_ins < 2)
    assert isinstance(verdict, SignIn | AskPerson)
