"""Checks against the recordings: inputs that are missing or unknown, and what is done and could not be undone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from recordings.commits import guarded_steps
from recordings.recording import Recording
from workflows.findings import Finding, did_you_mean
from workflows.graph import only_row_by_row
from workflows.load import Source
from workflows.scope import Columns, Known
from workflows.workflow import Compensate, RunStage

Where = tuple[str | int, ...]


def recording_findings(source: Source, known: Known) -> Iterator[Finding]:
    """What is wrong with the recordings that stages name, and with what they are given."""
    for number, stage in enumerate(known.workflow.stages):
        if not isinstance(stage, RunStage):
            continue
        at: Where = ("stages", number)
        for place, name in enumerate(stage.recording):
            yield from _lost(source, known, (*at, "recording", place), name)
        if stage.probe:
            yield from _lost(source, known, (*at, "probe"), stage.probe)
        recordings = known.recordings_of(stage)
        if len(recordings) == len(stage.recording):
            yield from _given(source, at, recordings, stage.inputs, known.row(stage))
            yield from _rows_used(source, at, recordings, stage, known.row(stage))
            yield from _key(source, (*at, "key"), recordings, stage.key)
        if isinstance(stage.compensate, Compensate):
            yield from _undoing(source, known, (*at, "compensate"), stage, stage.compensate)


def compensation_findings(source: Source, known: Known) -> Iterator[Finding]:
    """Stages that may have sent something when all is to be undone, and do not say how."""
    risky = _done_before_undoing(known)
    for number, stage in enumerate(known.workflow.stages):
        if not isinstance(stage, RunStage):
            continue
        sent = [each for each in known.recordings_of(stage) if guarded_steps(each)]
        line = source.line("stages", number, "compensate")
        if stage.compensate is None and stage.name in risky and sent:
            step = next(step for step in sent[0].steps if step.id in guarded_steps(sent[0]))
            message = (
                f"Stage '{stage.name}' sends what cannot be taken back ('{step.words}', {step.id} of "
                f"'{sent[0].name}'), and says not how it is undone where '{risky[stage.name]}' fails."
            )
            yield Finding("error", line, message, "Add 'compensate: {recording: …}', or 'compensate: nothing'.")
        elif isinstance(stage.compensate, Compensate) and stage.name not in risky:
            message = f"Nothing ever has '{stage.name}' undone."
            yield Finding("warning", line, message, "Say 'on_failure: compensate' where a failure is to undo it.")
        elif isinstance(stage.compensate, Compensate) and known.recordings_of(stage) and not sent:
            message = f"Stage '{stage.name}' sends nothing that would have to be undone."
            yield Finding("warning", line, message, "Leave 'compensate' out.")


def _done_before_undoing(known: Known) -> dict[str, str]:
    """The stages of which rows may be done when a stage fails that has all undone, each with such a stage."""
    found: dict[str, str] = {}
    for stage in known.workflow.stages:
        if known.workflow.on_failure_of(stage) == "compensate":
            later = known.graph.descendants(stage.name) - only_row_by_row(known.graph, stage.name)
            found = {name: stage.name for name in known.graph.stages if name not in later} | found
    return found


def _lost(source: Source, known: Known, at: Where, name: str) -> Iterator[Finding]:
    if (error := known.lost.get(name)) is not None:
        yield Finding("error", source.line(*at), error.message, error.mend)


def _given(
    source: Source, at: Where, recordings: Sequence[Recording], given: dict[str, str], row: Columns
) -> Iterator[Finding]:
    """Inputs that no recording has, secrets in clear, and inputs that have no value."""
    secrets = {secret.name for recording in recordings for secret in recording.secrets}
    names = {item.name for recording in recordings for item in recording.inputs}
    for name in given:
        line = source.line(*at, "inputs", name)
        if name in secrets:
            message = f"'{name}' is a secret, and this file would leave it where others can read it."
            yield Finding("error", line, message, "Leave it out; give secrets by the environment.")
        elif name not in names:
            message = f"No recording here has an input '{name}'."
            yield Finding("error", line, message, did_you_mean(name, names, "There are"))
    if row is None:
        return
    for recording in recordings:
        for item in recording.inputs:
            if item.default is None and item.name not in given and item.name not in row:
                message = f"Input '{item.name}' of '{recording.name}' has no value and no default."
                mend = f"Add 'inputs: {{{item.name}: …}}', or a column of that name."
                yield Finding("error", source.line(*at, "recording"), message, mend)


def _rows_used(
    source: Source, at: Where, recordings: Sequence[Recording], stage: RunStage, row: Columns
) -> Iterator[Finding]:
    names = {item.name for recording in recordings for item in recording.inputs} - set(stage.inputs)
    texts = " ".join([stage.when, stage.base_url, *stage.inputs.values()])
    if stage.for_each is not None and row and not names & set(row) and "row" not in texts and row[0] != "app":
        message = f"The rows of '{stage.name}' change nothing: no input is called as one of their columns."
        mend = f"Columns: {', '.join(row)}. Inputs: {', '.join(sorted(names)) or 'none'}."
        yield Finding("warning", source.line(*at, "for_each"), message, mend)


def _key(source: Source, at: Where, recordings: Sequence[Recording], key: str) -> Iterator[Finding]:
    names = {item.name for recording in recordings for item in recording.inputs}
    if key and key not in names:
        yield Finding("error", source.line(*at), f"No recording here has an input '{key}'.", did_you_mean(key, names))


def _undoing(source: Source, known: Known, at: Where, stage: RunStage, undo: Compensate) -> Iterator[Finding]:
    for field, name in (("recording", undo.recording), ("confirm", undo.confirm)):
        if name:
            yield from _lost(source, known, (*at, field), name)
    recordings = [known.recordings[name] for name in (undo.recording, undo.confirm) if name in known.recordings]
    yield from _given(source, at, recordings, undo.inputs, known.results.get(stage.name)) if recordings else ()
