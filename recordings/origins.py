"""The origins that a recording may act on: found in what was shown, or named by a person; pure.

An origin is ``scheme://host`` or ``scheme://host:port`` where the port is not the scheme's own; of addresses that have
no host it is the scheme alone: ``file:``, ``chrome:``. An ``about:`` document has the origin of whoever made it: "".
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from recordings.signals import Navigated, PopupOpened, Requested
from recordings.steps import Navigate, Step

if TYPE_CHECKING:
    from recordings.recording import Recording

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_LOCAL_NAMES = ("localhost", "local", "internal", "lan", "home.arpa")
_SPECIAL = ("file:", "chrome:", "view-source:", "data:")


def origin_named(url: str) -> str:
    """The origin of an address or of its pattern, "" where it has none of its own.

    >>> origin_named("HTTPS://Desk.example.com:443/customers/*?q")
    'https://desk.example.com'
    >>> origin_named("file:///home/ada/notes.html")
    'file:'

    Raises:
        ValueError: It is no address.
    """
    parts = _split(url)
    if parts.scheme == "blob":
        return origin_named(url.partition(":")[2])
    if parts.scheme not in _PORTS:
        return "" if parts.scheme in ("about", "") else f"{parts.scheme}:"
    host, port = parts.hostname or "", parts.port
    if not host:
        raise ValueError(f"{url[:80]!r} has no host")
    host = f"[{host}]" if ":" in host else _in_ascii(host)
    return f"{parts.scheme}://{host}" + ("" if port in (None, _PORTS[parts.scheme]) else f":{port}")


def host_of(url: str) -> str:
    """The host of an address, without brackets; "" where it has none."""
    return _split(url).hostname or ""


def is_private(host: str) -> bool:
    """Whether a host is, by its name or number, this machine or one of a network of its own: no address of the
    internet. What a name of the internet leads to is not looked up."""
    name = host.rstrip(".").lower()
    address = _address(name)
    if address is not None:
        return not _outer(address).is_global
    return "." not in name or any(name == local or name.endswith(f".{local}") for local in _LOCAL_NAMES)


def found_origins(start: str, steps: Iterable[Step]) -> tuple[str, ...]:
    """Where a demonstration began, where its steps were done, and where they sent what may change data; private hosts
    and pages that are no web page also where they only led to. In order of appearance."""
    found = (_of(url) for url in (start, *(url for step in steps for url in _urls(step))))
    return tuple(dict.fromkeys(origin for origin in found if origin))


def allowed_origins(recording: Recording) -> tuple[str, ...]:
    """The origins that a recording names, or, where it was made before recordings named them, those found in it."""
    return recording.origins or found_origins(recording.start, recording.steps)


def checked_origin(text: str) -> str:
    """An origin as a person writes it, or an address of it, as it is kept.

    Raises:
        ValueError: It is none; what is wrong is said.
    """
    origin = origin_named(text.strip())
    if not origin or not (origin.startswith(("http://", "https://")) or origin in _SPECIAL):
        raise ValueError(f"{text[:80]!r} is no origin: write https://host, http://host:port or file:")
    if origin.startswith("http") and (any(sign in origin for sign in " *\\%") or not origin.isprintable()):
        raise ValueError(f"{text[:80]!r} is no origin: it must name one host")
    return origin


def _urls(step: Step) -> Iterator[str]:
    yield step.url
    if isinstance(step, Navigate):
        yield step.to
    for signal in step.signals:
        if isinstance(signal, Requested) or (isinstance(signal, (Navigated, PopupOpened)) and is_walled(signal.url)):
            yield signal.url


def is_walled(url: str) -> bool:
    """Whether nothing leads there but what names it: a private host, or an address that is no web page."""
    try:
        origin = origin_named(url)
    except ValueError:
        return True
    if not origin:
        return url not in ("", "about:blank", "about:srcdoc") and not url.startswith("blob:")
    return is_private(host_of(origin)) if origin.startswith(("http", "ws")) else True


def _of(url: str) -> str:
    try:
        return checked_origin(url)
    except ValueError:
        return ""


def _split(url: str) -> SplitResult:
    parts = urlsplit(url)
    _ = parts.port  # raises ValueError where it is none
    return parts


def _in_ascii(host: str) -> str:
    """As browsers write it: ``xn--…``."""
    return host if host.isascii() else host.encode("idna").decode()


def _address(name: str) -> IPv4Address | IPv6Address | None:
    """The number that a host is written as, also in the old ways of writing one that browsers take: ``127.1``."""
    try:
        return ip_address(name)
    except ValueError:
        pass
    if not name or name[-1] not in "0123456789abcdefx" or not name[0].isdigit():
        return None
    try:
        return IPv4Address(socket.inet_aton(name))
    except (OSError, ValueError):
        return None


def _outer(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that stands within an IPv6 one."""
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address.sixtofour or address
    return address
