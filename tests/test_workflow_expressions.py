"""Expressions: what they come to, which are refused and why, and that none does anything else, whatever it is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.expressions import LONGEST, ExpressionError, Kind, Names, compiled, speaks_of_row, text_of
from workflows.templates import filled, parts_of

NAMES: dict[str, Kind] = {
    "inputs.country": "text",
    "inputs.limit": "number",
    "row.email": "text",
    "stages.find.counts.failed": "whole",
    "stages.find.results": "rows",
    "stages.find.status": "text",
}
VALUES = {
    "inputs": {"country": "Belgium", "limit": 3},
    "row": {"email": "ada@example.com"},
    "stages": {
        "find": {"status": "passed", "counts": {"failed": 2}, "results": [{"total": "4"}, {"total": "6"}]},
    },
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("inputs.country == 'Belgium'", True),
        ("stages.find.counts.failed > inputs.limit", False),
        ("inputs.limit == 3", True),
        ("row.email.endsWith('example.com') && stages.find.status != 'failed'", True),
        ("stages.find.results.exists(r, int(r.total) > 5)", True),
        ("stages.find.results.filter(r, r.total == '4').size()", 1),
        ("'x'.matches('(x+)+$')", True),
    ],
)
def test_an_expression_comes_to_a_value(text: str, value: object) -> None:
    assert compiled(text, NAMES).value(VALUES) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "cannot be read"),
        ("1 +", "cannot be read"),
        ("row.nope", "speaks of 'row.nope', which is not known"),
        ("stages.find.counts.failed.x", "is not allowed"),
        ("open('/etc/passwd')", "speaks of 'open', which is not known"),
        ("__import__('os')", "speaks of '__import__', which is not known"),
        ("row.email.__class__", "is not allowed"),
        ("[x for x in [1]]", "cannot be read"),
        ("row.email == 1", "mixes types: == of (string, int)"),
        ("1" + "+1" * 400, "cannot be read"),
        ("'" + "x" * LONGEST + "'", "has more than 1,000 characters"),
        ("'\ud800'", "is not allowed"),
    ],
)
def test_what_is_not_allowed_is_refused_before_anything_runs(text: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compiled(text, NAMES)
    assert reason in caught.value.message


@pytest.mark.parametrize(
    "text", ["1 / 0 == 1", "stages.find.results[9].total", "stages.find.results[0].nope", "int(row.email)"]
)
def test_what_has_no_value_says_so_when_it_is_asked(text: str) -> None:
    with pytest.raises(ExpressionError, match="has no value"):
        compiled(text, NAMES).value(VALUES)


def test_the_line_of_an_error_is_that_within_the_expression() -> None:
    with pytest.raises(ExpressionError) as caught:
        compiled("inputs.country == 'Belgium' &&\n\nrow.nope == ''", NAMES)
    assert (caught.value.line, caught.value.unknown) == (3, "row.nope")


def test_an_expression_gives_up_instead_of_going_on_for_ever() -> None:
    rows = [{"n": str(number)} for number in range(2_000)]
    text = "r.map(a, r.map(b, r.map(c, r.exists(d, d.n == 'x'))))"
    with within(cpu_s=5), pytest.raises(ExpressionError, match="has no value"):
        compiled(text, {"r": "rows"}).value({"r": rows})


@pytest.mark.parametrize(
    ("text", "speaks"), [("row.email != ''", True), ("inputs.limit > 2", False), ("row.nope", True)]
)
def test_a_condition_is_asked_for_each_row_where_it_speaks_of_it(text: str, speaks: bool) -> None:
    assert speaks_of_row(text, NAMES) is speaks


@pytest.mark.parametrize(("value", "text"), [("a", "a"), (True, "true"), (3, "3"), (3.0, "3"), (2.5, "2.5")])
def test_a_value_is_written_as_a_person_would(value: object, text: str) -> None:
    assert text_of(value) == text


def test_a_list_is_no_text() -> None:
    with pytest.raises(ExpressionError, match="is a list"):
        text_of([1])


@pytest.mark.parametrize(
    ("text", "came"),
    [
        ("plain", "plain"),
        ("${ row.email }!", "ada@example.com!"),
        ("${inputs.country}${ inputs.country }", "BelgiumBelgium"),
        ("$${ row.email }", "${ row.email }"),
        ("${ '}' + \"{\" }", "}{"),
        ("${ {'a': 'b'}.a }", "b"),
        ("a $ b } c", "a $ b } c"),
        ("${ string(stages.find.counts.failed) } failed", "2 failed"),
    ],
)
def test_a_text_is_filled_with_what_its_expressions_come_to(text: str, came: str) -> None:
    assert filled(text, NAMES, VALUES) == came


def test_an_expression_that_is_not_closed_is_told_with_its_line() -> None:
    with pytest.raises(ExpressionError, match="is not closed") as caught:
        parts_of("one\ntwo ${ row.email")
    assert caught.value.line == 2


_WORDS = """row . email inputs stages find results ( ) [ ] { } 'x' " 1 1.5 - ! && || == < + * / % ? : , in map exists r
size int true null $ __class__ b'x' 9223372036854775807 matches timestamp duration"""
_TOKENS = st.sampled_from([*_WORDS.split(), "\n", " "])


@contextmanager
def within(*, cpu_s: float) -> Iterator[None]:
    """What this process does meanwhile; others that keep the machine busy do not count."""
    began = time.process_time()
    yield
    assert time.process_time() - began < cpu_s


@settings(max_examples=500)
@given(st.lists(_TOKENS, max_size=25).map("".join) | st.text(max_size=60))
def test_any_text_comes_to_a_value_or_to_an_expression_error(text: str) -> None:
    names: Names = NAMES
    with within(cpu_s=2):
        try:
            compiled(text, names).value(VALUES)
        except ExpressionError as error:
            assert error.message and error.line >= 1


@settings(max_examples=300)
@given(st.lists(_TOKENS | st.just("${"), max_size=20).map("".join) | st.text(max_size=60))
def test_any_text_is_filled_or_refused(text: str) -> None:
    with within(cpu_s=2):
        try:
            assert isinstance(filled(text, NAMES, VALUES), str)
        except ExpressionError as error:
            assert error.message and error.line >= 1


@settings(max_examples=200)
@given(st.text(alphabet=st.characters(blacklist_characters="$"), max_size=80))
def test_a_text_without_expressions_stays_as_it_is(text: str) -> None:
    with within(cpu_s=2):
        assert filled(text, {}, {}) == text
