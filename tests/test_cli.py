"""The command line as people meet it: exit codes, messages, and what is left behind."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext

from browser.find import find_headless
from demo.flows import PASSWORD, sign_in
from demo.human import Human
from demo.northdesk.serve import Running, in_thread
from recordings import Recording
from recordings.inputs import Input, InputRef, Secret, SecretRef
from recordings.steps import Fill
from recordings.target import Description, Target
from showonce.cli import main

SHOWONCE = (sys.executable, "-m", "showonce")
EXAMPLE = Path(__file__).parent.parent / "recordings" / "examples" / "add-customer"
PASSWORD_GIVEN = {"SHOWONCE_SECRET_PASSWORD": PASSWORD}


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


def showonce(home: Path, *arguments: str | Path, piped: str = "", **more: str) -> Said:
    """A command in a process of its own, with no terminal."""
    done = subprocess.run(
        [*SHOWONCE, *map(str, arguments)],
        env=environment(home, **more),
        input=piped,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def environment(home: Path, **more: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SHOWONCE_")}
    return {**plain, "COLUMNS": "160", "SHOWONCE_HOME": str(home), **more}


def everything_in(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.fixture(scope="module")
def desk() -> Iterator[Running]:
    with in_thread() as running:
        yield running


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a recording called ``add``, the example that adds a customer."""
    folder = tmp_path_factory.mktemp("home")
    shutil.copytree(EXAMPLE, folder / "recordings" / "add")
    return folder


@pytest.fixture(scope="module")
def passed(home: Path, desk: Running) -> Said:
    """A replay that passed, its trace as JSON."""
    given = ("--json", "--input", "full_name=Grace [bold]Hopper", "--base-url", desk.base_url)
    return showonce(home, "replay", "add", *given, **PASSWORD_GIVEN)


def test_a_run_that_passes_ends_with_0_and_prints_its_trace(passed: Said) -> None:
    assert (passed.code, "Traceback" in passed.err) == (0, False), passed.err
    trace = json.loads(passed.out)
    assert (trace["status"], trace["inputs"]["full_name"]) == ("passed", "Grace [bold]Hopper")


def test_a_secret_is_in_nothing_that_a_run_leaves(passed: Said, home: Path) -> None:
    assert PASSWORD not in passed.out + passed.err
    kept = [home / "showonce.db", *home.glob("showonce.db-*"), *(home / "pictures").rglob("*.*")]
    assert not any(PASSWORD.encode() in path.read_bytes() for path in kept if path.is_file())


def test_the_page_of_a_run_is_written_with_its_pictures(passed: Said, home: Path, tmp_path: Path) -> None:
    page = tmp_path / "new" / "run.html"
    said = showonce(home, "trace", json.loads(passed.out)["trace_id"][:8], "--out", page)
    assert (said.code, str(page) in said.out) == (0, True), said.err
    assert page.read_text(encoding="utf-8").count("data:image/") > 10


def test_a_run_shows_its_steps_and_ends_with_one_line(home: Path, desk: Running) -> None:
    given = ("--pictures", "none", "--base-url", desk.base_url)
    said = showonce(home, "replay", "add", *given, **PASSWORD_GIVEN)
    *steps, last = said.out.splitlines()
    assert (said.code, last.startswith("passed in "), len(steps) > 10) == (0, True, True), said.out
    assert all(line.startswith("✓") for line in steps)


def test_a_dry_run_finds_what_it_would_do_and_sends_nothing(home: Path, desk: Running) -> None:
    before = httpx.get(f"{desk.base_url}/api/customers").json()
    said = showonce(home, "replay", "add", "--dry-run", "--base-url", desk.base_url, **PASSWORD_GIVEN)
    assert (said.code, "this is a dry run; it would send POST" in said.out) == (0, True), said.out
    assert httpx.get(f"{desk.base_url}/api/customers").json() == before


def test_a_run_whose_page_cannot_be_reached_fails_with_1(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    said = showonce(home, "replay", "add", "--base-url", f"127.0.0.1:{port}", **PASSWORD_GIVEN)
    assert (said.code, "could not be opened" in said.out, "Traceback" in said.err) == (1, True, False), said.out


def test_a_run_that_fails_names_the_step_and_the_command_that_shows_it(home: Path, desk: Running) -> None:
    given = ("--timeout", "8", "--base-url", desk.base_url)
    said = showonce(home, "replay", "add", *given, SHOWONCE_SECRET_PASSWORD="wrong")
    last = said.out.splitlines()[-1]
    assert (said.code, last.startswith("failed at step 4: ")) == (1, True), said.out
    assert "showonce trace " in last


def test_every_row_is_run_and_those_that_fail_are_listed(home: Path, desk: Running, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("full_name,email\nMary Shelley,mary@x.org\nJane Austen,nonsense\n", encoding="utf-8")
    given = ("--data", rows, "--agents", "2", "--timeout", "3", "--base-url", desk.base_url)
    said = showonce(home, "run", "add", *given, **PASSWORD_GIVEN)
    assert (said.code, "1 passed, 1 failed" in said.out, "answered 422" in said.out) == (1, True, True), said.out
    stored = [customer["email"] for customer in httpx.get(f"{desk.base_url}/api/customers").json()]
    assert (stored.count("mary@x.org"), stored.count("nonsense")) == (1, 0)


def test_rows_from_a_pipe_with_names_of_their_own_leave_a_file_of_results(
    home: Path, desk: Running, tmp_path: Path
) -> None:
    rows = "Full name;E-mail\nMary Wollstonecraft;mw@x.org\nno mail\nAnne Brontë;nonsense\n"
    names = ("--map", "Full name=full_name", "--map", "E-mail=email")
    given = ("--data", "-", *names, "--timeout", "3", "--base-url", desk.base_url)
    refused = showonce(home, "run", "add", *given, piped=rows, **PASSWORD_GIVEN)
    assert (refused.code, "1 of 3 rows" in refused.err, "line 3: It has 1 columns" in refused.err) == (2, True, True)
    results = ("--skip-bad", "--results", tmp_path / "done.csv")
    said = showonce(home, "run", "add", *given, *results, piped=rows, **PASSWORD_GIVEN)
    assert (said.code, "1 passed, 1 failed" in said.out, "Line 3 is left out" in said.err) == (1, True, True), said
    with (tmp_path / "done.csv").open(encoding="utf-8", newline="") as file:
        by_line = {row["line"]: row for row in csv.DictReader(file)}
    assert [(line, by_line[line]["status"]) for line in sorted(by_line)] == [("2", "passed"), ("4", "failed")]
    assert (by_line["2"]["error"], by_line["4"]["error"] != "") == ("", True)
    kept = showonce(home, "trace", by_line["2"]["trace_id"], "--json")
    assert json.loads(kept.out)["inputs"]["full_name"] == "Mary Wollstonecraft"
    again = showonce(home, "run", "add", *given, *results, piped=rows, **PASSWORD_GIVEN)
    assert (again.code, "already" in again.err) == (2, True), again


def test_ctrl_c_ends_a_run_with_130_and_closes_its_trace(home: Path, desk: Running, tmp_path: Path) -> None:
    folder = str(home / "recordings" / "add")
    with subprocess.Popen(
        [*SHOWONCE, "replay", folder, "--slow-mo", "150", "--base-url", desk.base_url],
        env=environment(tmp_path, **PASSWORD_GIVEN, PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=30)
    assert (running.returncode, "Traceback" in err) == (130, False), err
    assert "it was stopped" in showonce(tmp_path, "traces", "--status", "failed").out


# What cannot start: no browser is needed for any of it, so these run in this process.


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a recording called ``small`` that has three inputs, one without a default, and a secret."""
    monkeypatch.setenv("SHOWONCE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    values = (InputRef(name="email"), InputRef(name="must"), SecretRef(name="pin"))
    target = Target(description=Description(tag="input"))
    recording = Recording(
        name="small",
        start="http://localhost/",
        inputs=(Input(name="email", default="a@x.org"), Input(name="must")),
        secrets=(Secret(name="pin"),),
        steps=tuple(Fill(id=f"s{n}", target=target, value=value) for n, value in enumerate(values)),
    )
    recording.save(tmp_path / "recordings" / "small")
    (tmp_path / "no.json").write_text("{", encoding="utf-8")
    (tmp_path / "number.json").write_text('{"email": 7}', encoding="utf-8")
    (tmp_path / "pin.json").write_text('{"pin": "1234"}', encoding="utf-8")
    (tmp_path / "rows.csv").write_text("emial\nx\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("replay small", "No value for input 'must'"),
        ("replay small --input must=x", "SHOWONCE_SECRET_PIN"),
        ("replay small --input must=x --input emial=y", "no input 'emial'"),
        ("replay small --input pin=1234", "'pin' is a secret"),
        ("replay small --inputs pin.json", "'pin' is a secret"),
        ("replay small --input must", "--input wants name=value"),
        ("replay small --inputs none.json", "no such file"),
        ("replay small --inputs no.json", "not JSON"),
        ("replay small --inputs number.json", '"7"'),
        ("replay nosuch", "There are: small."),
        ("replay small --nosuch", "No such option"),
        ("run small --data rows.csv", "no input 'emial'"),
        ("run small --data none.csv", "no such file"),
        ("trace 4f2a", "No run has a trace id starting with '4f2a'"),
        ("record localhost --name small", "There is a recording"),
        ("record localhost --name ../up", "cannot be called"),
        ("record localhost --name x --out . --force", "would be lost"),
        ("edit small --rename-input email=Not-A-Name", "would be wrong"),
        ("edit small --make-secret nosuch", "no input 'nosuch'"),
    ],
)
def test_what_cannot_start_says_why_and_ends_with_2(
    small: Path, capsys: pytest.CaptureFixture[str], line: str, words: str
) -> None:
    code = main(line.split())
    err = capsys.readouterr().err
    assert (code, words in err, "Traceback" in err, "1234" in err) == (2, True, False, False), err


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "Cannot read"), ('{"format": 99}', "format 99"), ('{"format": 1, "name": "x"}', "start: Field required")],
    ids=["not JSON", "newer", "incomplete"],
)
def test_a_recording_that_cannot_be_read_is_named(
    small: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    folder = small / "recordings" / "small"
    (folder / "recording.json").write_text(text, encoding="utf-8")
    assert main(["replay", "small"]) == 2
    err = capsys.readouterr().err
    assert (str(folder) in err, words in err) == (True, True), err


def test_debug_shows_where_an_error_comes_from(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "nosuch", "--debug"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_a_setting_that_cannot_be_used_is_named(
    small: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOWONCE_STEP_TIMEOUT_S", "soon")
    assert main(["replay", "small"]) == 2
    assert "SHOWONCE_STEP_TIMEOUT_S" in capsys.readouterr().err


def test_an_edit_that_is_refused_changes_nothing(small: Path) -> None:
    before = everything_in(small)
    assert main(["edit", "small", "--set-default", "email=b@x.org", "--rename-input", "must=email"]) == 2
    assert everything_in(small) == before


def test_a_renamed_recording_goes_by_its_new_name_alone(small: Path) -> None:
    assert main(["edit", "small", "--rename", "large", "--make-secret", "email"]) == 0
    assert [path.name for path in (small / "recordings").iterdir()] == ["large"]
    edited = Recording.load(small / "recordings" / "large")
    assert (edited.name, [secret.name for secret in edited.secrets]) == ("large", ["pin", "email"])


# Recording: the browser that the command opens is worked in over its debugging port, with real input.


@asynccontextmanager
async def recording_command(
    browser: Browser, home: Path, url: str, *arguments: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, BrowserContext]]:
    """``showonce record`` under way, and the context it records."""
    asked = ("record", url, "--name", "shown", "--headless", *arguments)
    async with command_in(browser, home, *asked, says="Recording") as under_way:
        yield under_way


@asynccontextmanager
async def command_in(
    browser: Browser, home: Path, *arguments: str, says: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, BrowserContext]]:
    """A command under way that opened a browser and ``says`` so in its first line, and the context it works in."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    found = find_headless()
    assert found is not None
    shell = home / "headless-shell"
    shell.write_text(f'#!/bin/sh\nexec "{found.path}" --remote-debugging-port={port} "$@"\n', encoding="utf-8")
    shell.chmod(0o755)
    env = environment(home, SHOWONCE_BROWSER=str(shell), PYTHONUNBUFFERED="1", TMPDIR=str(home))
    process = await asyncio.create_subprocess_exec(
        *SHOWONCE, *arguments,
        env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert says in (await process.stdout.readline()).decode()
    outside = await browser.browser_type.connect_over_cdp(f"http://127.0.0.1:{port}")
    try:
        yield process, next(context for context in outside.contexts if context.pages)
    finally:
        await outside.close()


def kept_in(folder: Path) -> str:
    (kept,) = folder.glob("showonce-*/recording")
    return str(kept)


async def test_what_is_shown_until_ctrl_c_is_saved(browser: Browser, desk: Running, tmp_path: Path) -> None:
    async with recording_command(browser, tmp_path, f"{desk.base_url}/login") as (command, context):
        await sign_in(Human(context.pages[0]))
        command.send_signal(signal.SIGINT)
        out, err = await command.communicate()
    assert (command.returncode, b"showonce replay shown" in out) == (0, True), err
    shown = Recording.load(tmp_path / "recordings" / "shown")
    assert (shown.steps[-1].words, len(shown.secrets)) == ("Click button 'Sign in'", 1)


@pytest.mark.parametrize(
    ("options", "examined"),
    [
        pytest.param((), True, id="as usual"),
        pytest.param(("--no-exam",), False, id="--no-exam", marks=pytest.mark.slow),
    ],
)
async def test_what_was_recorded_is_examined_at_the_end(
    browser: Browser, desk: Running, tmp_path: Path, options: tuple[str, ...], examined: bool
) -> None:
    async with recording_command(browser, tmp_path, f"{desk.base_url}/login", *options) as (command, context):
        await Human(context.pages[0]).type(context.pages[0].get_by_label("Username"), "demo")
        command.send_signal(signal.SIGINT)
        out, err = await command.communicate()
    assert (command.returncode, "Examined 1 step" in out.decode()) == (0, examined), (out, err)


async def test_a_recording_that_cannot_be_saved_is_kept_elsewhere(
    browser: Browser, desk: Running, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    out = str(tmp_path / "file" / "shown")
    async with recording_command(browser, tmp_path, f"{desk.base_url}/login", "--out", out) as (command, context):
        await Human(context.pages[0]).type(context.pages[0].get_by_label("Username"), "demo")
        command.send_signal(signal.SIGINT)
        _, err = await command.communicate()
    assert (command.returncode, kept_in(tmp_path) in err.decode()) == (1, True), err


def test_recording_in_a_window_without_a_display_ends_with_2(tmp_path: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only on Linux may there be no display")
    said = showonce(tmp_path, "record", "localhost", "--name", "x", DISPLAY="", WAYLAND_DISPLAY="")
    assert (said.code, "no display" in said.err, "Traceback" in said.err) == (2, True, False)
