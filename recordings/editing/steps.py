"""The steps of a recording in another order, fewer, marked, or said in other words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from recordings.blocks import Repeat
from recordings.editing.checked import changed
from recordings.editing.membership import moves_told, regrouped
from recordings.editing.secrets import files_of
from recordings.editing.tabs import check_tabs, popups_of, without_tab
from recordings.errors import EditRefusedError
from recordings.inputs import Literally
from recordings.recording import Recording, values_of
from recordings.steps import Navigate, ReadRows, Step, target_of
from recordings.urls import same_place

_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Edited:
    """A recording after an edit, and what a person should know of it."""

    recording: Recording
    notes: tuple[str, ...] = ()


def step_named(recording: Recording, name: str) -> Step:
    """The step with this id, or with this number from 1 as tables show it.

    Raises:
        EditRefusedError: There is none; the nearest is named.
    """
    by_id = {step.id: step for step in recording.steps}
    if name in by_id:
        return by_id[name]
    if name.isascii() and name.isdigit() and len(name) < 9 and 1 <= int(name) <= len(recording.steps):
        return recording.steps[int(name) - 1]
    near = get_close_matches(name, by_id, n=1)
    said = f"Did you mean {near[0]}? " if near else ""
    count = len(recording.steps)
    there = f"The steps are 1 to {count} ({recording.steps[0].id} …)." if count else "There are no steps."
    raise EditRefusedError(f"There is no step '{name[:40]}'.", f"{said}{there} Give a number or an id.")


def place_of(recording: Recording, after: str | None, before: str | None) -> int:
    """Where in the steps something is to stand, from 0; the end where neither is given."""
    if after is not None and before is not None:
        raise EditRefusedError("A step cannot be placed both after one and before another.", "Give one of the two.")
    if after is None and before is None:
        return len(recording.steps)
    anchor = step_named(recording, after if after is not None else before or "")
    return recording.steps.index(anchor) + (after is not None)


def anchor_of(recording: Recording, after: str | None, before: str | None) -> str | None:
    """The id of the step that something is put next to, where it is put next to one."""
    name = after if after is not None else before
    return step_named(recording, name).id if name is not None else None


def moved(recording: Recording, step: str, *, after: str | None = None, before: str | None = None) -> Edited:
    """A step at another place; to the end where neither ``after`` nor ``before`` is given.

    Raises:
        EditRefusedError: A step would act in a tab that is not open, or the tabs would open in another order.
    """
    chosen, place = step_named(recording, step), place_of(recording, after, before)
    now = recording.steps.index(chosen)
    rest = [other for other in recording.steps if other is not chosen]
    rest.insert(place - (place > now), chosen)
    check_tabs(recording.steps, rest)
    anchor = anchor_of(recording, after, before)
    beside = {chosen.id: anchor} if anchor != chosen.id else {}
    blocks = regrouped(recording.blocks, rest, beside)
    notes = (*_elsewhere(rest, chosen), *moves_told(recording.blocks, blocks, chosen.id))
    return Edited(changed(recording, steps=tuple(rest), blocks=blocks), notes)


def without_step(recording: Recording, step: str) -> Edited:
    """The recording without a step, its evidence, and the inputs and secrets that only it used.

    Raises:
        EditRefusedError: It opens a tab that other steps need, or it is the only step.
    """
    chosen = step_named(recording, step)
    rest = tuple(other for other in recording.steps if other is not chosen)
    if not rest:
        raise EditRefusedError("The recording would have no steps left.", "Delete its folder instead.")
    if not {popup.page for popup in popups_of(chosen)} & {other.page for other in rest}:
        rest = tuple(_without_tabs_of(other, chosen) for other in rest)
    check_tabs(recording.steps, rest)
    return _without_unused(recording, chosen, rest)


def with_disabled(recording: Recording, step: str, on: bool = True) -> Recording:
    """A step that is kept and never done; ``on=False`` has it done again.

    Raises:
        EditRefusedError: Later steps need a tab that it opens.
    """
    return _marked(recording, step, {"disabled": on})


def with_optional(recording: Recording, step: str, on: bool = True) -> Recording:
    """A step that is skipped where its element is not on the page.

    Raises:
        EditRefusedError: It acts on no element, or later steps need a tab that it opens.
    """
    chosen = step_named(recording, step)
    if on and target_of(chosen) is None:
        raise EditRefusedError(
            f"Step {chosen.id} ({chosen.words}) cannot be optional: it acts on no element that could be missing.",
            "Disable it, or delete it.",
        )
    return _marked(recording, step, {"optional": on})


def with_repeatable(recording: Recording, step: str, on: bool = True) -> Recording:
    """A step whose request may be sent again without harm.

    Raises:
        EditRefusedError: It sent none that changes data, and leads to no further pages, which may.
    """
    chosen = step_named(recording, step)
    leads_on = isinstance(chosen, ReadRows) and chosen.next_page is not None
    if on and not chosen.commits and not leads_on:
        raise EditRefusedError(
            f"Step {chosen.id} ({chosen.words}) sent nothing that changes data.",
            "It may be done again as it is.",
        )
    return _marked(recording, step, {"repeatable": on})


def with_waits(recording: Recording, step: str, texts: Iterable[str]) -> Recording:
    """A step that is done only once its page shows all these texts; none: it waits for nothing.

    Raises:
        EditRefusedError: A text is empty or very long, or the step opens its own tab, which shows nothing before.
    """
    chosen = step_named(recording, step)
    wanted = tuple(dict.fromkeys(_worded(text, "A text to wait for") for text in texts))
    opens = isinstance(chosen, Navigate) and all(
        other.page < chosen.page for other in recording.steps[: recording.steps.index(chosen)]
    )
    if wanted and opens and chosen.page > 0:
        raise EditRefusedError(
            f"Step {chosen.id} opens its tab, which shows nothing before.", "Let the step before or after it wait."
        )
    return _marked(recording, step, {"waits": wanted})


def with_words(recording: Recording, step: str, words: str) -> Recording:
    """A step said in other words."""
    return _marked(recording, step, {"words": _worded(words, "The words of a step")})


def _marked(recording: Recording, step: str, update: dict[str, object]) -> Recording:
    chosen = step_named(recording, step)
    steps = tuple(other.model_copy(update=update) if other is chosen else other for other in recording.steps)
    check_tabs(recording.steps, steps)
    return changed(recording, steps=steps)


def _worded(text: str, what: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise EditRefusedError(f"{what} cannot be empty.", "Write it in quotes, as a person reads it on the page.")
    if len(text) > _LONGEST:
        raise EditRefusedError(f"{what} cannot be longer than {_LONGEST} letters.", "A few words of it are enough.")
    return text


def _without_tabs_of(step: Step, opener: Step) -> Step:
    """The step as if the tabs of ``opener`` had never been opened."""
    for page in sorted((popup.page for popup in popups_of(opener)), reverse=True):
        step = without_tab(step, page)
    return step


def _without_unused(recording: Recording, gone: Step, steps: tuple[Step, ...]) -> Edited:
    """The inputs and secrets of ``gone`` that no step uses any more go with it, and its files."""
    used, had = _names(steps), _names([gone])
    blocks = regrouped(recording.blocks, steps)
    lost = had - used - {block.input for block in blocks if isinstance(block, Repeat)}
    kept = files_of(steps, recording)
    uploads = {value.text for value in values_of(gone) if isinstance(value, Literally)}
    uploads |= {item.default or "" for item in recording.inputs if item.name in lost and item.kind == "file"}
    spoken = {value.text for step in steps for value in values_of(step) if isinstance(value, Literally)}
    spoken |= {item.default or "" for item in recording.inputs if item.name not in lost}
    result = changed(
        recording,
        steps=steps,
        blocks=blocks,
        inputs=tuple(item for item in recording.inputs if item.name not in lost),
        secrets=tuple(item for item in recording.secrets if item.name not in lost),
        gestures={step: gestures for step, gestures in recording.gestures.items() if step != gone.id},
        files={name: content for name, content in kept.items() if name not in uploads - spoken},
    )
    secrets = {item.name for item in recording.secrets}
    notes = (
        f"The {'secret' if name in secrets else 'input'} '{name}' went with it; nothing else used it."
        for name in sorted(lost)
    )
    return Edited(result, (*notes, *moves_told(recording.blocks, blocks, gone.id)))


def _names(steps: Iterable[Step]) -> set[str]:
    return {value.name for step in steps for value in values_of(step) if not isinstance(value, Literally)}


def _elsewhere(steps: Sequence[Step], step: Step) -> Iterable[str]:
    """A moved step was shown on one page and now comes where its tab shows another, as far as addresses tell."""
    place = list(steps).index(step)
    following = next((other for other in steps[place + 1 :] if other.page == step.page and not other.disabled), None)
    if following is None or isinstance(step, Navigate) or not step.url or not following.url:
        return
    if not same_place(step.url, following.url.replace("*", "0")) and not any(
        s.kind == "navigation" for s in step.signals
    ):
        yield f"Step {step.id} was shown at {step.url}; where it stands now the page is {following.url}."
