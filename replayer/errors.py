"""The errors of a replay, from the one tree in ``recordings.errors``."""

from __future__ import annotations

from collections.abc import Sequence

from recordings.errors import (
    ActionFailedError,
    BrowserDiedError,
    EffectMissingError,
    ElementAmbiguousError,
    ElementNotFoundError,
    PageGoneError,
    ShowonceError,
    StepFailedError,
)
from recordings.trace import Candidate, Failure

__all__ = [
    "ActionFailedError",
    "AmbiguousAtError",
    "EffectMissingError",
    "NotFoundAtError",
    "as_ours",
    "failure_of",
    "is_dead",
]

_MEND_FIND = "Look at the picture; record the step again if the page has changed for good."


class NotFoundAtError(ElementNotFoundError):
    """Nothing fitted within the step's time; ``candidates`` are the closest."""

    code = "ElementNotFound"

    def __init__(self, words: str, waited_s: float, candidates: Sequence[Candidate]) -> None:
        closest = f" The closest was {candidates[0].words} ({candidates[0].score:.2f})." if candidates else ""
        super().__init__(
            f"Not found within {waited_s:.0f} s: {words}.{closest} Nothing was done at this step.", _MEND_FIND
        )
        self.candidates = tuple(candidates)


class AmbiguousAtError(ElementAmbiguousError):
    """Several fit too well to choose one; ``candidates`` are the closest."""

    code = "ElementAmbiguous"

    def __init__(self, words: str, candidates: Sequence[Candidate]) -> None:
        names = "; ".join(f"{c.words} ({c.score:.2f})" for c in candidates)
        super().__init__(f"More than one could be meant: {words}. {names}. None was touched.", _MEND_FIND)
        self.candidates = tuple(candidates)


def failure_of(error: Exception) -> Failure:
    """What a record says of an error."""
    if isinstance(error, StepFailedError):
        facts = {"status": error.status, "retry_after_s": error.retry_after_s}
        return Failure(code=error.code, message=error.message, mend=error.mend, **facts)
    return Failure(code=type(error).__name__, message=str(error), mend="Run with --debug and report it.")


def is_dead(error: Exception) -> bool:
    """Whether Playwright says that the browser or the page is gone."""
    text = str(error)
    return "has been closed" in text or "Target crashed" in text or "Connection closed" in text


def as_ours(error: Exception) -> ShowonceError:
    """One of our own errors for one of Playwright's."""
    if isinstance(error, ShowonceError):
        return error
    if is_dead(error):
        return BrowserDiedError()
    return PageGoneError(f"The page could not be used any more: {str(error).splitlines()[0]}.", "Run again.")
