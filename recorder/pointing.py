"""What was pointed at, and what was said of it afterwards, taken into the drafts; pure."""

from __future__ import annotations

from recorder.drafting import Drafting
from recorder.drafts import Draft, Kind
from recorder.events import CapturedEvent, Revised
from recorder.page_events import Pointed
from recorder.readings import reading_of, revised, trouble_with
from recorder.told import refusal

_KINDS: dict[str, Kind] = {"assert": "assert", "read": "read", "equals": "equals", "rows": "read_rows"}


def pointed(drafting: Drafting, event: CapturedEvent, what: Pointed) -> None:
    """Something to check, to compare or to read; what says nothing, and a secret, is refused in words."""
    lists = [draft for draft in drafting.folded.drafts if draft.kind == "read_rows"]
    if trouble := refusal(what, has_list=bool(lists)):
        drafting.folded.warnings.append(trouble)
    elif what.purpose == "next":
        lists[-1].leads_on = what
    else:
        draft = drafting.begin(_KINDS[what.purpose], event, what.doc, what.ref, what.frame, what.url)
        draft.text = what.text
        draft.reading = reading_of(what) if what.purpose != "assert" else None


def revise(drafting: Drafting, what: Revised) -> None:
    """Change the last thing that is read or compared, as far as it can be."""
    draft = last_reading(drafting.folded.drafts)
    if draft is not None and draft.reading is not None and not trouble_with(draft.reading, what):
        draft.reading = revised(draft.reading, what)


def last_reading(drafts: list[Draft]) -> Draft | None:
    """The last draft that reads or compares."""
    return next((draft for draft in reversed(drafts) if draft.reading is not None), None)
