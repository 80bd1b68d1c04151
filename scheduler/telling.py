"""Where alerts go: to the log, to an address, to a command; and what is told, without any secret."""

from __future__ import annotations

import asyncio
import logging
import os
import shlex
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from recordings.document import Document
from recordings.errors import CouldNotStartError
from recordings.known_secrets import KNOWN
from recordings.schedule import Fire, Schedule
from scheduler.alert_rules import Rule

log = logging.getLogger("showonce.alerts")

_POST_S = 5.0
_COMMAND_S = 10.0


class Notice(Document):
    """An alert as it is told: the rule that holds, what is the matter, and of which batch, application or schedule.

    ``at`` is when it was seen, seconds since the epoch.
    """

    rule: str
    message: str
    about: str = ""
    batch: str = ""
    recording: str = ""
    at: float


Teller = Callable[[Notice], Awaitable[None]]
"""Tells one alert, or logs that it could not; raises nothing that would stop the work."""


@dataclass(frozen=True, slots=True)
class Call:
    """Which alerts are told, and where."""

    rules: Sequence[Rule] = ()
    tellers: Sequence[Teller] = ()

    async def tell(self, notice: Notice) -> None:
        """Tell it everywhere; what cannot be told is in the log."""
        for teller in self.tellers:
            await teller(notice)

    async def tell_failed(self, schedule: Schedule, fire: Fire) -> None:
        """Tell that a schedule could not be run."""
        message = f"The schedule '{schedule.name}' could not be run: {fire.said}"
        await self.tell(Notice(rule="schedule", message=message, about=schedule.name, at=fire.at))


class TellerBadError(CouldNotStartError):
    """A place for alerts that cannot be meant."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"Alerts cannot go to '{text}': {reason}.", "Write log, webhook:https://… or command:CMD.")


def parse_teller(text: str) -> Teller:
    """Where a person wants alerts: ``log``, ``webhook:URL`` or ``command:CMD``.

    Raises:
        TellerBadError: It is none of these.
    """
    kind, _, where = text.partition(":")
    if text == "log":
        return tell_log
    if kind == "webhook":
        parts = urlsplit(where)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise TellerBadError(text, "that is no address")
        return lambda notice: tell_webhook(where, KNOWN.cleaned(notice))
    if kind == "command":
        command = _split(text, where)
        return lambda notice: tell_command(command, KNOWN.cleaned(notice))
    raise TellerBadError(text, "that is no place")


async def tell_log(notice: Notice) -> None:
    """Write it to the log."""
    whose = notice.batch and f"batch {notice.batch}, "
    log.warning("Alert (%s%s): %s", whose, notice.rule, notice.message)


async def tell_webhook(url: str, notice: Notice) -> None:
    """Post it as JSON."""
    import httpx  # every batch reads where alerts go, and few have any

    # The address often is the key to the place it leads to: it is not in what is logged.
    host = urlsplit(url).hostname
    try:
        async with asyncio.timeout(_POST_S), httpx.AsyncClient() as client:
            answer = await client.post(url, json=notice.model_dump(mode="json"))
    except TimeoutError:
        log.warning("The alert for %s was not taken within %.0f s.", host, _POST_S)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        log.warning("The alert for %s could not be sent: %s.", host, type(error).__name__)
    else:
        if not answer.is_success:
            log.warning("The alert for %s was answered %d.", host, answer.status_code)


async def tell_command(command: list[str], notice: Notice, within_s: float = _COMMAND_S) -> None:
    """Run a command, without a shell, that gets it as JSON on standard input."""
    quiet = asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True
        )
    except (OSError, ValueError) as error:
        log.warning("The command for alerts, %s, could not be run: %s.", command[0], error)
        return
    try:
        async with asyncio.timeout(within_s):
            await process.communicate(notice.model_dump_json().encode() + b"\n")
    except TimeoutError:
        log.warning("The command for alerts, %s, was ended after %g s.", command[0], within_s)
    else:
        if process.returncode:
            log.warning("The command for alerts, %s, ended with code %d.", command[0], process.returncode)
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # and what it began
            await process.wait()


def _split(text: str, command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise TellerBadError(text, f"it cannot be read ({str(error).lower()})") from error
    if not words:
        raise TellerBadError(text, "there is no command")
    return words
