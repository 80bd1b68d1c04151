"""The list of what showonce is made of, in CycloneDX: ``python -m supply.sbom`` writes it, ``--check`` needs no network
and no tool, and says whether it is fresh.

The tool tells all that is installed here; kept is what showonce runs with, and of that what is the same everywhere: no
path of this machine, no address, no time.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from packaging.utils import canonicalize_name

from supply.used import ROOT, File, files, installed_version, packages, pinned

PATH = ROOT / "docs" / "sbom.cdx.json"
_TOOL = ("-m", "cyclonedx_py", "environment", "--output-reproducible", "--short-PURLs", "--of", "JSON")
_MADE_ON = "showonce:made-on"


def trimmed(
    told: Mapping[str, Any], used: Mapping[str, bool], vendored: Sequence[File], made_on: str
) -> dict[str, Any]:
    """What the tool told, without what is not used and what is of this machine; files of others added.

    Args:
        used: The packages that are kept, by canonical name, and whether each is optional.
    """
    kept = [each for each in told["components"] if canonicalize_name(each["name"]) in used]
    components = [_package(each, optional=used[canonicalize_name(each["name"])]) for each in kept]
    components += [_file(each) for each in vendored]
    known = {each["bom-ref"] for each in components}
    root = {name: told["metadata"]["component"][name] for name in ("bom-ref", "type", "name", "version")}
    below = [
        {"ref": each["ref"], "dependsOn": sorted(known.intersection(each.get("dependsOn", ())))}
        for each in told["dependencies"]
        if each["ref"] in known
    ]
    top = {"ref": root["bom-ref"], "dependsOn": _top(told, root["bom-ref"], known, vendored)}
    return {
        **{name: told[name] for name in ("$schema", "bomFormat", "specVersion", "version")},
        "metadata": {"component": root, "properties": [{"name": _MADE_ON, "value": made_on}]},
        "components": sorted(components, key=lambda each: str(each["bom-ref"]).lower()),
        "dependencies": sorted([top, *below], key=lambda each: str(each["ref"]).lower()),
    }


def stale(
    listed: Mapping[str, Any],
    used: Iterable[str],
    pins: Mapping[str, str],
    vendored: Sequence[File],
    made_on: str,
) -> list[str]:
    """What of a list is not so any more, in words. Which packages are used differs between systems, and is asked only
    on one like that which the list was made on."""
    components = listed["components"]
    versions = {canonicalize_name(e["name"]): e["version"] for e in components if e["purl"].startswith("pkg:pypi/")}
    said = []
    if _made_on(listed) == made_on:
        said += [f"{name} is used and not listed" for name in sorted(set(used) - set(versions))]
        said += [f"{name} is listed and not used" for name in sorted(set(versions) - set(used))]
    said += [
        f"{name} is listed as {version}, and {pins.get(name, 'nothing')} is pinned"
        for name, version in sorted(versions.items())
        if pins.get(name) != version
    ]
    if [each for each in components if "hashes" in each] != [_file(each) for each in vendored]:
        said.append("files of others are other ones than listed")
    return said


def text_of(listed: Mapping[str, Any]) -> str:
    """As it is kept."""
    return json.dumps(listed, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _package(told: Mapping[str, Any], *, optional: bool) -> dict[str, Any]:
    kept = {name: told[name] for name in ("bom-ref", "type", "name", "version", "purl", "licenses") if name in told}
    return {**kept, "scope": "optional" if optional else "required"}


def _file(file: File) -> dict[str, Any]:
    return {
        "bom-ref": f"{file.name}@{file.version}",
        "type": "library",
        "name": file.name,
        "version": file.version,
        "purl": f"pkg:npm/{file.name}@{file.version}",
        "licenses": [{"license": {"id": file.licence}}],
        "hashes": [{"alg": "SHA-256", "content": file.sha256}],
        "properties": [{"name": "showonce:path", "value": file.path}],
        "scope": "required",
    }


def _top(told: Mapping[str, Any], root: str, known: set[str], vendored: Sequence[File]) -> list[str]:
    direct = next(each.get("dependsOn", ()) for each in told["dependencies"] if each["ref"] == root)
    return sorted([*known.intersection(direct), *(f"{each.name}@{each.version}" for each in vendored)])


def _made_on(listed: Mapping[str, Any]) -> str:
    told = listed.get("metadata", {}).get("properties", ())
    return next((each["value"] for each in told if each["name"] == _MADE_ON), "")


def _system() -> str:
    return f"{sys.platform}, Python {sys.version_info.major}.{sys.version_info.minor}"


def _from_tool() -> dict[str, Any]:
    command = (sys.executable, *_TOOL, "--pyproject", str(ROOT / "pyproject.toml"), sys.executable)
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _main(arguments: Sequence[str]) -> int:
    used, name = packages(), PATH.relative_to(ROOT)
    if "--check" not in arguments:
        PATH.write_text(text_of(trimmed(_from_tool(), used, files(), _system())), encoding="utf-8")
        print(f"{name} is written")
        return 0
    pins = pinned((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    here = [each for each in used if installed_version(each) is not None]
    said = stale(json.loads(PATH.read_text(encoding="utf-8")), here, pins, files(), _system())
    for line in said:
        print(f"{name} is stale: {line}; run 'make sbom'", file=sys.stderr)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
