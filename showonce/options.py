"""The options that say how the rows of a batch are done, shared by the commands that make batches."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from showonce.replay import PICTURES_HELP, Pictures

if TYPE_CHECKING:
    from recordings.batch import BatchSettings


class Mode(StrEnum):
    """In what order rows are done."""

    parallel = "parallel"
    sequential = "sequential"


class OnFailure(StrEnum):
    """What a row that failed means for those after it."""

    stop = "stop"
    go_on = "continue"


MODE = Annotated[Mode, typer.Option("--mode", help="Many rows at once, or one after another.")]
AGENTS = Annotated[int | None, typer.Option("--agents", min=1, max=64, help="How many rows are done at once.")]
COLUMNS = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="COLUMN=INPUT", help="The input that a column of another name is for."),
]
SKIP_BAD = Annotated[bool, typer.Option("--skip-bad", help="Run the other rows where some cannot be used.")]
KEY = Annotated[str, typer.Option("--key", help="The input that tells rows apart; usually all of a row together.")]
ON_FAILURE = Annotated[OnFailure, typer.Option("--on-failure", help="Stop at a row that failed, or go on.")]
PROBE = Annotated[
    str,
    typer.Option(
        "--probe", help="A recording that finds what a row makes; asked where it is not sure that it was sent."
    ),
]
CHUNK = Annotated[
    int | None,
    typer.Option("--chunk-size", min=1, help="Rows that an agent is handed at once; else what suits their number."),
]
LIMIT_PER_APP = Annotated[
    int, typer.Option("--limit-per-app", min=0, help="Runs at once in the same application, over all batches.")
]
RATE = Annotated[str, typer.Option("--rate", help="How many rows may begin, such as 30/min.")]
RETRIES = Annotated[
    int, typer.Option("--retries", min=0, help="How often a row is tried again while nothing was sent for it.")
]
SETTLE = Annotated[
    float,
    typer.Option(
        "--settle",
        min=0,
        help="Seconds that the application may be at work on what was sent; then a probe is believed.",
    ),
]
RAMP = Annotated[str, typer.Option("--ramp", help="Begin with few at once and rise while it goes well: 1,2,4.")]
SHARED = Annotated[bool, typer.Option("--shared-session", help="Several rows at once may use the saved session.")]
ROW_TIMEOUT = Annotated[
    float, typer.Option("--row-timeout", min=0, help="Seconds that a whole row may take; 0 for no limit.")
]
RUN_PICTURES = Annotated[
    Pictures,
    typer.Option("--pictures", help=PICTURES_HELP),
]
BROWSERS = Annotated[
    int, typer.Option("--browsers", min=1, max=16, help="How many browsers they share; one is best on few cores.")
]
RESULTS = Annotated[
    Path | None,
    typer.Option("--results", help="Write what became of each row to this file, as .csv or .jsonl."),
]
WAIT_FOR_HELP = Annotated[
    str,
    typer.Option(
        "--wait-for-help",
        metavar="TIME",
        help="Where a row is stuck, wait so long for a person, such as 10m; only the console's own agents can.",
    ),
]
ALERTS = Annotated[
    list[str] | None,
    typer.Option(
        "--alert", metavar="RULE", help="When to tell: error-rate>0.2/10m, latency>3x, breaker or stalled>5m."
    ),
]
ALERT_TO = Annotated[
    list[str] | None,
    typer.Option("--alert-to", metavar="WHERE", help="log, webhook:URL or command:CMD; usually log."),
]


def settings_of(
    *,
    mode: Mode,
    agents: int | None,
    ramp: str,
    chunk: int | None,
    on_failure: OnFailure,
    limit_per_app: int,
    rate: str,
    retries: int,
    settle: float,
    step_s: float,
    row_timeout: float,
    pictures: Pictures,
    base_url: str | None,
    session: str,
    shared: bool,
    dry: bool = False,
    help_s: float = 0,
) -> BatchSettings:
    """How a batch is done, as it was asked for.

    Raises:
        OptionUnreadableError, SessionUnsafeError: An option makes no sense.
    """
    from recordings.batch import BatchSettings
    from showonce.asked import ramp_of, rate_of, session_at
    from showonce.values import address

    risen = ramp_of(ramp, agents) if ramp else ()
    return BatchSettings(
        mode=mode.value,
        agents=agents or (max(risen) if risen else 4),
        ramp=risen,
        chunk=chunk or 0,
        on_failure=on_failure.value,
        limit_per_app=limit_per_app,
        rate=rate_of(rate) if rate else None,
        retries=retries,
        from_disk=True,
        settle_s=settle,
        step_s=step_s,
        item_s=row_timeout,
        pictures=pictures.value,
        base_url=address(base_url) if base_url else "",
        session=session_at(session) if session else "",
        shared=shared,
        dry=dry,
        help_s=help_s,
    )
