"""What the panel's page is sent: a situation as plain data; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.controller import Situation
from agents.panel.reading_view import reading_view
from recorder.live_check import Doubt
from recordings.inputs import Input, InputRef, Literally, SecretRef, Value
from recordings.recording import values_of
from recordings.steps import Read, ReadRows, Step

_VALUE_SHOWN = 80


def view_of(situation: Situation) -> dict[str, Any]:
    """The situation for the page: ``status`` is recording, paused or pointing."""
    understood = situation.understood
    defaults = _defaults(understood.parameters.inputs)
    status = "pointing" if situation.picking else "paused" if situation.paused else "recording"
    return {
        "name": situation.name,
        "start": understood.start,
        "status": status,
        "purpose": situation.picking,
        "steps": [_step(step, defaults, situation.doubts.get(step.id)) for step in understood.steps],
        "reading": reading_view(understood),
        "warnings": [*understood.warnings, *([situation.trouble] if situation.trouble else [])],
        "said": {"words": situation.said.words, "trouble": situation.said.trouble},
    }


def _step(step: Step, defaults: Mapping[str, str], doubt: Doubt | None) -> dict[str, Any]:
    values = [_value(value, defaults) for value in values_of(step)]
    if isinstance(step, (Read, ReadRows)):
        values = [{"text": "", "name": step.name, "kind": "read"}]
    told = {"why": doubt.why, "sure": doubt.sure} if doubt is not None else None
    return {
        "kind": step.kind, "words": step.words, "values": values, "note": step.note, "tab": step.page, "doubt": told,
    }  # fmt: skip


def _value(value: Value, defaults: Mapping[str, str]) -> dict[str, str]:
    match value:
        case Literally():
            return {"text": value.text[:_VALUE_SHOWN], "name": "", "kind": "text"}
        case InputRef():
            return {"text": defaults.get(value.name, "")[:_VALUE_SHOWN], "name": value.name, "kind": "input"}
        case SecretRef():
            return {"text": "", "name": value.name, "kind": "secret"}


def _defaults(inputs: Sequence[Input]) -> dict[str, str]:
    return {item.name: item.default or "" for item in inputs}
