"""Somebody signed in to an application, kept so that runs begin signed in."""

from __future__ import annotations

import re
from typing import Any

from pydantic import Field

from recordings.document import Document
from recordings.origins import host_of, origin_named


class SavedSession(Document):
    """What a browser keeps of somebody who is signed in: who has it is signed in, so it lies in the vault alone.

    ``url`` is where they signed in. ``state`` is Playwright's storage state: cookies, local storage, IndexedDB.
    ``version`` is another each time that it is saved. ``login`` is the digest of the recording that signs in anew, ""
    for none, ``login_name`` how it is called. ``signed_in_at`` is when somebody signed in, ``saved_at`` when a run
    refreshed it last; seconds since the epoch.
    """

    url: str
    state: dict[str, Any] = Field(default_factory=dict, repr=False)
    version: str
    login: str = ""
    login_name: str = ""
    signed_in_at: float
    saved_at: float


NAME = r"[\w@+][\w@+.-]{0,79}"
_FILE = ".json"


def is_session_name(text: str) -> bool:
    """Whether a session that is asked for is one kept by this name; else it is the path of a file."""
    return bool(re.fullmatch(NAME, text)) and not text.endswith(_FILE)


def is_of(session: SavedSession, url: str) -> bool:
    """Whether a session is one of the site of ``url``: they signed in there, or it holds something for it.

    A cookie goes to every port of its host. So where a host has several applications, it does not tell of which it is.
    """
    origin, host = origin_named(url), host_of(url)
    if origin == origin_named(session.url):
        return True
    if any(kept.get("origin") == origin for kept in session.state.get("origins", ())):
        return True
    domains = [str(cookie.get("domain", "")).lstrip(".") for cookie in session.state.get("cookies", ())]
    return host != host_of(session.url) and any(domain and f".{host}".endswith(f".{domain}") for domain in domains)
