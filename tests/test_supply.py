"""What showonce is made of: listed, asked about, and sent by itself alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from demo.examples import FOLDER
from recordings.batch import BatchSettings
from supply.advisories import UnansweredError, told_by_npm, told_by_pip
from supply.sbom import PATH, stale, text_of, trimmed
from supply.used import ROOT, File, closure, files, pinned
from tests.pages.console import Served, served_console
from tests.test_store import run, step

HTMX = File("htmx.org", "2.0.1", "0BSD", "review/static/htmx.min.js", "ab" * 32)
TOLD = {
    "$schema": "s",
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "version": 1,
    "metadata": {
        "component": {"bom-ref": "root", "type": "application", "name": "showonce", "version": "1", "description": "x"},
        "tools": {"components": [{"name": "a tool"}]},
    },
    "components": [
        {
            "bom-ref": "Used==1",
            "type": "library",
            "name": "Used",
            "version": "1",
            "purl": "pkg:pypi/used@1",
            "externalReferences": [{"type": "other", "url": "file:///home/ada/used"}],
        },
        {"bom-ref": "dev==2", "type": "library", "name": "dev", "version": "2", "purl": "pkg:pypi/dev@2"},
    ],
    "dependencies": [{"ref": "root", "dependsOn": ["Used==1", "dev==2"]}, {"ref": "Used==1", "dependsOn": ["dev==2"]}],
}
LISTED = trimmed(TOLD, {"used": False}, [HTMX], "here")


def asked(module: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A module run from this folder, through no proxy but those of ``more``."""
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**kept, **more},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_used_is_all_that_is_required_here_with_the_extras_that_are_asked_for() -> None:
    required = {
        "web": ["http[fast]>=1", 'old; python_version < "3"', 'more; extra == "all"'],
        "http": ['speed; extra == "fast"', "Sniff_It"],
        "speed": ["http"],
    }
    assert closure(["Web>=2"], lambda name: required.get(name, ())) == {"web", "http", "speed", "sniff-it"}


def test_the_list_holds_what_is_used_and_nothing_of_this_machine() -> None:
    assert [each["name"] for each in LISTED["components"]] == ["htmx.org", "Used"]
    assert LISTED["dependencies"][0] == {"ref": "root", "dependsOn": ["Used==1", "htmx.org@2.0.1"]}
    text = text_of(LISTED)
    assert "/home/" not in text
    assert "a tool" not in text


@pytest.mark.parametrize(
    ("used", "pins", "vendored", "words"),
    [
        ({"used"}, {"used": "1"}, [HTMX], []),
        ({"used", "new"}, {"used": "1"}, [HTMX], ["new is used and not listed"]),
        (set(), {"used": "1"}, [HTMX], ["used is listed and not used"]),
        ({"used"}, {"used": "2"}, [HTMX], ["used is listed as 1, and 2 is pinned"]),
        ({"used"}, {"used": "1"}, [], ["files of others are other ones than listed"]),
    ],
    ids=["fresh", "new", "gone", "another version", "another file"],
)
def test_a_list_that_is_not_so_any_more_is_said(
    used: set[str], pins: dict[str, str], vendored: list[File], words: list[str]
) -> None:
    assert stale(LISTED, used, pins, vendored, "here") == words


def test_a_list_that_was_made_on_another_system_is_asked_for_versions_alone() -> None:
    assert stale(LISTED, {"new"}, {"used": "1"}, [HTMX], "elsewhere") == []


def test_the_list_that_is_kept_is_fresh() -> None:
    done = asked("supply.sbom", "--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_list_that_is_kept_names_no_machine_and_no_registry() -> None:
    text = PATH.read_text()
    assert re.findall(r"https?://(?!cyclonedx\.org/schema/)[^\"]*|/home/|/root/|/work/|file:", text) == []
    assert "timestamp" not in text
    assert "serialNumber" not in text


def test_all_that_is_installed_is_pinned_and_the_page_scripts_bundle_nothing_of_others() -> None:
    pins = pinned((ROOT / "constraints.txt").read_text())
    assert {each["name"].lower() for each in json.loads(PATH.read_text())["components"]} - {"htmx.org"} <= {
        name for pin in pins for name in (pin, pin.replace("-", "_"), pin.replace("-", "."))
    }
    package = json.loads((ROOT / "browser/injected/package.json").read_text())
    assert "dependencies" not in package
    assert all(re.fullmatch(r"[0-9.]+", version) for version in package["devDependencies"].values())
    assert [file.name for file in files()] == ["htmx.org"]


FAULT = {"name": "used", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
SKIPPED = {"name": "used", "skip_reason": "not found"}


def test_faults_are_told_with_what_mends_them() -> None:
    assert told_by_pip(json.dumps({"dependencies": [FAULT]})) == ["used 1: PYSEC-1, mended in 1.1"]
    assert told_by_pip(json.dumps({"dependencies": [{**FAULT, "vulns": []}]})) == []
    found = {"vulnerabilities": {"esbuild": {"range": "<1", "severity": "high"}}}
    assert told_by_npm(json.dumps(found)) == ["esbuild <1: high"]
    assert told_by_npm('{"vulnerabilities": {}}') == []


def test_why_npm_gave_no_answer_is_said() -> None:
    said = json.dumps({"message": "405 Method Not Allowed", "error": {"summary": "", "detail": ""}})
    complaints = "npm error no route to host\nnpm error A complete log of this run can be found in: x.log\n"
    with pytest.raises(UnansweredError, match=r"^405 Method Not Allowed$"):
        told_by_npm(said, complaints)
    with pytest.raises(UnansweredError, match=r"^npm error no route to host$"):
        told_by_npm("", complaints)


@pytest.mark.parametrize("said", ["", "no json", "[]", "{}", json.dumps({"dependencies": [SKIPPED]})])
def test_no_answer_is_never_taken_for_no_fault(said: str) -> None:
    with pytest.raises(UnansweredError):
        told_by_pip(said, "a warning\nERROR: no route to host")
    with pytest.raises(UnansweredError):
        told_by_npm(said, "no route to host")


@pytest.mark.slow
def test_where_nobody_can_be_reached_it_is_said_and_the_exit_code_is_2() -> None:
    nowhere = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "npm_config_registry"), "http://127.0.0.1:1")
    done = asked("supply.advisories", npm_config_fetch_retries="0", **nowhere)
    assert done.returncode == 2
    assert done.stdout.count("could not be found out") == 2


# What is sent asks nobody else.

_SHIPPED = ("review", "agents/panel", "browser/dist", "browser/extension")
_ELSEWHERE = re.compile(r"(?:https?:|wss?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+[^\s\"'<>`]*", re.IGNORECASE)
_NAMES = ("http://www.w3.org/", "https://example.com")
"""Names of namespaces, and what a form shows as an example; neither is ever asked for."""


def shipped() -> list[Path]:
    kinds = {".html", ".css", ".js", ".svg", ".json"}
    return [path for folder in _SHIPPED for path in sorted((ROOT / folder).rglob("*")) if path.suffix in kinds]


def test_nothing_that_is_sent_to_a_browser_names_another_origin() -> None:
    assert len(shipped()) > 40
    found = [(path.name, each) for path in shipped() for each in _ELSEWHERE.findall(path.read_text())]
    assert [(name, each) for name, each in found if not each.startswith(_NAMES)] == []


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(FOLDER / "add-customer", home / "recordings" / "add")
    async with served_console(home) as running:
        await running.store.begin(run())
        await running.store.add_step(step(), (FOLDER / "add-customer" / "crops" / "s01.png").read_bytes())
        await running.store.finish(run())
        yield running


async def _addresses(served: Served) -> list[str]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHOWONCE_SECRET_PASSWORD", "x")
        given = {"full_name": "Ada", "email": "ada@example.com"}
        batch = await served.console.work.run_once("add", given, BatchSettings())
    rooms = ["runs", "review", "heals", "recordings", "batches", "workflows", "schedules", "teach", "audit", "login"]
    inside = [f"runs/{run().trace_id}", "recordings/add", "recordings/add/run", f"batches/{batch.id}", "nothing-here"]
    files = [f"runs/{run().trace_id}/report.html", f"batches/{batch.id}/report.html"]
    return [f"/{path}" for path in (*rooms, *inside, *files)]


async def test_no_page_and_no_report_asks_anybody_but_the_console(
    served: Served, browser: Browser, tmp_path: Path
) -> None:
    context = await browser.new_context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = await served.page(context)
    addresses = await _addresses(served)
    for path in addresses:
        if path.endswith("report.html"):
            (tmp_path / "report.html").write_text(await (await context.request.get(served.origin + path)).text())
            await page.goto((tmp_path / "report.html").as_uri())
        else:
            await page.goto(served.origin + path)
        await page.evaluate("document.fonts.ready")
    await context.close()
    ours = (served.origin + "/", "data:", (tmp_path / "report.html").as_uri())
    assert [url for url in asked if not url.startswith(ours)] == []
    assert len(asked) > 2 * len(addresses)
