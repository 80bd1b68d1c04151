"""The console, served as 'showonce review' serves it, on a home of its own, and a browser that is let in."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.async_api import BrowserContext, Page

from agents.serving import LOOPBACK
from review.access import STAMP, Access
from review.console import Console
from showonce.console.served import console_served
from showonce.settings import Settings
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
        return f"http://{self.access.host}"

    async def page(self, context: BrowserContext, path: str = "/runs") -> Page:
        """A page of the console, as whoever opened the start address sees it."""
        page = await context.new_page()
        await page.goto(self.access.address)
        await page.goto(self.origin + path)
        return page

    def client(self) -> httpx.AsyncClient:
        """Somebody who is let in and may change things, without a browser."""
        headers = {STAMP: self.access.stamp, "origin": self.origin}
        cookies = {self.access.cookie_name: self.access.cookie}
        return httpx.AsyncClient(base_url=self.origin, headers=headers, cookies=cookies)


@asynccontextmanager
async def served_console(home: Path, agents: int = 0) -> AsyncIterator[Served]:
    """Serve the console for ``home``, whose recordings are in its folder ``recordings``."""
    settings = Settings(home=home, recordings=home / "recordings")
    with socket.create_server((LOOPBACK, 0)) as listener:
        async with console_served(settings, listener, agents) as console:
            yield Served(console, settings)
