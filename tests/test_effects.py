"""What counts as the effect of a step, and what only came of where the pointer was taken afterwards."""

from __future__ import annotations

from demo.human import Human
from tests.pages.stage import Stage


async def test_a_menu_that_opens_where_the_pointer_goes_next_is_no_effect_of_the_step(stage: Stage) -> None:
    async def click_and_pass_by(human: Human) -> None:
        await human.click("#text")
        await human.page.wait_for_timeout(400)
        await human.page.locator("#hovering").hover()
        await human.page.wait_for_timeout(500)
        assert await human.page.locator("#first").is_visible()
        await human.click("#more")

    stage.site.variant = None
    shown = await stage.show("fuzz.html", click_and_pass_by, verify=True)
    assert shown.recording.warnings == ()
    assert shown.recording.checked == len(shown.recording.steps)
    done = await stage.replay(shown)
    assert (done.trace.status, done.state) == ("passed", shown.state), done.trace.failure
