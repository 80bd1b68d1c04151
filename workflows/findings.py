"""What is wrong with a workflow: findings with a line and a mend, and the error that tells those that matter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from recordings.errors import CouldNotStartError


@dataclass(frozen=True, slots=True)
class Finding:
    """``error``: the workflow cannot be run so. ``warning``: it can, and does perhaps not what is meant."""

    level: Literal["error", "warning"]
    line: int
    message: str
    mend: str = ""

    def said(self, source: str) -> str:
        """``file:line: what is wrong. the mend``."""
        return f"{source}:{self.line}: {self.message} {self.mend}".strip()


class WorkflowInvalidError(CouldNotStartError):
    """A workflow cannot be used; ``findings`` are all that is wrong with it, in order of lines."""

    def __init__(self, source: str, findings: Sequence[Finding]) -> None:
        self.source = source
        self.findings = tuple(sorted(findings, key=lambda each: each.line))
        super().__init__("\n".join(finding.said(source) for finding in self.findings))


def did_you_mean(given: str, known: Iterable[str], what: str = "It may be") -> str:
    """The name that was perhaps meant, or all of those that are known."""
    names = sorted(known)
    close = get_close_matches(given, names, n=1)
    if close:
        return f"Did you mean '{close[0]}'?"
    return f"{what}: {', '.join(names)}." if names else ""
