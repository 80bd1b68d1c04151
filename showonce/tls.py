"""The certificate that the console is served with: checked before anything is bound."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from recordings.errors import CouldNotStartError

_NOT_OTHERS = 0o037
"""A group may read a key, as Debian's ssl-cert does; nobody else may, and only its owner may change it."""


class CertificateError(CouldNotStartError):
    """A certificate or its key cannot be used."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files that fit each other, and the ``names`` that browsers take the certificate for."""

    cert: Path
    key: Path
    names: tuple[str, ...]


def checked_certificate(cert: Path, key: Path, now: datetime | None = None) -> Certificate:
    """The two, once nothing is found wrong with them.

    Raises:
        CertificateError: One cannot be read, the key can be read by others, they do not belong together, or the
            certificate is not of this time.
    """
    content = _read("certificate", cert)
    _read("key", key)
    mode = key.stat().st_mode & 0o777
    if mode & _NOT_OTHERS:
        raise CertificateError(f"The key {key} is open to others (mode {mode:o}).", f"Close it: chmod 600 {key}")
    names = _names_in(content, cert, now or datetime.now(UTC))
    _check_pair(cert, key)
    return Certificate(cert, key, names)


def _read(what: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CertificateError(f"The {what} {path} cannot be read: {reason}.", "Give a PEM file.") from error


def _names_in(content: bytes, path: Path, now: datetime) -> tuple[str, ...]:
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificates(content)[0]
    except ValueError as error:
        raise CertificateError(f"{path} is no certificate.", "Give a PEM file, with the chain after it.") from error
    if not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
        until = f"{found.not_valid_before_utc:%Y-%m-%d} to {found.not_valid_after_utc:%Y-%m-%d}"
        raise CertificateError(f"The certificate {path} is good from {until} alone.", "Have it renewed.")
    try:
        others = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = (str(each) for each in others.get_values_for_type(x509.IPAddress))
    hosts = [name for name in others.get_values_for_type(x509.DNSName) if not name.startswith("*")]
    return (*hosts, *(f"[{each}]" if ":" in each else each for each in addresses))


def _check_pair(cert: Path, key: Path) -> None:
    def refuse_passphrase() -> str:
        raise CertificateError(
            f"The key {key} is locked with a passphrase.", "Give one without, readable by its owner alone."
        )

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, password=refuse_passphrase)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise CertificateError(
                f"The key {key} is not that of the certificate {cert}.", "Give the two that were made together."
            ) from error
        raise CertificateError(
            f"The key {key} cannot be used: {error.reason or error}.", "Give an unlocked PEM key."
        ) from error
