"""Who may speak to the panel: only the window that we opened, and only from its own page."""

from __future__ import annotations

import secrets as randomness
from collections.abc import Mapping
from dataclasses import dataclass, field
from hmac import compare_digest

# Nothing from elsewhere, nothing inline, in no frame; the page needs no more than its three files and us.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def _new() -> str:
    return randomness.token_urlsafe(32)


@dataclass(slots=True)
class Guard:
    """Refuses what does not come from the panel's own window.

    Another page of this machine's browsers can send requests here, and a name can be made to lead here: so the Host
    header must be ours, every request needs the cookie that the one-time ``token`` was changed for, and every command
    also our own origin and the page's ``stamp``.
    """

    host: str
    token: str | None = field(default_factory=_new)
    cookie: str = field(default_factory=_new)
    stamp: str = field(default_factory=_new)
    # Cookies do not know ports: another server on this machine must not overwrite ours.
    cookie_name: str = field(default_factory=lambda: f"showonce_panel_{randomness.token_hex(4)}")

    @property
    def address(self) -> str:
        """The address that opens the panel, once."""
        return f"http://{self.host}/?token={self.token}"

    def admits(self, token: str) -> bool:
        """Whether the token is right; it is used up by that."""
        right = self.token is not None and compare_digest(token.encode(), self.token.encode())
        if right:
            self.token = None
        return right

    def refusal(self, host: str, cookies: Mapping[str, str]) -> str:
        """Why a request is refused; "" if it is not."""
        if host != self.host:
            return "This is not the panel's address."
        if not compare_digest(cookies.get(self.cookie_name, "").encode(), self.cookie.encode()):
            return "This is not the panel's window, or its address was used already."
        return ""

    def command_refusal(self, headers: Mapping[str, str]) -> str:
        """Why a command is refused; "" if it is not."""
        if headers.get("origin") != f"http://{self.host}":
            return "The command does not come from the panel's page."
        if not compare_digest(headers.get("x-showonce-stamp", "").encode(), self.stamp.encode()):
            return "The command does not carry the panel's stamp."
        return ""
