"""What to do with an item whose run failed or was cut short; pure, and the only module that decides on retries.

One law: a step that sends data is never done again while its request may have gone out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recordings.batch import Commit
from recordings.commits import guarded_steps
from recordings.recording import Recording
from recordings.trace import Failure, Trace
from replayer.help import NoHelp

PASSING: frozenset[str] = frozenset(
    {
        *("PageUnreachable", "PageGone", "PageSilent", "BrowserDied", "WorkerDied", "ItemTimeout"),
        *("ServerError", "TooManyRequests"),
        *("EvidenceMissing", "ElementNotFound", "ActionFailed", "EffectMissing"),
    }
)
"""Codes of failures that can pass by waiting. Any other lasts: the values, the recording or the login are wrong, or it
is a bug of ours, and the next run would end as this one did."""

_THE_APPS: frozenset[str] = frozenset(
    {"PageUnreachable", "EvidenceMissing", "ItemTimeout", "ServerError", "TooManyRequests", "LoginRequired"}
)

_ANSWERED = re.compile(r": [A-Z]+ \S+ (?:was answered (?:5\d\d|429)|failed), where the demonstration got \d+\.$")
_UNANSWERED = re.compile(r": it was done, but [^:]+: an answer to a request that was sent\.$")
"""How ``replayer.settle`` says that a request was refused by an ailing server, or not answered in time. Both are tied
to the end of the message, since its beginning holds words of the page."""

_LOGIN = "LoginRequired"
NEEDS_LOGIN = frozenset({_LOGIN, "SessionMissing"})
"""Codes of failures that are over once a person has signed in."""
_SIGN_INS = 2
"""How often an item is begun anew with another session: one that is shared may expire once more meanwhile."""

_TIMED_OUT, _TOO_MANY = 408, 429
_BASE_S = 1.0
_CAP_S = 60.0


@dataclass(frozen=True, slots=True)
class Retry:
    """Run the item again, ``after_s`` seconds from now at the earliest."""

    after_s: float


@dataclass(frozen=True, slots=True)
class SignIn:
    """Nothing took effect, and a login page came: run the item again once its session is another."""


@dataclass(frozen=True, slots=True)
class AskPerson:
    """Only a person can say whether the item took effect; ``reason`` is what to tell them."""

    reason: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The item failed for good."""

    reason: str


@dataclass(frozen=True, slots=True)
class RunAgain:
    """Nothing took effect: the item is as good as new."""


@dataclass(frozen=True, slots=True)
class Passed:
    """The last step took effect; only the news of it was lost."""


@dataclass(frozen=True, slots=True)
class Probe:
    """Look in the application whether the item was done. Where that tells nothing, ask a person, with ``reason``."""

    reason: str


def decide(
    failure: Failure,
    attempt: int,
    commits: Sequence[Commit],
    *,
    retries: int,
    retry_after_s: float | None = None,
    chance: float = 0.5,
    rows: int = 0,
    sign_ins: int | None = None,
) -> Retry | SignIn | AskPerson | GiveUp:
    """What follows a run that failed.

    Args:
        attempt: Which run it was, from 1; the last one that may be followed by another is number ``retries``.
        commits: The ledger's rows of this item, of all its runs, as they stood when the run ended; without what was
            sent for rows of a loop that are done, which another run passes over.
        retry_after_s: What the application asked for by Retry-After, None if it did not.
        chance: A random number from 0 to just below 1.
        rows: How many rows of loops are done.
        sign_ins: How often the item was begun anew for another session; None where its session cannot be another.
    """
    if failure.code == _LOGIN and sign_ins is not None and not _said(commits, "intent", "sent", "done"):
        if sign_ins < _SIGN_INS:
            return SignIn()
        return AskPerson(f"It was signed in anew {sign_ins} times, and a login page came again: {failure.message}")
    verdict = _verdict(failure, attempt, commits, retries, retry_after_s, chance)
    if rows and isinstance(verdict, GiveUp):
        return AskPerson(f"{rows} row{'s' * (rows > 1)} took effect, and the run failed after that: {failure.message}")
    return verdict


def _verdict(
    failure: Failure,
    attempt: int,
    commits: Sequence[Commit],
    retries: int,
    retry_after_s: float | None,
    chance: float,
) -> Retry | AskPerson | GiveUp:
    unresolved = _said(commits, "intent", "sent")
    if unresolved:
        return AskPerson(f"{unresolved} may have taken effect, and the run failed: {failure.message}")
    done = _said(commits, "done")
    if done:
        return AskPerson(f"{done} took effect, and the run failed after it: {failure.message}")
    if was_refused(failure) and failure.status != _TOO_MANY:
        return GiveUp(f"The application refused it: {failure.message}")
    if failure.code not in PASSING:
        return GiveUp(f"Running it again would not help: {failure.message}")
    if attempt > retries:
        return GiveUp(f"Run {attempt} failed too, and no more are allowed: {failure.message}")
    return Retry(backoff_s(attempt, retry_after_s, chance))


def after_help(
    verdict: Retry | SignIn | AskPerson | GiveUp, failure: Failure, asked: NoHelp | None, *, untouched: bool
) -> Retry | SignIn | AskPerson | GiveUp:
    """What follows where a person was asked for help with the run, and it failed all the same.

    Args:
        asked: What came of asking; None where a person helped, or nobody was to be asked.
        untouched: Nothing that changes data may have left.
    """
    if asked is None or isinstance(verdict, (Retry, SignIn)):
        return verdict
    if asked.came == "withdrawn" and untouched:
        return Retry(0)  # it is as good as new, and begins again with its batch, if that goes on
    if asked.came == "nobody" and isinstance(verdict, GiveUp):
        return AskPerson(f"{asked.why} {failure.message}")
    return verdict


def backoff_s(attempt: int, retry_after_s: float | None, chance: float) -> float:
    """Seconds to wait after run number ``attempt``: what the application asked for, and on top a random part.

    The random part is from 0 to 1, 2, 4 … seconds, at most 60. It is added to Retry-After, not hidden by it: items
    that were turned away together would else come back together.

    Source:
        "Full jitter" (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
    """
    longest_s = min(_CAP_S, _BASE_S * 2.0 ** min(attempt - 1, 10))
    return max(0.0, retry_after_s or 0.0) + chance * longest_s


def probe_can_tell(commits: Sequence[Commit], last: str) -> bool:
    """Whether a probe, which looks for what the whole recording makes, says anything of what may have taken effect.

    Only where that is the recording's ``last`` step that must not be repeated: that what an item makes in the end is
    not there says nothing of an earlier step, and that it is there would be no work of this run. Of one row of a loop
    it says nothing.
    """
    return any(commit.step_id == last and commit.state != "void" and not commit.row for commit in commits)


def was_refused(failure: Failure) -> bool:
    """Whether the application answered that it did not do what was asked: 4xx, of which only 408 tells nothing."""
    return failure.status is not None and 400 <= failure.status < 500 and failure.status != _TIMED_OUT


def is_the_apps(failure: Failure) -> bool:
    """Whether the application is at fault, so that other items would fail in it too: it does not answer, answers 5xx
    or 429, or shows its login page instead of the page."""
    if failure.code == "EffectMissing":
        return bool(_ANSWERED.search(failure.message) or _UNANSWERED.search(failure.message))
    return failure.code in _THE_APPS


def after_a_crash(
    commits: Sequence[Commit], ends_with: str | None, has_probe: bool
) -> RunAgain | Passed | Probe | AskPerson:
    """What to do with an item whose run was cut short, with nobody left to say how far it came.

    Args:
        commits: The ledger's rows of this item, of all its runs, without those of rows of a loop that are done.
        ends_with: The id of the recording's last enabled step, if that step sends data; else None.
        has_probe: There is a recording that tells whether an item was done.
    """
    unresolved = _said(commits, "intent", "sent")
    done = _said(commits, "done")
    if not unresolved and not done:
        return RunAgain()
    if not unresolved and any(commit.state == "done" and commit.step_id == ends_with for commit in commits):
        return Passed()
    happened = f"{unresolved} may have taken effect" if unresolved else f"{done} took effect"
    reason = f"{happened}, and the run was cut short."
    return Probe(reason) if has_probe else AskPerson(reason)


def told_by(trace: Trace, recording: Recording) -> tuple[Commit, ...]:
    """What a run that nobody kept a ledger of may have sent: the steps that must not be repeated and were done."""
    guarded = guarded_steps(recording)
    return tuple(
        Commit(
            item_id="",
            step_id=step.step_id,
            trace_id=trace.trace_id,
            state="done" if step.outcome == "passed" else "sent",
            at=step.started_at,
            row=step.row,
        )
        for step in trace.steps
        if step.step_id in guarded and (step.outcome == "passed" or (step.outcome == "failed" and step.timing.act_ms))
    )


def _said(commits: Iterable[Commit], *states: str) -> str:
    """``Step s3 (POST /customers)`` for those in one of the states, "" for none."""
    found = [commit for commit in commits if commit.state in states]
    names = dict.fromkeys(
        c.step_id + (f" ({c.request})" if c.request else "") + (f" for '{c.row}'" if c.row else "") for c in found
    )
    return f"Step{'s' * (len(names) > 1)} {', '.join(names)}" if names else ""
