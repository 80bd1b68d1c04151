"""Questions at a terminal: Ctrl+C ends the command at once, and nothing was done."""

from __future__ import annotations

from pathlib import Path

import pytest

from store import open_store
from tests.test_edit_cli import at_terminal
from tests.test_purge import ADA, fill, held_in


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    async with open_store(tmp_path) as store:
        await fill(store)
    return tmp_path


def test_who_says_no_is_told_that_nothing_was_done(home: Path) -> None:
    with at_terminal(home, "purge", "--subject", ADA) as terminal:
        terminal.sees("Erase it?")
        code, shown = terminal.ends(pressing=b"n\n")
    assert (code, "Nothing was erased." in shown, "Aborted" in shown) == (1, True, False)
    assert held_in(home, ADA)


@pytest.mark.parametrize(
    ("command", "question"),
    [(("purge", "--subject", ADA), "Erase it?"), (("secrets", "set", "pin"), "Value of pin")],
    ids=["purge", "secrets set"],
)
def test_ctrl_c_ends_a_command_that_asks(home: Path, command: tuple[str, ...], question: str) -> None:
    with at_terminal(home, *command) as terminal:
        terminal.sees(question)
        code, shown = terminal.ends(pressing=b"\x03")
    assert code == 130 and "Erased" not in shown and "is kept" not in shown
    assert held_in(home, ADA)
