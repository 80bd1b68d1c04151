"""An application that fails again and again is left alone, and tried by one item at a time until it works again."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from recordings.batch import Breaker
from scheduler.breaker import Rules, after_item, allows
from store.begin import Begin, Wait

APP = "https://app"
RULES = Rules()


def failing(breaker: Breaker | None, item: str, now: float, chance: float = 0) -> Breaker:
    return after_item(breaker, APP, item, ok=False, apps_fault=True, now=now, chance=chance)


def opened(now: float = 0) -> Breaker:
    breaker: Breaker | None = None
    for number in range(RULES.failures):
        breaker = failing(breaker, f"b:{number}", now)
    assert breaker is not None and breaker.state == "open"
    return breaker


def half_open(item: str, now: float) -> Breaker:
    verdict = allows(opened(), item, now)
    assert isinstance(verdict, Begin) and verdict.breaker is not None
    return verdict.breaker


def test_five_failures_within_a_minute_open_it_for_half_a_minute() -> None:
    breaker: Breaker | None = None
    for at in (0, 14, 28, 42):
        breaker = failing(breaker, "b:1", at)
        assert allows(breaker, "b:2", at) == Begin()
    assert failing(breaker, "b:1", 60).state == "closed"
    assert allows(failing(breaker, "b:1", 59.5), "b:2", 59.5) == Wait(
        "https://app is left alone, because it failed again and again", 30
    )


def test_a_failure_that_is_not_the_applications_does_not_count() -> None:
    breaker: Breaker | None = None
    for _ in range(20):
        breaker = after_item(breaker, APP, "b:1", ok=False, apps_fault=False, now=0, chance=0)
    assert breaker == Breaker(app=APP)


def test_one_item_tries_it_and_the_others_wait_meanwhile() -> None:
    breaker = half_open("b:7", 31)
    assert (breaker.state, breaker.probe) == ("half-open", "b:7")
    assert isinstance(allows(breaker, "b:8", 32), Wait)
    assert isinstance(allows(breaker, "b:7", 32), Begin)  # a worker that begins it once more


def test_its_success_closes_it_and_all_is_forgotten() -> None:
    closed = after_item(half_open("b:7", 31), APP, "b:7", ok=True, apps_fault=False, now=40, chance=0)
    assert closed == Breaker(app=APP)


def test_its_failure_opens_it_again_for_twice_as_long_and_at_most_ten_minutes() -> None:
    breaker, now, waits = opened(), 0.0, []
    for _ in range(7):
        waits.append(breaker.until - now)
        now = breaker.until
        verdict = allows(breaker, "b:7", now)
        assert isinstance(verdict, Begin)
        breaker = failing(verdict.breaker, "b:7", now)
    assert waits == [30, 60, 120, 240, 480, 600, 600]


def test_chance_takes_up_to_a_quarter_off() -> None:
    assert failing(half_open("b:7", 31), "b:7", 40, chance=0.999).until - 40 > 60 * 0.75


def test_a_try_that_fails_by_its_own_fault_leaves_the_place_to_the_next_at_once() -> None:
    breaker = after_item(half_open("b:7", 31), APP, "b:7", ok=False, apps_fault=False, now=40, chance=0)
    assert isinstance(allows(breaker, "b:8", 40), Begin)
    assert (breaker.state, breaker.opened) == ("open", 1)


def test_what_began_before_it_opened_does_not_open_it_for_longer() -> None:
    assert failing(opened(), "b:9", 5) == opened()
    assert failing(half_open("b:7", 31), "b:9", 32) == half_open("b:7", 31)


def test_an_item_that_is_not_heard_of_gives_its_place_to_another() -> None:
    breaker = half_open("b:7", 500)
    assert allows(breaker, "b:8", 619.5) == Wait("another item tries whether https://app works again", 0.5)
    taken = allows(breaker, "b:8", 620)
    assert isinstance(taken, Begin) and taken.breaker is not None and taken.breaker.probe == "b:8"


def test_items_that_take_longer_than_the_lease_close_it_too() -> None:
    taken = allows(half_open("b:7", 500), "b:8", 620)
    assert isinstance(taken, Begin)
    assert after_item(taken.breaker, APP, "b:7", ok=True, apps_fault=False, now=630, chance=0).state == "closed"


class AnApplication(RuleBasedStateMachine):
    """Items begin and end in any order while time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.breaker: Breaker | None = None
        self.at_work: list[str] = []
        self.tries: list[tuple[str, float]] = []
        self.faults: list[float] = []
        self.begun = 0

    @property
    def state(self) -> str:
        return self.breaker.state if self.breaker else "closed"

    @rule(seconds=st.sampled_from((0.5, 5, 20, 31, 125, 700)))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def an_item_wants_to_begin(self) -> None:
        self.begun += 1
        item = f"b:{self.begun}"
        was, verdict = self.state, allows(self.breaker, item, self.now)
        if isinstance(verdict, Wait):
            assert was != "closed" and verdict.seconds > 0
            return
        self.at_work.append(item)
        if was == "closed":
            assert verdict.breaker is None
        else:
            self.breaker = verdict.breaker
            self.tries.append((item, self.now))

    @precondition(lambda self: bool(self.at_work))
    @rule(data=st.data(), how=st.sampled_from(("ok", "fault", "own")), chance=st.floats(0, 0.99))
    def an_item_ends(self, data: st.DataObject, how: str, chance: float) -> None:
        item = data.draw(st.sampled_from(self.at_work))
        self.at_work.remove(item)
        was = self.state
        self.breaker = after_item(
            self.breaker, APP, item, ok=how == "ok", apps_fault=how == "fault", now=self.now, chance=chance
        )
        self.tries = [tried for tried in self.tries if tried[0] != item]
        if was == "closed" and how == "fault":
            self.faults.append(self.now)
        within = [at for at in self.faults if self.now - at < RULES.window_s]
        if was == "closed":
            assert self.state == ("open" if len(within) >= RULES.failures else "closed")
        if self.state == "closed" and was != "closed":
            assert how == "ok"
            self.faults, self.tries = [], []

    @invariant()
    def only_one_tries_it_at_a_time(self) -> None:
        assert len([at for _, at in self.tries if self.now - at < RULES.lease_s]) <= 1

    @invariant()
    def in_the_end_somebody_may_try_it(self) -> None:
        later = self.now + RULES.most_s + RULES.lease_s
        assert isinstance(allows(self.breaker, "b:another", later), Begin)


AnApplication.TestCase.settings = settings(max_examples=60, stateful_step_count=60)
TestAnApplication = AnApplication.TestCase
