"""What must equal something that is not read any more must equal what the page shows; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from recorder.readings import Reading
from recordings.inputs import InputRef
from recordings.reads import Expected, words_for
from recordings.references import Known
from recordings.steps import AssertEquals, Step


def with_references(
    steps: Sequence[Step], readings: Mapping[str, Reading], inputs: Collection[str]
) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """The steps, each comparing with what there is: a step that was taken back, or is called otherwise by now, gives
    nothing to compare with. And what is to be said of that.

    Args:
        readings: By step id, what is understood of the steps that compare.
        inputs: The names of inputs.
    """
    known, lost = Known(), []
    kept: list[Step] = []
    for step in steps:
        known.take(step)
        if isinstance(step, AssertEquals) and not _leads(step.to, known, inputs):
            shown, gone = readings[step.id].shown, words_for(step.to)
            lost.append(f"There is nothing now that is {gone}; the value must equal {shown.text!r}.")
            words = step.words.replace(gone, words_for(shown))
            kept.append(step.model_copy(update={"to": shown, "words": words}))
        else:
            kept.append(step)
    return tuple(kept), tuple(lost)


def _leads(to: Expected, known: Known, inputs: Collection[str]) -> bool:
    return to.name in inputs if isinstance(to, InputRef) else known.has(to)
