"""The command line's door: the commands, and the one place where errors become words and exit codes.

Exit codes: 0 done or passed, 1 failed, 2 could not start, 130 stopped by Ctrl+C.
"""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Sequence
from copy import copy
from typing import Annotated

import typer

from showonce import (
    audit,
    batches,
    doctor,
    edit,
    exam,
    heal,
    inspect,
    keep,
    login,
    purge,
    record,
    replay,
    review,
    run,
    runs,
    schedule,
    secrets,
    users,
    worker,
    workflow,
)

app = typer.Typer(
    name="showonce",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Show a task once in a real browser, then let showonce do it again, as often as you like.",
    epilog="Start with: showonce record https://example.com --name first",
)
app.command("record")(record.record)
app.command("login")(login.login)
app.command("replay")(replay.replay)
app.command("run")(run.run)
app.command("resume")(batches.resume)
app.command("pause")(batches.pause)
app.command("cancel")(batches.cancel)
app.command("batches")(batches.batches)
app.command("batch")(batches.batch)
app.command("rerun")(batches.rerun)
app.command("worker")(worker.worker)
app.add_typer(schedule.app, name="schedule")
app.add_typer(workflow.app, name="workflow")
app.command("traces")(runs.traces)
app.command("trace")(runs.trace)
app.command("review")(review.review)
app.add_typer(users.app, name="users")
app.command("edit")(edit.edit)
app.command("exam")(exam.exam)
app.command("inspect")(inspect.inspect)
app.add_typer(heal.app, name="heal")
app.add_typer(secrets.app, name="secrets")
app.add_typer(audit.app, name="audit")
app.command("keep")(keep.keep)
app.command("purge")(purge.purge)
app.command("doctor")(doctor.doctor)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors are said in one or two lines on standard error."""
    _tidy_seldom()
    # --debug is asked for where people write it: before the command or after it.
    said = list(sys.argv[1:] if arguments is None else arguments)
    debug, given = "--debug" in said, [argument for argument in said if argument != "--debug"]
    _set_up_logging(debug)
    try:
        _app_for(given)(given, prog_name="showonce")
    except SystemExit as ended:
        return _exit_code(ended)
    except Exception as error:  # noqa: BLE001 - the edge: whatever it is becomes words and an exit code
        return _told(error, debug)
    return 0


def _app_for(given: Sequence[str]) -> typer.Typer:
    """The app with the command that is asked for alone: to make all 55 takes a tenth of the time of a short one."""
    commands = [each for each in app.registered_commands if [each.name] == given[:1]]
    groups = [each for each in app.registered_groups if [each.name] == given[:1]]
    if not commands and not groups:
        return app
    alone = copy(app)
    alone.registered_commands, alone.registered_groups = commands, groups
    return alone


def _tidy_seldom() -> None:
    """Have Python look for garbage every 5,000 objects, not 700, and not once more when it ends: while a run's packages
    load it looked five times through all that lives (0.3 s), and at the end again (0.35 s)."""
    gc.set_threshold(5000, 10, 10)
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("showonce")
        except PackageNotFoundError:
            found = "(run from its folder, not installed)"
        typer.echo(f"showonce {found}")
        raise typer.Exit


@app.callback()
def _common(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show everything that happens, and where an error comes from.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    pass


def _exit_code(ended: SystemExit) -> int:
    code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    if code == 130:
        from showonce.terminal import say_note

        say_note("Stopped.")
    return code


def _told(error: Exception, debug: bool) -> int:
    from recordings.errors import CouldNotStartError, ShowonceError
    from recordings.known_secrets import KNOWN
    from showonce.terminal import aside, say_error

    error = _single(error)
    if debug:
        import traceback

        aside().print(KNOWN.clean("".join(traceback.format_exception(error))), soft_wrap=True)
    if isinstance(error, ShowonceError):
        say_error(KNOWN.clean(error.message), KNOWN.clean(error.mend))
        return 2 if isinstance(error, CouldNotStartError) else 1
    first = KNOWN.clean(str(error)).partition("\n")[0]
    say_error(f"Something unexpected happened: {type(error).__name__}: {first}", "" if debug else _MORE)
    return 1


_MORE = "Run it again with --debug to see more, and please report it."


def _single(error: Exception) -> Exception:
    """The error itself, the first where tasks wrapped it in a group."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


def _set_up_logging(debug: bool) -> None:
    import logging

    from showonce.logs import ToTerminal

    root = logging.getLogger("showonce")
    root.handlers = [ToTerminal(debug)]
    root.setLevel(logging.DEBUG if debug else logging.WARNING)
    root.propagate = False
