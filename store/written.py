"""Documents of what happened, as the store writes them: after the last filter."""

from __future__ import annotations

from collections.abc import Collection

from pydantic import BaseModel

from recordings.known_secrets import KNOWN


def written(
    document: BaseModel,
    leave_out: Collection[str] = (),
    only: frozenset[str] | None = None,
    *,
    defaults: bool = False,
) -> str:
    """The JSON of a document, no secret that this process knows in it.

    Args:
        leave_out: Fields that are kept elsewhere.
        only: The fields that tell what happened, where others say what is to be done: those stay as they are.
        defaults: Write those too.
    """

    def text_of(what: BaseModel) -> str:
        return what.model_dump_json(exclude=set(leave_out), exclude_defaults=not defaults)

    text = text_of(document)
    return text_of(KNOWN.cleaned(document, only)) if KNOWN.shown_in(text) else text
