"""Texts of pages to values: numbers, dates, money, by how the page writes; what may mean two things is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.guess import guessed
from recordings.typed import Typed, UntypedError, ValueType, Writing, names_of, plain, typed

GROUPS = {".": ",' \u00a0\u202f", ",": ".' \u00a0\u202f"}


SHAPES = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%d %B %Y", "%b %d, %Y"]


def written(number: Decimal, decimal: str, group: str) -> str:
    """A number as a page with these signs writes it."""
    text = f"{number:,f}".replace(",", "\0").replace(".", decimal)
    return text.replace("\0", group)


@given(
    st.decimals(-(10**9), 10**9, allow_nan=False, places=2),
    st.sampled_from([(decimal, group) for decimal, groups in GROUPS.items() for group in groups]),
)
def test_a_number_is_read_as_it_was_written(number: Decimal, signs: tuple[str, str]) -> None:
    text = written(number, *signs)
    assert Decimal(typed(text, "number", Writing(decimal=signs[0])).text) == number


@given(st.decimals(-(10**6), 10**6, allow_nan=False, places=3))
def test_a_canonical_number_is_read_as_itself(number: Decimal) -> None:
    text = plain(number)
    assert typed(text, "number", Writing(decimal=".")).text == text


@given(st.dates(date(1000, 1, 1)), st.sampled_from(SHAPES))
def test_a_day_is_read_as_it_was_written_where_the_day_is_first(day: date, shape: str) -> None:
    text = day.strftime(shape).replace(f"{day.year}", f"{day.year:04}")
    assert typed(text, "date", Writing(order="dmy")).text == day.isoformat()


@given(st.dates(date(1000, 1, 1)))
def test_a_day_is_read_as_it_was_written_where_the_month_is_first(day: date) -> None:
    assert typed(f"{day.month}/{day.day}/{day.year:04}", "date", Writing(order="mdy")).text == day.isoformat()


@given(st.text(max_size=20), st.sampled_from(["number", "date", "money"]))
def test_any_text_is_a_value_or_refused_in_words(text: str, kind: ValueType) -> None:
    try:
        typed(text, kind, Writing())
    except UntypedError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("text", "kind", "writing", "value"),
    [
        ("1,234.50", "number", Writing(), Typed("1234.5")),
        ("1.234,50", "number", Writing(), Typed("1234.5")),
        ("12,34,567.8", "number", Writing(decimal="."), Typed("1234567.8")),
        ("(1,234)", "number", Writing(decimal="."), Typed("-1234")),
        ("−3", "number", Writing(), Typed("-3")),
        ("12-", "number", Writing(), Typed("-12")),
        ("21 %", "number", Writing(), Typed("21")),
        ("1'234.50", "number", Writing(), Typed("1234.5")),
        ("€ 1,234.50", "money", Writing(), Typed("1234.50", "EUR")),
        ("1.234,50 €", "money", Writing(), Typed("1234.50", "EUR")),
        ("CHF 1'234.50", "money", Writing(), Typed("1234.50", "CHF")),
        ("-$3.20", "money", Writing(currency="USD"), Typed("-3.20", "USD")),
        ("$3.20", "money", Writing(), Typed("3.20", "$")),
        ("$12.00 USD", "money", Writing(), Typed("12.00", "USD")),
        ("€ 12,-", "money", Writing(), Typed("12", "EUR")),
        ("(£12.00)", "money", Writing(), Typed("-12.00", "GBP")),
        ("1234.50 EUR", "money", Writing(), Typed("1234.50", "EUR")),
        ("26. März 2026", "date", Writing(), Typed("2026-03-26")),
        ("Thu, 26 Nov 2026", "date", Writing(), Typed("2026-11-26")),
        ("26 de noviembre de 2026", "date", Writing(), Typed("2026-11-26")),
        ("Nov 26, 2026, 2:30 PM", "date", Writing(), Typed("2026-11-26")),
        ("2026-11-26T10:00:00Z", "date", Writing(), Typed("2026-11-26")),
        ("2026年11月26日", "date", Writing(), Typed("2026-11-26")),
        ("26.11.26", "date", Writing(), Typed("2026-11-26")),
    ],
)
def test_what_a_page_writes(text: str, kind: ValueType, writing: Writing, value: Typed) -> None:
    assert typed(text, kind, writing) == value


@pytest.mark.parametrize(
    ("text", "kind", "why"),
    [
        ("n/a", "number", "'n/a' is no number"),
        ("1,234", "number", "may be 1234 or 1.234"),
        ("1,23,4", "number", "is no number"),
        ("12 13", "number", "is no number"),
        ("1.234.5", "number", "is no number"),
        ("12", "money", "with its currency"),
        ("12 apples", "money", "is no amount of money"),
        ("€ 5 $", "money", "with its currency"),
        ("03/04/2026", "date", "may be 2026-04-03 or 2026-03-04"),
        ("31.02.2026", "date", "is no date"),
        ("tomorrow", "date", "is no date"),
        ("Open", "link", "is no link"),
    ],
)
def test_what_is_no_such_value_or_may_be_two_is_refused(text: str, kind: ValueType, why: str) -> None:
    with pytest.raises(UntypedError, match=why.replace("(", r"\(")):
        typed(text, kind, Writing())


@pytest.mark.parametrize(
    ("texts", "lang", "kind", "writing"),
    [
        (["1,234", "2,500"], "en", "number", Writing(decimal=".")),
        (["1.234", "2.500"], "de-DE", "number", Writing(decimal=",")),
        (["1.234", "2.500"], "de-CH", "number", Writing(decimal=".")),
        (["1.234", "2,5"], "en", "number", Writing(decimal=",")),
        (["1,234"], "", "text", Writing()),
        (["€ 1,234.50", "€ 3"], "en", "money", Writing(decimal=".")),
        (["$5", "$6.20"], "en-US", "money", Writing(decimal=".", currency="USD")),
        (["5,00 kr"], "sv", "money", Writing(decimal=",", currency="SEK")),
        (["03/04/2026", "13/04/2026"], "en", "date", Writing(order="dmy")),
        (["03/04/2026", "04/13/2026"], "", "date", Writing(order="mdy")),
        (["03/04/2026"], "en-US", "date", Writing(order="mdy")),
        (["03/04/2026"], "en", "text", Writing()),
        (["A-1042"], "en", "text", Writing()),
        (["007", "008"], "en", "text", Writing()),
        (["12", "n/a"], "en", "text", Writing()),
        (["12", ""], "en", "number", Writing(decimal=".")),
        ([], "en", "text", Writing()),
    ],
)
def test_the_type_of_a_column_is_guessed_from_all_of_it(
    texts: list[str], lang: str, kind: ValueType, writing: Writing
) -> None:
    assert guessed(texts, lang) == (kind, writing)


def test_money_and_links_have_a_second_name() -> None:
    assert names_of("total", "money") == ("total", "total_currency")
    assert names_of("order", "link") == ("order", "order_text")
    assert names_of("order", "number") == ("order",)
