"""Workflows whose workers are killed again and again: is all of it done once, in order, and undone where it fails?

Three of them on Northdesk, ended by kill -9 at random moments and gone on with each time; with a Postgres database two
workers share them, and one of the two is killed. The first is a pipeline, a person's answer, and a last stage in order.
The second has chunks, applications side by side, and a last stage only if all checks passed. The third fails at its
end and has all undone: then the application is as it was, or a person is told what is left.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.chaos import SHOWONCE, Lives, database, ends_within, environment, northdesk, started, table_of
from demo.examples import FOLDER

PIPELINE = f"""
format: 1
name: pipeline
inputs: {{people: {{kind: rows}}}}
stages:
  - name: add
    recording: {FOLDER / "add-customer"}
    for_each: {{input: people}}
    probe: {FOLDER / "find-customer"}
  - {{name: find, recording: {FOLDER / "find-customer"}, for_each: {{stage: add, start: each}}}}
  - name: again
    recording: {FOLDER / "add-customer"}
    for_each: {{stage: find, start: each}}
    inputs: {{full_name: "${{ row.full_name }} Junior"}}
    probe: {FOLDER / "find-customer"}
  - name: ask
    needs: again
    approval: {{who: [ada@example.com], message: Go on, timeout: 1h}}
  - name: last
    needs: ask
    recording: {FOLDER / "add-customer"}
    for_each: {{input: people}}
    inputs: {{full_name: "${{ row.full_name }} Senior"}}
    probe: {FOLDER / "find-customer"}
    mode: sequential
"""
SAGA = f"""
format: 1
name: saga
on_failure: compensate
inputs: {{people: {{kind: rows}}}}
stages:
  - name: add
    recording: {FOLDER / "add-customer"}
    for_each: {{input: people}}
    probe: {FOLDER / "find-customer"}
    compensate: {{recording: {FOLDER / "delete-customer"}, confirm: {FOLDER / "customer-is-gone"}}}
  - name: order
    needs: add
    recording: {FOLDER / "place-order"}
    for_each: {{stage: add}}
    inputs: {{customer: "${{ row.full_name }}"}}
    compensate:
      recording: {FOLDER / "cancel-order"}
      inputs: {{customer: "${{ row.customer }}"}}
      confirm: {FOLDER / "order-is-cancelled"}
  - name: tell
    needs: order
    recording: {FOLDER / "ask-support"}
    inputs: {{priority: Urgent}}
    retries: 0
    compensate: nothing
"""


MIXED = f"""
format: 1
name: mixed
inputs: {{people: {{kind: rows}}}}
stages:
  - name: add
    recording: {FOLDER / "add-customer"}
    for_each: {{input: people}}
    probe: {FOLDER / "find-customer"}
    chunk: 2
  - {{name: part, collect: {{stages: add, per: chunk, figures: {{added: count}}, write: added.csv}}}}
  - name: first
    needs: add
    recording: {FOLDER / "find-customer"}
    inputs: {{full_name: Person 0001}}
  - name: second
    needs: add
    recording: {FOLDER / "find-customer"}
    for_each: {{apps: [{{name: north, base_url: "URL"}}, {{name: south, base_url: "URL"}}]}}
    inputs: {{full_name: Person 0002}}
  - name: checks
    collect: {{stages: [first, second], figures: {{found: count}}}}
  - name: last
    needs: [checks, part]
    when: stages.checks.figures.found == 3.0 && stages.first.counts.failed == 0
    recording: {FOLDER / "add-customer"}
    for_each: {{input: people}}
    inputs: {{full_name: "${{ row.full_name }} Senior"}}
    probe: {FOLDER / "find-customer"}
    mode: sequential
  - {{name: all, collect: {{stages: [part], figures: {{added: sum added}}}}}}
"""

NAMED: dict[str, tuple[str, ...]] = {"pipeline": ("", " Junior", " Senior"), "mixed": ("", " Senior"), "saga": ()}
"""What a row's customers are called beside its name: one for each stage that adds them and is not undone."""


@dataclass(slots=True)
class Weather:
    """What kills what: ``lives`` are the processes that were started."""

    environ: dict[str, str]
    living: Lives
    agents: int
    kills: int = 0
    lives: int = 0

    def flow(self) -> dict[str, Any]:
        """The newest workflow as ``showonce workflow`` tells it, {} where there is none."""
        listed = self._told("workflow", "list", "--json")
        return self._told("workflow", "show", listed[0]["id"], "--json", "--items") if listed else {}

    def alone(self, asked: Sequence[str]) -> None:
        """One process at a time, gone on with after each kill."""
        arguments = tuple(asked)
        while True:
            process = started(arguments, self.environ)
            self.lives += 1
            while self.kills >= self.living.kills and not ends_within(process, 1.0):
                self.approve()
            if self.kills < self.living.kills and self.living.outlasts(process, self.kills):
                process.kill()
                self.kills += 1
            process.wait()
            flow = self.flow()
            if flow and flow["status"] in ("passed", "failed"):
                return
            self.approve()
            arguments = ("workflow", "resume", flow["id"]) if flow else tuple(asked)

    def shared(self, asked: Sequence[str]) -> None:
        """Two workers of a database, one of which is killed again and again."""
        subprocess.run([*SHOWONCE, *asked, "--detach"], env=self.environ, check=True, capture_output=True)
        serving = ("worker", "--agents", str(max(1, self.agents // 2)))
        workers = [started(serving, self.environ), started(serving, self.environ)]
        self.lives += 2
        try:
            while self.flow()["status"] == "running":
                self.living.wait(self.kills)
                self.approve()
                if self.kills < self.living.kills:
                    victim = self.living.chance.randrange(2)
                    workers[victim].kill()
                    workers[victim].wait()
                    self.kills += 1
                    workers[victim] = started(serving, self.environ)
                    self.lives += 1
        finally:
            for worker in workers:
                worker.terminate()
                worker.wait(60)

    def approve(self) -> None:
        """Answer, where somebody is asked."""
        listed = self._told("workflow", "list", "--json")
        if listed:
            asked = [*SHOWONCE, "workflow", "approve", listed[0]["id"]]
            subprocess.run(asked, env=self.environ, capture_output=True, check=False)

    def _told(self, *arguments: str) -> Any:
        said = subprocess.run([*SHOWONCE, *arguments], env=self.environ, capture_output=True, check=True)
        return json.loads(said.stdout) if said.stdout.strip().startswith((b"[", b"{")) else []


def main() -> int:
    """Run the storms that the command line asks for; 0 when all was as it should be."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos_flows", description=__doc__)
    parser.add_argument("--rows", type=int, default=20)
    parser.add_argument("--agents", type=int, default=4)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--on", choices=("sqlite", "postgres", "both"), default="both")
    given = parser.parse_args()
    held = True
    for kind in ("sqlite", "postgres") if given.on == "both" else (given.on,):
        for name, text, rows in (
            ("pipeline", PIPELINE, given.rows),
            ("mixed", MIXED, given.rows),
            ("saga", SAGA, max(2, given.rows // 4)),
        ):
            with database(kind) as url, tempfile.TemporaryDirectory(prefix="showonce-chaos-") as folder:
                with northdesk(Path(folder)) as base_url:
                    held &= _storm(name, text, rows, Path(folder), base_url, url, given)
    return 0 if held else 1


def _storm(name: str, text: str, rows: int, home: Path, base_url: str, url: str, given: argparse.Namespace) -> bool:
    each = NAMED[name]
    first = len(_customers(base_url))

    def stored() -> int:
        return len(_customers(base_url)) - first if each else -1  # what is undone is not stored: there the clock kills

    living = Lives(random.Random(given.seed), rows * len(each), given.kills, stored)
    weather = Weather(environment(home, url), living, given.agents)
    file = home / f"{name}.yaml"
    file.write_text(text.replace("URL", base_url))
    people = table_of(home / "people.csv", rows)
    before, began = _dump(base_url), time.monotonic()
    asked = ["workflow", "run", str(file), "--input", f"people={people}", "--base-url", base_url, "--settle", "5",
             "--agents", str(given.agents)]  # fmt: skip
    (weather.shared if url else weather.alone)(asked)
    flow, took = weather.flow(), time.monotonic() - began
    wrong = _wrong_in_rows(flow, base_url, rows, each) if each else _wrong_in_saga(flow, before, base_url)
    wrong += ["it was over before all kills"] if weather.kills < given.kills else []
    if name == "mixed":
        wrong += _wrong_in_figures(flow, home, rows)
    came = f"{flow['status']}; {len(flow['left'])} left for a person; {'; '.join(wrong) or 'as it should be'}"
    print(
        f"{name} on {'postgres' if url else 'sqlite'}: {rows} rows, {weather.kills} kills, {weather.lives} processes, "
        f"{took:.0f} s: {came}",
        flush=True,
    )
    return not wrong


def _wrong_in_figures(flow: dict[str, Any], home: Path, rows: int) -> list[str]:
    """What is brought together must be all rows once, in files of two."""
    figures = {stage["name"]: stage["figures"] for stage in flow["stages"]}
    wrong = [] if figures["all"] == {"added": rows} else [f"brought together were {figures['all']}"]
    written = [len(path.read_text().splitlines()) - 1 for path in home.glob("added-*.csv")]
    return wrong + ([] if sum(written) == rows and max(written) == 2 else [f"files have {written} rows"])


def _wrong_in_rows(flow: dict[str, Any], base_url: str, rows: int, each: Sequence[str]) -> list[str]:
    customers = _customers(base_url)
    stored = Counter(customer["full_name"] for customer in customers)
    wrong = [f"the workflow has {flow['status']}"] if flow["status"] != "passed" else []
    for more in each:
        counts = Counter(stored[f"Person {number:04d}{more}"] for number in range(1, rows + 1))
        wrong += [f"{count} times{more}: {many}" for count, many in counts.items() if count != 1]
    last = [customer["full_name"] for customer in sorted(customers, key=lambda each: each["id"])]
    order = [each for each in last if each.endswith(" Senior")]
    return wrong + (["the last stage was out of order"] if order != sorted(order) else [])


def _wrong_in_saga(flow: dict[str, Any], before: dict[str, Any], base_url: str) -> list[str]:
    after = _dump(base_url)
    named = {(each["stage"], each["row"].get("full_name") or each["row"].get("customer")) for each in flow["left"]}
    there = {("add", each["full_name"]) for each in after["customers"] if each not in before["customers"]}
    there |= {("order", each["customer_name"]) for each in after["orders"] if each not in before["orders"]}
    wrong = [] if flow["status"] == "failed" else [f"the workflow has {flow['status']}"]
    wrong += [f"{stage} of {who} is there, and nobody is told" for stage, who in sorted(there - named)]
    gone = [name for name in before if name not in ("customers", "orders") and before[name] != after[name]]
    return wrong + [f"{name} are not as they were" for name in gone]


def _customers(base_url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"{base_url}/api/customers").json()
    return found


def _dump(base_url: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{base_url}/api/dump").json()
    return found


if __name__ == "__main__":
    sys.exit(main())
