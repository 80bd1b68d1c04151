"""``showonce workflow``: files that say which recordings run, over what, in which order."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from showonce import workflow_item, workflow_look, workflow_run
from showonce.workflow_files import FILE, known_from, read_file

if TYPE_CHECKING:
    from workflows.conflicts import Reason
    from workflows.load import Source
    from workflows.report import Report
    from workflows.scope import Known

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Several recordings as one piece of work, written in a file."
)

app.command("run")(workflow_run.run)
app.command("resume")(workflow_run.resume)
app.command("list")(workflow_look.flows)
app.command("show")(workflow_look.show)
app.command("approve")(workflow_look.approve)
app.command("refuse")(workflow_look.refuse)
app.command("pause")(workflow_look.pause)
app.command("cancel")(workflow_look.cancel)
app.command("replay")(workflow_item.replay)


@app.command("check")
def check(
    file: FILE,
    svg: Annotated[Path | None, typer.Option("--svg", help="Write a drawing of the stages to this file.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page with all that is said of it.")] = None,
    explain: Annotated[
        tuple[str, str] | None,
        typer.Option("--explain", metavar="A B", help="Say why two stages, or rows (find:3), may run together or not."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but what was found, as JSON.")] = False,
) -> None:
    """Find what is wrong with a workflow before anything of it runs, and draw it.

    The exit code is 0 if it can be run, 2 if not.

    Example: showonce workflow check orders.yaml --svg orders.svg
    """
    from showonce.terminal import screen
    from showonce.workflow_view import drawing, reasons_told, report_told
    from workflows.check import refuse_errors
    from workflows.report import reported

    source = _read(file, as_json=as_json)
    known = known_from(file, source.workflow)
    report = reported(source, known)
    _write("--svg", svg, report.svg)
    _write("--html", html, report.html)
    reasons = _explained(known, file, *explain) if explain is not None else None
    if as_json:
        typer.echo(json.dumps(_facts(report, reasons), indent=2, ensure_ascii=False))
        raise typer.Exit(2 if any(each.level == "error" for each in report.findings) else 0)
    if explain is not None:
        screen().print(reasons_told(*explain, reasons or []), soft_wrap=True)
    else:
        screen().print(drawing(known, report.critical.stages))
        screen().print(report_told(report, source.name), soft_wrap=True)
    refuse_errors(source, report.findings)


def _read(file: Path, *, as_json: bool) -> Source:
    from workflows.findings import WorkflowInvalidError

    try:
        return read_file(file)
    except WorkflowInvalidError as error:
        if not as_json:
            raise
        typer.echo(json.dumps({"findings": [asdict(each) for each in error.findings]}, indent=2, ensure_ascii=False))
        raise typer.Exit(2) from error


def _explained(known: Known, file: Path, one: str, other: str) -> list[Reason]:
    from workflows.conflicts import explain

    (first, row), (second, other_row) = _item(known, file, one), _item(known, file, other)
    return explain(known, first, second, row, other_row)


def _item(known: Known, file: Path, text: str) -> tuple[str, dict[str, str] | None]:
    """``find`` or ``find:3``: a stage, and its third row."""
    from recordings.errors import CouldNotStartError
    from workflows.findings import did_you_mean
    from workflows.gather import row_of

    name, sign, number = text.partition(":")
    stage = known.workflow.stage(name)
    if stage is None:
        names = [each.name for each in known.workflow.stages]
        raise CouldNotStartError(f"--explain: there is no stage '{name}'.", did_you_mean(name, names, "There are"))
    if not sign:
        return name, None
    if not number.isdecimal():
        raise CouldNotStartError(f"--explain cannot be '{text}'.", "Write a stage, or a row of it, like find:3.")
    return name, row_of(known, stage, int(number), file.parent)


def _write(option: str, path: Path | None, text: str) -> None:
    from recordings.errors import CouldNotStartError

    if path is None:
        return
    try:
        path.expanduser().write_text(text, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise CouldNotStartError(
            f"{path} cannot be written: {reason}.", f"Choose another file with {option}."
        ) from error


def _facts(report: Report, reasons: list[Reason] | None) -> dict[str, Any]:
    facts = {
        "findings": [asdict(each) for each in report.findings],
        "order": list(report.order),
        "critical_path": asdict(report.critical),
        "apart": [asdict(each) for each in report.apart],
    }
    return facts if reasons is None else {**facts, "reasons": [asdict(each) for each in reasons]}
