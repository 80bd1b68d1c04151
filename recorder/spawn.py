"""How a part of the recorder starts a task that the recorder owns and ends."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Protocol


class Spawn(Protocol):
    """Starts a task that the recorder owns."""

    def __call__(self, work: Coroutine[Any, Any, None]) -> None: ...
