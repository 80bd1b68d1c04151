"""``showonce exam`` as people meet it: exit codes, what is said, what is written, and what --apply changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from recordings.recording import Recording
from recordings.steps import Click, target_of
from recordings.target import CssSelector, Description, RoleSelector, Target, XPathSelector
from recordings.versions import undo
from replayer.exam.mutations import KINDS, mutations_of
from tests.test_cli import everything_in, showonce

ROWS = "".join(f"<tr><td>{name}</td><td><button>Open</button></td></tr>" for name in ("Ada", "Grace", "Hedy"))
HEAD = "<!doctype html><html><head></head><body><h1 id='top'>People</h1>"
HTML = f"{HEAD}<table><tbody>{ROWS}</tbody></table></body></html>"
PLACE = "/html/body/table/tbody/tr[2]/td[2]/button"
CSS = "body > table > tbody > tr:nth-of-type(2) > td:nth-of-type(2) > button"
KNOWN = Description(
    tag="button", type="", role="button", name="Open", text="Open", row="Grace", near=("Grace",), css=CSS, xpath=PLACE,
    ordinal=1, alike=3, heading="People",
)  # fmt: skip
BY_NAME = Target(description=KNOWN, selectors=(RoleSelector(role="button", name="Open"), XPathSelector(value=PLACE)))
BY_PLACE = Target(
    description=Description(tag="button", css=CSS, xpath=PLACE),
    selectors=(CssSelector(value=CSS), XPathSelector(value=PLACE)),
)


def kept(home: Path, target: Target, *, page: bool = True) -> Path:
    """A recording called ``rows`` of one click in the second row."""
    files = {"pages/s01.html": HTML.encode()} if page else {}
    step = Click(id="s01", words="Click 'Open'", target=target, dom="pages/s01.html" if page else "")
    recording = Recording(name="rows", start="http://a.test/", steps=(step,), files=files)
    return recording.save(home / "recordings" / "rows")


def seed_that_begins_with(kind: str, target: Target) -> str:
    """A seed whose first change is of this kind."""
    return str(next(s for s in range(2000) if next(mutations_of(target.description, s, 1)).kind.name == kind))


def test_a_recording_whose_steps_survive_ends_with_0(tmp_path: Path) -> None:
    folder = kept(tmp_path, BY_NAME)
    before = everything_in(folder)
    said = showonce(tmp_path, "exam", "rows", "--mutations", "1", "--seed", seed_that_begins_with("sort-rows", BY_NAME))
    assert (said.code, "2 changes tried: 2 found again" in said.out) == (0, True), said
    assert everything_in(folder) == before


def test_a_step_that_knows_only_a_place_would_click_wrong_and_ends_with_1(tmp_path: Path) -> None:
    kept(tmp_path, BY_PLACE)
    file = tmp_path / "exam.json"
    seed = seed_that_begins_with("swap-rows", BY_PLACE)
    said = showonce(tmp_path, "exam", "rows", "--mutations", "1", "--seed", seed, "--json", file)
    assert (said.code, "its row changed places" in said.out, "accessible name" in said.out) == (1, True, True), said
    told = json.loads(file.read_text(encoding="utf-8"))
    assert told["totals"]["wrong"] == 1
    assert [case["kind"] for case in told["steps"][0]["cases"]] == ["unchanged", "swap-rows"]
    assert told["steps"][0]["cases"][1]["got"].startswith("button 'Open'")


def test_the_same_seed_comes_to_the_same_exam(tmp_path: Path) -> None:
    kept(tmp_path, BY_NAME)
    told = []
    for name in ("one", "two"):
        showonce(tmp_path, "exam", "rows", "--mutations", "6", "--seed", "4", "--json", tmp_path / name)
        cases = json.loads((tmp_path / name).read_text(encoding="utf-8"))["steps"][0]["cases"]
        told.append([(case["kind"], case["seed"], case["grade"]) for case in cases])
    assert told[0] == told[1]
    assert len(told[0]) == 7
    assert {kind for kind, _, _ in told[0][1:]} <= set(KINDS)


@pytest.mark.parametrize(
    ("page", "name", "words"),
    [(False, "rows", "no frozen pages"), (True, "nosuch", "There are: rows.")],
    ids=["no frozen pages", "no such recording"],
)
def test_what_cannot_be_examined_says_why_and_ends_with_2(tmp_path: Path, page: bool, name: str, words: str) -> None:
    kept(tmp_path, BY_NAME, page=page)
    said = showonce(tmp_path, "exam", name)
    assert (said.code, words in said.err, "Traceback" in said.err) == (2, True, False), said


def test_apply_keeps_the_selectors_that_survived_and_can_be_undone(tmp_path: Path) -> None:
    folder = kept(tmp_path, BY_NAME)
    seed = seed_that_begins_with("swap-rows", BY_NAME)
    said = showonce(tmp_path, "exam", "rows", "--mutations", "1", "--seed", seed, "--apply")
    assert "s01 is no longer found by xpath" in said.out, said
    assert selectors(folder) == [BY_NAME.selectors[0]]
    undo(folder)
    assert selectors(folder) == list(BY_NAME.selectors)


def selectors(folder: Path) -> list[object]:
    target = target_of(Recording.load(folder).steps[0])
    assert target is not None
    return list(target.selectors)
