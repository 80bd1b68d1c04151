"""What kind of picture it is, by its first bytes."""

from __future__ import annotations

_KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp", b"GIF8": "image/gif"}


def kind_of(content: bytes) -> str | None:
    """Its media type; None where it is no picture that browsers show."""
    return next((kind for start, kind in _KINDS.items() if content.startswith(start)), None)
