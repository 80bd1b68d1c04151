"""The environments that the apps run in, an old and a new release each; made once, under .stamps/drift.

    python -m bench.drift_cases.environments

It needs CPython 3.9 and 3.12, found on the PATH as python3.9 and python3.12, or named by PY39 and PY312.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / ".stamps" / "drift"


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment: its Python (``3.9``) and packages."""

    name: str
    python: str
    packages: tuple[str, ...]

    @property
    def executable(self) -> Path:
        return ROOT / self.name / "bin" / "python"

    @property
    def made(self) -> Path:
        return ROOT / self.name / "made"


_OLD_FLASK = ("flask<2", "werkzeug<2", "jinja2<3", "markupsafe<2.1", "itsdangerous<2", "wtforms<3")
ENVIRONMENTS = (
    Environment(
        "flaskadmin-15",
        "3.9",
        ("flask-admin==1.5.8", *_OLD_FLASK, "flask-sqlalchemy<2.6", "sqlalchemy<1.4", "setuptools"),
    ),
    Environment("flaskadmin-22", "3.12", ("flask-admin[sqlalchemy]==2.2.1", "flask-sqlalchemy", "wtforms")),
    Environment("dash-2", "3.9", ("dash==2.6.2", "flask<2.3", "werkzeug<2.3", "setuptools<70")),
    Environment("dash-4", "3.12", ("dash==4.4.1",)),
    Environment("nicegui-14", "3.9", ("nicegui==1.4.20", "setuptools")),
    Environment("nicegui-318", "3.12", ("nicegui==3.18.0",)),
)


def environment(name: str) -> Environment:
    """The one called ``name``.

    Raises:
        SystemExit: It is not made yet.
    """
    found = next(one for one in ENVIRONMENTS if one.name == name)
    if not found.made.exists():
        raise SystemExit(f"The environment {name} is not there: run 'make drift', which makes it first.")
    return found


def make(wanted: Environment) -> None:
    """Make it, if it is not made yet.

    Raises:
        SystemExit: There is no such Python; it says how to name one.
    """
    if wanted.made.exists():
        return
    python = _python(wanted.python)
    folder = ROOT / wanted.name
    shutil.rmtree(folder, ignore_errors=True)
    print(f"Making the environment {wanted.name} (Python {wanted.python}): {wanted.packages[0]}", flush=True)
    subprocess.run([python, "-m", "venv", str(folder)], check=True)
    pip = [str(wanted.executable), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, *wanted.packages], check=True)
    wanted.made.touch()


def _python(version: str) -> str:
    variable = f"PY{version.replace('.', '')}"
    for candidate in (os.environ.get(variable), shutil.which(f"python{version}")):
        if candidate and _answers(candidate, version):
            return candidate
    raise SystemExit(f"make drift needs CPython {version}: put python{version} on the PATH, or name it by {variable}.")


def _answers(candidate: str, version: str) -> bool:
    """Tried by running it: a version manager's shim may be there for a Python that is not."""
    told = "import sys; print('%d.%d' % sys.version_info[:2])"
    ran = subprocess.run([candidate, "-c", told], capture_output=True, text=True, check=False)
    return ran.returncode == 0 and ran.stdout.strip() == version


if __name__ == "__main__":
    for one in ENVIRONMENTS:
        make(one)
    sys.exit(0)
