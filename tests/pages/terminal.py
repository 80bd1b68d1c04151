"""A terminal in which people give commands, in a home of their own, against an application."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.flows import PASSWORD
from tests.pages.faulty import Faulty, people


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed and how it ended."""

    code: int | None
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Terminal:
    """Commands of a home whose recordings are ``add`` and ``find``, on an application."""

    home: Path
    desk: Faulty
    url: str = ""

    async def begin(self, *arguments: object, program: str = "showonce") -> Process:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("SHOWONCE_")}
        ours = {"SHOWONCE_HOME": str(self.home), "SHOWONCE_SECRET_PASSWORD": PASSWORD, "COLUMNS": "160"}
        more = {"SHOWONCE_DATABASE_URL": self.url} if self.url else {}
        command = (sys.executable, "-m", "tests.pages.telling", program, *map(str, arguments))
        return await asyncio.create_subprocess_exec(*command, env={**plain, **ours, **more}, stdout=PIPE, stderr=PIPE)

    async def said(self, *arguments: object) -> Said:
        return await ended(await self.begin(*arguments))

    def people(self, count: int) -> Path:
        """A table of so many people."""
        data = self.home / f"{count}.csv"
        with data.open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, ["full_name", "email"])
            table.writeheader()
            table.writerows(row.values for row in people(count))
        return data

    def run(self, count: int, *more: object) -> tuple[object, ...]:
        """``showonce run`` for so many people, one of whom takes a second."""
        return (
            "run",
            "add",
            "--data",
            self.people(count),
            "--base-url",
            self.desk.url,
            "--agents",
            2,
            "--settle",
            5,
            *more,
        )

    async def batch(self) -> dict[str, Any]:
        """The newest batch."""
        found: list[dict[str, Any]] = json.loads((await self.said("batches", "--json")).out)
        return found[0] if found else {"counts": {}}

    async def until(self, status: str, count: int) -> dict[str, Any]:
        """Wait until so many of the newest batch's rows are so."""
        async with asyncio.timeout(60):
            while (batch := await self.batch())["counts"].get(status, 0) < count:
                pass
        return batch


async def ended(process: Process) -> Said:
    """How a command ended. One that does not is made to tell what it waits for, and is ended.

    Raises:
        TimeoutError: It did not end in 90 s, or something that it started did not.
    """
    assert process.stdout is not None
    assert process.stderr is not None
    out, err = bytearray(), bytearray()
    reading = [asyncio.create_task(_read(process.stdout, out)), asyncio.create_task(_read(process.stderr, err))]
    late = (await asyncio.wait([*reading, asyncio.create_task(process.wait())], timeout=90))[1]
    if was := process.returncode is None:
        process.send_signal(signal.SIGUSR1)
        await asyncio.sleep(2)
        process.kill()
        await process.wait()
    said = Said(process.returncode, out.decode(), err.decode())
    for task in late:
        task.cancel()
    if late:
        what = "The command" if was else "Something that it started"
        raise TimeoutError(f"{what} did not end in 90 s.\n{said.out}\n{said.err}")
    return said


async def _read(stream: asyncio.StreamReader, into: bytearray) -> None:
    while some := await stream.read(1 << 16):
        into += some
