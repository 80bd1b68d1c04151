"""Where a recording may act: found in what was shown, named by people, and told from where it may not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from recordings.editing import EditRefusedError
from recordings.editing.applying import applied
from recordings.editing.commands import command_of
from recordings.origins import allowed_origins, checked_origin, found_origins, is_private, origin_named
from recordings.recording import Recording
from recordings.signals import Navigated, Requested
from recordings.steps import Click, Navigate
from recordings.target import Description, Target

BUTTON = Target(description=Description(tag="button", role="button", name="Go"))
DESK, PAY = "https://desk.example.com", "https://pay.example.com"
RECORDING = Recording(
    name="shop",
    start=f"{DESK}/login",
    steps=(
        Click(id="s01", target=BUTTON, url=f"{DESK}/cart", signals=(Requested(method="POST", url=f"{PAY}/orders/*"),)),
        Click(id="s02", target=BUTTON, url="https://sso.example.com/", signals=(Navigated(url="https://news.test/"),)),
    ),
)


def test_origins_are_where_it_began_acted_and_sent_but_not_where_it_only_came_to() -> None:
    assert found_origins(RECORDING.start, RECORDING.steps) == (DESK, PAY, "https://sso.example.com")


def test_a_recording_that_names_none_has_those_found_in_it() -> None:
    assert allowed_origins(RECORDING) == (DESK, PAY, "https://sso.example.com")
    assert allowed_origins(RECORDING.model_copy(update={"origins": (PAY,)})) == (PAY,)


def test_a_private_host_that_was_only_come_to_is_among_them() -> None:
    step = Click(id="s01", target=BUTTON, signals=(Navigated(url="http://10.0.0.7/status"),))
    assert found_origins(f"{DESK}/", (step,)) == (DESK, "http://10.0.0.7")


def test_a_file_that_was_opened_is_among_them() -> None:
    assert found_origins("about:blank", (Navigate(id="s01", to="file:///tmp/a.html"),)) == ("file:",)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://A.test:443/x?y#z", "https://a.test"),
        ("http://a.test:8080", "http://a.test:8080"),
        ("http://user:word@a.test/", "http://a.test"),
        ("http://[::1]:80/", "http://[::1]"),
        ("blob:https://a.test/0-1", "https://a.test"),
        ("https://bücher.example/", "https://xn--bcher-kva.example"),
        ("about:srcdoc", ""),
        ("data:", "data:"),
    ],
)
def test_an_origin_is_written_in_one_way(url: str, origin: str) -> None:
    assert origin_named(url) == origin


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "a.localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0", "10.1.2.3", "192.168.0.1",
        "172.16.0.1", "169.254.169.254", "100.64.0.1", "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "intranet",
        "printer.local", "vault.internal", "localhost.",
    ],
)  # fmt: skip
def test_a_host_of_this_machine_or_of_a_network_of_its_own_is_private(host: str) -> None:
    assert is_private(host)


@pytest.mark.parametrize("host", ["example.com", "8.8.8.8", "2606:4700::1111", "localhost.example.com", "10.example"])
def test_a_host_of_the_internet_is_not_private(host: str) -> None:
    assert not is_private(host)


@pytest.mark.parametrize("text", ["", "desk", "https://", "https://a b", "https://*.a.test", "mailto:a@b.test", "x:/"])
def test_what_is_no_origin_cannot_be_allowed(text: str) -> None:
    with pytest.raises(EditRefusedError, match=r"no origin|no host"):
        applied(RECORDING, [command_of(f"allow '{text}'")], lambda _: RECORDING)


def test_an_origin_is_allowed_and_forbidden_again_by_edits() -> None:
    more = applied(RECORDING, [command_of("allow https://Cdn.example.com/upload")], lambda _: RECORDING).recording
    assert more.origins[-1] == "https://cdn.example.com"
    less = applied(more, [command_of(f"forbid {PAY}")], lambda _: RECORDING).recording
    assert less.origins == (DESK, "https://sso.example.com", "https://cdn.example.com")


def test_where_it_begins_cannot_be_forbidden() -> None:
    with pytest.raises(EditRefusedError, match="begins at"):
        applied(RECORDING, [command_of(f"forbid {DESK}")], lambda _: RECORDING)


def test_a_step_that_a_person_puts_in_brings_its_origin() -> None:
    named = RECORDING.model_copy(update={"origins": (DESK,)})
    done = applied(named, [command_of("insert goto https://wiki.example.com/a after 1")], lambda _: RECORDING)
    assert done.recording.origins == (DESK, "https://wiki.example.com")


def test_a_document_whose_origins_are_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="no origin"):
        Recording(name="x", start="https://a.test", origins=("everywhere",))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40) | st.from_regex(r"[a-z]{1,6}:/{0,3}[^/]{0,20}", fullmatch=True))
def test_whatever_is_written_is_an_origin_or_a_value_error(text: str) -> None:
    try:
        origin = checked_origin(text)
    except ValueError:
        return
    assert checked_origin(origin) == origin
