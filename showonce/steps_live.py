"""The steps of a demonstration in a person's own browser, drawn in the terminal as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Group

    from recorder.compile import Compiled


@contextmanager
def live_list(first_line: str) -> Iterator[Callable[[Compiled], None]]:
    """The steps so far, drawn anew as they come; nothing but the first line where there is no terminal."""
    from rich.live import Live

    from showonce.terminal import screen

    console = screen()
    live = Live(console=console, transient=True, auto_refresh=False)

    def on_steps(compiled: Compiled) -> None:
        if not live.is_started:  # not before there is a window to speak of
            console.print(first_line)
            live.start()
        live.update(_latest(compiled, console.height), refresh=True)

    try:
        yield on_steps
    finally:
        live.stop()


def _latest(compiled: Compiled, height: int) -> Group:
    """What fits on the screen: the latest steps, and the warnings."""
    from rich.console import Group
    from rich.text import Text

    from showonce.render import steps_table

    warnings = compiled.warnings[-3:]
    room = max(3, height - len(warnings) - 4)
    table = steps_table(compiled.steps, compiled.parameters.inputs, last=room)
    return Group(table, *(Text(warning, "yellow") for warning in warnings))
