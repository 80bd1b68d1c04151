"""Which steps must not take effect twice: those that send what changes data, but for sign-ins and those marked."""

from __future__ import annotations

import pytest

from recordings.commits import guarded_steps
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
CASES: dict[str, tuple[tuple[Step, ...], set[str]]] = {
    "what sends nothing": ((fill("user"), send("go", MOVED)), set()),
    "a form": ((fill("user"), send("save")), {"save"}),
    "a sign-in and a form": ((*SIGN_IN, fill("mail"), send("save")), {"save"}),
    "a sign-in by its password alone": ((fill("password"), send("in")), set()),
    "a password that is shown": ((fill("card", autocomplete="current-password"), send("in")), set()),
    "a sign-in after a page that moved on": ((fill("mail"), send("go", MOVED), *SIGN_IN), set()),
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


def test_a_step_that_is_marked_or_never_done_is_not_guarded() -> None:
    form = recording(send("search"), send("save"), send("off"))
    marked = with_disabled(with_repeatable(form, "search"), "off")
    assert guarded_steps(marked) == {"save"}
    assert ('"repeatable": true' in as_json(marked), '"repeatable"' in as_json(form)) == (True, False)
    assert with_repeatable(marked, "search", False) == with_disabled(form, "off")


def test_only_a_step_that_changes_data_can_be_repeatable() -> None:
    with pytest.raises(EditRefusedError, match="sent nothing that changes data"):
        with_repeatable(recording(send("go", MOVED)), "go")
