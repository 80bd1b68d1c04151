"""Codes of time for second factors, made of the key that an application shows once (RFC 6238)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pyotp

from recordings.errors import CouldNotStartError

if TYPE_CHECKING:
    from replayer.secrets import Given

_DIGESTS = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}
_LONGEST_S = 3600
_HOW = "Give the otpauth:// address behind the QR code, or the letters that stand beside it."


class CodeKeyUnusableError(CouldNotStartError):
    """What is given makes no codes; it is not repeated."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"That makes no one-time codes: {reason}.", _HOW)


def checked_key(text: str) -> str:
    """The key as it is kept.

    Raises:
        CodeKeyUnusableError: It is neither an ``otpauth://totp/…`` address nor base32.
    """
    text = text.strip()
    _codes(text)
    return text if "://" in text else "".join(text.split()).upper()


def codes_of(key: str, origin: str) -> Given:
    """A secret that is another code every half a minute. Raises as ``checked_key``."""
    from replayer.secrets import Given

    codes = _codes(key)
    return Given(key, origin, lambda at: codes.at(int(at)), codes.interval)


class _Codes(pyotp.TOTP):
    """Applications still show keys of 80 bits."""

    min_secret_length_bits = 80


def _codes(key: str) -> _Codes:
    try:
        return _of_address(key) if "://" in key else _Codes("".join(key.split()).upper())
    except ValueError as error:
        raise CodeKeyUnusableError(f"it is no base32 of at least {_Codes.min_secret_length_bits} bits") from error


def _of_address(address: str) -> _Codes:
    """``otpauth://totp/LABEL?secret=…&digits=…&period=…&algorithm=…``, all but the secret usual where left out."""
    parts = urlsplit(address)
    if (parts.scheme, parts.netloc) != ("otpauth", "totp"):
        raise CodeKeyUnusableError("only an address that begins with otpauth://totp/ is for codes of time")
    told = dict(parse_qsl(parts.query))
    digest = _DIGESTS.get(told.get("algorithm", "SHA1").upper())
    digits, period = told.get("digits", "6"), told.get("period", "30")
    if digest is None or digits not in ("6", "7", "8") or not period.isdecimal() or not 0 < int(period) <= _LONGEST_S:
        raise CodeKeyUnusableError("its algorithm, digits or period is none that is known")
    return _Codes(told.get("secret", ""), digits=int(digits), digest=digest, interval=int(period))
