"""What differs between two pictures of a page, marked: the demonstration's, and a run's."""

from __future__ import annotations

import cv2
import numpy as np

from recordings.drawing import is_drawn_at_half
from review.runs.moved import Box, Mask, Picture, apart, moved

_CHANGED, _MOVED = (30, 30, 230), (200, 80, 20)
_TINT = 0.22
_LEAST_AREA = 60
_LEAST_MOVED = 90
_MOST_MARKS = 60
_WIDTH = 1280
_DASH, _GAP = 8, 6


def difference(shown: bytes, run: bytes) -> bytes | None:
    """The run's picture, paled; framed in red what changed, in blue with dashes what only moved. None where one is no
    picture, or the run's page was drawn at half its size: no letter looks the same then.

    Pictures of unequal size are compared at the smaller one's: letters that were made larger differ from those that are
    large. Another width of window is a difference by itself.
    """
    before, after = _read(shown), _read(run)
    if before is None or after is None or is_drawn_at_half(run):
        return None
    done, content = cv2.imencode(".jpg", marked(before, after), [cv2.IMWRITE_JPEG_QUALITY, 80])
    return content.tobytes() if done else None


def marked(before: Picture, after: Picture) -> Picture:
    """What ``difference`` shows. What differs is tinted where it is, and not in all of its frame: a frame may be around
    nearly everything."""
    size = min(before.shape, after.shape, key=lambda shape: shape[1])
    changed, same = (_at(mask, after.shape) for mask in told_apart(_sized(before, size), _sized(after, size)))
    paled = np.asarray(cv2.addWeighted(after, 0.45, np.full_like(after, 255), 0.55, 0), np.uint8)
    for mask, colour in ((same, _MOVED), (changed, _CHANGED)):
        near = _grown(mask)
        tinted = cv2.addWeighted(after, 1 - _TINT, np.full_like(after, colour), _TINT, 0)
        paled[near] = tinted[near]
    for box in boxes_of(same):
        _frame(paled, box, _MOVED, dashed=True)
    for box in boxes_of(changed):
        _frame(paled, box, _CHANGED)
    return paled


def told_apart(before: Picture, after: Picture) -> tuple[Mask, Mask]:
    """The pixels that changed, and those that moved, of pictures of one size."""
    differs = apart(before, after)
    same = _without_specks(moved(before, after, differs, boxes_of(differs)))
    return differs & ~same, same


def boxes_of(mask: Mask) -> list[Box]:
    """Boxes as x, y, width, height around what lies close together, the largest first; specks are left out."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(_grown(mask).astype(np.uint8))
    real = np.bincount(labels[mask], minlength=len(stats))
    boxes = [
        (int(row[0]), int(row[1]), int(row[2]), int(row[3]))
        for row, pixels in zip(stats[1:], real[1:], strict=True)
        if row[cv2.CC_STAT_AREA] >= _LEAST_AREA and pixels >= _LEAST_AREA // 10
    ]
    return sorted(boxes, key=lambda box: -box[2] * box[3])[:_MOST_MARKS]


def _sized(picture: Picture, shape: tuple[int, ...]) -> Picture:
    if picture.shape == shape:
        return picture
    return np.asarray(cv2.resize(picture, (shape[1], shape[0]), interpolation=cv2.INTER_AREA), np.uint8)


def _at(mask: Mask, shape: tuple[int, ...]) -> Mask:
    """A mask as large as a picture that it was made for a smaller one of."""
    if mask.shape == shape[:2]:
        return mask
    large = cv2.resize(mask.astype(np.uint8), (shape[1], shape[0]), interpolation=cv2.INTER_NEAREST)
    return np.asarray(large > 0)


def _without_specks(mask: Mask) -> Mask:
    """What is too little to say that it is the same thing that was elsewhere: a stroke of a letter."""
    _, labels = cv2.connectedComponents(_grown(mask).astype(np.uint8))
    many = np.bincount(labels[mask], minlength=int(labels.max()) + 1) >= _LEAST_MOVED
    return np.asarray(mask & many[labels])


def _grown(mask: Mask) -> Mask:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((9, 15), np.uint8)) > 0)


def _frame(picture: Picture, box: Box, colour: tuple[int, int, int], *, dashed: bool = False) -> None:
    """A frame around a box, within the picture however large the box is."""
    x, y, width, height = box
    high, wide = picture.shape[:2]
    left, top, right, bottom = max(1, x - 2), max(1, y - 2), min(wide - 2, x + width + 1), min(high - 2, y + height + 1)
    if not dashed:
        cv2.rectangle(picture, (left, top), (right, bottom), colour, 2)
        return
    for at in range(left, right, _DASH + _GAP):
        for side in (top, bottom):
            cv2.line(picture, (at, side), (min(at + _DASH, right), side), colour, 2)
    for at in range(top, bottom, _DASH + _GAP):
        for side in (left, right):
            cv2.line(picture, (side, at), (side, min(at + _DASH, bottom)), colour, 2)


def _read(content: bytes) -> Picture | None:
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        return None
    if picture.shape[1] > _WIDTH:
        height = round(picture.shape[0] * _WIDTH / picture.shape[1])
        picture = cv2.resize(picture, (_WIDTH, height), interpolation=cv2.INTER_AREA)
    return np.asarray(picture, np.uint8)
