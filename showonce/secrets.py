"""``showonce secrets``: what is typed in people's names, kept in the vault."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from showonce.prompts import left_at_once

if TYPE_CHECKING:
    from store import Store
    from store.vault import Kind, Vault

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Keep passwords and the like in the vault, from where runs take them when they type them.",
)

NAME = Annotated[str, typer.Argument(metavar="NAME", help="The secret's name in recordings, such as password.")]
_KINDS: tuple[Kind, ...] = ("secret", "totp")


@app.command("set")
def set_one(
    name: NAME,
    origin: Annotated[
        str | None,
        typer.Option(
            "--origin",
            help="The only place it is ever typed into: https://crm.example.com. One that is kept already stays.",
        ),
    ] = None,
    totp: Annotated[
        bool, typer.Option("--totp", help="It is the key of one-time codes: base32, or an otpauth:// address.")
    ] = False,
    from_file: Annotated[
        Path | None, typer.Option("--from-file", help="Read it from this file instead of asking.")
    ] = None,
) -> None:
    """Keep a secret. It is asked for and not shown, or read from standard input where that is no terminal.

    Example: showonce secrets set password --origin https://crm.example.com
    """
    from recordings.errors import CouldNotStartError
    from recordings.inputs import NAME_PATTERN

    if not re.fullmatch(NAME_PATTERN, name):
        raise CouldNotStartError(
            f"No secret can be called '{name[:40]}'.", "Names are as in recordings: small letters, digits and _."
        )
    place, value = _origin(origin), _value(name, from_file)
    asyncio.run(_set(name, "totp" if totp else "secret", value, place))


@app.command("list")
def list_all(
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but the names, as JSON.")] = False,
) -> None:
    """List the names of what is in the vault; never a value.

    Example: showonce secrets list
    """
    asyncio.run(_list(as_json))


@app.command("rm")
def rm(name: NAME) -> None:
    """Keep a secret no longer.

    Example: showonce secrets rm password
    """
    asyncio.run(_rm(name))


@app.command("rotate")
def rotate() -> None:
    """Seal all that is in the vault with a new key.

    Where the key is given by SHOWONCE_KEY, give the new one, a comma, and the old one.

    Example: showonce secrets rotate
    """
    asyncio.run(_rotate())


def _origin(given: str | None) -> str | None:
    from recordings.errors import CouldNotStartError
    from recordings.origins import origin_named
    from showonce.values import address

    if given is None:
        return None
    try:
        named = origin_named(address(given))
    except ValueError:
        named = ""
    if not named.startswith(("http://", "https://")):
        raise CouldNotStartError(f"'{given}' is no place of the web.", "Give it as https://crm.example.com.")
    return named


def _value(name: str, from_file: Path | None) -> str:
    from recordings.errors import CouldNotStartError, DataUnreadableError

    if from_file is not None:
        try:
            text = _text(from_file.expanduser().read_bytes(), str(from_file))
        except OSError as error:
            raise DataUnreadableError(str(from_file), error.strerror or str(error), "Check the path.") from error
    elif sys.stdin.isatty():
        with left_at_once():
            text = str(typer.prompt(f"Value of {name}", hide_input=True, confirmation_prompt=True, err=True))
    else:
        text = _text(sys.stdin.buffer.read(), "standard input")
    value = text.removesuffix("\n").removesuffix("\r")
    if not value:
        raise CouldNotStartError(f"No value was given for '{name}'.", f"Pipe it in: showonce secrets set {name} < FILE")
    return value


def _text(content: bytes, source: str) -> str:
    from recordings.errors import DataUnreadableError

    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:  # which would quote it
        raise DataUnreadableError(source, "it is not UTF-8 text") from None


@asynccontextmanager
async def _opened() -> AsyncIterator[tuple[Store, Vault]]:
    from showonce.secret_sources import vault_keys
    from showonce.settings import read_settings
    from store import open_store

    settings = read_settings()
    async with open_store(settings.home, url=settings.database_url) as store:
        yield store, store.vault(vault_keys(settings))


async def _set(name: str, kind: Kind, value: str, place: str | None) -> None:
    from showonce.noted import note
    from showonce.one_time import checked_key
    from showonce.terminal import screen

    async with _opened() as (store, vault):
        kept = {entry.name: entry.origin for entry in await vault.names() if entry.kind in _KINDS}
        origin = kept.get(name, "") if place is None else place
        await vault.put(kind, name, checked_key(value) if kind == "totp" else value, origin)
        for other in _KINDS:
            if other != kind:
                await vault.remove(other, name)
        await note(store, "set a secret", name, kind=kind, **({"origin": origin} if origin else {}))
    told = f", for {origin} alone" if origin else ""
    screen().print(f"The secret {name} is kept{told}.", soft_wrap=True)


async def _list(as_json: bool) -> None:
    import json

    from showonce.noted import note
    from showonce.secrets_view import vault_table
    from showonce.terminal import screen

    async with _opened() as (store, vault):
        found = await vault.names()
        await note(store, "listed secrets", "the vault", count=len(found))
    if as_json:
        told = [{"kind": e.kind, "name": e.name, "origin": e.origin, "changed_at": e.changed_at} for e in found]
        typer.echo(json.dumps(told, indent=2))
    elif found:
        screen().print(vault_table(found))
    else:
        screen().print("The vault is empty. 'showonce secrets set NAME' keeps a secret.")


async def _rm(name: str) -> None:
    from recordings.errors import CouldNotStartError
    from showonce.noted import note
    from showonce.terminal import screen

    async with _opened() as (store, vault):
        if not any([await vault.remove(kind, name) for kind in _KINDS]):
            raise CouldNotStartError(f"There is no secret '{name}'.", "'showonce secrets list' lists them.")
        await note(store, "removed a secret", name)
    screen().print(f"The secret {name} is taken away.")


async def _rotate() -> None:
    from showonce.noted import note
    from showonce.terminal import screen

    async with _opened() as (store, vault):
        count = await vault.rotate()
        await note(store, "rotated the key", "the vault", count=count)
    things = "1 thing is" if count == 1 else f"{count} things are"
    screen().print(f"{things} sealed with a new key.")
