"""Workflows run in this process, on a Northdesk: begun from their text, seen to until they are over or stopped."""

from __future__ import annotations

import asyncio
import json
import secrets as randomness
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from agents.pool import AgentPool, open_pool
from demo.examples import FOLDER
from recordings.batch import Batch, BatchSettings, Item
from recordings.flow import Flow, FlowSettings, StageRun
from scheduler.engine import open_engine
from scheduler.flow import batch_id, begin_flow, paused, taken_up
from scheduler.flow_attended import see_flow_through
from store import Store, open_store
from tests.pages.faulty import Faulty, password
from workflows.check import check, refuse_errors
from workflows.gather import gathered
from workflows.given import known_with, values_of
from workflows.load import workflow_in


@dataclass
class Office:
    """A home and a Northdesk, where workflows are run."""

    home: Path
    desk: Faulty
    store: Store
    pool: AgentPool
    url: str = ""
    settings: FlowSettings = field(default_factory=lambda: FlowSettings(settle_s=3))

    async def begin(self, stages: str, *, on_failure: str = "stop", **given: str) -> Flow:
        """Keep a workflow of these stages; ``given`` are its inputs, {url} the application."""
        inputs = json.dumps({name: {} for name in given})
        text = f"format: 1\nname: w\non_failure: {on_failure}\ninputs: {inputs}\nstages:{stages}"
        source = workflow_in("w.yaml", text.encode())
        found = gathered(source.workflow, self.home, lambda name: FOLDER / name)
        values = values_of(source.workflow, self.home, given)
        known = known_with(source.workflow, found.recordings, values)
        refuse_errors(source, check(source, known))
        settings = self.settings.model_copy(update={"base_url": self.desk.url})
        return await begin_flow(
            self.store,
            source,
            known,
            values,
            settings,
            folder=self.home,
            started_by="tester",
            now=time.time(),
            new_id=randomness.token_hex,
        )

    async def see(self, flow: Flow, on_ended: Callable[[Batch, Item], None] = lambda _batch, _item: None) -> Flow:
        """See to a workflow until it is over."""
        async with open_engine(self.store, self.home, self.url) as engine, asyncio.timeout(120):
            return await see_flow_through(
                self.store, engine, self.home, self.pool, flow, secrets=password, on_ended=on_ended
            )

    async def run(self, stages: str, *, on_failure: str = "stop", **given: str) -> Flow:
        """Begin a workflow and see it through."""
        return await self.see(await self.begin(stages, on_failure=on_failure, **given))

    async def pause(self, flow: Flow) -> None:
        await paused(self.store, flow, "")

    async def go_on(self, flow: Flow) -> Flow:
        """See to a workflow that was paused, as a new process would."""
        return await self.see(await taken_up(self.store, flow))

    async def keep_only(self, flow: Flow, stage: str, recording: str, inputs: dict[str, str]) -> None:
        """Leave a workflow as one that died would that kept one row of one recording, and queued nothing."""
        key = batch_id(flow.id, stage, recording, "")
        batch = Batch(
            id=key,
            trace_id=flow.trace_id,
            recording=recording,
            version=flow.versions[recording],
            app=self.desk.url,
            settings=BatchSettings(base_url=self.desk.url),
            flow=flow.id,
            stage=stage,
            named=recording,
            growing=True,
            created_at=time.time(),
        )
        await self.store.batches.add(batch, [Item(batch_id=key, number=1, line=1, key="", inputs=inputs, row=inputs)])

    async def stages(self, flow: Flow) -> dict[str, StageRun]:
        return await self.store.flows.stages(flow.id)

    async def items(self, flow: Flow, stage: str) -> list[Item]:
        """The items of a stage, by row."""
        batches = [batch for batch in await self.store.flows.batches(flow.id) if batch.stage == stage]
        found = [item for batch in batches for item in await self.store.batches.items(batch.id)]
        return sorted(found, key=lambda item: (item.line, item.id))


def most_at_once(sessions: Sequence[int]) -> int:
    """How many sessions there were at once, each from its first request to its last, by the order of all requests."""
    first = {session: sessions.index(session) for session in sessions}
    last = {session: at for at, session in enumerate(sessions)}
    return max(sum(first[each] <= at <= last[each] for each in first) for at in range(len(sessions)))


@asynccontextmanager
async def open_office(home: Path, desk: Faulty, url: str = "", agents: int = 4) -> AsyncIterator[Office]:
    async with open_store(home, url=url) as store, open_pool(agents=agents) as pool:
        yield Office(home, desk, store, pool, url)
