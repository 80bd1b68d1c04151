"""Durations as a reviewer reads them."""

from __future__ import annotations


def duration_words(seconds: float) -> str:
    """Two figures that matter: '38 ms', '4.2 s', '2 min 5 s', '1 h 3 min'.

    >>> duration_words(0.0384), duration_words(4.21), duration_words(125), duration_words(3790)
    ('38 ms', '4.2 s', '2 min 5 s', '1 h 3 min')
    """
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest_s = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest_s} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"
