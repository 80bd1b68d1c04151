"""The addresses of the room of users, the admins' alone."""

from __future__ import annotations

import secrets as randomness
import time

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from recordings.access import User, checked_user_name, new_token, token_text
from recordings.errors import CouldNotStartError
from recordings.roles import Act, Role, Scope
from review.answers import console_of, name_of, page, said
from review.needed import needs

_DAY_S = 24 * 3600
_LASTS = {"1": "a day", "30": "30 days", "90": "90 days", "365": "a year", "0": "until it is taken away"}
"""How long a token is good for: days, and what the form says."""

_USUAL = "90"


@needs(Act.MANAGE)
async def users(request: Request) -> Response:
    """All of them with their tokens, and a form for one more."""
    store = console_of(request).store
    return page(
        request,
        "users/list.html",
        users=await store.users.all(),
        tokens=await store.users.tokens(),
        now=time.time(),
        roles=tuple(Role),
        scopes=tuple(Scope),
        lasts=_LASTS,
        usual=_USUAL,
    )


@needs(Act.MANAGE)
async def add(request: Request) -> Response:
    """One more."""
    form = await request.form(max_files=0, max_fields=4)
    name = checked_user_name(str(form.get("name", "")))
    user = User(name=name, role=_role(form), created_at=time.time(), created_by=name_of(request))
    await console_of(request).store.users.add(user)
    console_of(request).news.tell("users")
    return said(f"{name} is {user.role}. Make a token for them to sign in with.")


@needs(Act.MANAGE)
async def change(request: Request) -> Response:
    """Give one another role."""
    form = await request.form(max_files=0, max_fields=4)
    user = await console_of(request).store.users.change(_name(request), _role(form))
    console_of(request).news.tell("users")
    return said(f"{user.name} is {user.role} now.")


@needs(Act.MANAGE)
async def remove(request: Request) -> Response:
    """Take one away, with their tokens; wherever they are signed in they are no more."""
    name = _name(request)
    await console_of(request).store.users.remove(name)
    console_of(request).news.tell("users")
    return said(f"{name} is taken away, with all their tokens.")


@needs(Act.MANAGE)
async def make_token(request: Request) -> Response:
    """A new token, which stands in this answer and nowhere else."""
    form = await request.form(max_files=0, max_fields=5)
    days = str(form.get("days", _USUAL))
    if days not in _LASTS:
        raise CouldNotStartError("It is not said how long the token is good for.", "Choose one of the list.")
    scope = next((scope for scope in Scope if scope == form.get("scope", Scope.ALL)), None)
    if scope is None:
        raise CouldNotStartError("There is no such scope.", f"Choose one of: {', '.join(Scope)}.")
    text, now = token_text(randomness.token_hex(5), randomness.token_urlsafe(32)), time.time()
    expires_at = now + int(days) * _DAY_S if int(days) else None
    label = str(form.get("label", ""))
    token = new_token(text, _name(request), scope, label=label, expires_at=expires_at, now=now, by=name_of(request))
    await console_of(request).store.users.add_token(token)
    console_of(request).news.tell("users")
    return page(request, "users/token.html", token=token, text=text)


@needs(Act.MANAGE)
async def revoke(request: Request) -> Response:
    """Take a token away; who is signed in by it is no more."""
    prefix = request.path_params["prefix"]
    await console_of(request).store.users.revoke(prefix)
    console_of(request).news.tell("users")
    return said(f"The token {prefix} is taken away.")


def _role(form: FormData) -> Role:
    role = next((role for role in Role if role == form.get("role")), None)
    if role is None:
        raise CouldNotStartError("There is no such role.", f"Choose one of: {', '.join(Role)}.")
    return role


def _name(request: Request) -> str:
    return checked_user_name(request.path_params["name"])


ROUTES: tuple[BaseRoute, ...] = (
    Route("/users", users),
    Route("/users", add, methods=["POST"]),
    Route("/users/{name}/role", change, methods=["POST"]),
    Route("/users/{name}/remove", remove, methods=["POST"]),
    Route("/users/{name}/tokens", make_token, methods=["POST"]),
    Route("/tokens/{prefix}/revoke", revoke, methods=["POST"]),
)
