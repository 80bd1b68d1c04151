"""``showonce users``: who may use the console, as what, and by which tokens."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Annotated

import typer

from recordings.roles import Role, Scope
from showonce.batches import opened

if TYPE_CHECKING:
    from recordings.access import AccessToken, User

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Who may use the console, as what, and by which tokens."
)

NAME = Annotated[str, typer.Argument(metavar="NAME", help="The user's name, such as ada or ada@example.com.")]
ROLE = Annotated[Role, typer.Argument(metavar="ROLE", help="The new role; 'users roles' says what each may.")]


@app.command("add")
def add(
    name: NAME, role: Annotated[Role, typer.Option("--role", help="What they may; see 'users roles'.")] = Role.VIEWER
) -> None:
    """Let somebody use the console; 'showonce users token NAME' makes what they sign in with.

    Example: showonce users add ada --role operator
    """
    asyncio.run(_add(name, role))


@app.command("list")
def list_all(
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but the users and tokens, as JSON.")] = False,
) -> None:
    """List the users, and their tokens by the characters that tell them apart.

    Example: showonce users list
    """
    asyncio.run(_list(as_json))


@app.command("roles")
def roles() -> None:
    """Say what each role may.

    Example: showonce users roles
    """
    from recordings.roles import ROLE_WORDS

    for role in Role:
        typer.echo(f"{role:<9} {ROLE_WORDS[role]}")


@app.command("role")
def role(name: NAME, new: ROLE) -> None:
    """Give a user another role; it holds at once, wherever they are signed in.

    Example: showonce users role ada approver
    """
    asyncio.run(_role(name, new))


@app.command("rm")
def rm(name: NAME) -> None:
    """Take a user away, with all their tokens; they are signed out everywhere.

    Example: showonce users rm ada
    """
    asyncio.run(_rm(name))


@app.command("token")
def token(
    name: NAME,
    scope: Annotated[Scope, typer.Option("--scope", help="What it is for; never more than the role.")] = Scope.ALL,
    expires: Annotated[str, typer.Option("--expires", help="How long it is good: 12h, 30d, or 'never'.")] = "90d",
    label: Annotated[str, typer.Option("--label", help="What it is called in lists, such as laptop.")] = "",
) -> None:
    """Make a token that a user signs in with, or that a program sends; it is printed this once.

    It is the only line on standard output. A program sends it as 'Authorization: Bearer TOKEN'.

    Example: showonce users token prometheus --scope metrics --expires never
    """
    asyncio.run(_token(name, scope, _seconds(expires), label))


@app.command("revoke")
def revoke(prefix: Annotated[str, typer.Argument(metavar="TOKEN", help="Its 10 characters in 'users list'.")]) -> None:
    """Take a token away; who is signed in by it is signed out.

    Example: showonce users revoke 4f2a1b3c5d
    """
    asyncio.run(_revoke(prefix))


def _seconds(given: str) -> float | None:
    from pydantic_core import PydanticCustomError

    from recordings.errors import CouldNotStartError
    from workflows.amounts import seconds_of

    if given.strip() == "never":
        return None
    try:
        return seconds_of(given)
    except PydanticCustomError as error:
        raise CouldNotStartError(
            f"--expires {given[:40]} is no time.", "Write it like 12h or 30d, or never."
        ) from error


async def _add(name: str, role: Role) -> None:

    from recordings.access import User, checked_user_name
    from showonce.noted import note, person
    from showonce.terminal import screen

    user = User(name=checked_user_name(name), role=role, created_at=time.time(), created_by=person())
    async with opened() as (_, store):
        await store.users.add(user)
        await note(store, "added a user", user.name, role=role)
    screen().print(f"{user.name} is {role}. 'showonce users token {user.name}' lets them sign in.", soft_wrap=True)


async def _list(as_json: bool) -> None:
    import json

    from showonce.terminal import screen
    from showonce.users_view import users_table

    async with opened() as (_, store):
        users, tokens = await store.users.all(), await store.users.tokens()
    if as_json:
        typer.echo(json.dumps([_told(user, tokens) for user in users], indent=2, ensure_ascii=False))
    elif users:
        screen().print(users_table(users, tokens, time.time()))
    else:
        screen().print("No users yet: the console is for whoever starts it. 'showonce users add NAME' makes one.")


def _told(user: User, tokens: list[AccessToken]) -> dict[str, object]:
    theirs = [each.model_dump(mode="json", exclude={"digest", "user"}) for each in tokens if each.user == user.name]
    return {**user.model_dump(mode="json"), "tokens": theirs}


async def _role(name: str, role: Role) -> None:
    from showonce.noted import note
    from showonce.terminal import screen

    async with opened() as (_, store):
        user = await store.users.change(name, role)
        await note(store, "changed a user", user.name, role=role)
    screen().print(f"{user.name} is {role} now.")


async def _rm(name: str) -> None:
    from showonce.noted import note
    from showonce.terminal import screen

    async with opened() as (_, store):
        await store.users.remove(name)
        await note(store, "removed a user", name)
    screen().print(f"{name} is taken away, with all their tokens.")


async def _token(name: str, scope: Scope, lasts_s: float | None, label: str) -> None:
    import secrets as randomness

    from recordings.access import new_token, token_text
    from showonce.noted import note, person
    from showonce.terminal import say_note

    text, now = token_text(randomness.token_hex(5), randomness.token_urlsafe(32)), time.time()
    expires_at = now + lasts_s if lasts_s is not None else None
    made = new_token(text, name, scope, label=label, expires_at=expires_at, now=now, by=person())
    async with opened() as (_, store):
        await store.users.add_token(made)
        await note(store, "made a token", name, token=made.prefix, scope=scope)
    typer.echo(text)
    say_note(f"The token {made.prefix} of {name} is for '{scope}'. It is shown this once.")


async def _revoke(prefix: str) -> None:
    from showonce.noted import note
    from showonce.terminal import screen

    async with opened() as (_, store):
        await store.users.revoke(prefix.strip())
        await note(store, "revoked a token", prefix.strip())
    screen().print(f"The token {prefix} is taken away.")
