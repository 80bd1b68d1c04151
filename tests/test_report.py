"""The page of one run: what a reviewer reads, and that it needs nothing beside it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from recordings.trace import Candidate, Failure, StepRecord, Timing, Trace
from review.durations import duration_words
from review.report import found_words, trace_page, verdict_of
from showonce.render import end_line, step_line

ID = "4bf92f3577b34da6a3ce929d0e0e4736"
PNG = b"\x89PNG\r\n\x1a\nthe page"
AMBIGUOUS = Failure(code="ElementAmbiguous", message="Two buttons could be 'Save'.", mend="Record it again.")
EVIL = "<script>alert(1)</script>\"'><img src=https://evil.test/x onerror=alert(1)>"


def step(**fields: Any) -> StepRecord:
    given = {
        "index": 0,
        "step_id": "s0",
        "kind": "click",
        "words": "Click 'Save'",
        "outcome": "passed",
        **fields,
    }
    return StepRecord(trace_id=ID, span_id="0" * 16, started_at=1.0, **given)


def run(*steps: StepRecord, **fields: Any) -> Trace:
    given = {"recording": "add-customer", "status": "passed", "ended_at": 9.4, **fields}
    return Trace(trace_id=ID, started_at=1.0, steps=steps, **given)


def page(trace: Trace, picture: bytes | None = None) -> str:
    return trace_page(trace, lambda digest: picture)


def tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """Every start tag with its attributes, as a browser would take them."""
    found: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, dict(attrs)))

    Reader().feed(html)
    return found


def text(html: str) -> str:
    """What the page says, folded to single spaces."""
    shown = re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown)).replace("&#39;", "'")


def test_whatever_a_run_holds_becomes_text_and_no_element() -> None:
    failure = Failure(code=EVIL, message=EVIL, mend=EVIL)
    fields: dict[str, Any] = {
        "words": EVIL,
        "url": EVIL,
        "value": EVIL,
        "notes": (EVIL,),
        "answers": (EVIL,),
        "evidence": (EVIL,),
        "within": (EVIL,),
    }
    evil = step(**fields, how="similar", failure=failure, candidates=(Candidate(score=0.5, words=EVIL),))
    plain = step(
        url="x",
        value="x",
        notes=("x",),
        answers=("x",),
        within=("x",),
        how="similar",
        failure=AMBIGUOUS,
        candidates=(Candidate(score=0.5, words="x"),),
    )
    bad = page(run(evil, recording=EVIL, base_url=EVIL, inputs={EVIL: EVIL}, failure=failure))
    good = page(run(plain, base_url="x", inputs={"x": "x"}, failure=AMBIGUOUS))
    assert [tag for tag, _ in tags(bad)] == [tag for tag, _ in tags(good)]
    assert not any(name.startswith("on") for _, attributes in tags(bad) for name in attributes)


def test_the_page_asks_for_no_address_elsewhere() -> None:
    html = page(run(step(picture="a", url="https://shop.test/orders"), base_url="https://shop.test"), PNG)
    asked = [
        value or "" for _, attributes in tags(html) for name, value in attributes.items() if name in ("src", "href")
    ]
    assert all(address.startswith(("data:", "#")) for address in asked)
    assert set(re.findall(r"https?://[^\s<\"]+", html)) == {"https://shop.test", "https://shop.test/orders"}
    assert "url(" not in html
    assert "@import" not in html


def test_pictures_are_inside_the_page() -> None:
    html = page(run(step(picture="a" * 64)), PNG)
    assert html.count("data:image/png;base64,iVBORw0KGgp0aGUgcGFnZQ==") == 1


def test_the_demonstration_stands_beside_the_run() -> None:
    html = trace_page(run(step(step_id="s7")), lambda digest: None, {"s7": PNG}.get)
    assert "As shown in the demonstration" in text(html)


@pytest.mark.parametrize(
    ("digest", "said"),
    [("", "No picture of this step"), ("a" * 64, "The picture is no longer stored")],
    ids=["none", "gone"],
)
def test_a_picture_that_is_not_there_is_said(digest: str, said: str) -> None:
    assert said in text(page(run(step(picture=digest))))


def test_a_failed_step_says_why_what_to_do_and_what_came_closest() -> None:
    failed = step(outcome="failed", failure=AMBIGUOUS, candidates=(Candidate(score=0.62, words="button 'Save all'"),))
    said = text(page(run(failed, status="failed", total_steps=3)))
    for wanted in (AMBIGUOUS.message, AMBIGUOUS.mend, AMBIGUOUS.code, "0.62 button 'Save all'"):
        assert wanted in said
    assert "2 further steps were not done." in said


def test_a_run_that_failed_between_steps_says_why() -> None:
    said = text(page(run(step(), status="failed", failure=AMBIGUOUS, total_steps=2)))
    assert "Failed 1 of 2 steps done." in said
    assert AMBIGUOUS.message in said


def test_blocks_stand_over_their_steps_each_once() -> None:
    first, other = (
        ("For each row: INV-1, 1 of 2", "If the row says 'Open'"),
        ("For each row: INV-2, 2 of 2", "Otherwise"),
    )
    html = page(run(step(within=first), step(within=first), step(within=other), step()))
    heads = [attributes["style"] for tag, attributes in tags(html) if attributes.get("class") == "head"]
    assert heads == ["--depth:0", "--depth:1"] * 2
    assert all(text(html).count(head) == 1 for head in (*first, *other))


def test_a_run_whose_steps_are_not_known_beforehand_says_no_total() -> None:
    said = text(page(run(step(), step(outcome="failed", failure=AMBIGUOUS), status="failed")))
    assert "It stopped at step 2." in said


def test_inputs_notes_and_times_are_shown() -> None:
    done = step(notes=("its id changed",), timing=Timing(locate_ms=14, act_ms=52), value="Ada")
    said = text(page(run(done, inputs={"full_name": "Ada"})))
    for wanted in (
        "full name Ada",
        "its id changed",
        "66 ms",
        "finding 14 ms",
        "acting 52 ms",
        "Took 8.4 s",
        ID,
    ):
        assert wanted in said


def test_a_run_without_steps_has_a_page() -> None:
    assert "No step was done." in text(page(run(status="failed", failure=AMBIGUOUS)))


@pytest.mark.parametrize(
    ("trace", "state", "sentence"),
    [
        (run(step(), step()), "passed", "All 2 steps done, as shown."),
        (run(step(how="similar")), "healed", "All 1 step done; 1 found in another way than recorded."),
        (
            run(step(), step(outcome="failed"), status="failed", total_steps=5),
            "failed",
            "It stopped at step 2 of 5.",
        ),
        (
            run(step(), status="running", total_steps=5),
            "running",
            "1 of 5 steps done when this page was made.",
        ),
    ],
    ids=["passed", "healed", "failed", "running"],
)
def test_the_verdict_says_how_a_run_went(trace: Trace, state: str, sentence: str) -> None:
    verdict = verdict_of(trace)
    assert (verdict.state, verdict.sentence) == (state, sentence)


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (step(), ""),
        (step(how="selectors"), "by its recorded selectors"),
        (
            step(how="similar", score=0.874, evidence=("same label", "same row")),
            "by likeness, score 0.87: same label, same row",
        ),
        (step(how="picture", score=0.9), "by its picture, score 0.90"),
    ],
    ids=["no element", "selectors", "similar", "picture"],
)
def test_how_an_element_was_found_is_said_in_words(record: StepRecord, words: str) -> None:
    assert found_words(record) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 ms"),
        (0.0384, "38 ms"),
        (0.9999, "1.0 s"),
        (59.97, "1 min 0 s"),
        (125, "2 min 5 s"),
        (3790, "1 h 3 min"),
    ],
)
def test_durations_keep_two_figures_that_matter(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words


def test_steps_that_were_skipped_are_said_to_be_and_counted() -> None:
    note = "Skipped: the step is optional, and its element was not on the page."
    trace = run(step(outcome="skipped", notes=(note,)), step(index=1), total_steps=2)
    assert verdict_of(trace).sentence == "1 of 2 steps done, 1 skipped as the recording allows."
    shown = text(page(trace))
    assert ("Skipped, not done" in shown, note in shown) == (True, True)


def test_a_skipped_step_is_said_in_the_terminal() -> None:
    skipped = step(outcome="skipped", notes=("Not done: the step is disabled.",))
    assert step_line(skipped, 2).plain == "– 1  Click 'Save'  Not done: the step is disabled."
    assert "2 steps (1 skipped)" in end_line(run(skipped, step(index=1))).plain
