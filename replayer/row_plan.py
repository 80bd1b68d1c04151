"""The plan of one row's turn in a loop, and what a branch asks for in the words of a run; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from recordings.blocks import Branch, Condition, Finds, Holds, Repeat, Shows
from recordings.steps import with_targets
from recordings.target import Target
from replayer.plan import Plan, changed_texts, filled, replaced, told, unlike


def for_row(plan: Plan, block: Repeat, name: str, column: str = "") -> Plan:
    """The steps of a loop for the row of this name: it stands wherever the demonstration's row did.

    What the page showed in the demonstration is nothing to go by: it was shown on one row, and before the others.

    Args:
        column: What stands over the name, which need not be what names other rows.
    """
    values = {**plan.inputs, block.input: name}
    body = [unlike(step) for step in plan.recording.steps if step.id in block.steps]
    changed = _changed(replace(plan, inputs=values), block)
    steps = filled(body, plan.recording, values, changed, plan.base_url, from_disk=plan.from_disk)

    def under(target: Target) -> Target:
        seen = target.description
        if seen.key != name or not column:
            return target
        return target.model_copy(update={"description": seen.model_copy(update={"column": column})})

    placed = (replace(planned, step=with_targets(planned.step, under)) for planned in steps)
    return replace(plan, steps=tuple(placed), inputs=values)


def asked_for(plan: Plan, branch: Branch, loop: Repeat | None) -> Condition:
    """What a branch asks for, with this run's inputs and this row's name where the demonstration's stood."""
    when, changed = branch.when, _changed(plan, loop)
    if isinstance(when, (Shows, Holds)):
        when = when.model_copy(update={"text": replaced(when.text, changed)})
    if isinstance(when, (Finds, Holds)) and changed:
        when = when.model_copy(update={"target": told(when.target, changed)})
    return when


def _changed(plan: Plan, loop: Repeat | None) -> Mapping[str, str]:
    """Texts of the demonstration that are others now, the longest first; what names the row comes before all inputs
    that happened to be the same."""
    changed = dict(changed_texts(plan.recording.inputs, plan.inputs))
    if loop is None:
        return changed
    shown = next(item.used for item in plan.recording.inputs if item.name == loop.input) or ""
    changed.pop(shown, None)
    if plan.inputs[loop.input] != shown:
        changed[shown] = plan.inputs[loop.input]
    return dict(sorted(changed.items(), key=lambda pair: -len(pair[0])))
