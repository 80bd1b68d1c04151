"""What is drawn into a run's picture: an element outlined, fields painted over. Where nothing in a picture has to be
hidden, that is told inside the JPEG when it is taken, and drawn when somebody looks.

Drawing takes a picture apart and together again (1.2 ms of CPU at 640 x 400), and of a night's pictures few are looked
at.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from recordings.target import Box

if TYPE_CHECKING:
    from PIL.Image import Image

_OUTLINE, _PAINT = (230, 40, 40), (96, 96, 96)
_OUTLINE_PX = 2
_START, _JFIF, _COMMENT, _MARK = b"\xff\xd8", b"\xff\xe0", b"\xff\xfe", b"showonce drawing "
_HALF, _NEAR = b"showonce drawn at half", 4096
_LONGEST, _MOST_PX = 0xFFFF - 2, 50_000_000
Corners = tuple[int, int, int, int]


class Drawing(BaseModel):
    """Boxes in CSS pixels of a tab: ``painted`` over, ``outlined`` where there is one. ``width`` is the tab's; None
    where the picture is as wide."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outlined: Box | None = None
    painted: tuple[Box, ...] = ()
    width: float | None = None

    def draw(self, image: Image) -> None:
        """Draw it into a picture of the tab, of whatever size."""
        from PIL import ImageDraw  # here, as below: few processes draw, and it takes 15 ms to come

        ratio, draw = ratio_of(image, self.width), ImageDraw.Draw(image)
        for box in self.painted:
            draw.rectangle(corners_of(box, ratio), fill=_PAINT)
        if self.outlined is not None:
            draw.rectangle(corners_of(self.outlined, ratio, _OUTLINE_PX), outline=_OUTLINE, width=_OUTLINE_PX)


def told_in(jpeg: bytes, drawing: Drawing) -> bytes | None:
    """The picture with a comment that says what is to be drawn; None where it cannot be told in it."""
    text = _MARK + drawing.model_dump_json().encode()
    return _commented(jpeg, text) if jpeg.startswith(_START) and len(text) <= _LONGEST else None


def is_told_in(content: bytes) -> bool:
    """Whether it says what is to be drawn."""
    return content.startswith(_START) and content.startswith(_MARK, _after_header(content) + 4)


def drawn(content: bytes) -> bytes:
    """The picture with what it says drawn; any other content, and a damaged one, as it is."""
    if not is_told_in(content):
        return content
    from PIL import Image

    at = _after_header(content)
    end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
    try:
        drawing = Drawing.model_validate_json(content[at + 4 + len(_MARK) : end])
        image = Image.open(io.BytesIO(content[:at] + content[end:]))
        if image.width * image.height > _MOST_PX:
            return content
        image.load()
        drawing.draw(image)
        new = io.BytesIO()
        image.save(new, "JPEG", quality="keep")
    except (OSError, ValueError, OverflowError, Image.DecompressionBombError):
        return content
    return new.getvalue()


def drawn_at_half(jpeg: bytes) -> bytes:
    """The picture with a comment that its page was drawn at half its size, which Pillow keeps: letters look otherwise
    in it than in one that was made smaller."""
    return _commented(jpeg, _HALF) if jpeg.startswith(_START) else jpeg


def is_drawn_at_half(content: bytes) -> bool:
    """Whether the page was drawn at half its size for it."""
    return _HALF in content[:_NEAR]


def ratio_of(image: Image, width: float | None) -> float:
    """How many pixels of the picture a CSS pixel of a tab of this width is."""
    return image.width / max(1, width if width is not None else image.width)


def corners_of(box: Box, ratio: float, pad: int = 0) -> Corners:
    """Left, top, right and bottom in pixels of the picture, with so many more on each side."""
    left, top = int(box.x * ratio) - pad, int(box.y * ratio) - pad
    return left, top, int((box.x + box.width) * ratio) + pad, int((box.y + box.height) * ratio) + pad


def _commented(jpeg: bytes, text: bytes) -> bytes:
    at = _after_header(jpeg)
    return b"".join((jpeg[:at], _COMMENT, (len(text) + 2).to_bytes(2), text, jpeg[at:]))


def _after_header(jpeg: bytes) -> int:
    """Where the first segment begins that is not the header of the file format (JFIF 1.02)."""
    return 4 + int.from_bytes(jpeg[4:6]) if jpeg[2:4] == _JFIF else 2
