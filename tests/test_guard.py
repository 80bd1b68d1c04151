"""Never twice: what a guarded step sends is told before it leaves, leaves once, and is void only if it never left."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from agents.agent import Job, work
from demo.human import Human
from recordings.commits import Sending
from recordings.editing import with_repeatable
from recordings.errors import ActionFailedError
from recordings.recording import Recording
from recordings.trace import Trace
from replayer import Kept, Replayer, Waits
from replayer.opening import seconds_until
from replayer.plan import plan_of
from tests.pages.stage import SOON, Gesture, Stage, for_another_page, fresh

PATIENT = Waits(step_s=3, effect_s=2, quiet_s=0.2, fallback_s=0.5)
SERVED = "served /api/save"


@dataclass
class Told:
    """A guard that writes down what it is told; it refuses to hear ``refuses``."""

    log: list[str]
    refuses: str = ""
    ids: set[str] = field(default_factory=set)

    async def intend(self, sending: Sending, trace_id: str) -> None:
        self._hear("intend", trace_id)

    async def sent(self, sending: Sending, trace_id: str, request: str) -> None:
        self._hear(f"sent {request.partition(' ')[0]}", trace_id)

    async def done(self, sending: Sending, trace_id: str) -> None:
        self._hear("done", trace_id)

    async def void(self, sending: Sending, trace_id: str) -> None:
        self._hear("void", trace_id)

    async def row_done(self, loop: str, row: str, trace_id: str) -> None:
        self._hear(f"row done {row}", trace_id)

    def _hear(self, said: str, trace_id: str) -> None:
        if said.startswith(self.refuses or "-"):
            raise ActionFailedError("It was refused.")
        self.log.append(said)
        self.ids.add(trace_id)


async def save(human: Human) -> None:
    await human.click("#save")
    await human.page.get_by_text("Saved", exact=True).wait_for()
    await human.page.wait_for_timeout(300)  # looked at, before the pointer is over something else
    await human.click("#after")


@pytest.fixture(scope="module")
def shown_once() -> dict[str, Recording]:
    return {}


@pytest.fixture
async def saving(stage: Stage, shown_once: dict[str, Recording]) -> Recording:
    """Save sends one request, and another button is clicked; to be done on other releases of the page."""
    return await recorded(stage, shown_once, "save", save)


async def recorded(
    stage: Stage, known: dict[str, Recording], name: str, gesture: Gesture, variant: Any = None
) -> Recording:
    if name not in known:
        stage.site.variant = variant
        known[name] = for_another_page((await stage.show("commits.html", gesture)).recording)
        stage.site.reset()
    old = known[name]
    origin = "/".join(old.start.split("/")[:3])
    return Recording.model_validate_json(old.model_dump_json().replace(origin, stage.site.origin))


async def run(stage: Stage, recording: Recording, told: Told | None = None, **more: Any) -> Trace:
    """Done in a context of its own, which is closed."""
    waits = more.pop("waits", SOON)
    plan = plan_of(recording, more.pop("inputs", None))
    return await work(stage.browser, Job(plan, Kept(), "none", waits, guard=told, **more))


def notes(trace: Trace) -> str:
    return " ".join(note for step in trace.steps for note in step.notes)


@pytest.mark.parametrize("way", ["fetch", "xhr"])
@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "without a guard"])
async def test_what_is_sent_twice_arrives_once(stage: Stage, saving: Recording, way: str, guarded: bool) -> None:
    stage.site.variant = {"times": 2, "way": way}
    trace = await run(stage, saving, Told([]) if guarded else None)
    assert (trace.status, stage.site.posts) == ("passed", ["ada"]), trace.failure
    assert "A second POST to " in notes(trace)
    assert "was blocked: the demonstration sent one." in notes(trace)


async def test_what_is_sent_again_later_is_blocked(stage: Stage, saving: Recording) -> None:
    stage.site.variant = {"later": 300}
    trace = await run(stage, saving)
    assert (trace.status, stage.site.posts) == ("passed", ["ada"]), trace.failure
    assert "was blocked" in notes(trace)


async def test_an_ordinary_run_has_nothing_to_note(stage: Stage, saving: Recording) -> None:
    told = Told(stage.site.log)
    trace = await run(stage, saving, told, trace_id="a" * 32)
    assert (trace.status, notes(trace), trace.trace_id) == ("passed", "", "a" * 32)
    assert told.ids == {"a" * 32}


async def test_as_many_as_were_shown_are_let_through(stage: Stage, shown_once: dict[str, Recording]) -> None:
    two = await recorded(stage, shown_once, "two", save, {"times": 2})
    stage.site.variant = {"times": 3}
    trace = await run(stage, two)
    assert (trace.status, stage.site.posts) == ("passed", ["ada", "ada"]), trace.failure
    assert "One more POST to " in notes(trace)


async def test_another_content_at_a_shared_place_is_let_through(stage: Stage, shown_once: dict[str, Recording]) -> None:
    two = await recorded(stage, shown_once, "two", save, {"times": 2})
    stage.site.variant = {"times": 3, "bodies": ["one", "two", "three"]}
    trace = await run(stage, two)
    assert (trace.status, sorted(stage.site.posts)) == ("passed", ["one", "three", "two"]), trace.failure


async def test_a_graphql_query_does_not_count(stage: Stage, saving: Recording) -> None:
    stage.site.variant = {"times": 2, "bodies": ["ada", '{"query": "query { customers { name } }"}']}
    trace = await run(stage, saving)
    assert (trace.status, len(stage.site.posts), notes(trace)) == ("passed", 2, "")


async def test_what_was_refused_for_want_of_a_sign_in_is_sent_again(stage: Stage, saving: Recording) -> None:
    stage.site.answers.append((401, {}))
    trace = await run(stage, saving)
    assert (trace.status, stage.site.posts, notes(trace)) == ("passed", ["ada", "ada"], ""), trace.failure


async def test_a_redirect_of_the_request_is_let_through(stage: Stage, saving: Recording) -> None:
    stage.site.answers.append((307, {"Location": "/api/save?moved"}))
    trace = await run(stage, saving)
    assert (stage.site.posts, notes(trace)) == (["ada", "ada"], "")


async def test_it_is_told_before_it_arrives_and_done_after(stage: Stage, saving: Recording) -> None:
    await run(stage, saving, Told(stage.site.log))
    assert stage.site.log == ["intend", "sent POST", SERVED, "done"]


@pytest.mark.parametrize("refuses", ["intend", "sent"])
async def test_nothing_is_sent_that_the_guard_refuses(stage: Stage, saving: Recording, refuses: str) -> None:
    trace = await run(stage, saving, Told(stage.site.log, refuses), waits=PATIENT)
    assert (trace.status, stage.site.posts) == ("failed", [])
    assert stage.site.log == ([] if refuses == "intend" else ["intend"])


async def test_a_step_that_sends_nothing_is_void_in_the_end(stage: Stage, saving: Recording) -> None:
    stage.site.variant = {"times": 0}
    trace = await run(stage, saving, Told(stage.site.log), waits=PATIENT)
    assert (trace.status, stage.site.log) == ("failed", ["intend", "void"])


@pytest.mark.parametrize("to", ["/api/save", "/save"], ids=["as shown", "elsewhere"])
async def test_a_step_that_failed_after_something_left_is_not_void(stage: Stage, saving: Recording, to: str) -> None:
    stage.site.variant, stage.site.status = {"elsewhere": to}, 500
    trace = await run(stage, saving, Told(stage.site.log), waits=PATIENT)
    assert (trace.status, "void" in stage.site.log, len(stage.site.posts)) == ("failed", False, 1)


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "without a guard"])
async def test_nothing_leaves_a_page_whose_run_failed_for_a_guard(
    stage: Stage, saving: Recording, guarded: bool
) -> None:
    stage.site.answers.append((500, {}))
    guard = Told(stage.site.log) if guarded else None
    async with fresh(stage.browser) as context:
        assert (await Replayer(context, waits=PATIENT, guard=guard).replay(saving)).status == "failed"
        await context.pages[0].evaluate("fetch('/save', { method: 'POST', body: 'late' }).catch(() => 0)")
    assert stage.site.posts == (["ada"] if guarded else ["ada", "late"])


async def test_a_page_that_sent_nothing_sends_nothing_while_it_closes(stage: Stage, saving: Recording) -> None:
    stage.site.variant = {"times": 0}
    async with fresh(stage.browser) as context:
        replayer = Replayer(context, waits=PATIENT, guard=Told(stage.site.log))
        assert (await replayer.replay(saving)).status == "failed"
        assert context.pages[0].url == "about:blank"
    assert [sending.step.id for sending in replayer.unsent] == [saving.steps[0].id]


async def test_a_file_arrives_as_it_is(stage: Stage, tmp_path: Path, shown_once: dict[str, Recording]) -> None:
    paper = tmp_path / "paper.bin"
    paper.write_bytes(bytes(range(256)) * 8000)

    async def send(human: Human) -> None:
        await human.page.locator("#paper").set_input_files(paper)
        await human.click("#send")
        await human.page.wait_for_url("**/saved.html")

    shown = await stage.show("commits.html", send)
    trace = await run(stage, shown.recording, Told(stage.site.log))
    assert (trace.status, len(stage.site.bodies)) == ("passed", 2), trace.failure
    assert all(paper.read_bytes() in body for body in stage.site.bodies)
    assert stage.site.log[1:] == ["intend", "sent POST", "served /save", "done"]


async def test_a_form_that_is_submitted_twice_arrives_once(stage: Stage) -> None:
    async def submit(human: Human) -> None:
        await human.click("#submit")
        await human.page.wait_for_url("**/saved.html")

    shown = for_another_page((await stage.show("commits.html", submit)).recording)
    stage.site.reset()
    stage.site.variant = {"times": 2}
    trace = await run(stage, shown, Told(stage.site.log), waits=PATIENT)
    assert (len(stage.site.posts), "void" in stage.site.log) == (1, False), (trace.failure, stage.site.log)


async def test_a_step_marked_repeatable_is_not_told(stage: Stage, saving: Recording) -> None:
    stage.site.variant = {"times": 2}
    step = next(step.id for step in saving.steps if step.commits)
    trace = await run(stage, with_repeatable(saving, step), Told(stage.site.log))
    assert (trace.status, stage.site.log) == ("passed", [SERVED, SERVED])


async def test_a_dry_run_ends_before_the_first_write(stage: Stage, saving: Recording) -> None:
    told = Told(stage.site.log)
    sink = Kept()
    trace = await work(stage.browser, Job(plan_of(saving), sink, "failure", SOON, guard=told, dry=True))
    last = trace.steps[-1]
    assert (trace.status, last.outcome, last.how, len(trace.steps)) == ("passed", "skipped", "selectors", 1)
    assert "this is a dry run; it would send POST http" in notes(trace)
    assert (stage.site.log, list(sink.pictures)) == ([], [0])


async def test_a_busy_server_says_when_to_come_again(stage: Stage, saving: Recording) -> None:
    stage.site.answers.append((429, {"Retry-After": "7"}))
    failed = (await run(stage, saving, waits=PATIENT)).failure
    stage.site.page_answer = (503, {"Retry-After": "8"})
    unreachable = (await run(stage, saving, waits=PATIENT)).failure
    assert failed and unreachable
    assert (failed.code, failed.status, failed.retry_after_s) == ("EffectMissing", 429, 7)
    assert (unreachable.code, unreachable.status, unreachable.retry_after_s) == ("PageUnreachable", 503, 8)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 80),
        ("Wed, 21 Oct 2015 07:00:00 GMT", 0),
        ("soon", None),
        ("", None),
    ],
)
def test_when_to_come_again_is_seconds_or_a_date(said: str, seconds: float | None) -> None:
    assert seconds_until(said, 1445412400.0) == seconds
