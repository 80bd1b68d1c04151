"""The console, served as 'showonce review' serves it, on a home of its own, and a browser that is let in."""

from __future__ import annotations

import secrets as randomness
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.async_api import BrowserContext, Page

from agents.serving import LOOPBACK
from recordings.access import User, new_token, token_text
from recordings.roles import Role, Scope
from review.access import STAMP, Access
from review.console import Console
from showonce.console.served import console_served
from showonce.settings import Settings
from showonce.tls import Certificate
from store import Store


@dataclass(frozen=True, slots=True)
class Served:
    """A console that answers; ``agents`` of its own do what is queued in it."""

    console: Console
    settings: Settings

    @property
    def access(self) -> Access:
        return self.console.access

    @property
    def store(self) -> Store:
        return self.console.store

    @property
    def origin(self) -> str:
        return self.access.origin

    async def page(self, context: BrowserContext, path: str = "/runs") -> Page:
        """A page of the console, as whoever opened the start address sees it."""
        page = await context.new_page()
        await page.goto(self.access.address)
        await page.goto(self.origin + path)
        return page

    def client(self) -> httpx.AsyncClient:
        """Somebody who is let in and may change things, without a browser."""
        return self.client_of(self.access.own().cookie)

    def client_of(self, cookie: str) -> httpx.AsyncClient:
        """Whoever this cookie is."""
        headers = {STAMP: self.access.stamp_of(cookie), "origin": self.origin}
        return httpx.AsyncClient(base_url=self.origin, headers=headers, cookies={self.access.cookie_name: cookie})

    async def token(self, name: str, role: Role, scope: Scope = Scope.ALL, expires_at: float | None = None) -> str:
        """A token of a user of this name and role, who is made where there is none."""
        now = time.time()
        if name not in {user.name for user in await self.store.users.all()}:
            await self.store.users.add(User(name=name, role=role, created_at=now))
        text = token_text(randomness.token_hex(5), randomness.token_urlsafe(32))
        await self.store.users.add_token(
            new_token(text, name, scope, label="", expires_at=expires_at, now=now, by="tester")
        )
        return text

    async def signed_in(self, name: str, role: Role, scope: Scope = Scope.ALL) -> httpx.AsyncClient:
        """A user of this role, signed in by a token of their own."""
        admitted = await self.access.admit(await self.token(name, role, scope), "127.0.0.1")
        assert admitted is not None
        return self.client_of(admitted.cookie)

    def program(self, token: str) -> httpx.AsyncClient:
        """A program that sends a token, and nothing else."""
        return httpx.AsyncClient(base_url=self.origin, headers={"authorization": f"Bearer {token}"})


@asynccontextmanager
async def served_console(
    home: Path,
    agents: int = 0,
    names: Sequence[str] = (),
    certificate: Certificate | None = None,
    database_url: str = "",
) -> AsyncIterator[Served]:
    """Serve the console for ``home``, whose recordings are in its folder ``recordings``."""
    settings = Settings(home=home, recordings=home / "recordings", database_url=database_url)
    with socket.create_server((LOOPBACK, 0)) as listener:
        async with console_served(settings, listener, agents, names, certificate) as console:
            yield Served(console, settings)
