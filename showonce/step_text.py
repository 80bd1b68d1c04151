"""A step of a recording as the terminal shows it: its words, and below them what an edit marked it with, and the
person's note."""

from __future__ import annotations

from rich.text import Text

from recordings.steps import Step


def step_text(step: Step) -> Text:
    """The words, struck out where it is disabled, its marks, and its note."""
    text = Text(step.words, "strike dim" if step.disabled else "")
    if marks := marks_of(step):
        text.append(f"\n{', '.join(marks)}", "not strike yellow")
    if step.note:
        text.append(f"\n{step.note}", "not strike italic")
    return text


def marks_of(step: Step) -> list[str]:
    """What an edit marked the step with, in words."""
    marks = ["disabled: never done"] if step.disabled else []
    marks += ["optional: skipped if missing"] if step.optional else []
    marks += ["repeatable: may be sent again"] if step.repeatable else []
    return marks + [f"waits for '{text}'" for text in step.waits]
