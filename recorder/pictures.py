"""Pictures of a demonstration: the screencast's last frames, and what is cut from the one before each step."""

from __future__ import annotations

import base64
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np

from recordings.target import Box

FRAMES_KEPT = 12
PAGE_WIDTH_PX = 640
_PAINT = (96, 96, 96)


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a tab's screencast; ``at`` in seconds since the epoch, ``width`` in CSS pixels."""

    at: float
    jpeg: bytes
    width: float


@dataclass(slots=True)
class Evidence:
    """What is kept of the moment before a gesture: boxes are relative to the frame's viewport, which stands
    at ``offset`` in the tab's. ``blind`` where a picture could show what became a secret later."""

    at: float
    page: int
    secrets: tuple[Box, ...]
    dom: str = ""
    offset: tuple[float, float] | None = (0, 0)
    frame: Frame | None = None
    blind: bool = False


@dataclass(slots=True)
class RingBuffer:
    """The last frames of one tab. A frame may arrive after the gesture it came before; it is given to it then."""

    frames: deque[Frame] = field(default_factory=lambda: deque(maxlen=FRAMES_KEPT))
    waiting: deque[Evidence] = field(default_factory=lambda: deque(maxlen=4))

    def add(self, params: dict[str, Any]) -> None:
        """Take a ``Page.screencastFrame``."""
        seen = params["metadata"]
        self.take(Frame(seen.get("timestamp", 0), base64.b64decode(params["data"]), seen["deviceWidth"]))

    def take(self, frame: Frame) -> None:
        """Take a frame; of those waiting, the ones that it came before have it."""
        self.frames.append(frame)
        for evidence in self.waiting:
            if (evidence.frame.at if evidence.frame else 0) < frame.at <= evidence.at:
                evidence.frame = frame

    def expect(self, evidence: Evidence) -> None:
        """Give the evidence the last frame from before its moment, now or when it arrives."""
        before = [frame for frame in self.frames if frame.at <= evidence.at]
        evidence.frame = before[-1] if before else None
        self.waiting.append(evidence)


def cut(evidence: Evidence, box: Box | None) -> tuple[bytes | None, bytes | None]:
    """The crop (PNG) of ``box`` and the small page (JPEG), secrets painted over; None where there is no picture."""
    if evidence.frame is None or evidence.blind:
        return None, None
    image = cv2.imdecode(np.frombuffer(evidence.frame.jpeg, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        return None, None
    scale = image.shape[1] / max(1.0, evidence.frame.width)
    if evidence.offset is None:
        # Where the frame stands is not known, so a secret field in it could not be painted over.
        return (None, None) if evidence.secrets else (None, _small(image))
    image = painted(image, [_moved(box, evidence.offset) for box in evidence.secrets], scale)
    crop = _crop(image, _moved(box, evidence.offset), scale) if box is not None else None
    return crop, _small(image)


def painted(image: np.ndarray, boxes: Sequence[Box], scale: float) -> np.ndarray:
    """The image with these boxes (CSS pixels of the picture) filled."""
    for box in boxes:
        corners = [(int(box.x * scale), int(box.y * scale))]
        corners.append((int((box.x + box.width) * scale) + 1, int((box.y + box.height) * scale) + 1))
        cv2.rectangle(image, corners[0], corners[1], _PAINT, thickness=-1)
    return image


def _moved(box: Box, by: tuple[float, float]) -> Box:
    return box.model_copy(update={"x": box.x + by[0], "y": box.y + by[1]})


def _crop(image: np.ndarray, box: Box, scale: float) -> bytes | None:
    height, width = image.shape[:2]
    left, top = max(0, int(box.x * scale)), max(0, int(box.y * scale))
    right, bottom = (
        min(width, int((box.x + box.width) * scale)),
        min(height, int((box.y + box.height) * scale)),
    )
    if right - left < 2 or bottom - top < 2:
        return None
    return _encoded(".png", image[top:bottom, left:right])


def _small(image: np.ndarray) -> bytes | None:
    height, width = image.shape[:2]
    size = (PAGE_WIDTH_PX, max(1, round(height * PAGE_WIDTH_PX / width)))
    return _encoded(".jpg", cv2.resize(image, size, interpolation=cv2.INTER_AREA))


def _encoded(ending: str, image: np.ndarray) -> bytes | None:
    done, content = cv2.imencode(ending, image, [cv2.IMWRITE_JPEG_QUALITY, 70] if ending == ".jpg" else [])
    return content.tobytes() if done else None
