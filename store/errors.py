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


class BatchUnknownError(CouldNotStartError):
    """No batch has an id that starts so."""

    def __init__(self, prefix: str) -> None:
        super().__init__(f"No batch has an id starting with '{prefix}'.", "'showonce batches' lists them.")
        self.prefix = prefix


class BatchAmbiguousError(CouldNotStartError):
    """The beginning of a batch's id that several batches share."""

    def __init__(self, prefix: str) -> None:
        super().__init__(
            f"Several batches have an id starting with '{prefix}'.",
            "Give more of it; 'showonce batches' lists them.",
        )
        self.prefix = prefix


class ItemUnknownError(CouldNotStartError):
    """There is no item of this id."""

    def __init__(self, item_id: str) -> None:
        super().__init__(f"There is no item '{item_id}'.", "Give it as BATCH:NUMBER, such as 4f2a1b3c:7.")
        self.item_id = item_id


class RestartRefusedError(CouldNotStartError):
    """An item that is not to be done again as it stands."""

    def __init__(self, item_id: str, reason: str) -> None:
        super().__init__(
            f"The item {item_id} is not run again: {reason}.",
            "Give its row in a new batch, asking for it again, to have it done all the same.",
        )
        self.item_id = item_id


class VersionUnknownError(CouldNotStartError):
    """No recording is kept under this digest."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"The store has no recording '{digest}'.", "Begin the batch again from the recording itself.")
        self.digest = digest


class FlowUnknownError(CouldNotStartError):
    """No workflow that was begun has an id that starts so."""

    def __init__(self, prefix: str) -> None:
        super().__init__(
            f"No workflow was begun with an id starting with '{prefix}'.", "'showonce workflow list' lists them."
        )
        self.prefix = prefix


class FlowAmbiguousError(CouldNotStartError):
    """The beginning of a workflow's id that several share."""

    def __init__(self, prefix: str) -> None:
        super().__init__(
            f"Several workflows have an id starting with '{prefix}'.",
            "Give more of it; 'showonce workflow list' lists them.",
        )
        self.prefix = prefix


class KeyMissingError(CouldNotStartError):
    """The vault is sealed with a key that is not here."""

    def __init__(self, key_id: str, where: str) -> None:
        super().__init__(
            f"The vault is sealed with the key {key_id}, which is not in {where}.",
            "Give the key that it was sealed with: SHOWONCE_KEY, or the file it was in. If it is lost, so is what it "
            "sealed: take that away (secrets rm, login --rm), then 'showonce secrets rotate' makes a new key.",
        )
        self.key_id = key_id


class SealBrokenError(CouldNotStartError):
    """What is in the vault is not what was sealed: it was altered, or put in another's place."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"The {kind} '{name}' in the vault was altered since it was kept.", "Set it again.")
        self.name = name


class RotatedMeanwhileError(CouldNotStartError):
    """The key of the vault was not changed, since another change came before it."""


class UserUnknownError(CouldNotStartError):
    """No user of the console has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no user '{name[:64]}'.", "'showonce users list' lists them.")
        self.name = name


class UserExistsError(CouldNotStartError):
    """There is a user of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is a user '{name}' already.", f"'showonce users role {name} ROLE' changes what they may."
        )
        self.name = name


class TokenUnknownError(CouldNotStartError):
    """No token has this prefix."""

    def __init__(self, prefix: str) -> None:
        super().__init__(
            f"There is no token '{prefix[:40]}'.", "'showonce users list' lists them, each by its 10 characters."
        )
        self.prefix = prefix
