"""What pages answer to gestures, pure: each answer becomes a signal of the draft it came of."""

from __future__ import annotations

from collections.abc import Sequence

from recorder.drafts import Draft
from recorder.events import Answered, Arrived, DialogClosed, DownloadBegan, Sent, TabClosed, TabOpened
from recorder.keys import BROWSER_KEYS
from recordings.signals import DialogAnswered, Downloaded, Navigated, PageClosed, PopupOpened, Requested
from recordings.urls import url_pattern

ANSWERS_S = 5.0
"""How long the end of a demonstration waits for answers to what was sent."""
_CLOSES_ITSELF_MS = 1500
_GOES_BACK_MS = 1500


def note_signal(
    draft: Draft, page: int, what: TabOpened | TabClosed | Sent | DialogClosed | DownloadBegan, last_at: float
) -> None:
    """Add what tab ``page`` answered to the draft; ``last_at`` is when the last gesture was made."""
    match what:
        case TabOpened():
            if what.by_page:
                draft.signals.append(PopupOpened(page=what.opened))
        case TabClosed():
            # A page closes itself at once after a gesture in it; later, the person closed the tab.
            if draft.page == page > 0 and what.at - last_at < _CLOSES_ITSELF_MS:
                draft.signals.append(PageClosed(page=page))
        case Sent():
            draft.requests[what.number] = len(draft.signals)
            draft.signals.append(Requested(method=what.method, url=url_pattern(what.url)))
        case DialogClosed():
            draft.signals.append(
                DialogAnswered(type=what.type, message=what.message[:200], accepted=what.accepted, text=what.text)
            )
        case DownloadBegan():
            draft.signals.append(Downloaded(filename=what.filename))


def note_answer(drafts: Sequence[Draft], what: Answered) -> None:
    """The status that a request of some draft got."""
    for draft in reversed(drafts):
        place = draft.requests.get(what.number)
        if place is not None:
            sent = draft.signals[place]
            draft.signals[place] = sent.model_copy(update={"status": what.status})
            return


def caused(last: Draft | None, page: int, what: Arrived, last_at: float) -> bool:
    """Whether the page itself went along its history: soon after a gesture in it that led nowhere else yet; later, a
    person did."""
    if last is None or last.page != page or last.kind not in ("click", "press") or last.keys in BROWSER_KEYS:
        return False
    return what.at - last_at < _GOES_BACK_MS and not any(isinstance(s, Navigated) for s in last.signals)
