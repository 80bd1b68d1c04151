"""Which tabs are open at each step: an edit must not leave a step in a tab that is not there, or is another one.

Tabs count from 0 in order of opening, at replay as in the demonstration; people count them from 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from recordings.errors import EditRefusedError
from recordings.signals import PageClosed, PopupOpened, Signal
from recordings.steps import Navigate, Step


def check_tabs(before: Sequence[Step], after: Sequence[Step]) -> None:
    """Refuse an edit that brings a trouble with tabs which was not there before.

    Raises:
        EditRefusedError: It names the step that would be wrong, and the one that opens its tab.
    """
    known = set(_troubles(before))
    for step, why in _troubles(after):
        if (step, why) not in known:
            words = next(s.words for s in after if s.id == step)
            raise EditRefusedError(f"Step {step} ({words}) could not be done: {why}.", _mend(before, after, step))


def tabs_opened(steps: Sequence[Step]) -> int:
    """How many tabs are open or were, after these steps; disabled ones are not done."""
    opened = 1
    for step in steps:
        if not step.disabled:
            opened += (isinstance(step, Navigate) and step.page == opened) + len(popups_of(step))
    return opened


def popups_of(step: Step) -> list[PopupOpened]:
    """The tabs that a step opens."""
    return [signal for signal in step.signals if isinstance(signal, PopupOpened)]


def renumbered(step: Step, first: int, by: int) -> Step:
    """The step where the tabs from ``first`` on have numbers that are ``by`` higher."""

    def number(page: int) -> int:
        return page + by if page >= first else page

    def again(signal: Signal) -> Signal:
        if isinstance(signal, (PopupOpened, PageClosed)):
            return signal.model_copy(update={"page": number(signal.page)})
        return signal

    update = {"page": number(step.page), "signals": tuple(map(again, step.signals))}
    return step.model_copy(update=update)


def without_tab(step: Step, page: int) -> Step:
    """The step where tab ``page`` is never opened and those after it move up."""
    kept = tuple(s for s in step.signals if not (isinstance(s, PageClosed) and s.page == page))
    return renumbered(step.model_copy(update={"signals": kept}), page + 1, -1)


def _troubles(steps: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """(step id, why it cannot be done there), also where an optional step that opens a tab is skipped."""
    done = [step for step in steps if not step.disabled]
    yield from _walked(done)
    for step in done:
        if step.optional and popups_of(step):
            yield from _walked([other for other in done if other is not step])


def _walked(steps: Sequence[Step]) -> Iterator[tuple[str, str]]:
    opened, closed = 1, set[int]()
    for step in steps:
        opens = isinstance(step, Navigate) and step.page == opened
        if step.page in closed:
            yield step.id, f"it is done in tab {step.page + 1}, which is closed before it"
        elif step.page >= opened and not opens:
            yield step.id, f"it is done in tab {step.page + 1}, which is not open then"
        opened += opens
        for signal in step.signals:
            if isinstance(signal, PopupOpened):
                if signal.page != opened:
                    yield step.id, f"it opens tab {signal.page + 1}, which would be tab {opened + 1}"
                opened += 1
            elif isinstance(signal, PageClosed):
                closed.add(signal.page)


def _mend(before: Sequence[Step], after: Sequence[Step], step: str) -> str:
    page = next(s.page for s in after if s.id == step)
    opener = next((s for s in before if any(popup.page == page for popup in popups_of(s))), None)
    if page == 0 or opener is None or opener.id == step:
        return "Keep the steps that open and close tabs in their order."
    return f"Step {opener.id} ({opener.words}) opens that tab; keep it before, or change {step} first."
