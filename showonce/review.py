"""``showonce review``: the console, served until Ctrl+C: to this machine's browsers, or by TLS to others."""

from __future__ import annotations

import asyncio
import signal
import socket
from contextlib import AsyncExitStack
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from showonce.settings import Settings
    from showonce.tls import Certificate

_USUAL_PORT = 8077
_HERE = "127.0.0.1"
_ALL = ("0.0.0.0", "::")


def review(
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, help="This machine's port; usually 8077, or a free one. 0: any."),
    ] = None,
    agents: Annotated[
        int,
        typer.Option("--agents", min=0, max=64, help="How many runs are done here at once; 0 leaves them to workers."),
    ] = 2,
    no_open: Annotated[bool, typer.Option("--no-open", help="Open no browser; the address is printed.")] = False,
    host: Annotated[
        str, typer.Option("--host", help="The address of this machine to serve at; 0.0.0.0 for all of them.")
    ] = _HERE,
    cert: Annotated[
        Path | None, typer.Option("--cert", help="A certificate, with its chain, as a PEM file: served by TLS.")
    ] = None,
    key: Annotated[Path | None, typer.Option("--key", help="The certificate's key, a PEM file of your own.")] = None,
    names: Annotated[
        list[str] | None,
        typer.Option("--name", help="A name that browsers call it by, such as console.example.org; may be repeated."),
    ] = None,
    insecure_http: Annotated[
        bool, typer.Option("--insecure-http", help="Serve other machines without a certificate: all can be overheard.")
    ] = False,
) -> None:
    """Open the console: look at runs and their pictures, decide, edit recordings, start runs, and teach new ones.

    It is served to this machine alone, unless --host says otherwise. The address holds the key to it: give it to
    nobody; 'showonce users' gives others names and tokens of their own. What is asked for in it is run by its own
    agents, until Ctrl+C.

    Example: showonce review
    """
    from showonce.settings import read_settings

    certificate = _certificate(host, cert, key, insecure_http=insecure_http)
    called = _names(host, names or [], certificate)
    asyncio.run(_serve(read_settings(), port, agents, host, called, certificate, opens=not no_open))


def _certificate(host: str, cert: Path | None, key: Path | None, *, insecure_http: bool) -> Certificate | None:
    """The certificate to serve with; None where other machines are not served, or a person takes it upon them."""
    from recordings.errors import CouldNotStartError
    from showonce.tls import checked_certificate

    if (cert is None) != (key is None):
        raise CouldNotStartError("A certificate and its key go together.", "Give both --cert and --key.")
    if cert is not None and key is not None:
        return checked_certificate(cert.expanduser(), key.expanduser())
    if not _is_here(host) and not insecure_http:
        raise CouldNotStartError(
            f"The console is not served at {host} without a certificate: all could be overheard.",
            "Give --cert and --key, or --insecure-http where nobody else is on the way.",
        )
    return None


def _names(host: str, given: list[str], certificate: Certificate | None) -> tuple[str, ...]:
    """What browsers may call it, the start address's first."""
    bound = () if host in _ALL else (f"[{host}]" if ":" in host else host,)
    machine = (socket.gethostname(),) if host in _ALL else ()
    theirs = certificate.names if certificate is not None else ()
    return tuple(dict.fromkeys((*(name.strip().lower() for name in given), *theirs, *bound, *machine)))


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _serve(
    settings: Settings,
    port: int | None,
    agents: int,
    host: str,
    names: tuple[str, ...],
    certificate: Certificate | None,
    *,
    opens: bool,
) -> None:
    from showonce.console.served import console_served
    from showonce.pages import leading_on, open_page
    from showonce.terminal import say_note, screen

    stop = _stopped_by_signals()
    async with AsyncExitStack() as opened:
        listener = opened.enter_context(_listener(host, port))
        console = await opened.enter_async_context(console_served(settings, listener, agents, names, certificate))
        access = console.access
        screen().print(f"The console is at {access.address}", soft_wrap=True)
        if certificate is None and not _is_here(host):
            say_note("It is served without TLS: whoever is on the way reads all, tokens too.")
        screen().print("Ctrl+C stops it.")
        if opens:
            way_in = settings.home / f"console-{access.port}.html"
            opened.enter_context(leading_on(access.address, way_in))
            open_page(way_in.resolve().as_uri())
        await stop.wait()


def _listener(host: str, port: int | None) -> socket.socket:
    """The port that was asked for, or the usual one, or where another has that, any."""
    from recordings.errors import CouldNotStartError

    last: OSError | None = None
    for wanted in (_USUAL_PORT, 0) if port is None else (port,):
        try:
            return socket.create_server((host, wanted), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        except OSError as error:
            last = error
    assert last is not None
    reason = (last.strerror or str(last)).lower()
    where = f"port {port}" if _is_here(host) else f"{host}, port {port or 'any'}"
    mend = "Choose another with --port." if _is_here(host) else "Give an address of this machine, and a free port."
    raise CouldNotStartError(f"The console cannot be served at {where}: {reason}.", mend)


def _stopped_by_signals() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
