"""Addresses as patterns: what of a recorded address must be seen again at replay."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit, urlunsplit

_VARIES = re.compile(r"^(\d+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?=.*\d)[0-9a-fA-F]{12,})$")


def url_pattern(url: str) -> str:
    """Keep origin, path and the names of query fields; segments that are ids become ``*``.

    >>> url_pattern("http://a.test/customers/17?q=Ada#top")
    'http://a.test/customers/*?q'
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return f"{parts.scheme}:" if parts.scheme in ("data", "blob") else url
    path = "/".join("*" if _VARIES.match(segment) else segment for segment in parts.path.split("/"))
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return urlunsplit((parts.scheme, parts.netloc, path or "/", "", "")) + ("?" + "&".join(names) if names else "")


def origin_of(url: str) -> str:
    """Scheme, host and port: what counts as one application. A name and a password in the address are left out."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def same_place(pattern: str, url: str) -> bool:
    """Whether ``url`` leads to the place of ``pattern``: the same path, whatever the origin and the query."""
    wanted, seen = urlsplit(pattern), urlsplit(url_pattern(url))
    if wanted.scheme not in ("http", "https"):
        return wanted.scheme == seen.scheme
    return (wanted.path.rstrip("/") or "/") == (seen.path.rstrip("/") or "/")


def rebased(url: str, recorded_start: str, base_url: str | None) -> str:
    """Move ``url`` to ``base_url`` when it has the origin of ``recorded_start``; others stay as they are."""
    if base_url is None:
        return url
    parts, start, base = urlsplit(url), urlsplit(recorded_start), urlsplit(base_url)
    if (parts.scheme, parts.netloc) != (start.scheme, start.netloc):
        return url
    prefix = base.path.rstrip("/")
    return urlunsplit((base.scheme, base.netloc, prefix + parts.path, parts.query, parts.fragment))
