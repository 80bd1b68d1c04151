"""Steps put into blocks and taken out of them; and blocks kept right while their steps come, go and move."""

from __future__ import annotations

import re
from collections.abc import Sequence

from recordings.block_tree import around
from recordings.block_words import head_of
from recordings.blocks import Branch, Condition, Finds, Holds, Repeat, Rows, ids_of
from recordings.editing.checked import changed
from recordings.editing.inputs import SHORTEST, with_values
from recordings.editing.steps import Edited, step_named
from recordings.errors import EditRefusedError
from recordings.inputs import Input, InputRef, Value
from recordings.recording import Recording, values_of
from recordings.steps import Step, target_of

AnyBlock = Branch | Repeat
_TAKEN = re.compile(r"b(\d{1,9})")


def steps_between(recording: Recording, first: str, last: str) -> tuple[Step, ...]:
    """The steps from one to another, both among them.

    Raises:
        EditRefusedError: There is no such step, or the last comes first.
    """
    steps = recording.steps
    start, end = (steps.index(step_named(recording, name)) for name in (first, last))
    if end < start:
        raise EditRefusedError(f"Step {first} comes after step {last}.", f"Write {last}-{first}.")
    return steps[start : end + 1]


def with_branch(recording: Recording, first: str, last: str, when: Condition) -> Edited:
    """The steps from ``first`` to ``last`` are done only where the condition holds.

    Raises:
        EditRefusedError: They cannot be a block.
    """
    ids = tuple(step.id for step in steps_between(recording, first, last))
    block = Branch(id=_free_id(recording), when=when, steps=ids)
    return Edited(changed(recording, blocks=(*recording.blocks, block)))


def with_otherwise(recording: Recording, first: str, last: str) -> Edited:
    """The steps from ``first`` to ``last`` are done where the condition of the branch just before them does not hold.

    Raises:
        EditRefusedError: No branch ends just before them, or it has another side already.
    """
    ids = tuple(step.id for step in steps_between(recording, first, last))
    place = [step.id for step in recording.steps].index(ids[0])
    before = recording.steps[place - 1].id if place else ""
    ending = [b for b in recording.blocks if isinstance(b, Branch) and ids_of(b)[-1] == before]
    open_ended = [block for block in ending if not block.otherwise]
    if not open_ended:
        why = "The branch before it has another side already." if ending else "No branch ends just before it."
        raise EditRefusedError(f"Step {ids[0]} cannot begin what is done otherwise. {why}", "Make the branch first.")
    block = max(open_ended, key=lambda each: len(each.steps))
    return Edited(_replaced(recording, block, block.model_copy(update={"otherwise": ids})))


def with_repeat(
    recording: Recording, first: str, last: str, *, most: int | None = None, at_least: int = 0, skip_gone: bool = False
) -> Edited:
    """The steps from ``first`` to ``last`` are done for each row of the list that the first of them with a row is in.

    What names that row is an input, which the loop gives from then on.

    Raises:
        EditRefusedError: None of them stands in a row that has a name, or they cannot be a block.
    """
    body = steps_between(recording, first, last)
    chosen = next((step for step in body if not step.disabled and _key_of(step)), None)
    if chosen is None:
        raise EditRefusedError(
            f"None of the steps {body[0].id} to {body[-1].id} is done in a row that has a name of its own.",
            f"A loop takes its rows from such a step; the name needs {SHORTEST} letters or more. "
            "Show it on such a row, and on a page with several.",
        )
    named = _with_row_input(recording, body, chosen)
    name = next(step for step in named.steps if step.id == chosen.id).row
    assert isinstance(name, InputRef)
    bounds: dict[str, int] = {"at_least": at_least} | ({"most": most} if most is not None else {})
    gone = "skip" if skip_gone else "stop"
    block = Repeat.model_validate(
        {"id": _free_id(recording), "steps": tuple(s.id for s in body), "rows": _rows_of(chosen), "input": name.name,
         "gone": gone, **bounds}
    )  # fmt: skip
    # Before the others: of two blocks of the same steps the first is outside, and what is asked of a row is inside.
    note = f"'{name.name}' is given by the loop from now on: '{_key_of(chosen)}' and the other rows in turn."
    return Edited(changed(named, blocks=(block, *recording.blocks)), (note,))


def without_block(recording: Recording, step: str) -> Edited:
    """The recording without the innermost block that a step is in; its steps stay.

    Raises:
        EditRefusedError: It is in none.
    """
    chosen = step_named(recording, step)
    inside = around(recording.blocks, chosen.id)
    if not inside:
        raise EditRefusedError(f"Step {chosen.id} ({chosen.words}) is in no block.", "There is nothing to take away.")
    gone = inside[-1]
    kept = tuple(block for block in recording.blocks if block is not gone)
    return Edited(changed(recording, blocks=kept), (f"No longer: {head_of(gone)}.",))


def condition_of_step(recording: Recording, step: str, text: str | None, *, negated: bool) -> Finds | Holds:
    """Whether a step's element is on the page, or (with a ``text``) holds it.

    Raises:
        EditRefusedError: The step acts on no element.
    """
    chosen = step_named(recording, step)
    target = target_of(chosen)
    if target is None:
        raise EditRefusedError(
            f"Step {chosen.id} ({chosen.words}) acts on no element.", 'Name a step that does, or a text: visible "…".'
        )
    target = target.model_copy(update={"crop": ""})
    if text is None:
        return Finds(target=target, negated=negated)
    if target.description.secret:
        raise EditRefusedError(f"Step {chosen.id} is about a secret field, which is never read.", "Ask something else.")
    return Holds(target=target, text=text, negated=negated)


def _rows_of(step: Step) -> Rows:
    target = target_of(step)
    assert target is not None
    seen = target.description
    named = " ".join((seen.name or seen.text).replace(seen.key, " ").split())
    return Rows(
        page=step.page,
        frame=target.frame,
        path=seen.xpath,
        column=seen.column,
        control=named,
        heading=seen.heading,
        landmark=seen.landmark,
    )


def _key_of(step: Step) -> str:
    """What names the row that a step is done in, where it tells that row from others."""
    target = target_of(step)
    key = target.description.key if target is not None else ""
    return key if len(key) >= SHORTEST else ""


def _with_row_input(recording: Recording, body: Sequence[Step], chosen: Step) -> Recording:
    """The recording where the row of ``chosen`` is an input that is used in the body alone."""
    ids = {step.id for step in body}
    old = chosen.row.name if isinstance(chosen.row, InputRef) else ""
    outside = {v.name for s in recording.steps if s.id not in ids for v in values_of(s) if isinstance(v, InputRef)}
    if old and old not in outside:
        return recording
    taken = {item.name for item in recording.inputs} | {item.name for item in recording.secrets}
    column = target.description.column if (target := target_of(chosen)) is not None else ""
    new = Input(name=_free_name(_slug(column) or "row", taken), label=column or "Row", default=_key_of(chosen))

    def again(value: Value) -> Value:
        return InputRef(name=new.name) if isinstance(value, InputRef) and value.name == old else value

    def named(step: Step) -> Step:
        if step.id not in ids:
            return step
        if step.id == chosen.id or _key_of(step) == new.default:
            step = step.model_copy(update={"row": InputRef(name=new.name)})
        return with_values(step, again)

    return changed(recording, inputs=(*recording.inputs, new), steps=tuple(map(named, recording.steps)))


def _slug(text: str) -> str:
    name = "_".join(re.findall(r"[a-z0-9]+", text.lower())[:5])
    return name if name[:1].isalpha() else f"row_{name}" if name else ""


def _free_name(wanted: str, taken: set[str]) -> str:
    names = [wanted, *(f"{wanted}_{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def _free_id(recording: Recording) -> str:
    numbers = [int(found[1]) for block in recording.blocks if (found := _TAKEN.fullmatch(block.id))]
    taken = {step.id for step in recording.steps}
    number = max(numbers, default=0) + 1
    while f"b{number}" in taken:
        number += 1
    return f"b{number}"


def _replaced(recording: Recording, old: AnyBlock, new: AnyBlock) -> Recording:
    return changed(recording, blocks=tuple(new if block is old else block for block in recording.blocks))
