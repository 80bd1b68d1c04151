"""Runs put into a store, as whoever ran them would have."""

from __future__ import annotations

import cv2
import numpy as np

from recordings.target import Box
from recordings.trace import Candidate, Failure, How, Outcome, StepRecord, Timing, Trace
from store import Store

HOSTILE = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"


def picture(shade: int, mark: int = 0) -> bytes:
    """A page of one shade, with a box at another place for each ``mark``."""
    image = np.full((400, 640, 3), shade, np.uint8)
    cv2.rectangle(image, (40 + 60 * mark, 60), (90 + 60 * mark, 100), (20, 120, 40), -1)
    return bytes(cv2.imencode(".png", image)[1].tobytes())


async def keep_run(
    store: Store,
    number: int,
    *,
    recording: str = "add",
    failure: str = "",
    how: How = "selectors",
    shade: int = 230,
    steps: int = 3,
    app: str = "http://desk.test",
    words: str = "Click button 'Save'",
    item: str = "",
    end: bool = False,
    pictures: bool = True,
) -> Trace:
    """Run ``number`` of a recording, which began so many seconds later; with ``failure`` its last step failed. ``end``:
    a picture was taken of the page that it came to; ``pictures``: one of each step."""
    told = Failure(code="ElementNotFound", message=failure, mend="Look at the picture.") if failure else None
    trace = Trace(
        trace_id=f"{number:032x}",
        recording=recording,
        app=app,
        item=item,
        inputs={"name": words},
        started_at=1_790_000_000.0 + number,
        total_steps=steps,
    )
    await store.begin(trace)
    for index in range(steps):
        last = index == steps - 1
        outcome: Outcome = "failed" if failure and last else "passed"
        record = StepRecord(
            trace_id=trace.trace_id,
            span_id=f"{index:016x}",
            index=index,
            step_id=f"s{index}",
            kind="click",
            words=words,
            started_at=trace.started_at + index,
            timing=Timing(locate_ms=20, act_ms=30),
            how=how if last else "selectors",
            score=0.9,
            value=words,
            url="http://desk.test/new",
            answers=("POST /customers, answered 303", f"went to /customers/{words}") if last else (),
            outcome=outcome,
            failure=told if last else None,
            candidates=(Candidate(score=0.7, words=words, box=Box()),) if told and last else (),
        )
        kept = await store.add_step(record, picture(shade, index) if pictures else None)
    if end:
        await store.add_after(kept, picture(shade, steps))
    ended = {"status": "failed" if failure else "passed", "ended_at": trace.started_at + steps, "failure": told}
    trace = trace.model_copy(update=ended)
    await store.finish(trace)
    return trace
