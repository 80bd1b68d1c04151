"""Did the step have its recorded effect? What a field holds is read back."""

from __future__ import annotations

from playwright.async_api import Error

from browser.asking import LookLostError
from browser.page_script import FieldState, read_field
from recordings.steps import Check, Fill, Select, Step, Type, Upload
from replayer.errors import EffectMissingError
from replayer.locate import Found
from replayer.plan import PlannedStep


async def verify(planned: PlannedStep, found: Found | None) -> bool:
    """Read the field back and compare; a field that a navigation took away was answered for by that signal.

    Returns:
        Whether it was read, and holds what it should.

    Raises:
        EffectMissingError: The field holds something else. Secret values are not said.
    """
    if found is None or not isinstance(planned.step, (Fill, Type, Select, Check, Upload)):
        return False
    if isinstance(planned.step, Upload) and (planned.step.chooser or planned.step.dropped):
        return False  # there is no input in the page that would tell
    if isinstance(planned.step, Select) and found.seen.tag != "select":
        return False  # what was chosen was read back with it
    if isinstance(planned.step, Type) and not planned.step.holds:
        return False
    try:
        state = await read_field(found.frame, found.look, found.candidate)
    except (LookLostError, Error) as error:
        if planned.step.signals or isinstance(planned.step, Upload):
            return False  # pages put a new input in the place of one that was given files
        if isinstance(error, Error):
            raise
        raise EffectMissingError(
            f"{planned.step.words}: the page was left before what the field holds could be read.",
            "Check in the application whether it was kept before running again.",
        ) from error
    if isinstance(planned.step, Upload) and not state.files:
        return False  # the page took the files and emptied its field; what came of it is confirmed apart
    wanted, held = _compared(planned, state)
    if wanted != held:
        shown = "something else" if planned.secret else repr(held)
        raise EffectMissingError(
            f"{planned.step.words}: the field holds {shown} afterwards, not {planned.shown!r}.",
            "The field may accept only some values; check the input.",
        )
    return True


def _compared(planned: PlannedStep, state: FieldState) -> tuple[object, object]:
    step: Step = planned.step
    match step:
        case Fill():
            return _folded(planned.values[0]), _folded(state.value)
        case Type():
            return " ".join(step.holds.split()), " ".join(state.value.split())
        case Select():
            return set(planned.values), set(state.chosen)
        case Check():
            return step.checked, state.checked
        case _:
            return tuple(file.name for file in planned.files), state.files


def _folded(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
