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


class HealUnknownError(CouldNotStartError):
    """There is no heal of this id."""

    def __init__(self, given: object) -> None:
        super().__init__(f"There is no heal '{given}'.", "'showonce heal list --all' lists them, with their numbers.")
        self.given = given


class StoreMissingError(CouldNotStartError):
    """Nothing was ever kept where it is looked for."""

    def __init__(self, path: object) -> None:
        super().__init__(
            f"No runs are kept yet: there is no {path}.",
            "'showonce replay NAME' makes one; set SHOWONCE_HOME if they are kept elsewhere.",
        )
