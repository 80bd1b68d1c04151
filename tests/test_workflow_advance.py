"""What a workflow does next: stages in their order, rows once each, and undoing from the last; whoever dies when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.batch import ItemStatus
from recordings.flow import Decision
from tests.test_workflow_check import filled, read, recording, sent
from workflows.advance import Action, Ask, Begin, End, Finish, Gather, Stop, Undo, advance
from workflows.load import workflow_in
from workflows.scope import Known
from workflows.state import Item, StageState, State, UndoStatus
from workflows.workflow import RunStage

RECORDINGS = {
    "find": recording("find", filled("s1", "email"), read("s2", "order_no"), inputs=("email",)),
    "look": recording("look", filled("s1", "email"), inputs=("email",)),
    "add": recording("add", filled("s1", "email"), sent("s2", "/people/new"), inputs=("email",)),
    "edit": recording("edit", filled("s1", "email"), sent("s2", "/people/edit"), inputs=("email",)),
    "remove": recording("remove", filled("s1", "email"), sent("s2", "/people/*", "DELETE"), inputs=("email",)),
}
ROWS = "for_each: {rows: [{email: a}, {email: b}, {email: c}]}"
PIPELINE = f"""
  - {{name: one, recording: find, {ROWS}, on_failure: continue}}
  - {{name: two, recording: look, for_each: {{stage: one, start: each}}, on_failure: continue}}
  - {{name: three, recording: look, for_each: {{stage: two, start: each}}}}
"""
HYBRID = f"""
  - {{name: left, recording: [find, look], {ROWS}, on_failure: continue}}
  - {{name: right, recording: look, {ROWS}, when: row.email != 'b'}}
  - {{name: table, collect: {{stages: [left, right], failed: missing}}}}
  - {{name: last, needs: table, recording: add, for_each: {{stage: left}}, mode: sequential}}
"""
SAGA = f"""
  - {{name: first, recording: add, {ROWS}, compensate: {{recording: remove}}}}
  - {{name: second, needs: first, recording: look, {ROWS}}}
  - {{name: third, needs: second, recording: add, {ROWS}, compensate: {{recording: remove}}}}
"""
ASKED = f"""
  - {{name: first, recording: find, {ROWS}, on_failure: continue}}
  - name: ask
    needs: first
    when: stages.first.counts.passed > 1
    approval: {{who: a@b.test, message: "${{ string(stages.first.counts.passed) }} of them?", timeout: 1h}}
  - {{name: then, needs: ask, recording: look}}
"""
CHUNKS = f"""
  - {{name: one, recording: find, {ROWS}, chunk: 2, on_failure: continue}}
  - {{name: part, collect: {{stages: one, per: chunk}}}}
  - {{name: all, collect: {{stages: part}}}}
"""
SAME = """
  - {name: one, recording: edit, for_each: {rows: [{email: a}, {email: a}, {email: b}]}}
  - {name: two, recording: edit, for_each: {rows: [{email: b}, {email: c}]}}
"""
ONE_BY_ONE = """
  - {name: one, recording: [find, look], mode: sequential, for_each: {rows: [{email: a}, {email: b}]}}
"""
WORKFLOWS = {
    "chunks": CHUNKS,
    "same": SAME,
    "one by one": ONE_BY_ONE,
    "pipeline": PIPELINE,
    "hybrid": HYBRID,
    "saga": SAGA,
    "asked": ASKED,
}


def known(stages: str, on_failure: str = "stop") -> Known:
    text = f"format: 1\nname: w\non_failure: {on_failure}\nstages:{stages}"
    return Known(workflow_in("w", text.encode()).workflow, RECORDINGS)


@dataclass
class World:
    """Carries out what is to be done, and looks that it may be."""

    known: Known
    choose: Callable[[int], int]
    state: State = field(default_factory=State)
    now: float = 0.0
    seen: set[tuple[str, int, str]] = field(default_factory=set)
    undone: list[tuple[str, int]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def run(self, *, dies: bool = False) -> Finish:
        """To the end; ``dies``: whoever carries it out may end after any of several things to do."""
        for _ in range(500):
            actions = advance(self.known, self.state, self.now)
            assert actions == advance(self.known, self.state, self.now)
            if dies and len(actions) > 1:
                actions = actions[: 1 + self.choose(len(actions))]
            for action in actions:
                if isinstance(action, Finish):
                    return action
                self.do(action)
            if not actions:
                self.happen()
        raise AssertionError("it does not come to an end")

    def do(self, action: Action) -> None:
        match action:
            case Begin():
                self._begin(action)
            case Ask(stage, message, until):
                assert until == self.now + 3600
                self.asked.append(message)
                self._put(stage, status="running", asked_at=self.now)
            case Gather(stage, chunks, ends):
                assert not set(chunks) & self.state.of(stage).chunks, "a chunk was brought together twice"
                self._put(
                    stage,
                    status="passed" if ends else "running",
                    table=({"email": "a"},),
                    chunks=self.state.of(stage).chunks | set(chunks),
                )
            case Stop():
                for name, item in self._named():
                    if item.status == "queued":
                        self._change(name, item, status="cancelled")
            case End(stage, status):
                self._put(stage, status=status)
            case Undo(stage, item):
                assert not any(each.undo == "running" for each in self._items())
                self._change(stage, item, undo="running")

    def happen(self) -> None:
        """Something that is waited for comes to be."""
        if undoing := [(name, item) for name, item in self._named() if item.undo == "running"]:
            name, item = undoing[0]
            went: UndoStatus = "undone" if self.choose(4) else "left"
            self.undone += [(name, item.number)] if went == "undone" else []
            self._change(name, item, undo=went)
        elif running := [(name, item) for name, item in self._named() if not item.is_over]:
            name, item = running[self.choose(len(running))]
            if item.status == "queued":
                assert not self._halted(), "a row began after one had failed"
                self._change(name, item, status="running")
                return
            status: ItemStatus = "passed" if self.choose(6) else "failed"
            self.now += 1
            self._change(name, item, status=status, values={"order_no": str(item.number)}, ended=self.now)
        else:
            decisions: tuple[Decision, ...] = ("approved", "refused", "")
            decision = decisions[self.choose(3)]
            stage = next(name for name, each in self.state.stages.items() if each.asked_at is not None)
            self.now += 0 if decision else 3600
            self._put(stage, decision=decision)

    def _begin(self, action: Begin) -> None:
        stage = self.known.workflow.stage(action.stage)
        assert isinstance(stage, RunStage) and not self._halted()
        for edge in self.known.graph.edges:
            before = self.state.of(edge.before)
            if edge.after == stage.name and not edge.each:
                assert before.is_over, f"{stage.name} began before {edge.before} was over"
            elif edge.after == stage.name:
                over = {item.number for item in before.items if item.is_over}
                assert action.taken <= over, f"{stage.name} took a row that {edge.before} had not done"
        new = [Item(each.number, each.recording, each.row, inputs=each.inputs) for each in action.given]
        for item in new:
            key = (stage.name, item.number, item.recording)
            assert key not in self.seen, f"{key} a second time"
            self.seen.add(key)
        was = self.state.of(stage.name)
        self._put(
            stage.name,
            status="running",
            items=(*was.items, *new),
            closed=action.closed,
            taken=was.taken | action.taken,
            left_out=was.left_out + action.left_out,
        )

    def _halted(self) -> bool:
        workflow = self.known.workflow
        return any(
            item.status == "failed" and workflow.on_failure_of(stage) != "continue"
            for stage in workflow.stages
            for item in self.state.of(stage.name).items
        )

    def _items(self) -> list[Item]:
        return [item for _, item in self._named()]

    def _named(self) -> list[tuple[str, Item]]:
        return [(name, item) for name, stage in self.state.stages.items() for item in stage.items]

    def _change(self, stage: str, item: Item, **changes: object) -> None:
        was = self.state.of(stage)
        items = tuple(replace(each, **changes) if each == item else each for each in was.items)  # type: ignore[arg-type]
        self._put(stage, items=items)

    def _put(self, stage: str, **changes: object) -> None:
        new: StageState = replace(self.state.of(stage), **changes)  # type: ignore[arg-type]
        self.state = replace(self.state, stages={**self.state.stages, stage: new})


def never_fails(among: int) -> int:
    return among - 1


@pytest.mark.parametrize("name", WORKFLOWS)
@given(data=st.data(), dies=st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_run_comes_to_its_end_in_order_with_each_row_once(name: str, data: st.DataObject, dies: bool) -> None:
    on_failure = "compensate" if name == "saga" else "stop"
    world = World(known(WORKFLOWS[name], on_failure), lambda among: data.draw(st.integers(0, among - 1)))
    finish = world.run(dies=dies)
    failed = any(stage.status == "failed" for stage in world.state.stages.values()) or world._halted()
    assert finish.status == ("failed" if failed else "passed")
    assert all(item.is_over for item in world._items())


def test_all_rows_go_through_a_pipeline() -> None:
    world = World(known(PIPELINE), never_fails)
    assert world.run() == Finish("passed")
    assert {(stage, number) for stage, number, _ in world.seen} == {
        (stage, number) for stage in ("one", "two", "three") for number in (1, 2, 3)
    }


def test_a_row_is_begun_in_the_next_stage_while_others_are_still_in_the_first() -> None:
    world = World(known(PIPELINE), never_fails)
    for action in advance(world.known, world.state, 0):
        world.do(action)
    world.happen()  # it begins
    world.happen()  # and passes
    begun = next(each for each in advance(world.known, world.state, world.now) if isinstance(each, Begin))
    assert begun.stage == "two" and len(begun.given) == 1 and not begun.closed


def test_rows_that_write_one_record_are_never_at_work_at_once() -> None:
    world = World(known(SAME), never_fails)
    together = set[tuple[str, ...]]()

    def many(among: int) -> int:
        together.add(tuple(sorted(item.inputs["email"] for item in world._items() if not item.is_over)))
        return among - 1

    world.choose = many
    world.run()
    assert ("a", "b", "c") in together, "rows of different records were to be done side by side"
    assert all(len(set(each)) == len(each) for each in together), together


def test_rows_that_a_condition_does_not_want_are_left_out_and_counted() -> None:
    world = World(known(HYBRID), never_fails)
    assert world.run() == Finish("passed")
    right = world.state.of("right")
    assert ([item.row["email"] for item in right.items], right.left_out) == (["a", "c"], 1)


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_what_was_done_is_undone_from_the_last_and_what_is_left_is_told(data: st.DataObject) -> None:
    world = World(known(SAGA, "compensate"), lambda among: data.draw(st.integers(0, among - 1)))
    finish = world.run()
    done = {(name, item.number): item for name, item in world._named() if item.status == "passed" and name != "second"}
    if finish.status == "passed":
        assert not world.undone and not finish.left
        return
    ends = [done[key].ended or 0 for key in world.undone]
    assert ends == sorted(ends, reverse=True)
    left = {(name, item.number) for name, item in finish.left}
    assert left | set(world.undone) == set(done) and not left & set(world.undone)


def test_a_person_is_asked_with_what_is_known_by_then() -> None:
    world = World(known(ASKED), never_fails)
    world.run()
    assert world.asked == ["3 of them?"]


def test_who_does_not_answer_in_time_has_said_no() -> None:
    def nobody(among: int) -> int:
        return among - 1

    world = World(known(ASKED), nobody)
    assert world.run() == Finish("failed")  # the last of three answers is none
    assert world.state.of("ask").status == "failed" and not world.state.of("then").items


def test_what_needs_a_stage_that_was_skipped_is_skipped() -> None:
    def two_fail(among: int) -> int:
        return 0 if among == 6 else among - 1

    world = World(known(ASKED), two_fail)
    world.run()
    assert [world.state.of(name).status for name in ("ask", "then")] == ["skipped", "skipped"]
