"""A new target tried on what is kept of the demonstration, before a recording takes it: does it mean the same?"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from browser.launch import open_browser
from recordings.errors import CouldNotStartError, EditRefusedError
from recordings.files import digest_of
from recordings.heal import Heal
from recordings.recording import Recording
from replayer.exam import on_its_page

Tried = Literal["same", "none", "another", "untried"]
"""What the new target finds on the demonstration's own page: the ``same`` element, ``none``, as where the page called
it otherwise then, or ``another``, which speaks against it. ``untried``: no such page is kept, or there is no browser to
show it in."""

WORDS: dict[Tried, str] = {
    "same": "On the demonstration's own page the new target finds the same element.",
    "none": "On the demonstration's own page the new target finds nothing: it was called otherwise then.",
    "another": "On the demonstration's own page the new target finds ANOTHER element.",
    "untried": "It could not be tried on the demonstration's own page.",
}


def refuse_other(tried: Mapping[int, Tried], *, anyway: bool = False) -> None:
    """See that no new target means another element than was shown.

    Raises:
        EditRefusedError: One does, and it is not to be taken ``anyway``.
    """
    if not anyway and any(each == "another" for each in tried.values()):
        raise EditRefusedError(
            "On the demonstration's own page a new target means another element than was shown. Nothing was changed.",
            "Look at both pictures. Where it is right all the same, accept it with --anyway, or say so on its page.",
        )


async def tried_on_stored(heals: Sequence[Heal], recording: Recording, browser: Path | None) -> dict[int, Tried]:
    """Look for the new targets of heals on the stored pages of the recording; by the ids of the heals."""
    steps = {step.id: step for step in recording.steps}
    told: dict[int, Tried] = {heal.id: "untried" for heal in heals}
    try:
        async with open_browser(override=browser) as opened:
            for heal in heals:
                if (step := steps.get(heal.step_id)) is not None:
                    told[heal.id] = _TRIED[await on_its_page(opened, recording, step, heal.new)]
    except CouldNotStartError:
        return told
    return told


class Trials:
    """Heals that were tried, each once for a version of its recording; a trial opens a browser."""

    def __init__(self, browser: Path | None) -> None:
        self._browser = browser
        self._known: dict[tuple[int, str], Tried] = {}
        self._turn = asyncio.Lock()

    async def of(self, heals: Sequence[Heal], recording: Recording) -> dict[int, Tried]:
        """As ``tried_on_stored``; what could not be tried is tried again when it is asked for again."""
        version = digest_of(recording)
        async with self._turn:
            fresh = [heal for heal in heals if self._known.get((heal.id, version), "untried") == "untried"]
            if fresh:
                told = await tried_on_stored(fresh, recording, self._browser)
                self._known.update({(heal_id, version): tried for heal_id, tried in told.items()})
        return {heal.id: self._known[heal.id, version] for heal in heals}


_TRIED: dict[str | None, Tried] = {"survives": "same", "refuses": "none", "wrong": "another", None: "untried"}
