"""Rules for alerts: written by a person, and firing when they should."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.batch import Breaker
from scheduler.alert_rules import (
    AlertRuleBadError,
    BreakerRule,
    ErrorRateRule,
    LatencyRule,
    Rule,
    StalledRule,
    parse_rule,
    rule_text,
)
from scheduler.alerts import Ended, Seen, firing

numbers = st.integers(1, 99_999).map(lambda thousandths: thousandths / 1000)
rules = st.one_of(
    st.builds(ErrorRateRule, over=st.integers(0, 999).map(lambda thousandths: thousandths / 1000), window_s=numbers),
    st.builds(LatencyRule, times=numbers, window_s=st.sampled_from((60.0, 90.0, 3600.0, 5400.0))),
    st.just(BreakerRule()),
    st.builds(StalledRule, after_s=numbers),
)


def seen(passed: int = 0, failed: int = 0, took_s: float = 1, ago_s: float = 5) -> Seen:
    ended = [Ended(1000 - ago_s, number < passed, took_s) for number in range(passed + failed)]
    return Seen(now=1000, since=0, ended=ended, left=3, baseline_s=1)


def fires(text: str, what: Seen) -> bool:
    return bool(firing([parse_rule(text)], what))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("error-rate>0.2/10m", ErrorRateRule(over=0.2, window_s=600)),
        ("error-rate > 20%", ErrorRateRule(over=0.2, window_s=600)),
        ("latency>3x", LatencyRule(times=3, window_s=600)),
        ("latency>1.5x/1h", LatencyRule(times=1.5, window_s=3600)),
        ("Breaker", BreakerRule()),
        ("stalled>90s", StalledRule(after_s=90)),
    ],
)
def test_a_rule_is_read_as_it_is_written(text: str, rule: Rule) -> None:
    assert parse_rule(text) == rule


@pytest.mark.parametrize(
    "text",
    [
        *("", "errors>1", "breaker>1"),
        *("error-rate>2", "error-rate>100%", "error-rate>-0.1", "error-rate>0.2/0m"),
        *("latency>3", "latency>0x", "latency>nanx", "latency>٣x", f"latency>{'9' * 400}x"),
        *("stalled>0s", "stalled>5", "stalled>5d"),
    ],
)
def test_what_is_no_rule_is_refused_by_name_with_examples(text: str) -> None:
    with pytest.raises(AlertRuleBadError, match="Write error-rate>") as refused:
        parse_rule(text)
    assert f"'{text}'" in refused.value.message


@given(rules)
def test_a_rule_written_down_is_read_as_the_same(rule: Rule) -> None:
    assert parse_rule(rule_text(rule)) == rule


@given(st.text() | st.from_regex(r"(error-rate|latency|stalled)>[0-9.%x/smh]*", fullmatch=True))
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    try:
        parse_rule(text)
    except AlertRuleBadError as refused:
        assert refused.text == text


def test_the_error_rate_fires_when_it_is_over_and_enough_ended() -> None:
    assert fires("error-rate>0.2/10m", seen(3, 2))
    assert not fires("error-rate>0.2/10m", seen(4, 1))
    assert not fires("error-rate>0.2/10m", seen(0, 4))
    assert not fires("error-rate>0.2/10m", seen(0, 9, ago_s=600))


def test_latency_fires_when_it_is_over_so_many_times_the_baseline() -> None:
    assert fires("latency>3x", seen(5, took_s=3.1))
    assert not fires("latency>3x", seen(5, took_s=3))
    assert not fires("latency>3x", seen(4, took_s=9))
    assert not fires("latency>3x", Seen(now=9, since=0, ended=[Ended(9, True, 99)] * 9))


def test_a_breaker_fires_for_each_application_until_it_is_closed() -> None:
    breakers = [Breaker(app="a", state="open"), Breaker(app="b"), Breaker(app="c", state="half-open")]
    alerts = firing([BreakerRule()], Seen(now=9, since=0, breakers=breakers))
    assert [(alert.rule, alert.about) for alert in alerts] == [("breaker", "a"), ("breaker", "c")]
    assert "c failed again and again, and is tried by one item again." in alerts[1].message


def test_standing_still_fires_only_while_something_is_left() -> None:
    assert fires("stalled>5m", seen(1, ago_s=300))
    assert not fires("stalled>5m", seen(1, ago_s=299))
    assert fires("stalled>5m", Seen(now=1000, since=700, left=1))
    assert not fires("stalled>5m", Seen(now=1000, since=0, left=0))


def test_a_batch_that_went_on_after_a_pause_does_not_stand_still() -> None:
    assert not fires("stalled>5m", Seen(now=1000, since=900, ended=[Ended(100, True, 1)], left=1))


def test_an_alert_says_the_rule_and_the_numbers() -> None:
    (alert,) = firing([parse_rule("error-rate>20%")], seen(6, 4))
    assert alert.rule == "error-rate>0.2/10m"
    assert alert.message == "4 of 10 items that ended within 10m did not pass."
