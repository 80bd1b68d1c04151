"""``showonce heal`` as people meet it, after a real run on the next release of Northdesk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.flows import PASSWORD
from demo.northdesk.options import Options
from demo.northdesk.serve import Running, in_thread
from recordings.recording import Recording
from recordings.steps import target_of
from recordings.target import Target
from showonce.cli import main
from tests.test_cli import EXAMPLE, PASSWORD_GIVEN, Said, everything_in, showonce


@pytest.fixture(scope="module")
def desk() -> Iterator[Running]:
    with in_thread(Options(ui="v2")) as running:
        yield running


@dataclass(frozen=True, slots=True)
class After:
    """A home after a replay that passed on v2, what that said, and a copy of the home to begin each test with."""

    home: Path
    copy: Path
    said: Said


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory, desk: Running) -> After:
    home, copy = tmp_path_factory.mktemp("after") / "home", tmp_path_factory.mktemp("copy") / "home"
    shutil.copytree(EXAMPLE, home / "recordings" / "add")
    said = replayed(home, desk, "Grace Hopper")
    shutil.copytree(home, copy)
    return After(home, copy, said)


@pytest.fixture
def home(after: After, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home as it was after the replay: the proposals know the place of their recording."""
    shutil.rmtree(after.home)
    shutil.copytree(after.copy, after.home)
    monkeypatch.setenv("SHOWONCE_HOME", str(after.home))
    monkeypatch.setenv("COLUMNS", "160")
    return after.home


def replayed(home: Path, desk: Running, name: str) -> Said:
    given = ("--pictures", "failure", "--base-url", desk.base_url, "--input", f"full_name={name}")
    return showonce(home, "replay", "add", *given, **PASSWORD_GIVEN)


def added(home: Path) -> Recording:
    return Recording.load(home / "recordings" / "add")


def target_at(home: Path, step_id: str) -> Target | None:
    return next(target_of(step) for step in added(home).steps if step.id == step_id)


def number_of(step: str, capsys: pytest.CaptureFixture[str]) -> str:
    main(["heal", "list"])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    return next(words[0] for words in lines if step in words)


def test_a_run_says_in_one_line_that_it_proposes_something(after: After) -> None:
    assert after.said.code == 0, after.said.err
    last = after.said.out.splitlines()[-1]
    assert "nothing was changed in it" in last
    assert last.endswith("showonce heal list --recording add-customer")


def test_nothing_is_changed_unasked(home: Path) -> None:
    assert added(home) == Recording.load(EXAMPLE)


def test_no_secret_and_no_value_of_the_run_is_in_what_is_proposed(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(1, 13):
        assert main(["heal", "show", str(number)]) == 0
    out = capsys.readouterr().out
    assert "Proposal 12" in out
    assert "Grace Hopper" not in out
    assert PASSWORD not in out  # the page's own name, Northdesk, is another word


def test_both_targets_are_shown_side_by_side_with_what_speaks_for_it(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = number_of("s13", capsys)
    assert main(["heal", "show", number]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert ["called", "Save", "Save", "customer"] in [line.split() for line in lines]
    assert any(line.startswith("Changed: called, says") for line in lines)
    assert any("then came a POST to" in line for line in lines)
    assert any(line.startswith("The run passed") for line in lines)
    pictures = [Path(line.partition(": ")[2]) for line in lines if "'s picture: " in line]
    assert [path.read_bytes()[:2] for path in pictures] == [b"\xff\xd8", b"\xff\xd8"]


def test_what_is_accepted_is_found_as_recorded_and_can_be_undone(
    home: Path, desk: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    before = added(home)
    numbers = [number_of(step, capsys) for step in ("s05", "s13")]
    assert main(["heal", "accept", *numbers]) == 0
    assert "showonce edit add --undo" in capsys.readouterr().out
    changed = [step.id for step, was in zip(added(home).steps, before.steps, strict=True) if step != was]
    assert changed == ["s05", "s13"]
    again = replayed(home, desk, "Mary Ward")
    assert again.code == 0, again.out
    how = {line.split()[1]: line for line in again.out.splitlines() if line.startswith("✓")}
    assert how["5"].endswith("as recorded") and how["13"].endswith("as recorded")
    assert "by likeness" in how["6"]
    assert main(["edit", "add", "--undo"]) == 0
    assert added(home) == before


def test_what_is_accepted_twice_is_said_and_nothing_is_changed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = number_of("s05", capsys)
    main(["heal", "accept", number])
    before = everything_in(home / "recordings")
    assert main(["heal", "accept", number]) == 2
    assert "has this target already" in capsys.readouterr().err
    assert everything_in(home / "recordings") == before
    assert main(["heal", "refuse", number]) == 2
    assert "was accepted" in capsys.readouterr().err


def test_a_step_that_was_taken_out_since_is_a_conflict_and_none_of_several_is_done(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = [number_of(step, capsys) for step in ("s05", "s06")]
    main(["edit", "add", "--do", "delete s06"])
    before = added(home)
    capsys.readouterr()
    assert main(["heal", "accept", *numbers]) == 2
    assert "Step s06" in capsys.readouterr().err
    assert added(home) == before


def test_a_default_that_was_changed_since_is_a_conflict(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = number_of("s13", capsys)  # its surroundings say who is signed in
    main(["edit", "add", "--set-default", "username=grace"])
    capsys.readouterr()
    assert main(["heal", "accept", number]) == 2
    assert "'username' was changed" in capsys.readouterr().err


@pytest.mark.slow
def test_what_is_refused_is_not_proposed_again(home: Path, desk: Running, capsys: pytest.CaptureFixture[str]) -> None:
    number = number_of("s05", capsys)
    assert main(["heal", "refuse", number]) == 0
    replayed(home, desk, "Mary Ward")
    capsys.readouterr()
    main(["heal", "list", "--recording", "add-customer"])
    open_ones = capsys.readouterr().out
    assert (" s05 " in open_ones, " s06 " in open_ones, "2 ×" in open_ones) == (False, True, True)
    main(["heal", "list", "--all"])
    assert "refused" in capsys.readouterr().out


def test_a_refused_one_may_still_be_accepted(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = number_of("s05", capsys)
    main(["heal", "refuse", number])
    assert main(["heal", "accept", number]) == 0
    target = target_at(home, "s05")
    assert target is not None and target.description.name == "Add customer"


@pytest.mark.slow
def test_what_was_undone_is_said_proposed_again_by_a_later_run_and_accepted_again(
    home: Path, desk: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    number = number_of("s05", capsys)
    main(["heal", "accept", number])
    main(["edit", "add", "--undo"])
    capsys.readouterr()
    main(["heal", "list", "--all"])
    assert "taken back" in next(line for line in capsys.readouterr().out.splitlines() if " s05 " in line)
    replayed(home, desk, "Mary Ward")
    assert number_of("s05", capsys) == number
    assert main(["heal", "accept", number]) == 0


def test_what_was_decided_is_taken_back_and_noted(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, number = added(home), number_of("s05", capsys)
    main(["heal", "accept", number])
    main(["edit", "add", "--do", "delete s02"])
    assert main(["heal", "back", number]) == 0
    assert target_at(home, "s05") == next(target_of(step) for step in before.steps if step.id == "s05")
    assert main(["heal", "back", number]) == 2
    assert "taken back already" in capsys.readouterr().err
    main(["heal", "refuse", number])
    assert main(["heal", "back", number]) == 0
    capsys.readouterr()
    assert number_of("s05", capsys) == number
    main(["audit", "list"])
    out = capsys.readouterr().out
    assert ("undid a heal" in out, "reopened a heal" in out) == (True, True)


def test_what_was_edited_since_is_not_taken_back_by_a_heal(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = number_of("s05", capsys)
    main(["heal", "accept", number])
    main(["edit", "add", "--do", "delete s05"])
    capsys.readouterr()
    assert main(["heal", "back", number]) == 2
    assert "edited or healed since" in capsys.readouterr().err


def test_a_recording_that_was_moved_is_asked_for(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = number_of("s05", capsys)
    shutil.move(home / "recordings" / "add", home / "recordings" / "new")
    assert main(["heal", "accept", number]) == 2
    assert "--in FOLDER" in capsys.readouterr().err
    assert main(["heal", "accept", number, "--in", "new"]) == 0
    assert Recording.load(home / "recordings" / "new") != Recording.load(EXAMPLE)


def test_a_folder_with_other_things_in_it_is_left_alone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = number_of("s05", capsys)
    (home / "recordings" / "add" / "notes.txt").write_text("mine")
    before = everything_in(home)
    assert main(["heal", "accept", number]) == 2
    assert "holds other things" in capsys.readouterr().err
    assert everything_in(home / "recordings") in before
    assert number_of("s05", capsys) == number


def test_a_recording_that_cannot_be_written_is_said_and_stays_open(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = number_of("s05", capsys)
    place = home / ("x" * 250)  # a folder beside it, written first, would have too long a name
    shutil.move(home / "recordings" / "add", place)
    assert main(["heal", "accept", number, "--in", str(place)]) == 1
    assert "could not be saved" in capsys.readouterr().err
    assert Recording.load(place) == Recording.load(EXAMPLE)
    assert number_of("s05", capsys) == number


@pytest.mark.parametrize("given", ["99", "0", "-1", "abc", "1" * 30, ""])
@pytest.mark.parametrize("command", ["show", "accept", "refuse", "back"])
def test_a_number_of_none_is_said(home: Path, capsys: pytest.CaptureFixture[str], command: str, given: str) -> None:
    assert main(["heal", command, "--", given]) == 2
    err = capsys.readouterr().err
    assert ("There is no heal" in err, "Traceback" in err) == (True, False), err


@pytest.mark.parametrize("arguments", [["list"], ["show", "1"], ["accept", "1"], ["refuse", "1"]], ids=" ".join)
def test_where_no_runs_are_kept_it_is_said_and_none_is_made(tmp_path: Path, arguments: list[str]) -> None:
    said = showonce(tmp_path / "home", "heal", *arguments)
    assert (said.code, "No runs are kept yet" in said.err, (tmp_path / "home").exists()) == (2, True, False)
