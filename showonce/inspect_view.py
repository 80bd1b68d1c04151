"""What ``showonce inspect`` shows; every text of the recording is made visible first, so none steers the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from recordings.block_words import lines_of
from recordings.inspecting import Deed, deeds_of, doubts_of, shortened, visible, with_its_end
from recordings.origins import allowed_origins, host_of, is_private
from recordings.recording import Recording

_STYLES = {"types": "", "types a secret": "red", "gives a file": "red", "sends": "yellow", "opens": ""}
_MOST_WARNINGS = 20
_LONGEST_DOUBT = 2_000


def inspected(recording: Recording) -> RenderableType:
    """All that matters before a recording is trusted."""
    deeds = deeds_of(recording)
    parts: list[RenderableType] = [
        _line(f"{recording.name}, starting at {recording.start}"),
        _line(f"{len(recording.steps)} steps, {_size(recording)}, recorded {recording.created or 'nobody says when'}"),
        Text(),
        _origins(recording),
    ]
    for title, table in (
        ("What it would do", _deeds(deeds)),
        ("Secrets it asks for", _secrets(recording, deeds)),
        ("Inputs it takes", _inputs(recording)),
        ("Branches and loops", _blocks(recording)),
    ):
        if table.row_count:
            parts += [Text(), Text(title, "bold"), table]
    parts += [Text(), *_warnings(recording)] if recording.warnings else []
    doubts = doubts_of(recording)
    parts += [Text(), Text("To look at", "bold yellow") if doubts else Text("Nothing odd was found.", "green")]
    parts += [Text(f"! {with_its_end(doubt, _LONGEST_DOUBT)}", "yellow") for doubt in doubts]
    return Group(*parts)


def _line(text: str, style: str = "") -> Text:
    """With its end, which is what counts of an origin: ``https://bank.example.com.….evil.test``."""
    return Text(with_its_end(visible(text)), style)


def _cell(text: str, style: str = "") -> Text:
    return Text(shortened(visible(text)), style)


def _warnings(recording: Recording) -> list[Text]:
    """What the recording says of itself, before what is found out about it: whoever made it could write any length."""
    told = [_line(f"The recorder warned: {warning}", "dim") for warning in recording.warnings[:_MOST_WARNINGS]]
    more = len(recording.warnings) - len(told)
    return [*told, *([_line(f"And {more} warnings more.", "dim")] if more else [])]


def _size(recording: Recording) -> str:
    return f"{len(recording.files)} files of {sum(map(len, recording.files.values())) / 1e6:.1f} MB"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in columns:
        table.add_column(name, overflow="fold")
    return table


def _origins(recording: Recording) -> Table:
    table = _table("May act on", "")
    for origin in allowed_origins(recording):
        private = origin.startswith("http") and is_private(host_of(origin))
        notes = (*(["private network"] if private else []), *([] if recording.origins else ["worked out, not named"]))
        table.add_row(_line(origin, "bold"), Text(", ".join(notes), "yellow" if private else "dim"))
    return table


def _deeds(deeds: Sequence[Deed]) -> Table:
    table = _table("", "Step", "Does", "What", "Where")
    for deed in deeds:
        does = Text(deed.act, _STYLES[deed.act])
        table.add_row(str(deed.number), _cell(deed.step), does, _cell(deed.what), _line(deed.where))
    return table


def _secrets(recording: Recording, deeds: Sequence[Deed]) -> Table:
    table = _table("Name", "Label", "Typed at")
    for secret in recording.secrets:
        where = sorted({deed.where for deed in deeds if deed.act == "types a secret" and deed.what == secret.name})
        table.add_row(_cell(secret.name), _cell(secret.label), Text("\n").join(map(_line, where or ["nowhere"])))
    return table


def _inputs(recording: Recording) -> Table:
    table = _table("Name", "Kind", "Default")
    for item in recording.inputs:
        default = "must be given" if item.default is None else item.default
        table.add_row(_cell(item.name), Text(item.kind), _cell(default))
    return table


def _blocks(recording: Recording) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for line in lines_of(recording.steps, recording.blocks) if recording.blocks else ():
        words = line.head if line.step is None else line.step.words
        table.add_row(_cell(f"{'   ' * line.depth}{words}", "" if line.step else "magenta"))
    return table
