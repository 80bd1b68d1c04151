"""Asking the application whether an item is there: a recording that searches for it, and says where it must be seen."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from agents.agent import BeginsWith, Job
from agents.pool import AgentPool
from recordings.errors import ShowonceError, StoreUnusableError
from recordings.recording import Recording
from recordings.trace import Pictures, Trace
from replayer import Waits
from replayer.plan import plan_of
from replayer.secrets import SecretSource
from replayer.sinks import Sink

Found = Literal["there", "not there", "unknown"]

_ABSENT = {"ElementNotFound", "TextMissing", "EvidenceMissing"}
_AGAIN_S = 3.0
"""A request that went out may be at work yet: that it is not there is believed when it is said twice, so far apart."""


@dataclass(frozen=True, slots=True)
class Probing:
    """How a probe is run."""

    pool: AgentPool
    sink: Sink
    secrets: SecretSource | None = None
    base_url: str | None = None
    from_disk: bool = True
    pictures: Pictures = "failure"
    waits: Waits = field(default_factory=Waits)
    session: Path | BeginsWith | None = None


async def look_for(probe: Recording, inputs: Mapping[str, str], how: Probing, wait_s: float = 0) -> tuple[Found, str]:
    """Run the probe with those of an item's inputs that it has; what it says, and why.

    Args:
        wait_s: How long the application may still be at work on what is looked for.
    """
    known = {item.name for item in probe.inputs}
    given = {name: value for name, value in inputs.items() if name in known}
    try:
        plan = plan_of(probe, given, how.base_url, how.secrets, from_disk=how.from_disk)
        job = Job(plan, how.sink, how.pictures, how.waits, session=how.session)
        first = await how.pool.run(job)
        if what_it_says(first, probe) != "not there":
            return what_it_says(first, probe), _why(first)
        await asyncio.sleep(max(wait_s, _AGAIN_S))
        second = await how.pool.run(job)
    except StoreUnusableError:
        raise
    except ShowonceError as error:  # an input that it needs, a browser that died
        return "unknown", error.message
    return what_it_says(second, probe), _why(second)


def what_it_says(trace: Trace, probe: Recording) -> Found:
    """``there`` where the probe passed; ``not there`` where all went well but its last step, which did not find what
    must be there; anything else says nothing."""
    if trace.status == "passed":
        return "there"
    last = max((index for index, step in enumerate(probe.steps) if not step.disabled), default=-1)
    if not trace.steps or last < 1 or trace.steps[-1].step_id != probe.steps[last].id:
        return "unknown"
    failure = trace.steps[-1].failure
    return "not there" if failure is not None and failure.code in _ABSENT else "unknown"


def _why(trace: Trace) -> str:
    return trace.failure.message if trace.failure is not None else ""
