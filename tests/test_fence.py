"""The fence: nothing is typed, given or sent where the recording may not act, and nothing else is stopped for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.human import Human
from recordings.origins import found_origins
from recordings.recording import Recording
from recordings.steps import Click, Navigate
from recordings.target import Description, Target
from replayer.fence import Asked, Fence, fence_of
from replayer.plan import plan_of
from tests.pages.stage import BRIEF, SOON, Done, Stage, for_another_page

DESK = "https://desk.example.com"
FENCE = Fence(frozenset({DESK, "http://old.example.com"}))
BUTTON = Target(description=Description(tag="button", role="button", name="Go"))
SECRET = {"password": "uncle walrus 7"}


def asked(url: str, method: str = "POST", *, document: bool = False, main: bool = False, doing: bool = True) -> Asked:
    return Asked(method, url, document, main, doing)


@pytest.mark.parametrize(
    ("request_", "verdict"),
    [
        pytest.param(asked(f"{DESK}/save", document=True, main=True), "goes", id="a form to where it may act"),
        pytest.param(asked("https://old.example.com/x"), "goes", id="over HTTPS in the place of HTTP"),
        pytest.param(asked("http://desk.example.com/save"), "stops", id="over HTTP in the place of HTTPS"),
        pytest.param(
            asked("https://evil.test/save", document=True, main=True, doing=False), "stops", id="a page's form"
        ),
        pytest.param(asked("https://evil.test/save", document=True), "stops", id="a form in a frame, by a step"),
        pytest.param(asked("https://evil.test/save", document=True, doing=False), "goes", id="a frame's own form"),
        pytest.param(asked("https://evil.test/save"), "stops", id="by script, while a step is done"),
        pytest.param(asked("https://evil.test/save", doing=False), "goes", id="by script, of the page's own"),
        pytest.param(asked("https://evil.test/x", "GET", document=True, main=True), "goes", id="a link elsewhere"),
        pytest.param(asked("http://10.0.0.7/", "GET", document=True, main=True), "stops", id="a private network"),
        pytest.param(asked("http://10.0.0.7/", "GET", document=True), "kept", id="a frame of a private network"),
        pytest.param(asked("http://10.0.0.7/", "GET"), "goes", id="what a script reads is the browser's to refuse"),
        pytest.param(asked("file:///etc/passwd", "GET", document=True, main=True), "stops", id="a file"),
    ],
)
def test_a_request_goes_or_is_kept_back_by_where_it_goes_and_why(request_: Asked, verdict: str) -> None:
    assert FENCE.judged(request_) == verdict


def test_the_start_is_moved_to_the_base_address_and_nothing_else() -> None:
    recording = Recording(name="x", start=f"{DESK}/login", origins=(DESK, "https://pay.example.com"))
    fence = fence_of(plan_of(recording, base_url="http://127.0.0.1:8010/desk"))
    assert fence.origins == {"http://127.0.0.1:8010", "https://pay.example.com"}


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "chrome://settings", "about:version", "view-source:https://a.test", "data:text/html,x",
        "x", "javascript:alert(1)", "http://127.0.0.1/", "http://2130706433/", "http://[::1]/", "http://router/",
    ],
)  # fmt: skip
def test_a_tab_goes_to_what_is_no_web_page_or_private_only_where_that_is_named(url: str) -> None:
    assert not FENCE.opens(url)


def test_what_is_named_may_be_opened() -> None:
    fence = Fence(frozenset({"http://127.0.0.1:8010", "file:"}))
    assert all(map(fence.opens, ["http://127.0.0.1:9000/x", "file:///tmp/a.html", "https://a.test/", "about:blank"]))


async def sign_in(human: Human) -> None:
    await human.type("#user", "ada")
    await human.type("#password", SECRET["password"])
    await human.click("#enter")
    await human.page.wait_for_url("**/saved.html")


async def send(human: Human) -> None:
    await human.click("#send")
    await human.page.get_by_text("Sent", exact=True).wait_for()
    await human.click("#after")


@pytest.fixture(scope="module")
def known() -> dict[str, Recording]:
    return {}


async def shown(stage: Stage, known: dict[str, Recording], name: str) -> Recording:
    """The page's first release, shown once, for any other release of it."""
    if name not in known:
        gesture = {"sign in": sign_in, "send": send}[name]
        known[name] = for_another_page((await stage.show("fence.html", gesture)).recording)
        stage.site.reset()
    return known[name]


def other(stage: Stage) -> str:
    """Another origin, of the same server."""
    return stage.site.origin.replace("127.0.0.1", "localhost")


def assert_stopped(done: Done, origin: str) -> None:
    failure = done.trace.failure
    assert failure is not None, done.trace
    assert failure.code == "OutsideFence", failure
    assert origin in failure.message
    assert f"'allow {origin}'" in failure.mend


async def test_a_recording_names_where_it_was_shown(stage: Stage, known: dict[str, Recording]) -> None:
    assert (await shown(stage, known, "sign in")).origins == (stage.site.origin,)


@pytest.mark.parametrize("target", ["", "inner"])
async def test_a_form_that_goes_elsewhere_now_is_kept_back(
    stage: Stage, known: dict[str, Recording], target: str
) -> None:
    recording = await shown(stage, known, "sign in")
    stage.site.variant = {"action": f"{other(stage)}/save", "target": target, "frame": target and "/pages/saved.html"}
    done = await stage.replay(recording, SECRET, waits=SOON)
    assert_stopped(done, other(stage))
    assert stage.site.posts == []


async def test_a_form_that_goes_elsewhere_in_a_new_window_stops_the_run(
    stage: Stage, known: dict[str, Recording]
) -> None:
    recording = await shown(stage, known, "sign in")
    stage.site.variant = {"action": f"{other(stage)}/save", "target": "_blank"}
    assert_stopped(await stage.replay(recording, SECRET, waits=SOON), other(stage))


async def test_what_a_script_sends_elsewhere_now_is_kept_back(stage: Stage, known: dict[str, Recording]) -> None:
    recording = await shown(stage, known, "send")
    stage.site.variant = {"to": f"{other(stage)}/api/save"}
    assert_stopped(await stage.replay(recording, waits=SOON), other(stage))
    assert stage.site.posts == []


async def test_where_it_is_allowed_it_goes(stage: Stage, known: dict[str, Recording]) -> None:
    recording = await shown(stage, known, "send")
    stage.site.variant = {"to": f"{other(stage)}/api/save"}
    done = await stage.replay(recording.model_copy(update={"origins": (*recording.origins, other(stage))}))
    assert (done.why, stage.site.posts) == ("", ["ada"])


@pytest.mark.parametrize(
    ("way", "onclick"),
    [("fetch", False), ("xhr", False), ("hidden", False), ("beacon", False), ("beacon", True)],
)
async def test_what_a_page_tells_others_of_itself_stops_nothing(
    stage: Stage, known: dict[str, Recording], way: str, onclick: bool
) -> None:
    recording = await shown(stage, known, "send")
    stage.site.variant = {"beacon": f"{other(stage)}/save", "way": way, "onclick": onclick}
    done = await stage.replay(recording)
    assert done.why == "", done.trace.failure
    assert "ada" in stage.site.posts


async def test_a_secret_is_not_typed_into_a_frame_of_another_origin_that_looks_like_the_login(
    stage: Stage, known: dict[str, Recording]
) -> None:
    recording = await shown(stage, known, "sign in")
    moved = recording.model_copy(update={"start": f"{other(stage)}/pages/fence.html"})
    done = await stage.replay(moved, SECRET, waits=SOON)
    assert_stopped(done, other(stage))
    assert SECRET["password"] not in str(done.state)


async def test_a_file_is_not_given_to_another_origin(stage: Stage, tmp_path: Path) -> None:
    paper = tmp_path / "paper.txt"
    paper.write_text("private")
    recording = (await stage.show("fence.html", lambda human: human.upload("#paper", str(paper)))).recording
    moved = recording.model_copy(update={"start": f"{other(stage)}/pages/fence.html"})
    assert_stopped(await stage.replay(for_another_page(moved), waits=BRIEF), other(stage))


async def test_a_page_does_not_lead_a_run_into_a_private_network(stage: Stage, known: dict[str, Recording]) -> None:
    recording = await shown(stage, known, "send")
    stage.site.variant = {"leads": f"{other(stage)}/pages/saved.html"}
    assert_stopped(await stage.replay(recording, waits=SOON), other(stage))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "data:text/html,hello", "javascript:note('x')"])
async def test_a_step_opens_only_what_the_recording_names(stage: Stage, url: str) -> None:
    start = stage.site.url("fence.html")
    steps = (Navigate(id="s01", words="Go there", to=url),)
    done = await stage.replay(Recording(name="x", start=start, origins=(stage.site.origin,), steps=steps), waits=BRIEF)
    assert done.why == "OutsideFence"


async def test_a_start_that_is_not_named_is_not_opened(stage: Stage) -> None:
    recording = Recording(name="x", start=stage.site.url("fence.html"), origins=("https://a.test",))
    assert (await stage.replay(recording, waits=BRIEF)).why == "OutsideFence"


def test_samples_may_act_where_they_were_shown() -> None:
    for folder in sorted(Path("recordings/examples").iterdir()):
        recording = Recording.load(folder)
        assert found_origins(recording.start, recording.steps) == ("/".join(recording.start.split("/")[:3]),)


def test_a_step_without_an_address_adds_none() -> None:
    assert found_origins(DESK, (Click(id="s01", target=BUTTON),)) == (DESK,)
