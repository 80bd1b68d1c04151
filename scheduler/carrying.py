"""Carrying out what a workflow does next, so that whoever begins again after a crash finds it done or does it once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from recordings.batch import Batch, BatchSettings, Item
from recordings.errors import ShowonceError, StoreUnusableError
from recordings.flow import Flow, Left, StageRun, StageStatus
from recordings.session import is_session_name
from recordings.trace import Failure
from scheduler.batch import BatchOverError, close, go_on, new_batch, queue_more
from scheduler.engine import Engine
from scheduler.flow import batch_id, cancel_batches, hold_batches
from scheduler.gathering import gather
from scheduler.standing import Standing
from store import Store
from workflows import state as told
from workflows.advance import Action, Ask, Begin, End, Finish, Gather, Stop, Undo
from workflows.load import Source
from workflows.planned import Given, undone_by
from workflows.rows import AppRows
from workflows.scope import Known
from workflows.state import State
from workflows.workflow import CollectStage, Compensate, Limits, RunStage
from workflows.writes import account_of

_LOOK = "Look in the application, and undo it by hand."

OnStage = Callable[[str, StageRun], None]
"""Told of a stage that began, or ended."""


@dataclass(frozen=True, slots=True)
class _Part:
    """The runs of one recording of a stage in one place: a batch of its own."""

    recording: str
    base_url: str


class Carrying:
    """Carries out actions on ``flow``, whose batches are queued in ``lane``."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        flow: Flow,
        source: Source,
        known: Known,
        standing: Standing,
        *,
        lane: str,
        clock: Callable[[], float],
        new_id: Callable[[int], str],
        on_stage: OnStage = lambda _stage, _run: None,
    ) -> None:
        self._store, self._engine, self._flow = store, engine, flow
        self._source, self._known = source, known
        self._standing, self._lane, self._clock, self._new_id = standing, lane, clock, new_id
        self._on_stage = on_stage
        self._unclaimed: set[str] = set()

    async def announce(self) -> None:
        """Tell the engine of the batches that stages will be done in."""
        for stage, part in self._parts_of_all():
            at_once = 1 if stage.mode == "sequential" else min(stage.agents, self._flow.settings.agents)
            await self._engine.announce(self._id(stage, part), at_once=at_once, lane=self._lane)

    async def take_up(self) -> None:
        """Queue what an earlier process left: all that is open in the batches of stages and of undoing."""
        for batch in self._standing.batches.values():
            if batch.status in ("running", "paused", "stopped"):
                with suppress(BatchOverError):  # its last row ended meanwhile
                    await go_on(self._store, self._engine, batch, self._clock(), lane=self._lane)

    async def hold(self) -> None:
        """Have nothing begin of what is queued, also of what was just now: the workflow is paused."""
        await hold_batches(self._store, self._engine, self._flow)

    async def do(self, state: State, action: Action) -> Flow | None:
        """Do one thing; the workflow as it ended, where that was the last."""
        match action:
            case Begin():
                await self._begin(action)
            case Ask(stage, message, until):
                now = self._clock()
                await self._change(stage, status="running", began_at=now, asked_at=now, message=message, until=until)
            case Gather():
                await self._gather(state, action)
            case Stop():
                await cancel_batches(self._store, self._engine, self._flow)
                self._standing.look_whole()
            case End(stage, status, why, at):
                said = self._placed(stage, why, *at) if why and status == "failed" else why
                await self._end(stage, status=status, why=said)
            case Undo(stage, item):
                await self._undo(state, stage, item)
            case Finish():
                await self._unclaim(state)
                return await self._finish(action)
            case _:
                assert_never(action)
        return None

    async def confirm(self, state: State) -> bool:
        """See of what was undone that it is; whether there was any."""
        waiting = self._standing.unconfirmed()
        for batch in waiting:
            item = next(each for each in state.of(batch.stage).items if each.id == batch.undoes)
            stage = self._stage(batch.stage)
            assert isinstance(stage.compensate, Compensate)
            await self._run_once(state, stage, item, stage.compensate.confirm, confirms=True)
        return bool(waiting)

    async def _begin(self, action: Begin) -> None:
        stage = self._stage(action.stage)
        left_out = sorted(action.taken - {given.number for given in action.given})
        for part, items in self._parts(stage, action.given, left_out).items():
            await self._put(stage, part, items, growing=not action.closed)
        if action.closed:
            await self._store.flows.grown(self._flow.id, stage.name)
        run = self._standing.stages.get(stage.name, StageRun())
        if run.status == "waiting" or action.closed != run.closed:
            await self._change(
                stage.name, status="running", closed=action.closed, began_at=run.began_at or self._clock()
            )

    def _parts(
        self, stage: RunStage, given: Iterable[Given], left_out: Iterable[int]
    ) -> dict[_Part, list[tuple[int, Given | None]]]:
        """The rows of each batch, by their numbers; those that are not wanted are kept with the first."""
        parts: dict[_Part, list[tuple[int, Given | None]]] = {}
        for each in given:
            parts.setdefault(_Part(each.recording, each.base_url), []).append((each.number, each))
        for number in left_out:
            first = next(iter(parts), _Part(stage.recording[0], stage.base_url))
            parts.setdefault(first, []).append((number, None))
        return {part: sorted(rows, key=lambda row: row[0]) for part, rows in parts.items()}

    async def _put(
        self, stage: RunStage, part: _Part, rows: Sequence[tuple[int, Given | None]], *, growing: bool
    ) -> None:
        """Keep rows as items of their batch, and queue them."""
        key = self._id(stage, part)
        batch = self._standing.batches.get(key)
        known = batch.total if batch is not None else 0
        there = {item.line for item in self._standing.items_in(key)}
        new = [row for row in rows if row[0] not in there]
        fresh = [self._item(key, stage, known + place, number, given) for place, (number, given) in enumerate(new, 1)]
        if batch is not None and not fresh:
            return
        again = self._flow.settings.again
        if batch is None:
            batch = self._batch(key, stage, part, growing=growing)
            await self._store.batches.add(batch, fresh, again=again)
            if (await self._store.flows.flow(self._flow.id)).is_over:  # meanwhile
                await cancel_batches(self._store, self._engine, self._flow)
                return
        elif not await self._store.flows.extend(key, known, fresh, again=again):
            return  # somebody else sees to the workflow by now, and this is read again
        numbers = [item.number for item in fresh if item.status == "queued"]
        await queue_more(self._store, self._engine, batch, numbers, self._lane)

    def _id(self, stage: RunStage, part: _Part) -> str:
        return batch_id(self._flow.id, stage.name, part.recording, part.base_url)

    def _item(self, batch: str, stage: RunStage, place: int, number: int, given: Given | None) -> Item:
        """A row as an item; one that is not wanted, or that cannot be done, has its end already."""
        item = Item(batch_id=batch, number=place, line=number, key="", row=dict(given.row) if given else {})
        if given is None:
            note = f"Left out: {stage.when} does not hold for it."
            return item.model_copy(update={"status": "skipped", "unwanted": True, "note": note})
        inputs = self._with_files(given.recording, given.inputs)
        if given.fault:
            failure = Failure(code="RowUnusable", message=self._placed(stage.name, f"Row {number}: {given.fault}"))
            ended = {"status": "failed", "failure": failure, "inputs": inputs, "ended_at": self._clock()}
            return item.model_copy(update=ended)
        return item.model_copy(update={"key": inputs.get(stage.key, "").strip(), "inputs": inputs})

    def _with_files(self, name: str, inputs: Mapping[str, str]) -> dict[str, str]:
        """The inputs, files that lie beside the workflow named by their whole path."""
        recording = self._known.recordings[name]
        files = {each.name for each in recording.inputs if each.kind == "file"}
        folder = Path(self._flow.folder)
        return {
            key: str(folder / value) if key in files and (folder / value).is_file() else value
            for key, value in inputs.items()
        }

    def _batch(self, key: str, stage: RunStage, part: _Part, *, growing: bool) -> Batch:
        recording, version = self._known.recordings[part.recording], self._flow.versions[part.recording]
        base_url = part.base_url or self._flow.settings.base_url
        settings = self._settings(stage, part.recording, base_url)
        batch = new_batch(recording, version, settings, folder="", now=self._clock(), new_id=self._new_id)
        ties = {"flow": self._flow.id, "stage": stage.name, "named": part.recording, "growing": growing}
        return batch.model_copy(update={"id": key, "trace_id": self._flow.trace_id, **ties})

    def _settings(self, stage: RunStage, name: str, base_url: str) -> BatchSettings:
        every = self._flow.settings
        goes_on = self._known.workflow.on_failure_of(stage) == "continue"
        agents = min(stage.agents, every.agents)
        if stage.limits.per_account and account_of(self._known.recordings[name]) is not None:
            agents = min(agents, stage.limits.per_account)
        return BatchSettings(
            mode=stage.mode,
            agents=agents,
            chunk=stage.chunk,
            on_failure="continue" if goes_on else "stop",
            limit_per_app=stage.limits.per_app,
            rate=stage.limits.rate,
            retries=stage.retries,
            step_s=stage.step_timeout or every.step_s,
            item_s=stage.timeout or 0,
            settle_s=every.settle_s,
            pictures=every.pictures,
            base_url=base_url,
            from_disk=every.from_disk,
            probe=self._flow.versions[stage.probe] if stage.probe else "",
            session=self._beside(stage.session),
            shared=stage.shared_session,
        )

    def _beside(self, session: str) -> str:
        return str(Path(self._flow.folder) / session) if session and not is_session_name(session) else session

    async def _gather(self, state: State, action: Gather) -> None:
        stage = self._known.workflow.stage(action.stage)
        assert isinstance(stage, CollectStage)
        run = self._standing.stages.get(action.stage, StageRun())
        try:
            beside = Path(self._flow.folder)
            run = await gather(self._known, state, stage, run, action, beside, Path(self._flow.settings.out or beside))
        except StoreUnusableError:
            raise
        except ShowonceError as error:
            why = f"{error.message} {error.mend}".strip()
            await self._end(action.stage, status="failed", why=self._placed(action.stage, why, "collect"))
            return
        kept = {name: getattr(run, name) for name in ("table", "figures", "files", "chunks")}
        began_at = run.began_at or self._clock()
        if action.ends:
            await self._end(action.stage, status="passed", closed=True, began_at=began_at, **kept)
        else:
            await self._change(action.stage, status="running", began_at=began_at, **kept)

    async def _end(self, stage: str, **changes: object) -> None:
        """Keep that a stage is over; an answer that came meanwhile counts."""

        def ended(kept: StageRun) -> StageRun:
            late = kept.decision and changes.get("status") == "failed" and not self._standing.stages[stage].decision
            return kept if late else kept.model_copy(update={"ended_at": self._clock(), **changes})

        run = await self._store.flows.change_stage(self._flow.id, stage, ended)
        self._on_stage(stage, run)
        await self._store.flows.grown(self._flow.id, stage)
        for batch in self._standing.of(stage):
            await close(self._store, self._engine, batch.id, self._clock())

    async def _change(self, stage: str, **changes: object) -> StageRun:
        run = await self._store.flows.change_stage(self._flow.id, stage, lambda kept: kept.model_copy(update=changes))
        self._on_stage(stage, run)
        return run

    async def _undo(self, state: State, name: str, item: told.Item) -> None:
        await self._unclaim(state)
        stage = self._stage(name)
        assert isinstance(stage.compensate, Compensate)
        await self._run_once(state, stage, item, stage.compensate.recording, confirms=False)

    async def _unclaim(self, state: State) -> None:
        """Have others do again what is undone."""
        for stage in state.stages.values():
            for item in stage.items:
                if item.undo == "undone" and item.id not in self._unclaimed:
                    await self._store.flows.unclaim(item.id)
                    self._unclaimed.add(item.id)

    async def _run_once(self, state: State, stage: RunStage, item: told.Item, name: str, *, confirms: bool) -> None:
        """Have a recording run once for an item that is undone."""
        key = batch_id(self._flow.id, "undo", item.id, "confirm" if confirms else "")
        batch = self._standing.batches.get(key)
        if batch is None:
            done_in = self._standing.batches[self._standing.item(item.id).batch_id]
            part = _Part(name, done_in.settings.base_url)
            alone = stage.model_copy(update={"mode": "parallel", "probe": "", "limits": Limits(), "chunk": 1})
            batch = self._batch(key, alone, part, growing=False)
            batch = batch.model_copy(update={"undoes": item.id, "confirms": confirms})
            one = Item(batch_id=key, number=1, line=item.number, key="", row=dict(item.row))
            try:
                inputs = self._with_files(name, undone_by(self._known, state, stage, item, name))
                one = one.model_copy(update={"inputs": inputs})
            except ShowonceError as error:  # a person is told; the others are undone
                failure = Failure(code=error.code, message=error.message, mend=error.mend)
                one = one.model_copy(update={"status": "failed", "failure": failure, "ended_at": self._clock()})
            await self._store.batches.add(batch, [one])
            if one.status == "failed":
                return
        await queue_more(self._store, self._engine, batch, [1], self._lane)

    async def _finish(self, action: Finish) -> Flow:
        now = self._clock()
        for stage in self._known.workflow.stages:
            if self._standing.stages.get(stage.name, StageRun()).status in ("waiting", "running"):
                await self._end(stage.name, status=self._cut_short(stage.name), why="The workflow ended before.")
        for batch in self._standing.batches.values():
            await close(self._store, self._engine, batch.id, now)
        for run, part in self._parts_of_all():
            await self._engine.forget(self._id(run, part))
        left = tuple(self._left(stage, item) for stage, item in action.left)
        changes = {"status": action.status, "ended_at": now, "left": left, "worker": ""}

        def finished(kept: Flow) -> Flow:
            return kept.model_copy(update=changes) if kept.status == "running" else kept

        return await self._store.flows.change(self._flow.id, finished)

    def _cut_short(self, stage: str) -> StageStatus:
        begun = [item for batch in self._standing.of(stage) for item in self._standing.items_in(batch.id)]
        return "failed" if any(item.status in ("failed", "waiting") for item in begun) else "skipped"

    def _left(self, stage: str, item: told.Item) -> Left:
        """Why something that was done is not undone."""
        words = ["Nothing undoes it."] if not self._standing.undoing(item.id) else []
        if item.status == "waiting":
            words = [self._standing.item(item.id).note or "It may have been sent."]
        for batch in self._standing.undoing(item.id):
            for tried in self._standing.items_in(batch.id):
                what = f"{batch.named} did not confirm it" if batch.confirms else f"{batch.named} did not undo it"
                if tried.status != "passed":
                    words.append(f"{what}: {tried.failure.message if tried.failure else tried.note or tried.status}")
        return Left(
            stage=stage,
            item=item.id,
            row=dict(item.row or item.inputs),
            why=self._placed(stage, " ".join([*words, _LOOK]), "compensate"),
        )

    def _placed(self, stage: str, why: str, *field: str) -> str:
        """What is wrong, after the file and the line that it is about."""
        number = next(at for at, each in enumerate(self._known.workflow.stages) if each.name == stage)
        return f"{self._source.name}:{self._source.line('stages', number, *field)}: {why}"

    def _parts_of_all(self) -> Iterator[tuple[RunStage, _Part]]:
        """The batches that stages may be done in."""
        for stage in self._known.workflow.stages:
            if isinstance(stage, RunStage):
                apps = stage.for_each.apps if isinstance(stage.for_each, AppRows) else ()
                places = [app.base_url for app in apps] or [stage.base_url]
                yield from ((stage, _Part(name, base_url)) for name in stage.recording for base_url in places)

    def _stage(self, name: str) -> RunStage:
        stage = self._known.workflow.stage(name)
        assert isinstance(stage, RunStage)
        return stage
