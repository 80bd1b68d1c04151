"""A saved session given by its file: what cannot be used is said before a browser starts; and whose a session is."""

from __future__ import annotations

from pathlib import Path

import pytest

from recordings.session import SavedSession, is_of
from showonce.asked import SessionUnsafeError, session_at


def _kept(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "state.json"
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    "text", ["{}", '{"cookies": [{"name": "a", "value": "b", "domain": "x", "path": "/"}], "origins": []}']
)
def test_what_playwright_saves_is_taken(tmp_path: Path, text: str) -> None:
    path = _kept(tmp_path, text)
    assert session_at(str(path)) == str(path)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{bad", "Invalid JSON"),
        ("[]", "should be an object"),
        ('{"cookies": [{"name": 1, "value": "hunter2"}]}', "cookies.0.name"),
        ('{"cookies": "hunter2"}', "cookies"),
        ('{"origins": [{}]}', "origins.0.origin"),
    ],
)
def test_what_is_no_session_is_named_with_what_is_wrong(tmp_path: Path, text: str, why: str) -> None:
    path = _kept(tmp_path, text)
    with pytest.raises(SessionUnsafeError, match="is no saved session") as refused:
        session_at(str(path))
    assert why in str(refused.value) and "hunter2" not in str(refused.value)


def test_one_that_others_can_read_is_not_taken(tmp_path: Path) -> None:
    with pytest.raises(SessionUnsafeError, match="Others can read"):
        session_at(str(_kept(tmp_path, "{}", 0o644)))


@pytest.mark.parametrize(
    ("url", "its"),
    [
        ("https://login.example.com/orders", True),
        ("https://login.example.com:443/orders", True),
        ("https://app.example.com/orders", True),
        ("https://stored.test/", True),
        ("https://login.example.com:8443/", False),
        ("http://login.example.com/", False),
        ("https://badexample.com/", False),
        ("https://other.test/", False),
    ],
)
def test_a_session_is_of_the_sites_that_it_holds_something_for(url: str, its: bool) -> None:
    cookies = [{"name": "a", "domain": ".example.com"}, {"name": "b", "domain": "login.example.com"}]
    state = {"cookies": cookies, "origins": [{"origin": "https://stored.test"}]}
    session = SavedSession(url="https://login.example.com/in", state=state, version="1", signed_in_at=0, saved_at=0)
    assert is_of(session, url) is its
