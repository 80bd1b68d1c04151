"""A proposal that a run makes: a step's target as it was found now, beside the one that was recorded."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Literal

from pydantic import Field

from recordings.document import Document
from recordings.target import Box, Target
from recordings.trace import How

HealStatus = Literal["proposed", "accepted", "refused"]
_PLACES = ("css", "xpath")


class Heal(Document):
    """A step whose element was found in another way than recorded, and whose effect was seen to come.

    ``id`` is given by the store, from 1 (0: not kept yet). ``made_from`` is the ``digest`` of the recording it was made
    from, ``folder`` where that lies ("" where not known). ``old`` is the step's target as recorded, ``new`` what would
    be recorded now, with the demonstration's values in the place of the run's; ``says`` are the inputs whose
    defaults stand in ``new``, with those defaults. ``score`` is how sure the find was, from 0 to 1; ``evidence`` says
    in words what agreed, and what came of the step.
    ``shown`` and ``found`` are the sha256 of the demonstration's picture and of the run's, "" where there is none;
    ``where`` the new element stood in the latter, in CSS pixels of the tab. ``how`` is "" where a person pointed at it.
    ``at`` and ``last_at`` are seconds since the epoch; ``seen`` is how often runs came to the same.
    """

    id: int = 0
    recording: str
    folder: str = ""
    made_from: str
    step_id: str
    index: int
    words: str = ""
    old: Target
    new: Target
    says: dict[str, str] = Field(default_factory=dict)
    how: How
    score: float
    evidence: tuple[str, ...] = ()
    shown: str = ""
    found: str = ""
    where: Box | None = None
    trace_id: str
    at: float
    status: HealStatus = "proposed"
    seen: int = 1
    last_at: float = 0
    last_trace: str = ""


def sign_of(target: Target) -> str:
    """The same for two targets that are the same element to a reader: by the selectors that tell what it is, or by its
    place where it has none; what else the page showed, and where it stood, may differ."""
    seen = target.description
    telling = [selector for selector in target.selectors if selector.kind not in _PLACES]
    kept = telling or [selector for selector in target.selectors if selector.kind == "css"] or target.selectors
    facts = [seen.tag, seen.type, seen.role, *sorted(selector.model_dump_json() for selector in kept)]
    return sha256(json.dumps(facts).encode()).hexdigest()
