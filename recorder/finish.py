"""The end of a demonstration: steps, pictures, page texts and files put together into one Recording."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from recorder.compile import Compiled
from recorder.pictures import Evidence, cut
from recorder.scenes import Began, SeenScene, answers_of
from recordings.editing import without_values
from recordings.inputs import Input, InputRef, SecretRef
from recordings.known_secrets import KNOWN
from recordings.origins import found_origins
from recordings.personal import Personal
from recordings.recording import Recording, Viewport
from recordings.signals import Requested
from recordings.steps import Fill, ReadRows, Step, Upload, target_of

_SHEET = re.compile(r'<style data-showonce-sheet="([0-9a-f]+)"([^>]*)></style>')


@dataclass(frozen=True, slots=True)
class Demonstration:
    """All that a demonstration gave.

    Args:
        evidence: By the number of the event that a step began with.
        file_bytes: Content of chosen files by document, element and place.
        secret_values: What was typed into secret fields, by document and element; kept in memory only.
        streamed: How many events had been heard each time a page sent something over a socket.
        asked: The same, each time a page asked a server for something.
        sheets: The style sheets of the pages by the keys that stand in their texts.
    """

    viewport: Viewport
    understood: Compiled
    scenes: Sequence[SeenScene]
    evidence: Mapping[int, Evidence]
    file_bytes: Mapping[tuple[str, int, int], bytes]
    secret_values: Mapping[tuple[str, int], str]
    streamed: Sequence[int]
    asked: Sequence[int]
    sheets: Mapping[str, str] = field(default_factory=dict)


def finished(name: str, created: str, heard: Demonstration) -> Recording:
    """Make the Recording."""
    understood = heard.understood
    KNOWN.learn(*heard.secret_values.values())
    files: dict[str, bytes] = {}
    warnings = list(understood.warnings)
    inputs = {item.name: item for item in understood.parameters.inputs}
    answers = answers_of(_begins(understood), heard.scenes, understood.acts)
    streams, asks = _during(understood, heard.streamed), _during(understood, heard.asked)
    steps = []
    for step in understood.steps:
        seen, answer = heard.evidence.get(understood.begins[step.id]), answers[step.id]
        if step.id in understood.idle and not answer.changes:
            continue  # it only brought into view what a replay brings into view by itself
        kept = step.model_copy(
            update={
                "scene": answer.before,
                "changes": answer.changes,
                "streams": step.id in streams,
                "asks": step.id in asks or step.id in streams,
            }
        )
        if seen is not None:
            kept = _with_evidence(kept, seen, heard.sheets, files)
        if isinstance(kept, Upload):
            _keep_uploads(kept, understood.elements[step.id], inputs, heard.file_bytes, files, warnings)
        steps.append(kept)
        warnings += _unanswered(kept)
    start = understood.start or "about:blank"
    recording = Recording(
        name=name,
        created=created,
        start=start,
        origins=found_origins(start, steps),
        viewport=heard.viewport,
        inputs=tuple(inputs.values()),
        secrets=tuple(understood.parameters.secrets),
        steps=tuple(steps),
        warnings=tuple(warnings),
        personal=Personal(),
        gestures=understood.gestures,
        files=files,
    )
    recording = without_values(recording, heard.secret_values.values())
    return recording.with_shown(_shown_secrets(understood, heard.secret_values))


def _unanswered(step: Step) -> list[str]:
    """What a replay cannot see again of a step, since it was not seen: how a request that may change data was taken."""
    return [
        f"Step {step.id} ({step.words}): no answer to its {signal.method} to {signal.url} was seen. Replays cannot "
        "tell whether it was taken; record it again, and wait until the page has answered."
        for signal in step.signals
        if isinstance(signal, Requested) and signal.status is None
    ]


def _begins(understood: Compiled) -> dict[str, Began]:
    """Where steps began; those that were taken back too: what came of them is not of the step before."""
    undone = {f"undone {seq}": Began(seq, 0, "") for seq in understood.undone}
    return undone | {
        step.id: Began(understood.begins[step.id], step.page, understood.elements[step.id][0])
        for step in understood.steps
    }


def _during(understood: Compiled, counts: Sequence[int]) -> set[str]:
    """The steps that were under way each time so many events had been heard."""
    begins = sorted((began.seq, name) for name, began in _begins(understood).items())
    found = set()
    for count in counts:
        before = [name for seq, name in begins if seq < count]
        if before:
            found.add(before[-1])
    return found


def _shown_secrets(understood: Compiled, values: Mapping[tuple[str, int], str]) -> dict[str, str]:
    return {
        step.value.name: values[understood.elements[step.id]]
        for step in understood.steps
        if isinstance(step, Fill) and isinstance(step.value, SecretRef) and understood.elements[step.id] in values
    }


def _with_evidence(step: Step, seen: Evidence, sheets: Mapping[str, str], files: dict[str, bytes]) -> Step:
    target = target_of(step)
    crop, page = cut(seen, target.description.box if target else None)
    update: dict[str, object] = {}
    if page is not None:
        update["picture"] = _kept(files, f"pages/{step.id}.jpg", page)
    if seen.dom:
        update["dom"] = _kept(files, f"pages/{step.id}.html", _drawn(seen.dom, sheets).encode())
    if crop is not None and target is not None and not isinstance(step, ReadRows):  # a list is not told by its looks
        name = _kept(files, f"crops/{step.id}.png", crop)
        update["target"] = target.model_copy(update={"crop": name})
    return step.model_copy(update=update)


def _drawn(dom: str, sheets: Mapping[str, str]) -> str:
    """The page's text with its style sheets in it, so that it can be drawn alone."""
    return _SHEET.sub(lambda found: f"<style{found[2]}>{sheets.get(found[1], '')}</style>", dom)


def _kept(files: dict[str, bytes], name: str, content: bytes) -> str:
    """The name under which the content stands: the first of its kind with the same bytes, or a new one."""
    for known, other in files.items():
        if other == content and PurePosixPath(known).parent == PurePosixPath(name).parent:
            return known
    files[name] = content
    return name


def _keep_uploads(
    step: Upload,
    element: tuple[str, int],
    inputs: dict[str, Input],
    file_bytes: Mapping[tuple[str, int, int], bytes],
    files: dict[str, bytes],
    warnings: list[str],
) -> None:
    """The bytes of chosen files become the defaults of their inputs."""
    for index, value in enumerate(step.files):
        if not isinstance(value, InputRef):
            continue
        given = inputs[value.name]
        content = file_bytes.get((*element, index))
        if content is None:
            warnings.append(f"Step {step.id}: the content of {given.default} was not kept; give input '{given.name}'.")
            inputs[value.name] = given.model_copy(update={"default": None})
            continue
        name = f"files/{step.id}/{PurePosixPath(given.default or 'file').name}"
        files[name] = content
        inputs[value.name] = given.model_copy(update={"default": name})
