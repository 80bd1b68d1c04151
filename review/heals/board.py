"""A picture with elements outlined on it, to look at and to choose from; pure but for ``cut``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from recordings.heal import Heal
from recordings.heal_words import called
from recordings.recording import Recording, Viewport
from recordings.target import Box
from recordings.trace import StepRecord
from replayer.pointed import place_of_rival

_AROUND_PX = 6


@dataclass(frozen=True, slots=True)
class Spot:
    """An element that may be chosen, by its number; ``box`` is None where the picture does not show it."""

    number: int
    words: str
    box: Box | None


@dataclass(frozen=True, slots=True)
class Board:
    """A picture by its digest, ``size`` in CSS pixels of the tab; ``own`` is outlined and cannot be chosen."""

    picture: str
    size: Viewport
    own: Box | None = None
    spots: Sequence[Spot] = ()


def demonstrated(heal: Heal, recording: Recording) -> Board:
    """The demonstration's picture with the old target; a frame of its own has its places from elsewhere."""
    seen = heal.old.description.box
    return Board(heal.shown, recording.viewport, None if heal.old.frame else _within(seen, recording.viewport))


def found_again(heal: Heal, recording: Recording) -> Board:
    """The run's picture with the new target, and what else could be meant."""
    size = recording.viewport
    spots = [
        Spot(number, called(rival), _within(place_of_rival(heal, number), size))
        for number, rival in enumerate(heal.new.rivals)
    ]
    return Board(heal.found, size, _within(heal.where, size), spots)


def unfound(record: StepRecord, recording: Recording) -> Board:
    """The picture of a step whose element was not found, with what could be meant."""
    size = recording.viewport
    spots = [Spot(at, each.words, _within(each.box, size)) for at, each in enumerate(record.choices)]
    return Board(record.picture, size, None, spots)


def cut(picture: bytes, box: Box, size: Viewport) -> bytes | None:
    """The part of a run's picture, of whatever size, that shows an element; None where it shows none of it."""
    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        return None
    ratio = image.shape[1] / size.width
    left, top = (max(0, round((side - _AROUND_PX) * ratio)) for side in (box.x, box.y))
    right, bottom = (round((side + _AROUND_PX) * ratio) for side in (box.x + box.width, box.y + box.height))
    part = image[top : max(0, bottom), left : max(0, right)]
    if not part.size:
        return None
    done, content = cv2.imencode(".png", part)
    return content.tobytes() if done else None


def _within(box: Box | None, size: Viewport) -> Box | None:
    """The box where some of it can be seen."""
    if box is None or not box.width or not box.height:
        return None
    seen = box.x < size.width and box.y < size.height and box.x + box.width > 0 and box.y + box.height > 0
    return box if seen else None
