"""Which steps must not take effect twice: those that send what changes data, but for sign-ins and those marked."""

from __future__ import annotations

import pytest

from recordings.commits import guarded_steps, sign_in_steps
from recordings.editing import EditRefusedError, with_disabled, with_repeatable
from recordings.files import as_json
from recordings.inputs import Input, InputRef, Secret, SecretRef
from recordings.recording import Recording
from recordings.signals import Navigated, Requested, Signal
from recordings.steps import Click, Fill, Step
from recordings.target import Description, Target

POST = Requested(method="POST", url="http://a.test/login", status=303)
MOVED = Navigated(url="http://a.test/home")
FIELDS = {"user": "text", "mail": "email", "password": "password", "second": "password", "card": "text"}


def fill(name: str, **attributes: str) -> Fill:
    secret = name in ("password", "second", "card")
    seen = Description(tag="input", type=FIELDS[name], xpath=f"//{name}", attributes=attributes)
    value = SecretRef(name=name) if secret else InputRef(name=name)
    return Fill(id=name, target=Target(description=seen), value=value)


def send(step: str, *signals: Signal) -> Click:
    return Click(id=step, target=Target(description=Description(tag="button")), signals=signals or (POST, MOVED))


def recording(*steps: Step) -> Recording:
    inputs = [Input(name=name, default="x") for name in ("user", "mail")]
    secrets = [Secret(name=name) for name in ("password", "second", "card")]
    return Recording(name="a", start="http://a.test/", inputs=inputs, secrets=secrets, steps=steps)


SIGN_IN = (fill("user"), fill("password"), send("in"))
NAME_FIRST = (fill("user", autocomplete="username"), send("next"), fill("password"), send("in"))
CASES: dict[str, tuple[tuple[Step, ...], set[str]]] = {
    "what sends nothing": ((fill("user"), send("go", MOVED)), set()),
    "a form": ((fill("user"), send("save")), {"save"}),
    "a sign-in and a form": ((*SIGN_IN, fill("mail"), send("save")), {"save"}),
    "a sign-in by its password alone": ((fill("password"), send("in")), set()),
    "a password that is shown": ((fill("card", autocomplete="current-password"), send("in")), set()),
    "a sign-in after a page that moved on": ((fill("mail"), send("go", MOVED), *SIGN_IN), set()),
    "a sign-in on two pages": ((*NAME_FIRST, fill("mail"), send("save")), {"save"}),
    "a form that leads to a password": ((fill("user"), send("save"), fill("password"), send("in")), {"save", "in"}),
    "a registration on two pages": ((*NAME_FIRST[:3], fill("mail"), send("up")), {"next", "up"}),
    "a name sent later": ((send("order"), *NAME_FIRST), {"order", "next", "in"}),
    "a payment by card": ((fill("card", autocomplete="cc-number"), send("pay")), {"pay"}),
    "a registration": ((fill("user"), fill("mail"), fill("password"), send("up")), {"up"}),
    "two passwords": ((fill("user"), fill("password"), fill("second"), send("up")), {"up"}),
    "a new password": ((fill("password", autocomplete="new-password"), send("set")), {"set"}),
    "a password asked for again": ((send("order"), fill("password"), send("sure")), {"order", "sure"}),
    "a password on the page before": ((fill("password"), send("go", MOVED), send("save")), {"save"}),
}


@pytest.mark.parametrize(("steps", "guarded"), CASES.values(), ids=list(CASES))
def test_what_must_be_done_once(steps: tuple[Step, ...], guarded: set[str]) -> None:
    assert guarded_steps(recording(*steps)) == guarded


@pytest.mark.parametrize(
    ("steps", "own"),
    [
        ((*SIGN_IN, fill("mail"), send("save")), {"user", "password", "in"}),
        ((fill("mail"), send("go", MOVED), *SIGN_IN), {"user", "password", "in"}),
        ((*NAME_FIRST, fill("mail"), send("save")), {"user", "next", "password", "in"}),
        ((send("order"), fill("password"), send("sure")), set()),
        ((fill("card", autocomplete="cc-number"), send("pay")), set()),
        ((fill("user"), send("go", MOVED)), set()),
    ],
    ids=["before a form", "after a page that moved on", "on two pages", "asked for again", "a payment", "none"],
)
def test_the_steps_of_a_recordings_own_sign_in_are_known(steps: tuple[Step, ...], own: set[str]) -> None:
    assert sign_in_steps(recording(*steps)) == own


def test_a_step_that_is_marked_or_never_done_is_not_guarded() -> None:
    form = recording(send("search"), send("save"), send("off"))
    marked = with_disabled(with_repeatable(form, "search"), "off")
    assert guarded_steps(marked) == {"save"}
    assert ('"repeatable": true' in as_json(marked), '"repeatable"' in as_json(form)) == (True, False)
    assert with_repeatable(marked, "search", False) == with_disabled(form, "off")


def test_only_a_step_that_changes_data_can_be_repeatable() -> None:
    with pytest.raises(EditRefusedError, match="sent nothing that changes data"):
        with_repeatable(recording(send("go", MOVED)), "go")
