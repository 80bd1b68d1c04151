"""No cap, session or rate is ever exceeded, in whatever order items begin and end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.batch import Batch, BatchSettings, BatchStatus, Breaker, Item, ItemStatus, Rate
from scheduler.limits import may_begin
from store.begin import Begin, Leave, Situation, Wait

PLAIN = BatchSettings()
ALONE = BatchSettings(session="ada")
OPEN = Breaker(app="https://app", state="open", until=120)


def batch(settings: BatchSettings = PLAIN, status: BatchStatus = "running", cap: int = 0) -> Batch:
    return Batch(
        id="b",
        trace_id="t",
        recording="r",
        version="v",
        app="https://app",
        settings=settings,
        status=status,
        cap=cap,
        created_at=0,
    )


def item(status: ItemStatus = "queued") -> Item:
    return Item(batch_id="b", number=1, key="k", status=status)


def asked(of: Batch) -> Situation:
    return Situation(of, item(), now=100)


@pytest.mark.parametrize("status", ["paused", "stopped", "cancelled", "done"])
def test_nothing_begins_in_a_batch_that_does_not_go_on(status: BatchStatus) -> None:
    assert may_begin(asked(batch(status=status))) == Leave(f"the batch is {status}")


@pytest.mark.parametrize("status", ["passed", "failed", "waiting", "skipped", "cancelled"])
def test_an_item_that_has_an_end_is_left(status: ItemStatus) -> None:
    assert may_begin(Situation(batch(), item(status), now=100)) == Leave(f"the item is {status}")


def test_the_batchs_cap_of_now_goes_before_what_was_asked_for() -> None:
    ramping = asked(batch(BatchSettings(agents=8), cap=2))
    assert may_begin(replace(ramping, in_batch=1)) == Begin()
    assert isinstance(may_begin(replace(ramping, in_batch=2)), Wait)


@pytest.mark.parametrize(
    ("situation", "word"),
    [
        (
            replace(asked(batch(BatchSettings(agents=2))), in_batch=2),
            "the batch has as many items at work as it may: 2",
        ),
        (replace(asked(batch(BatchSettings(mode="sequential"))), in_batch=1), "as it may: 1"),
        (replace(asked(batch()), in_app=3, app_cap=3), "https://app has as many"),
        (replace(asked(batch(BatchSettings(limit_per_app=3))), in_app=3, app_cap=5), "https://app has as many"),
        (replace(asked(batch(ALONE)), on_session=1), "the session 'ada' is in use"),
        (
            replace(asked(batch(BatchSettings(rate=Rate(count=1, seconds=5)))), begun=(97,)),
            "began within 5 s as may: 1",
        ),
        (replace(asked(batch()), breaker=OPEN), "is left alone"),
    ],
    ids=["agents", "sequential", "app", "own app cap", "session", "rate", "breaker"],
)
def test_an_item_that_may_not_begin_is_told_why(situation: Situation, word: str) -> None:
    verdict = may_begin(situation)
    assert isinstance(verdict, Wait) and word in verdict.reason and verdict.seconds > 0


def test_an_item_that_another_worker_has_is_waited_for() -> None:
    theirs = item("running").model_copy(update={"worker": "w1"})
    assert isinstance(may_begin(Situation(batch(), theirs, now=100, worker="w2")), Wait)
    assert may_begin(Situation(batch(), theirs, now=100, worker="w1")) == Begin()


def test_a_shared_session_is_used_by_several() -> None:
    sharing = replace(asked(batch(BatchSettings(session="ada", shared=True))), on_session=3)
    assert may_begin(sharing) == Begin()
    assert isinstance(may_begin(replace(sharing, session_alone=1)), Wait)


def test_an_item_that_finds_no_place_does_not_take_the_try_at_an_ailing_application() -> None:
    due = replace(asked(batch()), now=130, breaker=OPEN)
    assert isinstance(may_begin(replace(due, in_batch=4)), Wait)
    begins = may_begin(due)
    assert isinstance(begins, Begin) and begins.breaker is not None and begins.breaker.probe == "b:000001"


@given(
    st.integers(1, 4), st.integers(1, 40), st.lists(st.integers(0, 400).map(lambda quarter: quarter / 4), max_size=8)
)
def test_the_wait_for_the_rate_is_just_long_enough(count: int, seconds: int, begun: list[float]) -> None:
    limited = batch(BatchSettings(agents=99, rate=Rate(count=count, seconds=seconds)))
    situation = replace(asked(limited), begun=tuple(sorted(begun)))
    verdict = may_begin(situation)
    if isinstance(verdict, Wait):
        assert may_begin(replace(situation, now=100 + verdict.seconds)) == Begin()
        assert isinstance(may_begin(replace(situation, now=100 + verdict.seconds - 0.125)), Wait)


APPS = ("https://one", "https://two")


@dataclass
class World:
    """Batches with items at work, as the store would tell of them."""

    batches: tuple[Batch, ...]
    now: float = 0.0
    at_work: list[tuple[Batch, int]] = field(default_factory=list)
    begun: list[tuple[Batch, float]] = field(default_factory=list)

    def asks(self, of: Batch, number: int) -> None:
        caps = [b.settings.limit_per_app for b in self.batches if b.app == of.app and b.settings.limit_per_app]
        situation = Situation(
            of,
            Item(batch_id=of.id, number=number, key=str(number)),
            self.now,
            in_batch=sum(b is of for b, _ in self.at_work),
            in_app=sum(b.app == of.app for b, _ in self.at_work),
            app_cap=min(caps, default=0),
            on_session=sum(b.settings.session == of.settings.session for b, _ in self.at_work),
            session_alone=sum(
                b.settings.session == of.settings.session and not b.settings.shared for b, _ in self.at_work
            ),
            begun=tuple(at for b, at in self.begun if b is of),
        )
        if isinstance(may_begin(situation), Begin):
            self.at_work.append((of, number))
            self.begun.append((of, self.now))

    def check(self) -> None:
        for b in self.batches:
            mine, rate = [one for one in self.at_work if one[0] is b], b.settings.rate
            assert len(mine) <= (b.cap or b.settings.agents)
            if b.settings.limit_per_app:
                assert sum(other.app == b.app for other, _ in self.at_work) <= b.settings.limit_per_app
            if b.settings.session and not b.settings.shared and mine:
                assert sum(other.settings.session == b.settings.session for other, _ in self.at_work) == 1
            times = [at for other, at in self.begun if other is b]
            if rate:
                pairs = zip(times, times[rate.count :], strict=False)
                assert all(later - first >= rate.seconds for first, later in pairs)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    rates = st.none() | st.builds(Rate, count=st.integers(1, 3), seconds=st.sampled_from((0.5, 2.0, 10.0)))
    batches: list[Batch] = []
    for number in range(draw(st.integers(1, 3))):
        session = draw(st.sampled_from(("", "ada", "bob")))
        chosen = BatchSettings(
            agents=draw(st.integers(1, 4)),
            limit_per_app=draw(st.integers(0, 3)),
            rate=draw(rates),
            session=session,
            shared=draw(st.booleans()),
        )
        made = batch(chosen, cap=draw(st.integers(0, 3)))
        batches.append(made.model_copy(update={"id": f"b{number}", "app": draw(st.sampled_from(APPS))}))
    return World(tuple(batches))


moves = st.lists(st.tuples(st.sampled_from(("ask", "ask", "ask", "end", "pass")), st.integers(0, 11)), max_size=60)


@settings(max_examples=150)
@given(worlds(), moves)
def test_whatever_begins_and_ends_no_cap_session_or_rate_is_exceeded(
    world: World, sequence: Sequence[tuple[str, int]]
) -> None:
    for number, (move, which) in enumerate(sequence):
        if move == "ask":
            world.asks(world.batches[which % len(world.batches)], number + 1)
        elif move == "end" and world.at_work:
            world.at_work.pop(which % len(world.at_work))
        elif move == "pass":
            world.now += which / 4
        world.check()
