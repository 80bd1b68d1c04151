"""Pictures of a run: the page by CDP, the target outlined, secret fields painted over; and crops found again."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from playwright.async_api import BrowserContext, CDPSession, Error, Page

from recordings.target import Box

_LIMIT_S = 1.5
_PAINT = (96, 96, 96)
_OUTLINE = (40, 40, 230)
_SCALES = (1.0, 0.9, 1.1, 0.8, 1.25)
_SURE, _AHEAD = 0.92, 0.04
_SURE_OF_EDGES, _EDGES_AHEAD = 0.8, 0.1  # tests/pages/icons.html in another theme: .87 where it is, .65 where it is not


@dataclass(slots=True)
class Camera:
    """Takes pictures of a context's tabs; one CDP session a tab, opened at the first picture."""

    context: BrowserContext
    quality: int = 70
    _sessions: dict[Page, CDPSession] | None = None

    async def take(
        self, page: Page, target: Box | None, secrets: Sequence[Box], half_at: tuple[float, float] | None = None
    ) -> bytes | None:
        """The tab's viewport as JPEG; None when the browser gave none in time. It never fails a run.

        Args:
            half_at: How far the page is scrolled, for a picture of half the size: it costs two thirds of the
                browser's CPU for a full one.
        """
        raw = await self._screenshot(page, half_at)
        if raw is None or not (target or secrets):
            return raw
        image = cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_COLOR)
        if image is None:
            return None
        ratio = image.shape[1] / max(1, (page.viewport_size or {"width": image.shape[1]})["width"])
        for box in secrets:
            cv2.rectangle(image, *_corners(box, ratio), _PAINT, thickness=-1)
        if target is not None:
            cv2.rectangle(image, *_corners(target, ratio, pad=2), _OUTLINE, thickness=2)
        done, content = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, self.quality])
        return content.tobytes() if done else None

    async def _screenshot(self, page: Page, half_at: tuple[float, float] | None) -> bytes | None:
        self._sessions = self._sessions if self._sessions is not None else {}
        try:
            # A capture at a navigation's commit may never answer, so each is bounded.
            async with asyncio.timeout(_LIMIT_S):
                session = self._sessions.get(page)
                if session is None:
                    session = self._sessions[page] = await self.context.new_cdp_session(page)
                how: dict[str, Any] = {"format": "jpeg", "quality": self.quality, "optimizeForSpeed": True}
                if half_at is not None and page.viewport_size:
                    how["clip"] = {"x": half_at[0], "y": half_at[1], **page.viewport_size, "scale": 0.5}
                shot = await session.send("Page.captureScreenshot", how)
        except (Error, TimeoutError):
            return None
        return base64.b64decode(shot["data"])


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


def _corners(box: Box, ratio: float, pad: int = 0) -> tuple[tuple[int, int], tuple[int, int]]:
    left, top = int(box.x * ratio) - pad, int(box.y * ratio) - pad
    return (left, top), (int((box.x + box.width) * ratio) + pad, int((box.y + box.height) * ratio) + pad)
