"""Editing the steps of a recording: order, marks, copies; what would leave it wrong is refused."""

from __future__ import annotations

import pytest

from recordings.editing import (
    EditRefusedError,
    inserted,
    inserted_goto,
    moved,
    with_disabled,
    with_optional,
    with_secrets,
    with_waits,
    with_words,
    without_step,
)
from recordings.files import as_json
from recordings.inputs import Input, InputRef, Literally, Secret, SecretRef
from recordings.recording import Gesture, Recording
from recordings.signals import PageClosed, PopupOpened, Signal
from recordings.steps import Click, Drag, Fill, Navigate, Point, Step, Upload
from recordings.target import Description, Target


def click(step: str, page: int = 0, *signals: Signal, url: str = "") -> Click:
    target = Target(description=Description(tag="button", name=step), crop=f"crops/{step}.png")
    return Click(id=step, words=f"Click {step}", target=target, page=page, signals=signals, url=url)


def fill(step: str, name: str, secret: bool = False) -> Fill:
    value = SecretRef(name=name) if secret else InputRef(name=name)
    return Fill(id=step, words=f"Type {name}", target=Target(description=Description(tag="input")), value=value)


def recording(*steps: Step, **more: object) -> Recording:
    crops = {
        target.crop: step.id.encode() for step in steps if (target := getattr(step, "target", None)) and target.crop
    }
    whole = {"name": "shop", "start": "http://127.0.0.1:8010/shop", "steps": steps, "files": crops}
    return Recording.model_validate({**whole, **more})


def ids(edited: Recording) -> list[str]:
    return [step.id for step in edited.steps]


def popup(page: int) -> PopupOpened:
    return PopupOpened(page=page)


PLAIN = recording(click("s01"), click("s02"), click("s03"), click("s04"))
TABS = recording(click("s01", 0, popup(1)), click("s02", 1), click("s03", 0, popup(2)), click("s04", 2))
"""s01 opens tab 2, where s02 is done; s03 opens tab 3, where s04 is done."""


@pytest.mark.parametrize(
    ("step", "place", "order"),
    [
        ("s04", {"after": "s01"}, ["s01", "s04", "s02", "s03"]),
        ("s01", {"after": "s04"}, ["s02", "s03", "s04", "s01"]),
        ("s01", {"before": "s03"}, ["s02", "s01", "s03", "s04"]),
        ("s04", {"before": "s01"}, ["s04", "s01", "s02", "s03"]),
        ("2", {"after": "3"}, ["s01", "s03", "s02", "s04"]),
        ("s02", {"after": "s02"}, ["s01", "s02", "s03", "s04"]),
        ("s02", {}, ["s01", "s03", "s04", "s02"]),
    ],
    ids=str,
)
def test_a_step_is_moved(step: str, place: dict[str, str], order: list[str]) -> None:
    assert ids(moved(PLAIN, step, **place).recording) == order


@pytest.mark.parametrize(
    ("name", "mend"), [("s09", "Did you mean s0"), ("0", "1 to 4"), ("5", "1 to 4"), ("", "1 to 4"), ("²", "1 to 4")]
)
def test_a_step_that_is_not_there_is_named_with_those_that_are(name: str, mend: str) -> None:
    with pytest.raises(EditRefusedError, match=f"no step '{name}'") as refused:
        moved(PLAIN, name)
    assert mend in refused.value.mend


def test_a_step_is_not_moved_before_the_one_that_opens_its_tab() -> None:
    with pytest.raises(EditRefusedError, match=r"Step s02 .* tab 2, which is not open then") as refused:
        moved(TABS, "s02", before="s01")
    assert "Step s01 (Click s01) opens that tab" in refused.value.mend


def test_steps_that_open_tabs_do_not_change_places() -> None:
    with pytest.raises(EditRefusedError, match="opens tab 3, which would be tab 2"):
        moved(TABS, "s03", before="s01")


def test_a_step_is_not_moved_after_the_one_that_closes_its_tab() -> None:
    closing = recording(click("s01", 0, popup(1)), click("s02", 1), click("s03", 1, PageClosed(page=1)))
    with pytest.raises(EditRefusedError, match="tab 2, which is closed before it"):
        moved(closing, "s02", after="s03")


@pytest.mark.parametrize("edit", [without_step, with_disabled, with_optional])
def test_a_step_whose_tab_later_steps_use_stays(edit: object) -> None:
    assert callable(edit)
    with pytest.raises(EditRefusedError, match="could not be done"):
        edit(TABS, "s01")


def test_tabs_are_counted_anew_when_one_is_never_opened() -> None:
    edited = without_step(without_step(TABS, "s02").recording, "s01").recording
    assert edited.steps == (click("s03", 0, popup(1)), click("s04", 1))


def test_a_trouble_that_was_there_before_does_not_forbid_other_edits() -> None:
    odd = recording(click("s01", 3), click("s02"))
    assert ids(moved(odd, "s02", before="s01").recording) == ["s02", "s01"]


def test_a_moved_step_that_comes_on_another_page_is_told() -> None:
    shown = recording(click("s01", url="http://a.test/x"), click("s02", url="http://a.test/y/*"), click("s03"))
    notes = moved(shown, "s01", before="s02").notes, moved(shown, "s03", before="s01").notes
    assert notes == (("Step s01 was shown at http://a.test/x; where it stands now the page is http://a.test/y/*.",), ())


def test_a_deleted_step_takes_what_only_it_used() -> None:
    both = recording(
        fill("s01", "email"),
        fill("s02", "email"),
        fill("s03", "pin", secret=True),
        click("s04"),
        inputs=(Input(name="email", default="a@x.org"),),
        secrets=(Secret(name="pin"),),
        gestures={"s04": (Gesture(type="pointer_up", at_ms=1),)},
    )
    once = without_step(both, "s01")
    twice = without_step(once.recording, "s02")
    assert (once.notes, twice.notes) == ((), ("The input 'email' went with it; nothing else used it.",))
    assert (twice.recording.inputs, [secret.name for secret in twice.recording.secrets]) == ((), ["pin"])
    gone = without_step(twice.recording, "s04").recording
    assert (gone.files, gone.gestures) == ({}, {})


def test_the_only_step_stays() -> None:
    with pytest.raises(EditRefusedError, match="no steps left"):
        without_step(recording(click("s01")), "1")


def test_only_a_step_with_an_element_can_be_optional() -> None:
    goes = recording(Navigate(id="s01", words="Go to x", to="http://a.test/"), click("s02"))
    with pytest.raises(EditRefusedError, match="acts on no element"):
        with_optional(goes, "s01")


def test_marks_that_are_off_are_not_written() -> None:
    marked = with_optional(with_disabled(PLAIN, "s01"), "s02")
    assert ('"disabled": true' in as_json(marked), '"optional": true' in as_json(marked)) == (True, True)
    plain = with_optional(with_disabled(marked, "s01", False), "s02", False)
    assert (plain, as_json(plain)) == (PLAIN, as_json(PLAIN))


def test_a_step_waits_for_each_text_once() -> None:
    assert with_waits(PLAIN, "s01", [" In \n stock", "In stock", "Paid"]).steps[0].waits == ("In stock", "Paid")


@pytest.mark.parametrize("text", ["", " \n", "x" * 301], ids=["empty", "blank", "long"])
def test_a_step_does_not_wait_for_no_text_or_a_book(text: str) -> None:
    with pytest.raises(EditRefusedError, match="A text to wait for"):
        with_waits(PLAIN, "s01", [text])


def test_a_step_that_opens_its_own_tab_does_not_wait() -> None:
    tab = recording(click("s01"), Navigate(id="s02", words="Go", to="http://a.test/", page=1))
    with pytest.raises(EditRefusedError, match="opens its tab"):
        with_waits(tab, "s02", ["Paid"])


def test_a_step_is_said_in_other_words() -> None:
    assert with_words(PLAIN, "1", "Accept  cookies").steps[0].words == "Accept cookies"


def test_a_text_waited_for_that_shows_a_new_secret_goes() -> None:
    typed = recording(fill("s01", "pin"), click("s02"), inputs=(Input(name="pin", default="hunter2!"),))
    hidden = with_secrets(with_waits(typed, "s02", ["Saved", "PIN hunter2! kept"]), ["pin"])
    assert hidden.recording.steps[1].waits == ("Saved",)
    assert any("no longer waits" in note for note in hidden.notes)


def test_the_crop_of_what_a_drag_was_let_go_over_is_kept() -> None:
    onto = Target(description=Description(tag="div"), crop="crops/onto.png")
    target = Target(description=Description(tag="li"))
    drag = Drag(id="s01", target=target, start=Point(x=1, y=1), path=(), onto=onto, end=Point(x=1, y=1))
    files = {"crops/onto.png": b"x", "crops/s02.png": b"y"}
    assert set(without_step(recording(drag, click("s02"), files=files), "s02").recording.files) == {"crops/onto.png"}


# Steps put in


SOURCE = recording(
    click("s01"),
    fill("s02", "email").model_copy(update={"picture": "pages/s02.jpg"}),
    fill("s03", "pin", secret=True),
    Upload(id="s04", target=Target(description=Description(tag="input")), files=(InputRef(name="cv"),)),
    Upload(id="s05", target=Target(description=Description(tag="input")), files=(Literally(text="files/s05/a.txt"),)),
    click("s06", 0, popup(1)),
    click("s07", 0, PageClosed(page=1)),
    name="other",
    inputs=(Input(name="email", default="b@x.org"), Input(name="cv", kind="file", default="files/s04/cv.pdf")),
    secrets=(Secret(name="pin", label="PIN"),),
    gestures={"s01": (Gesture(type="pointer_up", at_ms=1),)},
    files={
        "crops/s01.png": b"other",
        "pages/s02.jpg": b"page",
        "files/s04/cv.pdf": b"cv",
        "files/s05/a.txt": b"a",
    },
)


def test_a_copied_step_brings_its_picture_and_gestures_under_a_free_id() -> None:
    edited = inserted(PLAIN, SOURCE, "s01", after="s02").recording
    assert ids(edited) == ["s01", "s02", "s05", "s03", "s04"]
    copy = edited.steps[2]
    assert isinstance(copy, Click)
    assert (copy.target.crop, edited.files["crops/s05.png"], edited.files["crops/s01.png"]) == (
        "crops/s05.png",
        b"other",
        b"s01",
    )
    assert edited.gestures == {"s05": SOURCE.gestures["s01"]}


@pytest.mark.parametrize(
    ("there", "names"),
    [
        (Input(name="email", default="b@x.org"), ["email"]),
        (Input(name="email", default="a@x.org"), ["email", "email_2"]),
        (Input(name="email", kind="choice", default="b@x.org"), ["email", "email_2"]),
    ],
    ids=["the same", "another default", "another kind"],
)
def test_a_copied_step_brings_its_input_unless_it_is_there(there: Input, names: list[str]) -> None:
    edited = inserted(recording(fill("s01", "email"), inputs=(there,)), SOURCE, "s02", before="s01").recording
    assert [item.name for item in edited.inputs] == names
    assert isinstance(edited.steps[0], Fill)
    assert edited.steps[0].value == InputRef(name=names[-1])
    assert edited.files["pages/s02.jpg"] == b"page"


@pytest.mark.parametrize(
    ("label", "names"), [("PIN", ["pin"]), ("Card PIN", ["pin", "pin_2"])], ids=["same", "another"]
)
def test_a_copied_step_brings_its_secret_unless_it_is_there(label: str, names: list[str]) -> None:
    there = recording(fill("s01", "pin", secret=True), secrets=(Secret(name="pin", label=label),))
    assert [secret.name for secret in inserted(there, SOURCE, "s03", after="1").recording.secrets] == names


def test_copied_uploads_bring_their_files() -> None:
    edited = inserted(inserted(PLAIN, SOURCE, "s04", after="s04").recording, SOURCE, "s05", after="s04").recording
    assert edited.inputs[0].default == "files/s05/cv.pdf"
    assert (edited.files["files/s05/cv.pdf"], edited.files["files/s06/a.txt"]) == (b"cv", b"a")


def test_a_copied_step_that_opens_a_tab_moves_the_numbers_of_later_tabs() -> None:
    edited = inserted(TABS, SOURCE, "s06", after="s02").recording
    pages = [(step.id, step.page, *(getattr(signal, "page", "") for signal in step.signals)) for step in edited.steps]
    assert pages == [("s01", 0, 1), ("s02", 1), ("s05", 1, 2), ("s03", 0, 3), ("s04", 3)]


def test_a_step_that_closes_another_tab_is_not_copied() -> None:
    with pytest.raises(EditRefusedError, match="closes tab 2 of its own recording"):
        inserted(PLAIN, SOURCE, "s07", after="s01")


@pytest.mark.parametrize(
    ("url", "to"),
    [
        ("https://x.test/a?b#c", "https://x.test/a?b#c"),
        ("/customers", "http://127.0.0.1:8010/customers"),
        ("?page=2", "http://127.0.0.1:8010/shop?page=2"),
    ],
)
def test_an_address_is_put_in_in_the_tab_of_its_neighbour(url: str, to: str) -> None:
    assert inserted_goto(TABS, url, after="s02").recording.steps[2] == Navigate(
        id="s05", words=f"Go to {to}", to=to, page=1
    )


@pytest.mark.parametrize(
    "url", ["", "x.test", "localhost:80", "http://", "http://[", "javascript:alert(1)", "http://a b"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(EditRefusedError, match="is no address"):
        inserted_goto(PLAIN, url)
