"""A step of a recording as the terminal shows it: its words, and below them what an edit marked it with."""

from __future__ import annotations

from rich.text import Text

from recordings.steps import Step


def step_text(step: Step) -> Text:
    """The words, struck out where it is disabled, and its marks."""
    text = Text(step.words, "strike dim" if step.disabled else "")
    if marks := marks_of(step):
        text.append(f"\n{', '.join(marks)}", "not strike yellow")
    return text


def marks_of(step: Step) -> list[str]:
    """What an edit marked the step with, in words."""
    marks = ["disabled: never done"] if step.disabled else []
    marks += ["optional: skipped if missing"] if step.optional else []
    marks += ["repeatable: may be sent again"] if step.repeatable else []
    return marks + [f"waits for '{text}'" for text in step.waits]
