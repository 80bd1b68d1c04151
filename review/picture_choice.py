"""Which pictures of its runs a form asks for."""

from __future__ import annotations

from typing import Literal

from starlette.datastructures import FormData

from recordings.errors import CouldNotStartError

Chosen = Literal["failure", "steps", "marked"]
CHOICES: dict[Chosen, str] = {
    "failure": "of failures",
    "steps": "of every step",
    "marked": "of every step, differences marked",
}


def pictures_asked(form: FormData, usual: Chosen) -> Chosen:
    """What was chosen; ``usual`` where the form does not say.

    Raises:
        CouldNotStartError: There is no such choice.
    """
    given = str(form.get("pictures", usual))
    chosen = next((each for each in CHOICES if each == given), None)
    if chosen is None:
        raise CouldNotStartError(
            f"'{given[:20]}' is no choice of pictures.", "Choose those of failures, or of every step."
        )
    return chosen
