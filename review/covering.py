"""Painting over what must not be seen, in every picture that a report takes along."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import cv2
import numpy as np

from recordings.cover import END, Cover, Covers
from recordings.recording import Recording
from recordings.trace import StepRecord, Trace
from review.report import trace_page
from store import Store

_PAINT = (96, 96, 96)


def covered(picture: bytes, found: Covers) -> bytes | None:
    """The picture with its parts painted over; None where it cannot be read, since then nothing can be covered."""
    if not found.parts:
        return picture
    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        return None
    high, wide = image.shape[:2]
    for part in found.parts:
        cv2.rectangle(image, *_corners(part, wide, high), _PAINT, thickness=-1)
    done, content = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return content.tobytes() if done else None


async def report_of(store: Store, trace: Trace, recording: Recording | None) -> str:
    """A run's report; ``recording`` is what it ran, where that is still to be had."""
    kept, shown = await _pictures_of(store, trace), await _shown_of(store, recording)
    return await asyncio.to_thread(trace_page, trace, kept.get, shown.get)


async def covered_picture(store: Store, trace: Trace, step: StepRecord) -> bytes | None:
    """One step's picture, as a report may show it; None where it is not kept."""
    content = await store.picture(step.picture) if step.picture else None
    known = await store.covers.of(trace.recording)
    return covered(content, known.get(step.step_id, Covers())) if content else None


async def _pictures_of(store: Store, trace: Trace) -> dict[str, bytes | None]:
    """A run's pictures by digest, as a report may show them; one that several steps share is covered for all."""
    known = await store.covers.of(trace.recording)
    parts: dict[str, tuple[Cover, ...]] = {}
    for step in trace.steps:
        for picture, whose in ((step.picture, step.step_id), (step.after, END)):
            if picture:
                parts[picture] = (*parts.get(picture, ()), *known.get(whose, Covers()).parts)
    kept = {digest: await store.picture(digest) for digest in parts}
    return {
        digest: covered(content, Covers(parts=parts[digest])) if content else None for digest, content in kept.items()
    }


async def _shown_of(store: Store, recording: Recording | None) -> Mapping[str, bytes | None]:
    """The demonstration's pictures by step id, as a report may show them."""
    if recording is None:
        return {}
    known = await store.covers.of(recording.name)
    kept = {step.id: recording.files.get(step.picture) for step in recording.steps}
    return {step: covered(content, known.get(step, Covers())) if content else None for step, content in kept.items()}


def _corners(part: Cover, wide: int, high: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Outward to whole pixels."""
    left, top = int(part.x * wide), int(part.y * high)
    right, bottom = int(min(1.0, part.x + part.width) * wide) + 1, int(min(1.0, part.y + part.height) * high) + 1
    return (left, top), (right, bottom)
