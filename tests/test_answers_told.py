"""A step's record says what the page answered: the request and its status, where it led, tabs, downloads, dialogs."""

from __future__ import annotations

from demo.human import Human
from recordings.inputs import HIDDEN
from recordings.trace import StepRecord
from recordings.veil import Private, Veil
from replayer.answers import Told
from replayer.redact import Redactor
from store.privacy import veiled_step
from tests.pages.stage import Stage

KEY = b"k" * 32


async def test_a_record_says_what_came_of_its_step(stage: Stage) -> None:
    async def use_all(human: Human) -> None:
        human.page.on("dialog", lambda dialog: dialog.accept())
        await human.click("#store")
        await human.click("#ask")
        async with human.page.expect_download():
            await human.click("a:text-is('Export')")
        await human.click("#push")
        await human.click("button:text-is('Save')")
        await human.page.wait_for_url("**/saved.html")

    shown = await stage.show("answers.html", use_all)
    trace = (await stage.replay(shown)).trace
    assert trace.status == "passed", trace.failure
    assert [record.answers for record in trace.steps] == [
        ("POST /api/save, answered 201",),
        ("a dialog, confirm 'Sure?', accepted",),
        ("a download, 'export.csv'",),
        ("went to /pages/next",),
        ("POST /save, answered 303", "went to /pages/saved.html"),
    ]


async def test_a_tab_that_opened_is_told_with_where_it_led(stage: Stage) -> None:
    async def open_window(human: Human) -> None:
        async with human.page.expect_popup() as opened:
            await human.click("#window")
        await (await opened.value).wait_for_load_state()

    shown = await stage.show("answers.html", open_window)
    trace = (await stage.replay(shown)).trace
    assert [record.answers for record in trace.steps] == [("a new tab, /pages/fields.html",)]


async def test_a_refused_request_is_told_of_the_step_that_failed(stage: Stage) -> None:
    shown = await stage.show("answers.html", lambda human: human.click("#store"))
    stage.site.status = 500
    trace = (await stage.replay(shown)).trace
    assert trace.status == "failed"
    assert trace.steps[-1].answers == ("POST /api/save, answered 500",)


def test_an_address_is_told_without_its_query_its_password_and_what_is_secret() -> None:
    redactor = Redactor()
    redactor.learn("geheim/17", here=True)
    told = Told("http://a.test", redactor.clean)
    assert told.place("http://ada:pw@a.test/reset/geheim%2F17?q=ada#top") == f"/reset/{HIDDEN}"
    assert told.place("http://u:pw@b.test/x?y") == "http://b.test/x"
    assert told.place("http://a.test/" + "x" * 300) == "/…"
    assert [told.place(url) for url in ("about:blank", "data:text/html,x", "blob:http://a.test/1")] == ["", "", ""]


def test_what_is_personal_in_answers_is_hashed_in_the_store() -> None:
    record = StepRecord(
        trace_id="0" * 32, span_id="0" * 16, index=0, step_id="s", kind="click", started_at=1, outcome="passed",
        answers=("went to /people/Grace Hopper", "a download, 'grace@example.net.pdf'"),
    )  # fmt: skip
    kept = veiled_step(record, Veil(Private({"Grace Hopper": "value"}, patterns=True), KEY))
    assert all(part not in told for told in kept.answers for part in ("Grace", "grace@"))
    assert kept.answers[0].startswith("went to /people/‹")
