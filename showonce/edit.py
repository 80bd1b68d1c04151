"""``showonce edit``: rename or fix what a recording asks for, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from showonce.replay import NAME

if TYPE_CHECKING:
    from recordings.recording import Recording

MAKE_SECRET = Annotated[
    list[str] | None,
    typer.Option("--make-secret", help="Never keep this input's value again, and forget the one kept."),
]


def edit(
    name: NAME,
    rename_input: Annotated[
        list[str] | None, typer.Option("--rename-input", help="Call an input differently: old=new.")
    ] = None,
    set_default: Annotated[
        list[str] | None, typer.Option("--set-default", help="Another default for an input: name=value.")
    ] = None,
    make_secret: MAKE_SECRET = None,
    rename: Annotated[str | None, typer.Option("--rename", help="Another name for the recording.")] = None,
    show: Annotated[bool, typer.Option("--show", help="Show the steps, inputs and secrets.")] = False,
) -> None:
    """Change what a recording asks for: names, defaults, secrets. Without changes it is shown.

    Inputs are renamed first, then defaults set, then secrets made: use the new names there.

    Example: showonce edit add-customer --rename-input name=full_name --make-secret pin
    """
    from recordings.editing import renamed
    from recordings.recording import Recording
    from showonce.names import recording_folder
    from showonce.render import screen
    from showonce.settings import read_settings

    settings = read_settings()
    folder = recording_folder(name, settings.recordings)
    before = Recording.load(folder)
    after, notes = _edited(before, rename_input or (), set_default or (), make_secret or ())
    place = folder
    if rename is not None:
        place = _place_for(rename, folder)
        after = renamed(after, place.name)
    if after != before or place != folder:
        _save(after, folder, place)
        screen().print(f"Changed; the recording is in {place}", soft_wrap=True)
    _say(notes)
    if show or (after == before and place == folder):
        _show(after)


def _edited(
    recording: Recording, renames: Iterable[str], defaults: Iterable[str], secrets: Sequence[str]
) -> tuple[Recording, list[str]]:
    """The recording after all changes, and what to say of them."""
    from recordings.editing import with_default, with_input_renamed, with_secrets
    from showonce.values import pairs

    for old, new in pairs("--rename-input", renames).items():
        recording = with_input_renamed(recording, old, new)
    for name, value in pairs("--set-default", defaults).items():
        recording = with_default(recording, name, value)
    if not secrets:
        return recording, []
    hidden = with_secrets(recording, secrets)
    removed = [f"Removed, since the value could be seen there: {', '.join(hidden.removed)}"]
    earlier = f"Earlier runs may show the value: showonce traces --recording {recording.name}"
    return hidden.recording, [*(removed if hidden.removed else []), *hidden.notes, earlier]


def _place_for(name: str, folder: Path) -> Path:
    from recordings.errors import RecordingExistsError
    from showonce.names import checked_name

    place = folder.resolve().with_name(checked_name(name))
    if place.exists() and place != folder.resolve():
        raise RecordingExistsError(place)
    return place


def _save(recording: Recording, folder: Path, place: Path) -> None:
    """Write the new one whole before the old one goes."""
    import shutil

    from recordings.errors import ShowonceError
    from showonce.names import check_only_ours

    check_only_ours(folder)
    try:
        recording.save(place)
        if place.resolve() != folder.resolve():
            shutil.rmtree(folder)
    except OSError as error:
        raise ShowonceError(
            f"The recording could not be saved to {place}: {error.strerror or error}.",
            f"What was in {folder} is unchanged; make room or get write access, and try again.",
        ) from error


def _say(notes: Iterable[str]) -> None:
    from showonce.render import say_note

    for note in notes:
        say_note(note)


def _show(recording: Recording) -> None:
    from showonce.render import inputs_table, screen, steps_table

    console = screen()
    console.print(f"{recording.name}, starting at {recording.start}", soft_wrap=True)
    console.print(steps_table(recording.steps, recording.inputs))
    console.print()
    if recording.inputs:
        console.print(inputs_table(recording.inputs))
    for secret in recording.secrets:
        console.print(f"Secret '{secret.name}': asked for, or {secret.variable}", soft_wrap=True)
