"""A batch whose worker is killed again and again: is every row stored exactly once? ``make chaos``.

Northdesk runs in a process of its own. ``showonce run`` does the rows of a table and is ended by kill -9 at random
moments; ``showonce resume`` goes on each time. With a Postgres database two workers share the rows, and it is always
one of the two that is killed, the other taking over. What is stored is asked of the application itself.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from demo.examples import FOLDER
from demo.flows import PASSWORD
from demo.northdesk.catalogue import COUNTRIES

SHOWONCE = (sys.executable, "-m", "showonce")
LIFE_S = (2.0, 9.0)
"""How long a worker lives before it is killed: a second and a half of it passes until its first row begins."""
_LOOK_S = (0.0, 0.4)
"""How long until it is looked again at how many rows are stored."""


@dataclass(slots=True)
class Storm:
    """What a batch came through, and what is left of it. ``lives`` are the processes that were started."""

    rows: int
    kills: int = 0
    lives: int = 0
    took_s: float = 0
    statuses: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    stored: Counter[str] = field(default_factory=Counter)
    say: bool = False

    @property
    def lost(self) -> list[str]:
        """Rows that were never stored, though nobody is asked about them."""
        return [key for key, count in self.stored.items() if count == 0]

    @property
    def doubled(self) -> list[str]:
        """Rows that were stored more than once."""
        return [key for key, count in self.stored.items() if count > 1]

    @property
    def held(self) -> bool:
        """Whether every row was stored exactly once, and is known to be."""
        return not self.lost and not self.doubled and self.statuses == {"passed": self.rows}

    def tell(self, batch: dict[str, object]) -> None:
        """How far the batch is, where somebody looks on."""
        if self.say:
            counts = batch.get("counts", "before its batch was made")
            print(f"  {self.kills} kills, {self.lives} processes: {counts}", flush=True)


@dataclass(frozen=True, slots=True)
class Lives:
    """How long workers live: between the two of ``LIFE_S``, but no longer than until their share of the ``rows`` is
    ``stored``, so that all ``kills`` come before the last row on any machine. Or, where ``at`` tells them, until so
    many are stored at each kill."""

    chance: random.Random
    rows: int
    kills: int
    stored: Callable[[], int]
    at: tuple[int, ...] = ()

    def outlasts(self, process: subprocess.Popen[bytes], killed: int) -> bool:
        """Wait for the next kill, after so many that were ``killed``; whether the process is still there to be."""
        over = time.monotonic() + self._next_s()
        while not self._due(killed, over) and not ends_within(process, self.chance.uniform(*_LOOK_S)):
            pass
        return process.poll() is None

    def wait(self, killed: int) -> None:
        """Wait for the next kill of one of two."""
        over = time.monotonic() + self._next_s() / 2  # of two, each lives twice as long as from one kill to the next
        while not self._due(killed, over):
            time.sleep(self.chance.uniform(*_LOOK_S))

    def _next_s(self) -> float:
        return math.inf if self.at else self.chance.uniform(*LIFE_S)

    def _due(self, killed: int, over: float) -> bool:
        if self.at:
            return killed >= len(self.at) or self.stored() >= self.at[killed]
        return time.monotonic() >= over or self.stored() >= self.rows * (killed + 1) // (self.kills + 1)


def main() -> int:
    """Run the storm that the command line asks for; 0 when every row was stored exactly once."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--agents", type=int, default=4)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--on", choices=("sqlite", "postgres", "both"), default="both")
    given = parser.parse_args()
    held = True
    for kind in ("sqlite", "postgres") if given.on == "both" else (given.on,):
        with database(kind) as url, tempfile.TemporaryDirectory(prefix="showonce-chaos-") as folder:
            with northdesk(Path(folder)) as base_url:
                storm = weather(
                    Path(folder), base_url, rows=given.rows, agents=given.agents, kills=given.kills, seed=given.seed,
                    url=url, say=True,
                )  # fmt: skip
        held = held and storm.held and storm.kills >= given.kills
        print(
            f"{kind}: {storm.rows} rows, {storm.kills} kills, {storm.lives} processes, {storm.took_s:.0f} s: "
            f"{sum(count == 1 for count in storm.stored.values())} stored once, {len(storm.lost)} lost, "
            f"{len(storm.doubled)} doubled; {dict(storm.statuses)}; {dict(storm.notes)}"
        )
    return 0 if held else 1


def weather(
    home: Path,
    base_url: str,
    *,
    rows: int,
    agents: int,
    kills: int,
    seed: int,
    url: str = "",
    at: tuple[int, ...] = (),
    chunk: int = 0,
    say: bool = False,
) -> Storm:
    """Do a batch while its workers are killed; what became of it. They are killed at random moments, or once so many
    rows are stored as ``at`` tells of each kill, however fast the machine is. ``chunk``: so many rows at once."""
    environ = environment(home, url)
    data = table_of(home / "rows.csv", rows)

    def stored() -> int:
        return sum(count > 0 for count in _stored(base_url, data).values())

    storm, lives = Storm(rows, say=say), Lives(random.Random(seed), rows, kills, stored, at)
    began = time.monotonic()
    asked = ("run", str(FOLDER / "add-customer"), "--data", str(data), "--probe", str(FOLDER / "find-customer"),
             "--base-url", base_url, "--agents", str(agents), "--settle", "5",
             *(("--chunk-size", str(chunk)) if chunk else ()))  # fmt: skip
    if url:
        _shared(storm, asked, environ, lives, agents)
    else:
        _alone(storm, asked, environ, lives)
    storm.took_s = time.monotonic() - began
    _account(storm, environ, base_url, data)
    return storm


def _alone(storm: Storm, asked: tuple[str, ...], environ: dict[str, str], lives: Lives) -> None:
    """One process at a time, resumed after each kill."""
    arguments = asked
    while True:
        process = started(arguments, environ)
        storm.lives += 1
        if storm.kills < lives.kills and lives.outlasts(process, storm.kills):
            process.send_signal(signal.SIGKILL)
            storm.kills += 1
        elif process.wait(600) in (0, 1):
            return
        process.wait()
        batch = _batch(environ)
        storm.tell(batch)
        arguments = ("resume", str(batch["id"])) if batch else asked


def _shared(storm: Storm, asked: tuple[str, ...], environ: dict[str, str], lives: Lives, agents: int) -> None:
    """Two workers of a database, one of which is killed again and again."""
    subprocess.run([*SHOWONCE, *asked, "--detach"], env=environ, check=True, capture_output=True)
    serving = ("worker", "--agents", str(max(1, agents // 2)))
    workers = [started(serving, environ), started(serving, environ)]
    storm.lives = 2
    try:
        while (batch := _batch(environ)) and (batch["status"] == "running" or storm.kills < len(lives.at)):
            lives.wait(storm.kills)
            if storm.kills < lives.kills:
                victim = lives.chance.randrange(2)
                workers[victim].send_signal(signal.SIGKILL)
                workers[victim].wait()
                storm.kills += 1
                workers[victim] = started(serving, environ)
                storm.lives += 1
            storm.tell(batch)
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait(60)


def ends_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def started(arguments: tuple[str, ...], environ: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*SHOWONCE, *arguments], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def environment(home: Path, url: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SHOWONCE_")}
    more = {"SHOWONCE_DATABASE_URL": url} if url else {}
    return {**plain, **more, "SHOWONCE_HOME": str(home / "home"), "SHOWONCE_SECRET_PASSWORD": PASSWORD}


def _batch(environ: dict[str, str]) -> dict[str, object]:
    """The batch as ``showonce batch`` tells it, {} where none was made yet."""
    said = subprocess.run([*SHOWONCE, "batches", "--json"], env=environ, capture_output=True, check=True)
    found = json.loads(said.stdout)
    return found[0] if found else {}


def table_of(path: Path, rows: int) -> Path:
    """A table of so many customers, each of another name."""
    countries = list(COUNTRIES.values())
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["full_name", "company", "email", "country", "customer_since"])
        for number in range(1, rows + 1):
            country = countries[number % len(countries)]
            table.writerow([f"Person {number:04d}", "Storm & Co", f"p{number:04d}@example.com", country, "2025-11-09"])
    return path


def _account(storm: Storm, environ: dict[str, str], base_url: str, data: Path) -> None:
    batch = _batch(environ)
    said = subprocess.run(
        [*SHOWONCE, "batch", str(batch["id"]), "--items"], env=environ, capture_output=True, check=True
    )
    for line in said.stdout.splitlines():
        item = json.loads(line)
        storm.statuses[item["status"]] += 1
        if item["note"]:
            storm.notes[item["note"]] += 1
    storm.stored = _stored(base_url, data)


def _stored(base_url: str, data: Path) -> Counter[str]:
    """How often each row of the table is stored, by its address; also of those that are not."""
    stored = Counter(customer["email"] for customer in httpx.get(f"{base_url}/api/customers").json())
    with data.open(encoding="utf-8") as file:
        return Counter({row["email"]: stored[row["email"]] for row in csv.DictReader(file)})


@contextmanager
def northdesk(folder: Path) -> Iterator[str]:
    """Northdesk in a process of its own, which no storm reaches; its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "demo.northdesk", "--port", "0", "--database", str(folder / "northdesk.db")],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield next(word for word in process.stdout.readline().split() if word.startswith("http")).rstrip(":")
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The address of an empty Postgres database, "" for SQLite."""
    with ExitStack() as stack:
        if kind == "sqlite":
            yield ""
            return
        from tests.databases import fresh_database, postgres_server

        yield stack.enter_context(fresh_database(stack.enter_context(postgres_server())))


if __name__ == "__main__":
    sys.exit(main())
