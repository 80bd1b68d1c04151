"""Recording through showonce's extension in a person's own Chrome: a web socket on this machine hears it."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import secrets as randomness
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from types import TracebackType
from typing import Self

from pydantic import ValidationError
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from recorder.answering import ANSWERS_S
from recorder.compile import Compiled
from recorder.events import Trouble
from recorder.extension_ears import ExtensionEars
from recorder.extension_facts import FACT, GREETING, PROTOCOL, Flushed, Here, Pair, Resume, Stop
from recordings.errors import RecordingFailedError
from recordings.recording import Recording

log = logging.getLogger("showonce.recorder")

# Chrome derives it from the "key" in browser/extension/manifest.json, wherever the folder lies.
EXTENSION_ID = "ebhhklgmpcpllnoneenpehckbdanocmj"
_HERE_EVERY_S = 15.0
_GREETING_S = 5.0
_GONE_S = 10.0
_FLUSH_S = 4.0
# A chosen file of 20 MiB is told whole, as base64 within JSON within JSON.
_LARGEST = 64 * 1024 * 1024
_DONE, _REFUSED = 4000, 4400


class ExtensionRecorder:
    """Records what a person does in a Chrome that has showonce's extension.

    >>> async with ExtensionRecorder(name="add customer") as demo:
    ...     print(demo.code)  # the person gives it to the extension
    ...     await demo.paired.wait()
    ...     await demo.ended.wait()
    >>> demo.recording.save("add-customer")

    Only the extension is heard: the address is loopback's, the origin must be the extension's own, which no page can
    have, and the first word must be the code's token, which is good once.

    Args:
        secret_fields: As for `Recorder`.
        url: A page to open in a new tab and begin at; "" begins in the tab that is in front.
    """

    def __init__(self, *, name: str = "recording", secret_fields: Sequence[str] = (), url: str = "") -> None:
        self._name, self._secret_fields, self._url = name, tuple(secret_fields), url
        self.paired = asyncio.Event()
        self.ended = asyncio.Event()
        self._ears = ExtensionEars()
        self._token, self._session = randomness.token_hex(16), ""
        self._line: ServerConnection | None = None
        self._flushed, self._heard_one, self._came_back = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._server: Server | None = None
        self._open = AsyncExitStack()
        self._recording: Recording | None = None

    @property
    def code(self) -> str:
        """What the person gives to the extension: ``127.0.0.1:PORT#TOKEN``; good once."""
        assert self._server is not None
        port = next(iter(self._server.sockets)).getsockname()[1]
        return f"127.0.0.1:{port}#{self._token}"

    @property
    def recording(self) -> Recording:
        """What was shown.

        Raises:
            RecordingFailedError: The ``async with`` block has not ended yet.
        """
        if self._recording is None:
            raise RecordingFailedError("The demonstration is still going on.", "Leave the 'async with' block first.")
        return self._recording

    @property
    def heard(self) -> int:
        """How many events were heard."""
        return len(self._ears.collected.events)

    @property
    def changes(self) -> tuple[int, int]:
        """Others whenever ``so_far`` may be another: events, and what pages came to show after them."""
        return self.heard, self._ears.collected.shown

    def so_far(self) -> Compiled:
        """The steps as they are understood now; the last ones may still change."""
        return self._ears.collected.so_far()

    async def __aenter__(self) -> Self:
        origin = Origin(f"chrome-extension://{EXTENSION_ID}")
        self._server = await self._open.enter_async_context(
            serve(self._serve, "127.0.0.1", 0, origins=[origin], compression=None, max_size=_LARGEST, logger=log)
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._hear_the_rest()
        self.ended.set()
        if self._line is not None:
            await self._line.close(_DONE, "The recording is finished.")
        await self._open.aclose()
        self._recording = self._ears.collected.finish(self._name, None)

    async def _hear_the_rest(self) -> None:
        """Wait for what was told but not heard, and for answers to requests under way."""
        line = self._line
        if line is None:
            return
        self._flushed.clear()
        try:
            async with asyncio.timeout(_FLUSH_S):
                await line.send('{"type": "flush"}')
                await self._flushed.wait()
        except (TimeoutError, ConnectionClosed):
            self._ears.collected.hear(0, Trouble("The extension did not answer; what was done last may be missing."))
        with suppress(TimeoutError):  # finished() says which answers were not seen
            async with asyncio.timeout(ANSWERS_S):
                while self._ears.open_answers and self._line is not None:
                    self._heard_one.clear()
                    await self._heard_one.wait()

    async def _serve(self, line: ServerConnection) -> None:
        refused = await self._greet(line)
        if refused:
            await line.close(_REFUSED, refused)
            return
        before, self._line = self._line, line
        self._came_back.set()
        if before is not None:
            await before.close(_REFUSED, "Another line took over.")
        async with asyncio.TaskGroup() as tasks:
            pulse = tasks.create_task(_say_here(line))
            with suppress(ConnectionClosed):
                async for message in line:
                    self._on_message(message)
            pulse.cancel()
        if self._line is line:
            self._line = None
            await self._wait_for_its_return()

    async def _wait_for_its_return(self) -> None:
        """Chrome may have ended the extension's worker, which comes back; one that does not was closed."""
        self._came_back.clear()
        waits = [asyncio.ensure_future(event.wait()) for event in (self._came_back, self.ended)]
        done, _ = await asyncio.wait(waits, timeout=_GONE_S, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        if not done:
            self.ended.set()

    async def _greet(self, line: ServerConnection) -> str:
        """Let the extension in, or say why not; a token let in once is good no more."""
        try:
            async with asyncio.timeout(_GREETING_S):
                greeting = GREETING.validate_json(await line.recv())
        except (TimeoutError, ValidationError, ConnectionClosed):
            return "That is not what showonce's extension says."
        match greeting:
            case Pair(protocol=other) if other != PROTOCOL:
                return "The extension is of another version: press its reload button at chrome://extensions."
            case Pair(token=token) if self._token and hmac.compare_digest(token, self._token):
                self._token, self._session = "", randomness.token_hex(16)
                await line.send(_paired(self._session, self._secret_fields, self._url))
                self.paired.set()
                return ""
            case Resume(session=session) if self._session and hmac.compare_digest(session, self._session):
                await line.send('{"type": "resumed"}')
                return ""
        return "This code is not good, or no more: start 'showonce record --extension' again."

    def _on_message(self, message: str | bytes) -> None:
        try:
            fact = FACT.validate_json(message)
        except ValidationError as error:
            words = f"The extension told something that could not be understood: {error.errors()[0]['msg']}."
            self._ears.collected.hear(0, Trouble(words))
            return
        match fact:
            case Stop():
                self.ended.set()
            case Flushed():
                self._ears.did_not_answer(fact.silent)
                self._flushed.set()
            case Here():
                pass
            case _:
                self._ears.hear(fact)
                self._heard_one.set()
                if self._ears.start_closed:
                    self.ended.set()


async def _say_here(line: ServerConnection) -> None:
    """Chrome ends an extension's worker that hears nothing for 30 s."""
    with suppress(ConnectionClosed):
        while True:
            await line.send('{"type": "here"}')
            await asyncio.sleep(_HERE_EVERY_S)


def _paired(session: str, secret_fields: Sequence[str], url: str) -> str:
    return json.dumps({"type": "paired", "session": session, "secrets": list(secret_fields), "open": url})
