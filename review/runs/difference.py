"""What differs between two pictures of a page, marked: the demonstration's, and a run's."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_Picture = NDArray[np.uint8]
_MARK = (30, 30, 230)
_LEAST = 28
"""Of 255: JPEG's own noise, and text that is smoothed in another way, stay below."""
_LEAST_AREA = 60
_MOST_MARKS = 60
_WIDTH = 1280


def difference(shown: bytes, run: bytes) -> bytes | None:
    """The run's picture, paled, with frames around what is other than shown; None where one is no picture.

    Pictures of unequal size are compared at the run's: another width of window is a difference by itself.
    """
    before, after = _read(shown), _read(run)
    if before is None or after is None:
        return None
    if before.shape != after.shape:
        before = np.asarray(
            cv2.resize(before, (after.shape[1], after.shape[0]), interpolation=cv2.INTER_AREA), np.uint8
        )
    paled = cv2.addWeighted(after, 0.55, np.full_like(after, 255), 0.45, 0)
    for x, y, width, height in places(before, after):
        paled[y : y + height, x : x + width] = after[y : y + height, x : x + width]
        cv2.rectangle(paled, (x - 2, y - 2), (x + width + 1, y + height + 1), _MARK, 2)
    done, content = cv2.imencode(".jpg", paled, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return content.tobytes() if done else None


def places(before: _Picture, after: _Picture) -> list[tuple[int, int, int, int]]:
    """Where two pictures of one size differ: boxes as x, y, width, height, what lies close together in one."""
    apart = cv2.absdiff(cv2.GaussianBlur(before, (3, 3), 0), cv2.GaussianBlur(after, (3, 3), 0)).max(axis=2)
    mask = cv2.dilate((apart > _LEAST).astype(np.uint8), np.ones((9, 15), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    boxes = [tuple(int(part) for part in row[:4]) for row in stats[1:] if row[cv2.CC_STAT_AREA] >= _LEAST_AREA]
    boxes.sort(key=lambda box: -box[2] * box[3])
    return [(x, y, width, height) for x, y, width, height in boxes[:_MOST_MARKS]]


def _read(content: bytes) -> _Picture | None:
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        return None
    if picture.shape[1] > _WIDTH:
        height = round(picture.shape[0] * _WIDTH / picture.shape[1])
        picture = cv2.resize(picture, (_WIDTH, height), interpolation=cv2.INTER_AREA)
    return np.asarray(picture, np.uint8)
