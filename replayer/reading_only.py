"""Keeps a page from sending what may change data, while it is only to be read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

from playwright.async_api import CDPSession, Error, Page

from recordings.urls import url_pattern
from replayer.allowance import SAFE, only_reads

_BESIDE = {"Ping", "CSPViolationReport"}


@asynccontextmanager
async def reading_only(page: Page, *, on: bool = True) -> AsyncIterator[list[str]]:
    """Hold back requests that may change data until the block is left; the list says which were (``POST /orders``).

    As with ``Wire``, frames of other origins and service workers are out of reach.
    """
    refused: list[str] = []
    if not on:
        yield refused
        return
    session = await page.context.new_cdp_session(page)
    session.on("Fetch.requestPaused", partial(_decide, session, refused))
    await session.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})
    try:
        yield refused
    finally:
        with suppress(Error):
            await session.send("Fetch.disable")
            await session.detach()


async def _decide(session: CDPSession, refused: list[str], event: dict[str, Any]) -> None:
    request = event["request"]
    with suppress(Error):  # the page went away with what it asked
        if request["method"] in SAFE or only_reads(request.get("postData")):
            await session.send("Fetch.continueRequest", {"requestId": event["requestId"]})
            return
        if event["resourceType"] not in _BESIDE:
            refused.append(f"{request['method']} {url_pattern(request['url'])}")
        why = "Aborted" if event["resourceType"] == "Document" else "BlockedByClient"
        await session.send("Fetch.failRequest", {"requestId": event["requestId"], "errorReason": why})
