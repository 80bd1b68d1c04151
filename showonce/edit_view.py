"""What the editor shows: the steps with numbers and ids, what is asked for, the commands, the earlier edits."""

from __future__ import annotations

from collections.abc import Collection

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from recordings.block_words import lines_of
from recordings.blocks import Repeat
from recordings.editing.commands import USAGE
from recordings.origins import allowed_origins
from recordings.recording import Recording
from recordings.versions import History
from showonce.render import inputs_table, signal_words, value_words
from showonce.step_text import step_text

_AROUND = 2
_INDENT = 3
SITTING = {
    "show": ("show", "show all steps and inputs again"),
    "undo": ("undo", "take the latest command of this sitting back"),
    "redo": ("redo", "do it again"),
    "save": ("save", "keep the changes on the disk"),
    "quit": ("quit", "leave; it asks about changes that are not saved"),
    "help": ("help", "show this"),
}
"""What the editor knows beside the edits themselves."""


def steps_view(recording: Recording, changed: Collection[str] = (), room: int | None = None) -> Table:
    """The steps, those just ``changed`` pointed at. Where more than ``room``, those around the changes."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", style="yellow")
    table.add_column("", justify="right")
    table.add_column("Id", style="dim", no_wrap=True)
    table.add_column("Step", ratio=5)
    table.add_column("Value", ratio=3, style="cyan")
    table.add_column("The page answered", ratio=3, style="dim")
    defaults = {item.name: item.default or "" for item in recording.inputs}
    shown = _shown(recording, changed, room)
    last, place = -1, 0
    for line in lines_of(recording.steps, recording.blocks):
        step = line.step
        if step is None:
            if place in shown:
                table.add_row("", "", "", _indented(Text(line.head, "bold magenta"), line.depth))
            continue
        if place in shown:
            if place > last + 1:
                table.add_row("", "…")
            last = place
            tab = f"\nin tab {step.page + 1}" if step.page else ""
            words = _indented(step_text(step).append(tab, "dim not strike"), line.depth)
            values, answers = Text(value_words(step, defaults)), Text(signal_words(step))
            table.add_row("›" if step.id in changed else "", str(place + 1), step.id, words, values, answers)
        place += 1
    if last < len(recording.steps) - 1:
        table.add_row("", "…")
    return table


def _indented(text: Text, depth: int) -> RenderableType:
    return Padding(text, (0, 0, 0, _INDENT * depth)) if depth else text


def whole_view(recording: Recording) -> RenderableType:
    """All of a recording that can be edited."""
    parts: list[RenderableType] = [
        Text(f"{recording.name}, starting at {recording.start}"),
        steps_view(recording),
    ]
    given = {block.input: block for block in recording.blocks if isinstance(block, Repeat)}
    if asked := [item for item in recording.inputs if item.name not in given]:
        parts += [Text(), inputs_table(asked)]
    parts += [Text(f"Input '{name}': given by a loop, {', '.join(block.steps)}") for name, block in given.items()]
    parts += [Text(f"Secret '{secret.name}': asked for, or {secret.variable}") for secret in recording.secrets]
    parts.append(Text(f"May act on: {', '.join(allowed_origins(recording))}"))
    return Group(*parts)


def help_view(*, sitting: bool) -> Table:
    """How each command is written; ``sitting``: those of the editor as well."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for how, what in [*USAGE.values(), *(SITTING.values() if sitting else ())]:
        table.add_row(Text(how, "bold"), Text(what))
    table.add_row(Text("STEP"), Text("a step's number as shown, or its id, which stays when steps move", "dim"))
    table.add_row(Text("STEPS"), Text("a step, or several that follow one another: 4-6", "dim"))
    return table


def history_view(history: History) -> Table:
    """The edits that can be undone, the latest first, and above them those that were undone."""
    table = Table("", "When", "What", box=None, pad_edge=False, header_style="bold")
    for edit in history.undone:
        table.add_row("undone", edit.at, Text(edit.said, "dim"))
    for edit in reversed(history.done):
        table.add_row("", edit.at, Text(edit.said))
    return table


def room_of(console: Console) -> int:
    """How many steps fit on the screen with what stands around them."""
    return max(6, console.height - 8)


def _shown(recording: Recording, changed: Collection[str], room: int | None) -> set[int]:
    count = len(recording.steps)
    if room is None or count <= room or not changed:
        return set(range(count))
    places = [place for place, step in enumerate(recording.steps) if step.id in changed]
    return {near for place in places for near in range(place - _AROUND, place + _AROUND + 1) if 0 <= near < count}
