"""The console by TLS: which certificates are taken, what is refused, and what browsers are told then."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.async_api import Browser, expect

from showonce.cli import main
from showonce.tls import CertificateError, checked_certificate
from tests.pages.afar import taught
from tests.pages.console import served_console
from tests.pages.site import Site

_NAME = "console.example.org"


def _made(
    folder: Path, name: str = "one", *, ends: datetime | None = None, passphrase: bytes = b""
) -> tuple[Path, Path]:
    """A certificate of its own, and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)])
    called = x509.SubjectAlternativeName([x509.DNSName(_NAME), x509.IPAddress(ip_address("127.0.0.1"))])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(ends or datetime.now(UTC) + timedelta(days=9000))
        .add_extension(called, critical=False)
        .sign(key, hashes.SHA256())
    )
    lock = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    cert_path, key_path = folder / f"{name}.pem", folder / f"{name}.key"
    cert_path.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    key_path.touch(mode=0o600)
    key_path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption_algorithm=lock)
    )
    return cert_path, key_path


def test_a_certificate_and_its_key_are_taken_with_the_names_it_is_for(tmp_path: Path) -> None:
    assert checked_certificate(*_made(tmp_path)).names == (_NAME, "127.0.0.1")


def test_files_that_cannot_be_used_are_said_before_anything_is_served(tmp_path: Path) -> None:
    cert, key = _made(tmp_path)
    _, other = _made(tmp_path, "two")
    _, locked = _made(tmp_path, "three", passphrase=b"secret")
    over, of_over = _made(tmp_path, "four", ends=datetime(2021, 1, 1, tzinfo=UTC))
    no_key = tmp_path / "no.key"
    no_key.touch(mode=0o600)
    cases = [
        (tmp_path / "none.pem", key, "none.pem cannot be read: no such file"),
        (tmp_path, key, "cannot be read: is a directory"),
        (key, key, "is no certificate"),
        (cert, tmp_path / "none.key", "none.key cannot be read: no such file"),
        (cert, other, "is not that of the certificate"),
        (cert, locked, "is locked with a passphrase"),
        (cert, no_key, "cannot be used"),
        (over, of_over, "is good from 2020-01-01 to 2021-01-01 alone"),
    ]
    for given, its_key, says in cases:
        with pytest.raises(CertificateError, match=says):
            checked_certificate(given, its_key)


@pytest.mark.parametrize(
    ("mode", "refused"), [(0o600, False), (0o400, False), (0o640, False), (0o644, True), (0o660, True)]
)
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int, refused: bool) -> None:
    cert, key = _made(tmp_path)
    key.chmod(mode)
    try:
        checked_certificate(cert, key)
    except CertificateError as error:
        assert "open to others" in error.message
        assert error.mend == f"Close it: chmod 600 {key}"
        assert refused
    else:
        assert not refused


async def test_by_tls_the_cookie_is_bound_to_this_host_and_browsers_come_back_by_tls_alone(tmp_path: Path) -> None:
    certificate = checked_certificate(*_made(tmp_path))
    trusted = ssl.create_default_context(cafile=certificate.cert)
    async with (
        served_console(tmp_path / "home", names=("127.0.0.1", _NAME), certificate=certificate) as served,
        httpx.AsyncClient(verify=trusted, headers={"origin": served.origin}) as owner,
    ):
        answer = await owner.get(served.access.address)
        page = await owner.get(served.origin + "/runs")
    cookie = answer.headers["set-cookie"]
    assert served.origin.startswith("https://127.0.0.1:")
    assert cookie.startswith("__Host-showonce_")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
    assert (page.status_code, page.headers["strict-transport-security"]) == (200, "max-age=31536000")


async def test_a_recording_is_taught_by_tls(tmp_path: Path, browser: Browser, site: Site) -> None:
    certificate = checked_certificate(*_made(tmp_path))
    context = await browser.new_context(ignore_https_errors=True)
    async with served_console(tmp_path / "home", certificate=certificate) as served:
        async with taught(served, context, site.url("fields.html"), "form") as (human, tab, _):
            await human.type("#name", "Ada")
            await expect(tab.locator("#steps li")).to_have_count(1)
        await context.close()


async def test_only_names_that_were_given_are_served(tmp_path: Path) -> None:
    async with served_console(tmp_path, names=("127.0.0.1", _NAME)) as served, served.client() as client:
        told = [
            (await client.get("/static/console.css", headers={"host": f"{name}:{served.access.port}"})).status_code
            for name in (_NAME, "localhost", "evil.example")
        ]
    assert told == [200, 200, 421]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--host", "0.0.0.0"], "not served at 0.0.0.0 without a certificate"),
        (["--host", "192.0.2.1"], "not served at 192.0.2.1 without a certificate"),
        (["--cert", "some.pem"], "A certificate and its key go together"),
        (["--host", "0.0.0.0", "--cert", "none.pem", "--key", "none.key"], "none.pem cannot be read"),
        (["--host", "192.0.2.1", "--insecure-http"], "cannot be served at 192.0.2.1"),
    ],
)
def test_other_machines_are_not_served_unless_all_is_in_order(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["review", "--no-open", *arguments]) == 2
    assert says in " ".join(capsys.readouterr().err.split())
