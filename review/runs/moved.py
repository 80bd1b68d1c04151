"""Which of what differs between two pictures only moved: the same is found near by, where it was not before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Shift = tuple[int, int]
Box = tuple[int, int, int, int]
Sort = TypeVar("Sort", bound=np.generic)

LEAST = 28
"""Of 255: JPEG's own noise, and text that is smoothed in another way, stay below."""
_REACH = 0.3
"""Of the picture's width: so far is near by."""
_ALIKE = 0.9
_WINDOW = (15, 9)
"""What is the same in so many pixels around, width and height, is the same."""
_PLAIN = 5.0
"""A window whose shades spread less shows nothing that could have moved."""
_CELL = (56, 28)
_MOST_LOOKED_FOR = 30
_MOST_SHIFTS = 8


def apart(before: Picture, after: Picture) -> Mask:
    """The pixels that differ."""
    smooth = [cv2.GaussianBlur(each, (3, 3), 0) for each in (before, after)]
    return np.asarray(cv2.absdiff(*smooth).max(axis=2) > LEAST)


def moved(before: Picture, after: Picture, differs: Mask, boxes: Iterable[Box]) -> Mask:
    """The pixels among ``differs`` that moved, where they are now and where they were.

    What is still where it was, too, did not move: a 5 in the place of a 3 is a change, whatever other 5 there is.

    Args:
        boxes: Where ``differs`` lies close together.
    """
    here, gone = np.zeros_like(differs), np.zeros_like(differs)
    near = cv2.dilate(differs.astype(np.uint8), np.ones((9, 15), np.uint8)) > 0
    plain, bare = _plain(after), _plain(before)
    for x, y in _shifts(before, after, boxes):
        # came: what is here now was elsewhere; left: what was here is elsewhere now, and nothing took its place.
        came = _with(~plain, _same(after, _moved_by(before, x, y)) & near & _moved_by(near, x, y))
        left = _with(~bare, _same(before, _moved_by(after, -x, -y)) & near & _moved_by(near, -x, -y))
        here |= _around(came)
        gone |= _around(left) & plain
    here, gone = differs & here, differs & gone & ~here
    return here | _but_in_more(gone, differs & ~here & ~gone, near)


def _but_in_more(gone: Mask, changed: Mask, near: Mask) -> Mask:
    """Where something left, but not where more than its place changed: there something else came over it."""
    _, labels = cv2.connectedComponents(near.astype(np.uint8))
    least = int(labels.max()) + 1
    more = np.bincount(labels[gone], minlength=least) > np.bincount(labels[changed], minlength=least)
    return np.asarray(gone & more[labels])


def _shifts(before: Picture, after: Picture, boxes: Iterable[Box]) -> list[Shift]:
    """How far things moved, the most frequent first: found by looking for some of them."""
    votes: Counter[Shift] = Counter()
    parts = [part for box in boxes for part in _parts(box, after.shape) if _spread(after, part) > _PLAIN]
    parts.sort(key=lambda part: -_spread(after, part))
    fine = [cv2.cvtColor(each, cv2.COLOR_BGR2GRAY) for each in (before, after)]
    size = (max(1, before.shape[1] // 2), max(1, before.shape[0] // 2))
    small = [cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in fine]
    for part in parts[:_MOST_LOOKED_FOR]:
        shift = _shift(np.asarray(small, np.uint8), np.asarray(fine, np.uint8), part)
        if shift is not None:
            votes[shift] += 1
    return [shift for shift, _ in votes.most_common(_MOST_SHIFTS)]


def _parts(box: Box, shape: tuple[int, ...]) -> list[Box]:
    """What is looked for: a small box with a little around it, of a large one its cells."""
    x, y, width, height = box
    wide, high = _CELL
    whole: list[Box] = []
    if width <= 4 * wide and height <= 2 * high:
        left, top, high = max(0, x - 2), max(0, y - 2), height
        whole = [(left, top, min(shape[1], x + width + 2) - left, min(shape[0], y + height + 2) - top)]
    return whole + [
        (left, top, wide, high)
        for top in range(y, min(y + height, shape[0]) - high + 1, high)
        for left in range(x, min(x + width, shape[1]) - wide + 1, wide)
    ]


def _shift(small: Picture, fine: Picture, part: Box) -> Shift | None:
    """How far a part came from where it was; None where it was nowhere near by, or is where it was.

    Args:
        small: Both pictures at half the size, where it is looked for first: that costs a tenth.
    """
    half = (part[0] // 2, part[1] // 2, part[2] // 2, part[3] // 2)
    alike, x, y = _found(small, half, (half[0], half[1]), round(small.shape[2] * _REACH))
    if alike < _ALIKE - 0.2:
        return None
    alike, x, y = _found(fine, part, (2 * x, 2 * y), 3)
    shift = (part[0] - x, part[1] - y)
    return shift if alike >= _ALIKE and shift != (0, 0) else None


def _found(pair: Picture, part: Box, at: Shift, reach: int) -> tuple[float, int, int]:
    """How like and where in the first picture a part of the second is, looked for around a place."""
    x, y, width, height = part
    left, top = max(0, at[0] - reach), max(0, at[1] - reach)
    field = pair[0][top : at[1] + height + reach, left : at[0] + width + reach]
    if width < 4 or height < 4 or field.shape[0] < height or field.shape[1] < width:
        return 0.0, 0, 0
    likeness = cv2.matchTemplate(field, pair[1][y : y + height, x : x + width], cv2.TM_CCOEFF_NORMED)
    _, best, _, (found_x, found_y) = cv2.minMaxLoc(likeness)
    return best, left + found_x, top + found_y


def _moved_by(picture: NDArray[Sort], x: int, y: int) -> NDArray[Sort]:
    """A picture or a mask pushed to the right and down; what came in from outside is empty."""
    high, wide = picture.shape[:2]
    told = np.zeros_like(picture)
    told[max(0, y) : high + min(0, y), max(0, x) : wide + min(0, x)] = picture[
        max(0, -y) : high - max(0, y), max(0, -x) : wide - max(0, x)
    ]
    return told


def _same(one: Picture, other: Picture) -> Mask:
    """Where all around a pixel is the same in both."""
    differs = apart(one, other).astype(np.float32)
    return np.asarray(cv2.blur(differs, _WINDOW) < 0.02)


def _with(seen: Mask, mask: Mask) -> Mask:
    """The parts of a mask in which there is something to be seen: with it the plain inside of a button moved too."""
    _, labels = cv2.connectedComponents(mask.astype(np.uint8))
    has = np.bincount(labels[mask & seen], minlength=int(labels.max()) + 1) > 0
    return np.asarray(mask & has[labels])


def _around(mask: Mask) -> Mask:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones(_WINDOW[::-1], np.uint8)) > 0)


def _plain(picture: Picture) -> Mask:
    """Where there is nothing to be seen around a pixel."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)
    mean = cv2.blur(grey, _WINDOW)
    return np.asarray(cv2.blur(grey * grey, _WINDOW) - mean * mean < _PLAIN**2)


def _spread(picture: Picture, part: Box) -> float:
    x, y, width, height = part
    return float(picture[y : y + height, x : x + width].std(axis=(0, 1)).max())
