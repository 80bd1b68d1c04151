"""Where a demonstration happens: a window opened for it, or a person's own Chrome by --cdp or by the extension."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from recordings.errors import CouldNotStartError
from showonce.values import address


class WhereUnclearError(CouldNotStartError):
    """The options do not say in one way where to record."""


@dataclass(frozen=True, slots=True)
class Where:
    """``url`` "" begins in a tab that is open; ``tab`` says which, ``endpoint`` where Chrome listens."""

    kind: Literal["window", "cdp", "extension"]
    url: str = ""
    endpoint: str = ""
    tab: str = ""


def where_to_record(url: str, cdp: str, tab: str, extension: bool) -> Where:
    """What the options mean together.

    Raises:
        WhereUnclearError: They contradict each other, or say nothing.
    """
    if cdp and extension:
        raise WhereUnclearError("--cdp and --extension are two ways to record.", "Give one of them.")
    if tab and not cdp:
        raise WhereUnclearError("--tab chooses among the tabs of --cdp.", "Add --cdp, or leave --tab out.")
    if tab and url:
        raise WhereUnclearError("A URL is opened in a new tab, and --tab means one that is open.", "Give one of them.")
    given = address(url) if url else ""
    if cdp:
        return Where("cdp", given, cdp, tab)
    if extension:
        return Where("extension", given)
    if not given:
        raise WhereUnclearError(
            "It is not said which page to begin at.",
            "Give its URL; or --cdp or --extension, to record in a Chrome you use.",
        )
    return Where("window", given)
