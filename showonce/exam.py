"""``showonce exam``: how well each step of a recording would be found again after the page has changed."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from showonce.replay import NAME

_BRIEF_CHANGES = 8
_BRIEF_TABS = 2
_BRIEF_STEP_S = 1.0
_BRIEF_S = 8.0

if TYPE_CHECKING:
    from rich.text import Text

    from recordings.recording import Recording
    from replayer.exam import ExamOptions, StepExam


def exam(
    name: NAME,
    mutations: Annotated[
        int, typer.Option("--mutations", min=1, max=500, help="How many changes are tried for each step.")
    ] = 20,
    seed: Annotated[int, typer.Option("--seed", help="Other changes; the same seed tries the same ones.")] = 0,
    as_json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write every case to this file, as JSON.")
    ] = None,
    apply: Annotated[
        bool,
        typer.Option(
            "--apply", help="Keep only the selectors that survived, as an edit that 'showonce edit --undo' takes back."
        ),
    ] = False,
) -> None:
    """Change the pages of a recording as releases change pages, and see whether each step finds its element again.

    The pages are the copies that were kept while recording; no site is asked and nothing is clicked. Each step
    survives a change, refuses (it would stop), or would click wrong. Where its element was taken away, it is right to
    refuse.

    The exit code is 0 if no step would click wrong, 1 if one would, 2 if it could not start.

    Example: showonce exam add-customer --mutations 40 --seed 7
    """
    from recordings.names import recording_folder
    from recordings.recording import Recording
    from replayer.exam import ExamOptions
    from showonce.exam_view import exam_view
    from showonce.settings import read_settings
    from showonce.terminal import screen

    settings = read_settings()
    folder = recording_folder(name, settings.recordings)
    recording = Recording.load(folder)
    options = ExamOptions(seed=seed, mutations=mutations)
    exams = asyncio.run(_examined(recording, options, settings.browser))
    screen().print(exam_view(exams))
    if as_json is not None:
        _write(as_json, recording.name, seed, exams)
    if apply:
        _apply(recording, exams, options, settings.browser, folder)
    if any(each.wrong for each in exams):
        raise typer.Exit(1)


def examined_briefly(recording: Recording, name: str, browser: Path | None) -> Text:
    """A few changes for each step of what was just recorded, in a few seconds, and what came of them on one line."""
    from rich.text import Text

    from recordings.errors import ShowonceError
    from replayer.exam import ExamOptions
    from replayer.exam.examine import examinable
    from showonce.exam_view import brief_line

    try:
        share_s = min(_BRIEF_STEP_S, _BRIEF_S * _BRIEF_TABS / len(examinable(recording)))
        options = ExamOptions(mutations=_BRIEF_CHANGES, tabs=_BRIEF_TABS, step_s=share_s)
        return brief_line(asyncio.run(_examined(recording, options, browser)), name)
    except ShowonceError as error:
        return Text(f"Not examined: {error.message}", "dim")


async def _examined(recording: Recording, options: ExamOptions, browser: Path | None) -> list[StepExam]:
    from browser.launch import open_browser
    from replayer.exam import examine
    from replayer.exam.examine import examinable
    from showonce.exam_view import examining

    steps = examinable(recording)  # before a browser opens
    async with open_browser(override=browser) as opened:
        with examining(recording.name, len(steps) * (options.mutations + 1)) as on_case:
            return await examine(opened, recording, options, on_case)


def _write(path: Path, name: str, seed: int, exams: list[StepExam]) -> None:
    from recordings.errors import ShowonceError
    from replayer.exam.told import as_values

    text = json.dumps(as_values(name, seed, exams), indent=1, ensure_ascii=False) + "\n"
    try:
        path.expanduser().write_text(text, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise ShowonceError(
            f"The file {path} could not be written: {reason}.", "Choose another with --json."
        ) from error


def _apply(
    recording: Recording, exams: list[StepExam], options: ExamOptions, browser: Path | None, folder: Path
) -> None:
    """Write the recording with the selectors that survived; what was before can be gone back to.

    It is examined again first, and a step that would be found less well without them keeps all it has.
    """
    from replayer.exam.selectors import as_before, no_worse, with_survivors
    from showonce.terminal import screen

    kept, gone = with_survivors(recording, exams)
    again = {each.step: each for each in asyncio.run(_examined(kept, options, browser))} if gone else {}
    worse = {each.step for each in exams if each.step in gone and not no_worse(each, again[each.step])}
    kept = as_before(recording, kept, worse)
    for step, kinds in gone.items():
        what = "needs" if step in worse else "is no longer found by"
        screen().print(f"{step} {what} {', '.join(kinds)}", soft_wrap=True)
    if gone.keys() <= worse:
        screen().print("Every step keeps its selectors; nothing was changed.")
        return
    _save(recording, kept, folder)
    screen().print("Changed; 'showonce edit NAME --undo' takes it back.")


def _save(before: Recording, after: Recording, folder: Path) -> None:
    from recordings.errors import ShowonceError
    from recordings.names import check_only_ours
    from recordings.versions import save_edit

    check_only_ours(folder)
    try:
        save_edit(before, after, folder, "keep the selectors that survived the exam", datetime.now().astimezone())
    except OSError as error:
        raise ShowonceError(
            f"The recording could not be saved to {folder}: {error.strerror or error}.", "It is unchanged."
        ) from error
