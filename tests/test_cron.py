"""When schedules are due: cron lines in time zones, and what becomes of what was missed."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.schedule import Fire, FireState, Schedule
from scheduler.cron import CronBadError, ZoneBadError, next_after, times_between
from scheduler.due import MISSED, NOT_OVER, TOO_MANY, Turn, due, turn_of

BRUSSELS = "Europe/Brussels"
LEAPS = "2026-03-29"
FALLS_BACK = "2026-10-25"
MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
ZONES = st.sampled_from([BRUSSELS, "UTC", "America/Sao_Paulo", "Australia/Lord_Howe", "Atlantic/Azores"])
CRONS = st.sampled_from(["30 2 * * *", "*/20 * * * *", "15 0,1,2,3 * * *", "0 7 * * 1-5", "0 0 1 * *", "*/7 */2 * * *"])
TIMES = st.integers(0, 2_000_000_000)


def at(local: str, *, again: bool = False, tz: str = BRUSSELS) -> float:
    """A local time as seconds since the epoch, ``again`` when the clock shows it for the second time."""
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(tz), fold=int(again)).timestamp()


def fires_from(cron: str, begin: str, end: str) -> list[str]:
    found = times_between(cron, BRUSSELS, at(begin), at(end), 1_000)
    return [f"{datetime.fromtimestamp(time, ZoneInfo(BRUSSELS)):%d %H:%M}" for time in found]


def schedule(cron: str = "* * * * *", **asked: object) -> Schedule:
    given = {"name": "s", "cron": cron, "recording": "/r", "data": "/d.csv", "created_at": 0.0, **asked}
    return Schedule.model_validate(given)


def fire(due_at: float, state: FireState = "made", said: str = "") -> Fire:
    return Fire(due=due_at, at=due_at, state=state, said=said)


def test_a_weekday_morning_comes_after_the_weekend() -> None:
    assert next_after("0 7 * * 1-5", BRUSSELS, at("2026-05-08 07:00")) == at("2026-05-11 07:00")


def test_a_time_that_the_clock_leaps_over_comes_once_when_it_has_leapt() -> None:
    assert fires_from("30 2 * * *", "2026-03-28 12:00", "2026-03-30 12:00") == ["29 03:00", "30 02:30"]


def test_a_time_that_the_clock_shows_twice_comes_the_first_time_alone() -> None:
    assert fires_from("30 2 * * *", "2026-10-24 12:00", "2026-10-26 12:00") == ["25 02:30", "26 02:30"]
    between = at(f"{FALLS_BACK} 02:40")
    assert next_after("30 2 * * *", BRUSSELS, between) == at("2026-10-26 02:30")


def test_a_line_without_hours_goes_by_hours_that_pass() -> None:
    assert fires_from("0 * * * *", f"{LEAPS} 01:00", f"{LEAPS} 04:00") == ["29 01:00", "29 03:00", "29 04:00"]
    assert fires_from("0 * * * *", f"{FALLS_BACK} 02:00", f"{FALLS_BACK} 03:00") == ["25 02:00", "25 02:00", "25 03:00"]


@given(CRONS, ZONES, TIMES)
def test_times_rise_and_each_is_the_next_after_the_one_before(cron: str, tz: str, begin: int) -> None:
    found = times_between(cron, tz, begin, begin + 40 * DAY, 30)
    assert all(next_after(cron, tz, one) == other for one, other in pairwise(found))
    assert all(one < other for one, other in pairwise(found))
    assert all(next_after(cron, tz, time - 0.5) == time for time in found)


@settings(max_examples=10)
@given(ZONES, TIMES)
def test_a_time_of_the_day_comes_once_a_day(tz: str, begin: int) -> None:
    found = times_between("30 2 * * *", tz, begin, begin + 400 * DAY, 1_000)
    days = [datetime.fromtimestamp(time, ZoneInfo(tz)).date() for time in found]
    assert len(set(days)) == len(days) and len(days) in (399, 400, 401)


def test_the_latest_of_many_times_are_found_without_counting_all() -> None:
    assert times_between("* * * * * *", "UTC", 0, 2e9, 3) == [2e9 - 2, 2e9 - 1, 2e9]


@pytest.mark.parametrize(
    ("cron", "why"),
    [("61 * * * *", "out of range"), ("0 7 * *", "4 fields"), ("0 0 * * * * 2030", "7 fields"), ("", "0 fields"),
     ("0 0 30 2 *", "never comes"), ("R * * * *", "by chance"), ("@noon", "'@noon'"), ("0 7 * * mo", "'0 7 * * mo'")],
    ids=str,
)  # fmt: skip
def test_a_cron_line_that_cannot_be_read_is_named_with_its_mend(cron: str, why: str) -> None:
    with pytest.raises(CronBadError, match="0 7") as refused:
        next_after(cron, "UTC", 0)
    assert why in refused.value.message


@pytest.mark.parametrize(
    ("tz", "mend"), [("Europe/Brusels", "Europe/Brussels"), ("", "Write it like"), ("/etc/passwd", "Write it like")]
)
def test_a_time_zone_that_nobody_knows_is_named_with_what_is_like_it(tz: str, mend: str) -> None:
    with pytest.raises(ZoneBadError) as refused:
        next_after("* * * * *", tz, 0)
    assert f"'{tz}'" in refused.value.message and mend in refused.value.mend


def test_what_is_not_due_yet_is_left() -> None:
    assert due(schedule(), MINUTE, MINUTE - 1) == ()
    assert turn_of(schedule(), MINUTE, MINUTE - 1, busy=False) is None


def test_what_is_due_is_done_and_then_due_at_the_next_time() -> None:
    assert turn_of(schedule(), MINUTE, MINUTE + 0.3, busy=False) == Turn(MINUTE, 2 * MINUTE)


def test_of_what_was_missed_only_the_last_minute_is_done() -> None:
    now = 10 * MINUTE + 5
    assert due(schedule(), MINUTE, now) == (10 * MINUTE,)
    assert turn_of(schedule(), MINUTE, now, busy=False) == Turn(MINUTE, 10 * MINUTE, MISSED)
    assert turn_of(schedule("0 * * * *"), HOUR, HOUR + 61, busy=False) == Turn(HOUR, 2 * HOUR, MISSED)


def test_what_was_missed_is_caught_up_with_the_oldest_first() -> None:
    caught_up = schedule(missed="catch-up")
    assert due(caught_up, MINUTE, 3 * MINUTE) == (MINUTE, 2 * MINUTE, 3 * MINUTE)
    assert turn_of(caught_up, MINUTE, 3 * MINUTE, busy=False) == Turn(MINUTE, 2 * MINUTE)


def test_no_more_than_the_last_hundred_are_caught_up() -> None:
    fires = due(schedule(missed="catch-up"), MINUTE, 500 * MINUTE)
    assert (len(fires), fires[0], fires[-1]) == (100, 401 * MINUTE, 500 * MINUTE)
    turn = turn_of(schedule(missed="catch-up"), MINUTE, 500 * MINUTE, busy=False)
    assert turn == Turn(MINUTE, 401 * MINUTE, TOO_MANY)


@settings(max_examples=15)
@given(st.sampled_from(["skip", "catch-up"]), st.integers(1, 200), st.integers(0, 130))
def test_turn_by_turn_every_time_is_done_or_passed_over_and_none_twice(missed: str, first: int, more: int) -> None:
    asked, next_at, now = schedule(missed=missed), first * MINUTE, (first + more) * MINUTE
    done = []
    while (turn := turn_of(asked, next_at, now, busy=False)) is not None:
        done += [] if turn.why else [turn.due]
        assert turn.next_at > next_at
        next_at = turn.next_at
    assert (tuple(done), next_at) == (due(asked, first * MINUTE, now), now + MINUTE)


def test_while_the_batch_before_is_not_over_a_fire_is_skipped_waits_or_overlaps() -> None:
    assert turn_of(schedule(), MINUTE, MINUTE, busy=True) == Turn(MINUTE, 2 * MINUTE, NOT_OVER)
    assert turn_of(schedule(missed="catch-up"), MINUTE, MINUTE, busy=True) is None
    assert turn_of(schedule(overlap=True), MINUTE, MINUTE, busy=True) == Turn(MINUTE, 2 * MINUTE)


def test_the_latest_fires_are_kept_with_those_in_hand_and_the_last_batch() -> None:
    kept = schedule().with_fire(fire(0, "begun")).with_fire(fire(1, "made"))
    for number in range(2, 32):
        kept = kept.with_fire(fire(number, "failed"))
    assert [each.state for each in kept.fires] == ["begun", "made", *["failed"] * 20]


def test_fires_that_are_skipped_one_after_another_are_kept_as_one() -> None:
    kept = schedule()
    for number in range(5):
        kept = kept.with_fire(fire(number, "skipped", "Busy."))
    assert [(each.due, each.times) for each in kept.fires] == [(4, 5)]
