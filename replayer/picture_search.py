"""Where a picture of a control stands in a picture of its page."""

from __future__ import annotations

import cv2
import numpy as np

_SCALES = (1.0, 0.9, 1.1, 0.8, 1.25)
_SURE, _AHEAD = 0.92, 0.04
_SURE_OF_EDGES, _EDGES_AHEAD = 0.8, 0.1  # tests/pages/icons.html in another theme: .87 where it is, .65 where it is not


def found_again(crop: bytes, page_jpeg: bytes) -> tuple[float, float, float] | None:
    """Where a crop stands in a picture of the page: centre x, y and how sure; None if nowhere or in several places.

    Several scales are tried, in grey values and then, as a theme or font may be another, in edges; the best place must
    be ahead of every other place by a margin.
    """
    small = cv2.imdecode(np.frombuffer(crop, np.uint8), cv2.IMREAD_GRAYSCALE)
    large = cv2.imdecode(np.frombuffer(page_jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    if small is None or large is None or small.std() < 4:
        return None
    return _found(large, small, _SURE, _AHEAD) or _found(_edges(large), _edges(small), _SURE_OF_EDGES, _EDGES_AHEAD)


def _found(large: np.ndarray, small: np.ndarray, sure: float, ahead: float) -> tuple[float, float, float] | None:
    places = (_best_place(large, small, scale) for scale in _SCALES)
    x, y, score, second = max(places, key=lambda place: place[2])
    return (x, y, score) if score >= sure and score - second >= ahead else None


def _edges(grey: np.ndarray) -> np.ndarray:
    """Its outlines, a little blurred, so that they need not meet to the pixel."""
    return cv2.GaussianBlur(cv2.Canny(cv2.GaussianBlur(grey, (3, 3), 0), 20, 60), (5, 5), 0)


def _best_place(large: np.ndarray, small: np.ndarray, scale: float) -> tuple[float, float, float, float]:
    part = cv2.resize(small, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale != 1 else small
    height, width = part.shape[:2]
    if height >= large.shape[0] or width >= large.shape[1] or height < 4 or width < 4:
        return 0, 0, 0, 0
    scores = cv2.matchTemplate(large, part, cv2.TM_CCOEFF_NORMED)
    _, score, _, (left, top) = cv2.minMaxLoc(scores)
    scores[max(0, top - height // 2) : top + height // 2 + 1, max(0, left - width // 2) : left + width // 2 + 1] = -1
    second = cv2.minMaxLoc(scores)[1]
    return left + width / 2, top + height / 2, float(score), float(second)
