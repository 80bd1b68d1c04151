"""Review of one run: a Trace becomes one HTML file that needs nothing beside it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from recordings.block_words import entered
from recordings.known_secrets import KNOWN
from recordings.trace import HEALED, StepRecord, Timing, Trace
from review.durations import duration_words
from review.picture_kinds import kind_of

PictureOf = Callable[[str], bytes | None]

_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a step's time, said for a reader; ``percent`` is of the whole step."""

    part: str
    name: str
    words: str
    percent: float


@dataclass(frozen=True, slots=True)
class StepCard:
    """One step as the page shows it; ``picture``, ``demo`` and ``after`` are data: addresses or empty. ``heads``
    are the blocks that begin with it, each with its depth."""

    number: int
    record: StepRecord
    state: str
    found: str
    took: str
    shares: tuple[Share, ...]
    picture: str
    demo: str
    after: str = ""
    heads: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the run went: a state for colour, a word, and a sentence."""

    state: str
    word: str
    sentence: str


def trace_page(trace: Trace, picture_of: PictureOf, demo_of: PictureOf | None = None) -> str:
    """Return one self-contained HTML page: pictures inside, no other address asked for.

    Args:
        picture_of: The picture of a digest; None if it is not kept any more.
        demo_of: The demonstration's own picture for a step id; shown beside the run's.
    """
    trace = KNOWN.cleaned(trace)
    before = ((), *(record.within for record in trace.steps))
    cards = [
        replace(_card(number, record, picture_of, demo_of), heads=tuple(entered(within, record.within)))
        for number, (within, record) in enumerate(zip(before, trace.steps, strict=False), start=1)
    ]
    return _template().render(
        trace=trace,
        verdict=verdict_of(trace),
        cards=cards,
        most_rows=_MOST_ROWS,
        left=max(0, trace.total_steps - len(cards)),
        stopped=next((card.number for card in cards if card.state == "failed"), None),
        started=datetime.fromtimestamp(trace.started_at, UTC),
        lasted="" if trace.duration_s is None else duration_words(trace.duration_s),
    )


def verdict_of(trace: Trace) -> Verdict:
    """Say for a person how a run went."""
    done, total = len(trace.steps), max(trace.total_steps, len(trace.steps))
    if trace.status == "running":
        of = f" of {total}" if trace.total_steps else ""
        return Verdict("running", "Not finished", f"{done}{of} {_plural(total)} done when this page was made.")
    if trace.status == "failed":
        failed = [number for number, step in enumerate(trace.steps, start=1) if step.outcome == "failed"]
        of = f" of {total}" if trace.total_steps else ""
        where = f"It stopped at step {failed[0]}{of}." if failed else f"{done}{of} {_plural(total)} done."
        return Verdict("failed", "Failed", where)
    healed = sum(_healed(step) for step in trace.steps)
    skipped = f"{total - trace.skipped} of {_steps(total)} done, {trace.skipped} skipped as the recording allows"
    begin = skipped if trace.skipped else f"All {_steps(total)} done"
    if healed:
        return Verdict("healed", "Passed", f"{begin}; {healed} found in another way than recorded.")
    return Verdict("passed", "Passed", f"{begin}." if trace.skipped else f"{begin}, as shown.")


def found_words(record: StepRecord) -> str:
    """How a step's element was found: 'by likeness, score 0.87: same label, same row'."""
    match record.how:
        case "":
            return ""
        case "selectors":
            words = "by its recorded selectors"
        case "hint":
            words = "by what an earlier run of this batch found"
        case "similar":
            words = f"by likeness, score {record.score:.2f}"
        case "picture":
            words = f"by its picture, score {record.score:.2f}"
        case "person":
            words = "by a person who was asked for help"
    return f"{words}: {', '.join(record.evidence)}" if record.evidence else words


def _card(number: int, record: StepRecord, picture_of: PictureOf, demo_of: PictureOf | None) -> StepCard:
    return StepCard(
        number=number,
        record=record,
        state="healed" if record.outcome == "passed" and _healed(record) else record.outcome,
        found=found_words(record),
        took=duration_words(_total_ms(record.timing) / 1000),
        shares=_shares(record.timing),
        picture=data_address(picture_of(record.picture) if record.picture else None),
        demo=data_address(demo_of(record.step_id) if demo_of else None),
        after=data_address(picture_of(record.after) if record.after else None),
    )


def _healed(record: StepRecord) -> bool:
    return record.how in HEALED


def _total_ms(timing: Timing) -> float:
    return timing.locate_ms + timing.picture_ms + timing.act_ms + timing.settle_ms


def _shares(timing: Timing) -> tuple[Share, ...]:
    parts = (
        ("locate", "finding", timing.locate_ms),
        ("picture", "picture", timing.picture_ms),
        ("act", "acting", timing.act_ms),
        ("settle", "waiting for the page", timing.settle_ms),
    )
    total_ms = _total_ms(timing)
    return tuple(
        Share(part, name, duration_words(part_ms / 1000), round(100 * part_ms / total_ms, 1))
        for part, name, part_ms in parts
        if part_ms > 0
    )


def _steps(count: int) -> str:
    return f"{count} {_plural(count)}"


def _plural(count: int) -> str:
    return "step" if count == 1 else "steps"


def data_address(picture: bytes | None) -> str:
    """A picture as an address that holds it whole; "" for none."""
    if picture is None:
        return ""
    kind = kind_of(picture) or "image/png"
    return f"data:{kind};base64,{b64encode(picture).decode('ascii')}"


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("review"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("trace.html")
