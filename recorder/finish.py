"""The end of a demonstration: steps, pictures, page texts and files put together into one Recording."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from recorder.compile import Compiled
from recorder.pictures import Evidence, cut
from recordings.inputs import Input, InputRef
from recordings.recording import Recording, Viewport
from recordings.steps import Navigate, Step, Upload


def finished(
    name: str,
    created: str,
    viewport: Viewport,
    understood: Compiled,
    evidence: Mapping[int, Evidence],
    file_bytes: Mapping[tuple[str, int, int], bytes],
) -> Recording:
    """Make the Recording.

    Args:
        evidence: By the number of the event that a step began with.
        file_bytes: Content of chosen files by document, element and place.
    """
    files: dict[str, bytes] = {}
    warnings = list(understood.warnings)
    inputs = {item.name: item for item in understood.parameters.inputs}
    steps = []
    for step in understood.steps:
        seen = evidence.get(understood.begins[step.id])
        kept = _with_evidence(step, seen, files) if seen is not None else step
        if isinstance(kept, Upload):
            _keep_uploads(kept, understood.elements[step.id], inputs, file_bytes, files, warnings)
        steps.append(kept)
    return Recording(
        name=name,
        created=created,
        start=understood.start or "about:blank",
        viewport=viewport,
        inputs=tuple(inputs.values()),
        secrets=tuple(understood.parameters.secrets),
        steps=tuple(steps),
        warnings=tuple(warnings),
        gestures=understood.gestures,
        files=files,
    )


def _with_evidence(step: Step, seen: Evidence, files: dict[str, bytes]) -> Step:
    target = None if isinstance(step, Navigate) else step.target
    crop, page = cut(seen, target.description.box if target else None)
    update: dict[str, object] = {}
    if page is not None:
        update["picture"] = _kept(files, f"pages/{step.id}.jpg", page)
    if seen.dom:
        update["dom"] = _kept(files, f"pages/{step.id}.html", seen.dom.encode())
    if crop is not None and target is not None:
        name = _kept(files, f"crops/{step.id}.png", crop)
        update["target"] = target.model_copy(update={"crop": name})
    return step.model_copy(update=update)


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
