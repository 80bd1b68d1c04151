"""All that can be said of a workflow before it runs: its findings, in order of lines; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from workflows.check_expressions import expression_findings
from workflows.check_recordings import compensation_findings, recording_findings
from workflows.check_results import result_findings
from workflows.check_stages import stage_findings
from workflows.findings import Finding, WorkflowInvalidError
from workflows.load import Source
from workflows.scope import Known

_CHECKS: Sequence[Callable[[Source, Known], Iterator[Finding]]] = (
    stage_findings,
    result_findings,
    recording_findings,
    compensation_findings,
    expression_findings,
)


def check(source: Source, known: Known) -> list[Finding]:
    """What is wrong, and what is perhaps not meant, each once."""
    found = dict.fromkeys(finding for each in _CHECKS for finding in each(source, known))
    return sorted(found, key=lambda finding: (finding.line, finding.level))


def refuse_errors(source: Source, findings: Sequence[Finding]) -> None:
    """Stop where something is wrong.

    Raises:
        WorkflowInvalidError: At least one finding is an error; it tells those.
    """
    errors = [finding for finding in findings if finding.level == "error"]
    if errors:
        raise WorkflowInvalidError(source.name, errors)
