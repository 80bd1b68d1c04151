"""Whether two elements are one control by where they stand in the page; pure."""

from __future__ import annotations

from recordings.target import Description


def same_control(one: Description, two: Description) -> bool:
    """Whether one is the other, stands in it, or is around it."""
    if one.xpath and two.xpath:
        return _within(one.xpath, two.xpath, "/") or _within(two.xpath, one.xpath, "/")
    return _within(one.css, two.css, " >") or _within(two.css, one.css, " >")


def _within(inner: str, outer: str, step: str) -> bool:
    return bool(outer) and (inner == outer or inner.startswith(outer + step))
