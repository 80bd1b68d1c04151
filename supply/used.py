"""Which packages and files of others showonce runs with, as this environment and this folder have them."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
HTMX = ROOT / "review" / "static" / "htmx.min.js"

Needs = Callable[[str], Iterable[str]]
"""What a package says that it requires, with marks; nothing for one that is not here."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of others that lies in this folder: ``path`` is relative to it."""

    name: str
    version: str
    licence: str
    path: str
    sha256: str


def packages() -> dict[str, bool]:
    """The packages that showonce runs with, by canonical name, and whether one is only for what need not be installed
    (sending spans)."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = closure(project["dependencies"], _needs)
    more = closure(project["optional-dependencies"]["otel"], _needs)
    return {name: name not in needed for name in sorted(needed | more)}


def closure(wanted: Iterable[str], needs: Needs) -> set[str]:
    """All that is required by ``wanted``, by canonical name, themselves included."""
    found: dict[tuple[str, str], None] = {}
    waiting = [Requirement(text) for text in wanted]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        for extra in ("", *sorted(requirement.extras)):
            if (name, extra) not in found:
                found[name, extra] = None
                waiting += _applying(needs(name), extra)
    return {name for name, _ in found}


def installed_version(name: str) -> str | None:
    """Which version is here; None for none."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def pinned(constraints: str) -> Mapping[str, str]:
    """The versions of a constraints file, by canonical name."""
    lines = (line.partition("#")[0].strip() for line in constraints.splitlines())
    pairs = (line.split("==") for line in lines if "==" in line)
    return {canonicalize_name(name): version for name, version in pairs}


def files() -> list[File]:
    """The files of others that are sent as they are. The page scripts are bundled of our own alone: what npm has
    installs only the tools that check and bundle them."""
    told = HTMX.with_name("htmx.licence.txt").read_text(encoding="utf-8")
    version = re.search(r"htmx ([0-9.]+),", told)
    content = HTMX.read_bytes()
    if version is None or f'version:"{version[1]}"'.encode() not in content:
        raise ValueError(f"{HTMX.name} is of another version than its licence's file says.")
    digest = hashlib.sha256(content).hexdigest()
    return [File("htmx.org", version[1], "0BSD", str(HTMX.relative_to(ROOT)), digest)]


def _applying(requirements: Iterable[str], extra: str) -> list[Requirement]:
    """Those that hold here, for one extra or for none."""
    every = map(Requirement, requirements)
    return [each for each in every if each.marker is None or each.marker.evaluate({"extra": extra})]


def _needs(name: str) -> Iterable[str]:
    try:
        return metadata.requires(name) or ()
    except metadata.PackageNotFoundError:
        return ()
