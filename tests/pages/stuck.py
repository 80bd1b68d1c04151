"""A recording that releases of tests/pages/stuck.html do not fit: a press that checks, and one that saves."""

from __future__ import annotations

from demo.human import Human
from recordings.recording import Recording
from tests.pages.stage import Stage, for_another_page

CODE = "246810"


async def check_and_save(human: Human) -> None:
    await human.click("text=Check")
    await human.click("#save")
    await human.page.get_by_text("Saved", exact=True).wait_for()


async def recorded(stage: Stage, known: dict[str, Recording]) -> Recording:
    """The demonstration on the first release, shown once for all; on the site as it is served now."""
    if "stuck" not in known:
        known["stuck"] = for_another_page((await stage.show("stuck.html", check_and_save)).recording)
        stage.site.reset()
    old = known["stuck"]
    origin = "/".join(old.start.split("/")[:3])
    again = Recording.model_validate_json(old.model_dump_json().replace(origin, stage.site.origin))
    return again.model_copy(update={"name": "stuck", "files": old.files})
