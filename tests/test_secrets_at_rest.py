"""The whole home folder after a demonstration, runs, failures, reports and exports: a secret is in no byte of it,
though the application says it wherever it can."""

from __future__ import annotations

import base64
import html
import io
import json
import os
import sys
import zipfile
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from playwright.async_api import Page

from demo.human import Human
from recordings.recording import Recording
from recordings.target import Box
from recordings.trace import Trace
from replayer import Kept, Replayer
from review.covering import report_of
from store import open_store
from tests.pages.stage import BRIEF, SOON, Stage, fresh
from tests.test_secrets import is_painted

SECRET = 'Zq9"x/&w ü7Kp+Jf'
RELEASES = {"as shown": None, "renamed": {"renamed": True}, "gone": {"gone": True}}


async def sign_in(human: Human) -> None:
    await human.type("#user", "ada")
    await human.type("#password", SECRET)
    await human.click("#send")
    await human.page.wait_for_url("**/tells.html?**")
    await human.click("#after")


async def test_a_secret_that_the_application_says_everywhere_is_in_no_byte_that_is_kept(
    stage: Stage, tmp_path: Path
) -> None:
    shown = await stage.show("tells.html", sign_in)
    shown.recording.save(tmp_path / "recordings" / "tells")
    ended = [await run(stage, shown.recording, release, tmp_path) for release in RELEASES]
    assert [trace.status for trace in ended] == ["passed", "passed", "failed"], ended[0].failure
    assert where(tmp_path, SECRET) == []
    assert where(tmp_path, "Password"), "the search finds what is there"


async def test_pictures_of_a_run_do_not_show_a_secret_that_the_page_says(stage: Stage) -> None:
    recording, sink = (await stage.show("tells.html", sign_in)).recording, Kept()
    async with fresh(stage.browser) as context:
        await Replayer(context, sink=sink, pictures="steps", waits=SOON).replay(recording, {"password": SECRET})
        places = [await box_on(context.pages[0], name) for name in ("#wrong", "#row", "#reference", "#coded")]
    assert all(is_painted(sink.pictures[3], box) for box in places)
    assert not is_painted(sink.pictures[3], Box(x=8, y=20, width=90, height=30)), "the heading can be read"


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_nor_is_it_after_twenty_runs_from_the_command_line(stage: Stage, tmp_path: Path) -> None:
    shown = await stage.show("tells.html", sign_in)
    shown.recording.save(tmp_path / "recordings" / "tells")
    rows = tmp_path / "rows.csv"
    rows.write_text("user\n" + "".join(f"person {number}\n" for number in range(20)))
    assert await said(tmp_path, "run", "tells", "--data", rows, "--agents", 2, "--results", tmp_path / "done.csv") == 0
    stage.site.variant = RELEASES["gone"]
    for more in ((), ("--json",), ("--debug",)):
        assert await said(tmp_path, "replay", "tells", "--input", "user=eve", "--timeout", 2, *more) == 1
    again = ("--again", "--results", tmp_path / "failed.jsonl", "--timeout", 1)
    assert await said(tmp_path, "run", "tells", "--data", rows, *again) == 1
    async with open_store(tmp_path) as store:
        traces = await store.traces(3) + await store.traces(1, status="passed")
    for trace in traces:
        exports = ("--out", tmp_path / f"{trace.trace_id}.html", "--junit", tmp_path / f"{trace.trace_id}.xml")
        assert await said(tmp_path, "trace", trace.trace_id, *exports) == 0
        assert await said(tmp_path, "trace", trace.trace_id, "--json") == 0
    assert where(tmp_path, SECRET) == []


async def box_on(page: Page, selector: str) -> Box:
    """Where the text of an element stands."""
    text = "e => { const r = document.createRange(); r.selectNodeContents(e); return r.getBoundingClientRect() }"
    told = await page.locator(selector).evaluate(text)
    return Box(**{name: told[name] for name in ("x", "y", "width", "height")})


async def run(stage: Stage, recording: Recording, release: str, home: Path) -> Trace:
    """Run it on a release into the store; its report and its JSON beside it."""
    stage.site.variant = RELEASES[release]
    async with open_store(home) as store, fresh(stage.browser) as context:
        replayer = Replayer(context, sink=store, pictures="steps", waits=BRIEF if release == "gone" else SOON)
        trace = await replayer.replay(recording, {"password": SECRET})
        kept = await store.trace(trace.trace_id)
        report = await report_of(store, kept, recording)
    reports = home / "reports"
    reports.mkdir(exist_ok=True)
    (reports / f"{release}.html").write_text(report)
    (reports / f"{release}.json").write_text(kept.model_dump_json() + trace.model_dump_json())
    return trace


async def said(home: Path, *arguments: object) -> int:
    """Give a command in the home; what it prints is kept there too."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SHOWONCE_")}
    ours = {"SHOWONCE_HOME": str(home), "SHOWONCE_SECRET_PASSWORD": SECRET, "COLUMNS": "400"}
    command = (sys.executable, "-m", "showonce", *map(str, arguments))
    process = await create_subprocess_exec(*command, env={**plain, **ours}, stdout=PIPE, stderr=PIPE)
    out, err = await process.communicate()
    with (home / "said.txt").open("ab") as file:
        file.write(out + err)
    return process.returncode or 0


def where(folder: Path, value: str) -> list[str]:
    """The files under a folder that hold a value in any form, archives opened."""
    found = {}
    for name, content in contents(folder):
        told = [form for form in forms(value) if form in content]
        if told:
            place = content.index(told[0])
            found[name] = content[max(0, place - 80) : place + 120]
    return [f"{name}: {part!r}" for name, part in found.items()]


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        yield path.relative_to(folder).as_posix(), content
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield f"{path.name}/{name}", archive.read(name)


def forms(value: str) -> set[bytes]:
    """A value as it is, in JSON, Python, an address, HTML, UTF-16, and in base64 at each of its three places."""
    raw = value.encode()
    written = {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], repr(value)[1:-1]}
    written |= {quote(value, safe=""), quote(value), quote_plus(value), html.escape(value)}
    written |= {html.escape(value, quote=False)}
    ends = [base64.b64encode(bytes(shift) + raw) for shift in range(3)]
    # What is made of the value alone; 3 bytes make 4 characters.
    coded = {end[4 if shift else 0 : len(end) - 4] for shift, end in enumerate(ends)}
    coded |= {text.replace(b"+", b"-").replace(b"/", b"_") for text in coded}
    return {text.encode() for text in written} | {value.encode("utf-16-le"), value.encode("utf-16-be")} | coded
