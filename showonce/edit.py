"""``showonce edit``: a recording changed all or nothing, by options or in an editor in the terminal; undo."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from showonce.replay import NAME

if TYPE_CHECKING:
    from recordings.audit import Deed
    from recordings.editing.commands import Command, Place
    from recordings.recording import Recording

DO = Annotated[
    list[str] | None,
    typer.Option(
        "--do", help="A command of the editor, such as 'move 5 after 2'; --commands lists them. May be repeated."
    ),
]
MAKE_SECRET = Annotated[
    list[str] | None,
    typer.Option("--make-secret", help="Never keep this input's value again, and forget the one kept."),
]


def edit(
    name: NAME,
    do: DO = None,
    insert_from: Annotated[
        str | None, typer.Option("--insert-from", help="Copy a step of another recording: RECORDING:STEP.")
    ] = None,
    insert_goto: Annotated[str | None, typer.Option("--insert-goto", help="Go to this address.")] = None,
    after: Annotated[str | None, typer.Option("--after", help="The step that an inserted one follows.")] = None,
    before: Annotated[str | None, typer.Option("--before", help="The step that an inserted one precedes.")] = None,
    rename_input: Annotated[
        list[str] | None, typer.Option("--rename-input", help="Call an input differently: old=new.")
    ] = None,
    set_default: Annotated[
        list[str] | None, typer.Option("--set-default", help="Another default for an input: name=value.")
    ] = None,
    make_secret: MAKE_SECRET = None,
    rename: Annotated[str | None, typer.Option("--rename", help="Another name for the recording.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Go back before the latest edit.")] = False,
    redo: Annotated[bool, typer.Option("--redo", help="Do the edit again that was undone last.")] = False,
    history: Annotated[bool, typer.Option("--history", help="List the edits that can be undone.")] = False,
    commands: Annotated[bool, typer.Option("--commands", help="List the commands for --do.")] = False,
    show: Annotated[bool, typer.Option("--show", help="Show the steps, inputs and secrets.")] = False,
) -> None:
    """Change a recording: its steps, names, defaults and secrets. In a terminal, without options, an editor opens.

    All of one call is done or nothing: inputs are renamed first, then defaults set, a step inserted, --do in its
    order, then secrets made. Each call can be undone, up to 20, unless it made a secret.

    Example: showonce edit add-customer --do "optional 1" --do 'wait 6 "Saved"' --rename-input name=full_name
    """
    from recordings.names import recording_folder
    from recordings.recording import Recording
    from showonce.settings import read_settings

    folder = recording_folder(name, read_settings().recordings)
    given = [
        *_input_commands(rename_input or (), set_default or ()),
        *_inserting(insert_from, insert_goto, after, before),
        *_read(do or ()),
        *_secrets(make_secret or ()),
    ]
    changes = bool(given or rename is not None)
    _check_alone(undo, redo, history, commands, changes)
    if commands:
        _list_commands()
    elif undo or redo:
        _back(folder, undo, show)
    elif history:
        _list_history(folder)
    elif changes or show:
        _change(folder, given, rename, show)
    elif sys.stdin.isatty() and sys.stdout.isatty():
        _sit(folder, name)
    else:
        _show(Recording.load(folder))


def _change(folder: Path, given: list[Command], rename: str | None, show: bool) -> None:
    """Do all of it or nothing, and say what was done."""
    from recordings.editing import renamed
    from recordings.editing.applying import applied
    from recordings.editing.commands import line_of
    from recordings.kept_edits import keep_edit
    from recordings.recording import Recording
    from showonce.noted import edit_facts, note_alone
    from showonce.terminal import screen

    before = Recording.load(folder)
    done = applied(before, given, _other_recording)
    after, place = done.recording, folder
    if rename is not None:
        place = _place_for(rename, folder)
        after = renamed(after, place.name)
    if after != before or place != folder:
        keep_edit(before, after, folder, "; ".join(map(line_of, given)), forget=done.forgets, place=place)
        name = {"now": place.name} if place != folder else {}
        note_alone("renamed" if name else "edited", folder.name, **name, **edit_facts(before, after))
        screen().print(f"Changed; the recording is in {place}", soft_wrap=True)
    elif given:
        screen().print("Nothing changed: it is so already.")
    _say([*done.notes, *(_after_secret(after.name) if done.forgets else ())])
    if show or not given:
        _show(after)


def _sit(folder: Path, name: str) -> None:
    from recordings.kept_edits import keep_edit
    from recordings.recording import Recording
    from showonce.editor import edit_in_terminal
    from showonce.noted import edit_facts, note_alone

    def save(before: Recording, after: Recording, said: str, forget: bool) -> None:
        keep_edit(before, after, folder, said, forget=forget)
        note_alone("edited", folder.name, **edit_facts(before, after))
        _say(_after_secret(after.name) if forget else ())

    edit_in_terminal(Recording.load(folder), name, _other_recording, save)


def _back(folder: Path, undone: bool, show: bool) -> None:
    from recordings import versions
    from recordings.kept_edits import unsaved
    from recordings.names import check_only_ours
    from showonce.noted import note_alone
    from showonce.terminal import screen

    check_only_ours(folder)
    try:
        recording, said = versions.undo(folder) if undone else versions.redo(folder)
    except OSError as error:
        raise unsaved(folder, folder, error) from error
    note_alone(_back_act(undone, said), folder.name)
    screen().print(f"{'Undone' if undone else 'Done again'}: {said}", soft_wrap=True)
    if show:
        _show(recording)


def _back_act(undone: bool, said: str) -> Deed:
    """What going back or forth is called in the audit log; ``said`` are the commands of the edit."""
    if said.startswith("heal "):
        return "undid a heal" if undone else "accepted a heal"
    return "undid an edit" if undone else "redid an edit"


def _input_commands(renames: Iterable[str], defaults: Iterable[str]) -> Iterator[Command]:
    from recordings.editing.commands import RenameInput, SetDefault
    from showonce.values import pairs

    for old, new in pairs("--rename-input", renames).items():
        yield RenameInput(old, new)
    for name, value in pairs("--set-default", defaults).items():
        yield SetDefault(name, value)


def _inserting(source: str | None, url: str | None, after: str | None, before: str | None) -> Iterator[Command]:
    from recordings.editing.commands import InsertGoto, Place, source_of
    from recordings.errors import EditRefusedError

    place = Place(after, before)
    if source is None and url is None:
        if place != Place():
            raise EditRefusedError(
                "--after and --before say where to insert, and nothing is inserted.",
                "Add --insert-from or --insert-goto; or move a step: --do 'move 5 after 2'.",
            )
        return
    _check_place(place)
    if url is not None:
        yield InsertGoto(url, place)
    if source is not None:
        yield source_of(source, place)


def _check_place(place: Place) -> None:
    from recordings.errors import EditRefusedError

    if (place.after is None) == (place.before is None):
        raise EditRefusedError("Where to insert is not said.", "Add --after STEP or --before STEP, one of the two.")


def _read(lines: Iterable[str]) -> Iterator[Command]:
    from recordings.editing.commands import command_of

    yield from map(command_of, lines)


def _secrets(names: Iterable[str]) -> Iterator[Command]:
    from recordings.editing.commands import MakeSecret

    if chosen := tuple(names):
        yield MakeSecret(chosen)


def _check_alone(undo: bool, redo: bool, history: bool, commands: bool, changes: bool) -> None:
    from recordings.errors import EditRefusedError

    named = {"--undo": undo, "--redo": redo, "--history": history, "--commands": commands}
    given = [name for name, is_given in named.items() if is_given]
    if len(given) > 1 or (given and changes):
        raise EditRefusedError(f"{given[0]} does not go with other changes.", "Give it alone.")


def _other_recording(name: str) -> Recording:
    from recordings.names import recording_folder
    from recordings.recording import Recording
    from showonce.settings import read_settings

    return Recording.load(recording_folder(name, read_settings().recordings))


def _place_for(name: str, folder: Path) -> Path:
    from recordings.errors import RecordingExistsError
    from recordings.names import checked_name

    place = folder.resolve().with_name(checked_name(name))
    if place.exists() and place != folder.resolve():
        raise RecordingExistsError(place)
    return place


def _after_secret(name: str) -> tuple[str, ...]:
    return (
        "What was before is forgotten, since it holds the value: this edit cannot be undone.",
        f"Earlier runs may show the value: showonce traces --recording {name}",
    )


def _say(notes: Iterable[str]) -> None:
    from showonce.terminal import say_note

    for note in notes:
        say_note(note)


def _show(recording: Recording) -> None:
    from showonce.edit_view import whole_view
    from showonce.terminal import screen

    screen().print(whole_view(recording), soft_wrap=False)


def _list_commands() -> None:
    from showonce.edit_view import help_view
    from showonce.terminal import screen

    screen().print(help_view(sitting=False))


def _list_history(folder: Path) -> None:
    from recordings.versions import history_of
    from showonce.edit_view import history_view
    from showonce.terminal import screen

    history = history_of(folder)
    if history.done or history.undone:
        screen().print(history_view(history))
    else:
        screen().print("No edits that could be undone.")
