"""What a picture looks like, in few numbers: a hash that says what may be alike, and a small copy that confirms it."""

from __future__ import annotations

from base64 import b64decode, b64encode

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

_SMALL = (64, 40)
_Grey = NDArray[np.float64]


class Look(BaseModel):
    """``hash`` is a difference hash of 64 bits, as 16 hex digits; ``small`` a grey copy of 64 by 40, in base64."""

    model_config = ConfigDict(frozen=True)
    hash: str
    small: str


def look_of(picture: bytes) -> Look | None:
    """The look of a picture; None where it is none.

    Source:
        The difference hash is Neal Krawetz's (2013): whether each of 9 by 8 grey values is less than its neighbour.
    """
    grey = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        return None
    tiny = cv2.resize(grey, (9, 8), interpolation=cv2.INTER_AREA)
    bits = (tiny[:, 1:] > tiny[:, :-1]).flatten()
    number = int("".join("1" if bit else "0" for bit in bits), 2)
    small = cv2.resize(grey, _SMALL, interpolation=cv2.INTER_AREA)
    return Look(hash=f"{number:016x}", small=b64encode(small.tobytes()).decode("ascii"))


def apart(one: Look, other: Look) -> int:
    """How many of 64 bits differ."""
    return (int(one.hash, 16) ^ int(other.hash, 16)).bit_count()


def alike(one: Look, other: Look) -> float:
    """Structural similarity of the small copies, at most 1.

    Source:
        SSIM after Wang et al. 2004, with Gaussian windows of 7 by 7.
    """
    a, b = _grey(one), _grey(other)
    mean_a, mean_b = _blurred(a), _blurred(b)
    var_a, var_b = _blurred(a * a) - mean_a**2, _blurred(b * b) - mean_b**2
    both = _blurred(a * b) - mean_a * mean_b
    c1, c2 = 6.5025, 58.5225
    found = ((2 * mean_a * mean_b + c1) * (2 * both + c2)) / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))
    return float(found.mean())


def _grey(look: Look) -> _Grey:
    width, height = _SMALL
    return np.frombuffer(b64decode(look.small), np.uint8).astype(np.float64).reshape(height, width)


def _blurred(grey: _Grey) -> _Grey:
    return np.asarray(cv2.GaussianBlur(grey, (7, 7), 1.5), np.float64)
