"""What is done to a run's pictures before they are kept: secrets painted over, people blurred, the target outlined."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageFilter

from recordings.drawing import Corners, Drawing, corners_of, ratio_of
from recordings.target import Box

_CELL_PX, _SHADES = 96, 64
_HIDE_PX = 3


def painted(jpeg: bytes, drawing: Drawing, hidden: Sequence[Box], *, quality: int) -> bytes | None:
    """The picture with ``hidden`` boxes of the tab blurred, and then drawn into; None where it is none."""
    try:
        image = Image.open(io.BytesIO(jpeg)).convert("RGB")
    except OSError:
        return None
    ratio = ratio_of(image, drawing.width)
    for box in hidden:
        blur(image, corners_of(box, ratio, pad=_HIDE_PX))
    drawing.draw(image)
    content = io.BytesIO()
    image.save(content, "JPEG", quality=quality)
    return content.getvalue()


def blur(image: Image.Image, corners: Corners) -> None:
    """Make a part of a picture unreadable, in place: a few cells of their mean colour, in few shades, softened.

    A mosaic as fine as letters can be undone by trying texts (Hill et al. 2016, "On the (In)effectiveness of Mosaicing
    and Blurring"): a cell here is wider than several letters and as high as the line, and has 4 shades a channel.
    """
    left, top = max(0, corners[0]), max(0, corners[1])
    right, bottom = min(image.width, corners[2]), min(image.height, corners[3])
    if right <= left or bottom <= top:
        return
    size = (right - left, bottom - top)
    cells = (max(1, size[0] // _CELL_PX), max(1, size[1] // _CELL_PX))
    coarse = image.crop((left, top, right, bottom)).resize(cells, Image.Resampling.BOX)
    coarse = coarse.point([shade // _SHADES * _SHADES + _SHADES // 2 for shade in range(256)] * 3)
    large = coarse.resize(size, Image.Resampling.NEAREST)
    image.paste(large.filter(ImageFilter.GaussianBlur(4)), (left, top))
