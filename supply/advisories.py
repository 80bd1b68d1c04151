"""Whether faults are known in what is used: ``python -m supply.advisories`` asks those who collect them.

It asks pip-audit of the pinned packages, and npm of the tools for the page scripts. Exit codes: 0 none is known, 1 some
are, 2 it could not be found out for both, since who knows could not be reached. An answer that did not come is no 0.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from supply.used import ROOT

_PIP = ("-m", "pip_audit", "-r", "constraints.txt", "--no-deps", "--disable-pip", "-f", "json")
_NPM = ("--prefix", "browser/injected", "audit", "--json")
_MOST_S = 300
_NOTHING = subprocess.DEVNULL


class UnansweredError(Exception):
    """Nobody said whether there are faults; the reason in words."""


def told_by_pip(said: str, complaints: str = "") -> list[str]:
    """The faults that pip-audit found, a line each.

    Raises:
        UnansweredError: It came to no answer.
    """
    found = _answer(said, complaints).get("dependencies")
    if not isinstance(found, list):
        raise UnansweredError(_reason(complaints))
    lines = [
        f"{package['name']} {package['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'none'}"
        for package in found
        for fault in package.get("vulns", ())
    ]
    skipped = [f"{each['name']}: {each['skip_reason']}" for each in found if "skip_reason" in each]
    if skipped and not lines:
        raise UnansweredError(f"not all could be asked about: {skipped[0]}")
    return lines


def told_by_npm(said: str, complaints: str = "") -> list[str]:
    """The same of npm."""
    answer = _answer(said, complaints)
    found = answer.get("vulnerabilities")
    if not isinstance(found, dict):
        error = answer.get("error")
        summed = error.get("summary") or error.get("code") if isinstance(error, dict) else ""
        raise UnansweredError(_reason(str(summed or answer.get("message") or complaints)))
    return [f"{name} {each['range']}: {each['severity']}" for name, each in sorted(found.items())]


def _answer(said: str, complaints: str) -> dict[str, Any]:
    try:
        found = json.loads(said)
    except ValueError as error:
        raise UnansweredError(_reason(complaints)) from error
    if not isinstance(found, dict):
        raise UnansweredError(_reason(complaints))
    return found


def _reason(complaints: str) -> str:
    """The last that a tool complained of, short; not where npm wrote more of it down."""
    lines = [line.strip() for line in complaints.splitlines() if line.strip() and "complete log of this" not in line]
    return lines[-1][:200] if lines else "it said nothing"


def _asked(command: Sequence[str]) -> tuple[str, str]:
    """What a tool says and complains of."""
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=_MOST_S, check=False, stdin=_NOTHING
        )
    except subprocess.TimeoutExpired as error:
        raise UnansweredError(f"no answer within {_MOST_S} s") from error
    return done.stdout, done.stderr


def _of_pip() -> list[str]:
    return told_by_pip(*_asked((sys.executable, *_PIP)))


def _of_npm() -> list[str]:
    npm = shutil.which("npm")
    if npm is None:
        raise UnansweredError("npm is not installed")
    return told_by_npm(*_asked((npm, *_NPM)))


def _main() -> int:
    code = 0
    for what, ask in (("the Python packages", _of_pip), ("the tools for the page scripts", _of_npm)):
        try:
            found = ask()
        except UnansweredError as error:
            print(f"Of {what} it could not be found out: {error}.")
            code = code or 2
            continue
        print(f"Of {what} {len(found)} faults are known." if found else f"Of {what} no fault is known.")
        for line in found:
            print(f"  {line}")
        code = 1 if found else code
    return code


if __name__ == "__main__":
    sys.exit(_main())
