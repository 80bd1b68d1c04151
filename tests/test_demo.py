"""What the README promises first: the demo, run as ``make demo`` runs it; and what docs/privacy.md does of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from browser.find import find_headless, places_here

TOP = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Ran:
    """The demo as it ran in ``folder``, with a home and a temporary folder of its own beside it."""

    code: int
    said: str
    folder: Path

    @property
    def connected(self) -> set[str]:
        """Where its own process connected to; sockets in files aside."""
        lines = (self.folder.parent / "connects").read_text(encoding="utf-8").splitlines()
        return {line.split("'")[1] for line in lines if line.startswith("(")}

    @property
    def asked(self) -> set[str]:
        """The hosts that the browser looked up, connected to or sent a packet to."""
        return {host for path in self.folder.parent.glob("net-*.json") for host in _hosts(_net_log(path))}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    place = tmp_path_factory.mktemp("demo")
    folders = {name: place / name for name in ("work", "home", "tmp")}
    for folder in folders.values():
        folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.pages.heard", str(place / "connects"), "demo"],
        cwd=folders["work"],
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("XDG_")},
            **_with_a_browser_that_tells(place),
            "HOME": str(folders["home"]),
            "TMPDIR": str(folders["tmp"]),
            "PYTHONPATH": str(TOP),
            "COLUMNS": "140",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout + done.stderr, folders["work"])


@pytest.mark.timeout(240)
def test_the_demo_stores_each_row_once_and_writes_its_report(ran: Ran) -> None:
    assert ran.code == 0, ran.said
    assert "All stored exactly once" in ran.said
    report = (ran.folder / ".demo" / "v2-run.html").read_text(encoding="utf-8")
    assert report.count("data:image/jpeg;base64,") >= 13


@pytest.mark.timeout(240)
def test_nothing_is_left_outside_its_home(ran: Ran) -> None:
    left = {name: written_in(ran.folder.parent / name) for name in ("home", "tmp")}
    assert left == {"home": [], "tmp": []}
    assert [path.name for path in ran.folder.iterdir()] == [".demo"]


@pytest.mark.timeout(240)
def test_nothing_connects_anywhere_but_to_the_application(ran: Ran) -> None:
    assert ran.asked, "the browser tells what it asked for"
    assert {host for host in ran.connected | ran.asked if not is_here(host)} == set()


def written_in(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]


def is_here(host: str) -> bool:
    return host == "localhost" or ip_address(host).is_loopback


def _with_a_browser_that_tells(place: Path) -> dict[str, str]:
    """The environment in which the browser that would be found writes what it asks of the network."""
    found = find_headless()
    assert found is not None
    cache = places_here().cache
    inside = found.path.relative_to(cache) if found.path.is_relative_to(cache) else Path(found.path.name)
    wrapper = place / "browsers" / inside
    wrapper.parent.mkdir(parents=True)
    wrapper.write_text(f'#!/bin/sh\nexec "{found.path}" --log-net-log="{place}/net-$$.json" "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    return {
        "PLAYWRIGHT_BROWSERS_PATH": str(place / "browsers"),
        "PATH": f"{wrapper.parent}{os.pathsep}{os.environ['PATH']}",
    }


def _net_log(path: Path) -> dict[str, Any]:
    """What a net log tells, also of a browser that was ended before it closed the list."""
    text = path.read_text(encoding="utf-8").rstrip().rstrip(",")
    for end in ("", "]}", "}"):
        try:
            return dict(json.loads(text + end))
        except ValueError:
            continue
    raise AssertionError(f"{path} cannot be read")


def _hosts(log: dict[str, Any]) -> set[str]:
    """A UDP socket that sends nothing only asks the system for a route: so Chromium sees whether there is IPv6."""
    names = {number: name for name, number in log["constants"]["logEventTypes"].items()}
    events = [(names[event["type"]], event["source"]["id"], event.get("params", {})) for event in log["events"]]
    sending = {source for name, source, _ in events if name == "UDP_BYTES_SENT"}
    said = [
        told.get("address") or told.get("host")
        for name, source, told in events
        if name in ("TCP_CONNECT_ATTEMPT", "HOST_RESOLVER_MANAGER_REQUEST")
        or (name == "UDP_CONNECT" and source in sending)
    ]
    return {urlsplit(each if "//" in each else f"//{each}").hostname or "" for each in said if each}
