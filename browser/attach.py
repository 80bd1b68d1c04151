"""Attach to a Chrome that a person uses already, by its debugging address; it is never closed from here."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Error

from browser.launch import driver
from recordings.errors import CouldNotStartError

CONNECT_S = 10.0
_HOW = "Start Chrome with --remote-debugging-port=9222 and a --user-data-dir of its own, then give --cdp that address."


class AddressUnusableError(CouldNotStartError):
    """What was given is no address of a debugging port."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(
            f"'{endpoint}' is not the address of a Chrome to attach to.", "It looks like http://127.0.0.1:9222."
        )


class AddressElsewhereError(CouldNotStartError):
    """The debugging port is not on this machine: all that is typed would cross the network unencrypted."""

    def __init__(self, endpoint: str, host: str) -> None:
        super().__init__(
            f"{endpoint} is not on this machine, and all you type would cross the network unencrypted.",
            f"Bring its port here through a tunnel: 'ssh -L 9222:127.0.0.1:9222 {host}', "
            "then give --cdp http://127.0.0.1:9222.",
        )


class NobodyListensError(CouldNotStartError):
    """Nothing answers at the debugging address."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(f"No Chrome listens at {endpoint}.", _HOW)


class NotChromeError(CouldNotStartError):
    """Something answers at the debugging address that is no browser to attach to."""

    def __init__(self, endpoint: str, reason: str) -> None:
        super().__init__(f"What listens at {endpoint} is not Chrome's debugging port: {reason}.", _HOW)


@asynccontextmanager
async def attached(endpoint: str) -> AsyncIterator[BrowserContext]:
    """The tabs of a person's Chrome; on the way out only our connection ends.

    None of Playwright's usual settings are put on it: downloads, focus, fonts and colours stay the person's.

    Args:
        endpoint: ``http://127.0.0.1:9222``, or the ``ws://`` address that Chrome prints; on this machine only.

    Raises:
        AddressUnusableError, AddressElsewhereError, NobodyListensError, NotChromeError: It cannot be attached to.
    """
    check_here(endpoint)
    async with driver() as playwright:
        try:
            browser = await playwright.chromium.connect_over_cdp(
                endpoint, no_defaults=True, is_local=True, timeout=CONNECT_S * 1000
            )
        except Error as error:
            raise _refused(endpoint, error.message) from error
        try:
            if not browser.contexts:
                raise NotChromeError(endpoint, "it has no windows of its own")
            context = browser.contexts[0]
            # Without a listener Playwright dismisses dialogs itself, and the person never sees them.
            context.on("dialog", lambda _: None)
            yield context
        finally:
            with suppress(Error):
                await browser.close()


def check_here(endpoint: str) -> None:
    """Raise if the address is none, or is not on this machine."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressUnusableError(endpoint) from error
    if parts.scheme not in ("http", "ws") or not host or (parts.scheme == "http" and port is None):
        raise AddressUnusableError(endpoint)
    if not _is_loopback(host):
        raise AddressElsewhereError(endpoint, host)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refused(endpoint: str, message: str) -> CouldNotStartError:
    if "ECONNREFUSED" in message:
        return NobodyListensError(endpoint)
    first = message.partition("\n")[0].removeprefix("BrowserType.connect_over_cdp: ")
    status = re.search(r"Unexpected status (\d+)", first)
    reason = f"it answers {status[1]} where Chrome tells what it is" if status else first.rstrip(".")
    return NotChromeError(endpoint, reason)
