"""Times and rates as a workflow's file writes them: ``30s``, ``5m``, ``2h``, ``3d``; ``30/min``."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from recordings.batch import Rate as RateFact

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PER = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "hour": 3600}
_DURATION = r"(\d{1,6}(?:\.\d{1,3})?)\s*([smhd])"
_RATE = r"(\d{1,6})\s*/\s*(\d{1,6})?\s*(s|sec|m|min|h|hour)"


def seconds_of(text: object) -> float:
    """``90s`` or ``1.5m`` as seconds.

    Raises:
        PydanticCustomError: It is of another form, or no time at all.
    """
    if isinstance(text, (int, float)) and not isinstance(text, bool) and text > 0:
        return float(text)  # read again from where it was kept as seconds
    found = re.fullmatch(_DURATION, text.strip()) if isinstance(text, str) else None
    if found is None or float(found[1]) <= 0:
        raise PydanticCustomError("duration", "'{given}' is no time; write it like 30s, 5m, 2h or 3d", {"given": text})
    return float(found[1]) * _UNITS[found[2]]


def rate_of(text: object) -> object:
    """``30/min`` as a rate: at most so many begin within the time.

    Raises:
        PydanticCustomError: It is of another form.
    """
    if not isinstance(text, str):
        return text  # read again from where it was kept as a fact
    found = re.fullmatch(_RATE, text.strip().lower())
    if found is None or int(found[1]) < 1 or int(found[2] or 1) < 1:
        raise PydanticCustomError("rate", "'{given}' is no rate; write it like 30/min or 2/s", {"given": text})
    return RateFact(count=int(found[1]), seconds=int(found[2] or 1) * _PER[found[3]])


Duration = Annotated[
    float,
    BeforeValidator(seconds_of),
    Field(gt=0),
    WithJsonSchema({"type": "string", "pattern": f"^{_DURATION}$", "description": "A time: 30s, 5m, 2h, 3d."}),
]
"""Seconds; written as a text with its unit."""

Rate = Annotated[
    RateFact,
    BeforeValidator(rate_of),
    WithJsonSchema({"type": "string", "pattern": f"^{_RATE}$", "description": "At most so many in a time: 30/min."}),
]
