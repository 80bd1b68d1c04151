"""What tabs ask for is paused until all judges let it go, on one session a tab."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from playwright.async_api import CDPSession, Page

from replayer.interception import Interception, Paused
from replayer.tab_sessions import TabSessions
from tests.pages.stage import Stage, fresh

ASK = "() => fetch('/api/save', { method: 'POST', body: 'a=1' }).then((answer) => answer.ok, () => false)"


@dataclass
class Strict:
    """Lets go what its ``word`` allows, and notes what it was asked and told."""

    word: bool
    asked: list[str] = field(default_factory=list)
    answers: list[bool] = field(default_factory=list)

    async def may_go(self, session: CDPSession, paused: Paused) -> bool:
        self.asked.append(paused["request"]["method"])
        return self.word or paused["request"]["method"] == "GET"

    def told(self, paused: Paused, *, goes: bool, given_up: bool) -> None:
        self.answers.append(goes)


async def test_where_nobody_judges_everything_goes(stage: Stage) -> None:
    async with fresh(stage.browser) as context:
        interception = Interception(TabSessions(context))
        await interception.start()
        page = await context.new_page()
        await interception.meet(page)
        assert interception.holds(page.main_frame)
        await page.goto(stage.site.url("reading.html"))
        assert await page.evaluate(ASK)
        await interception.stop()


async def test_who_says_no_ends_it_and_all_that_were_asked_are_told(stage: Stage) -> None:
    async with fresh(stage.browser) as context:
        interception, first, second = Interception(TabSessions(context)), Strict(word=False), Strict(word=True)
        for judge in (first, second):
            interception.add(judge)
        await interception.start()
        page = await _opened(stage, interception)
        assert not await page.evaluate(ASK)
        assert first.asked == ["GET", "POST"] and first.answers == [True, False]
        assert second.asked == ["GET"] and second.answers == [True]


async def test_who_judges_no_more_is_not_asked_and_the_tab_is_free_again(stage: Stage) -> None:
    async with fresh(stage.browser) as context:
        interception, judge = Interception(TabSessions(context)), Strict(word=False)
        interception.add(judge)
        await interception.start()
        page = await _opened(stage, interception)
        interception.remove(judge)
        await interception.stop()
        assert await page.evaluate(ASK)
        assert judge.asked == ["GET"]


async def test_a_judge_that_stays_holds_what_is_opened_later_as_well(stage: Stage) -> None:
    async with fresh(stage.browser) as context:
        interception, judge = Interception(TabSessions(context)), Strict(word=False)
        interception.add(judge)
        await interception.start()
        await interception.stop()
        page = await _opened(stage, interception)
        assert not await page.evaluate(ASK)


async def test_whoever_asks_for_a_tabs_session_shares_it(stage: Stage) -> None:
    async with fresh(stage.browser) as context:
        page, sessions = await context.new_page(), TabSessions(context)
        one, other = await asyncio.gather(sessions.of(page), sessions.of(page))
        assert one is other
        assert sessions.forget() == [one]
        assert await sessions.of(page) is not one


async def _opened(stage: Stage, interception: Interception) -> Page:
    page = await interception.context.new_page()
    await interception.meet(page)
    await page.goto(stage.site.url("reading.html"))
    return page
