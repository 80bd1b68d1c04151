"""A secret is what its source says when it is typed, and goes where it belongs alone."""

from __future__ import annotations

import pytest

from recordings.errors import SecretElsewhereError
from recordings.inputs import Secret, SecretRef
from recordings.recording import Recording
from recordings.steps import Fill
from recordings.target import Description, Target
from replayer import Replayer
from replayer.redact import Redactor
from replayer.secrets import Given, Secrets, SecretSource, secrets_of
from tests.pages.stage import SOON, Stage, fresh
from tests.test_hostile_pages import sign_in

SEED, CODE = "GEZDGNBVGY3TQOJQ", "739154"
CRM, BILLS = "https://crm.test", "https://bills.test"


@pytest.fixture(scope="module")
def known() -> dict[str, Recording]:
    return {}


async def run(stage: Stage, known: dict[str, Recording], source: SecretSource) -> tuple[str, str, list[str]]:
    """What a run came to, all that it wrote, and what the server got."""
    if "it" not in known:
        shown = (await stage.show("trap.html", sign_in)).recording
        # As read from its folder: what was typed is known to nobody.
        known["it"] = Recording.model_validate(shown.model_dump()).model_copy(
            update={"files": shown.files, "gestures": shown.gestures}
        )
        stage.site.reset()
    async with fresh(stage.browser) as context:
        trace = await Replayer(context, waits=SOON, secrets=source).replay(known["it"])
        return trace.failure.code if trace.failure else "", trace.model_dump_json(), list(map(str, stage.site.posts))


async def test_a_code_is_made_when_it_is_typed_and_told_nowhere(stage: Stage, known: dict[str, Recording]) -> None:
    failed, written, posts = await run(stage, known, lambda _: Given(SEED, of_time=lambda _: CODE, period_s=3600))
    assert failed == "", written
    assert f"password={CODE}" in " ".join(posts)
    assert not any(text in written for text in (CODE, SEED))


async def test_what_is_typed_is_what_the_source_says_then(stage: Stage, known: dict[str, Recording]) -> None:
    said = iter(["before the run", "at-that-moment"])
    failed, written, posts = await run(stage, known, lambda _: next(said))
    assert failed == "", written
    assert "password=at-that-moment" in " ".join(posts)
    assert "at-that-moment" not in written


async def test_what_the_vault_keeps_for_another_place_is_not_typed(stage: Stage, known: dict[str, Recording]) -> None:
    failed, written, posts = await run(stage, known, lambda _: Given("hush-hush-7", origin=CRM))
    assert (failed, posts) == ("SecretElsewhere", []), written
    assert "hush-hush-7" not in written


async def test_of_two_applications_each_gets_its_own_secret() -> None:
    recording = Recording(name="two", start=CRM, secrets=(Secret(name="one"), Secret(name="other")))
    places = {"one": frozenset({CRM}), "other": frozenset({BILLS})}
    secrets = Secrets(recording, places, {"one": "first", "other": "second"}, None, Redactor())
    assert await secrets.reveal("one", CRM, "Type") == "first"
    with pytest.raises(
        SecretElsewhereError, match=r"belongs to https://bills\.test, and the field is at https://crm\.test"
    ):
        await secrets.reveal("other", CRM, "Type")


def test_a_place_is_known_however_its_address_is_written() -> None:
    step = Fill(
        id="s1", url=f"{CRM}/login", target=Target(description=Description(tag="input")), value=SecretRef(name="one")
    )
    recording = Recording(name="one", start=CRM, secrets=(Secret(name="one"),), steps=(step,))
    secrets = secrets_of(recording, {"one": "first"}, "HTTPS://Staging.CRM.test:443/v2", None)
    assert secrets.places == {"one": frozenset({"https://staging.crm.test"})}
