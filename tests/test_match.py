"""Which candidate of a look is the element, or that none is, without a browser."""

from __future__ import annotations

from typing import Any

from browser.page_script import Look, Viewport
from recordings.selectors import selectors_of
from recordings.target import Box, Description, Target
from replayer.match import Ambiguous, Match, NoMatch, agree, most_similar

URL = "http://a.test/save"
EMAIL = Description(tag="input", type="email", role="textbox", name="Email", label="Email", editable=True)
SAVE = Description(tag="button", role="button", name="Save", text="Save", css="#save", xpath="/html/body/button")


def target(seen: Description) -> Target:
    return Target(description=seen, selectors=selectors_of(seen))


def look(wanted: Target, *candidates: Description, found: dict[str, tuple[int, ...]] | None = None) -> Look:
    """A look in which selectors by text, role and label find what has these, and others find ``found``."""
    by = {"role": "name", "label": "label", "text": "text", "css": "css", "xpath": "xpath"}

    def finds(selector: Any) -> tuple[int, ...]:
        if found is not None and selector.kind in found:
            return found[selector.kind]
        value = getattr(selector, "name", None) or selector.value
        return tuple(n for n, seen in enumerate(candidates) if getattr(seen, by[selector.kind]) == value)

    return Look(
        look=1,
        found=tuple(finds(selector) for selector in wanted.selectors),
        candidates=candidates,
        addresses=(),
        url=URL,
        ready="complete",
        quiet_ms=1000,
        secrets=(),
        viewport=Viewport(x=0, y=0, width=1280, height=800),
    )


def in_row(row: str, **changes: Any) -> Description:
    place = {"css": f"#{row}", "xpath": f"/html/{row}", "row": f"{row} Engineer", "alike": 2}
    return SAVE.model_copy(update={"name": "Open", "text": "Open", **place, **changes})


def test_the_only_one_that_all_selectors_find_is_the_element() -> None:
    wanted = target(SAVE)
    verdict = agree(wanted, look(wanted, SAVE))
    assert isinstance(verdict, Match)
    assert (verdict.candidate, verdict.how) == (0, "selectors")


def test_of_two_alike_the_one_in_the_recorded_row_is_the_element() -> None:
    wanted = target(in_row("Grace"))
    verdict = agree(wanted, look(wanted, in_row("Ada"), in_row("Grace")))
    assert isinstance(verdict, Match)
    assert verdict.candidate == 1


def test_the_row_counts_more_than_the_place() -> None:
    wanted = target(in_row("Grace"))
    moved = {"css": "#Ada", "xpath": "/html/Ada"}
    verdict = agree(wanted, look(wanted, in_row("Ada", css="#Grace", xpath="/html/Grace"), in_row("Grace", **moved)))
    assert isinstance(verdict, Match)
    assert verdict.candidate == 1


def test_two_in_equal_rows_are_ambiguous() -> None:
    wanted = target(in_row("Grace"))
    again = in_row("Grace", css="#other", xpath="/html/other")
    verdict = agree(wanted, look(wanted, again, again.model_copy(update={"css": "#third", "xpath": "/html/third"})))
    assert isinstance(verdict, Ambiguous)


def test_one_in_another_row_is_not_the_element() -> None:
    wanted = target(in_row("Grace"))
    verdicts = (
        agree(wanted, look(wanted, in_row("Ada"))),
        most_similar(wanted, look(wanted, in_row("Ada")), commits=False),
    )
    assert not [verdict for verdict in verdicts if isinstance(verdict, Match)]


def test_another_at_the_recorded_place_is_not_the_element() -> None:
    wanted = target(SAVE)
    other = SAVE.model_copy(update={"name": "Delete", "text": "Delete"})
    assert isinstance(agree(wanted, look(wanted, other)), NoMatch)
    assert isinstance(most_similar(wanted, look(wanted, other), commits=True), NoMatch)


def test_a_reworded_and_renamed_control_is_found_by_likeness() -> None:
    wanted = target(EMAIL.model_copy(update={"attributes": {"name": "email", "id": "email"}, "css": "#email"}))
    moved = {"attributes": {"name": "email_address", "id": "f-19"}, "css": "#f-19", "box": Box(x=40, y=90)}
    reworded = EMAIL.model_copy(update={**moved, "name": "E-mail address", "label": "E-mail address"})
    phone = EMAIL.model_copy(update={"type": "tel", "name": "Phone", "label": "Phone", "css": "#f-20"})
    verdict = most_similar(wanted, look(wanted, phone, reworded), commits=False)
    assert isinstance(verdict, Match)
    assert (verdict.candidate, verdict.how) == (1, "similar")


def test_nothing_there_is_no_match() -> None:
    assert agree(target(SAVE), look(target(SAVE))) == NoMatch()
