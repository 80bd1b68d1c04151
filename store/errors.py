"""What only the store can find wrong, beside ``recordings.errors``."""

from __future__ import annotations

from recordings.errors import CouldNotStartError


class TraceAmbiguousError(CouldNotStartError):
    """The beginning of a trace id that several runs share."""

    def __init__(self, prefix: str) -> None:
        super().__init__(
            f"Several runs have a trace id starting with '{prefix}'.",
            "Give more of it; 'showonce traces' lists the runs.",
        )
        self.prefix = prefix
