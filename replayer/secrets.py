"""The secrets of a run: asked for at the moment they are typed, and given to the origins they belong to alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import Frame

from recordings.errors import SecretElsewhereError, SecretMissingError
from recordings.inputs import Secret, SecretRef
from recordings.origins import origin_named
from recordings.recording import Recording, done_with, values_of
from recordings.steps import Step
from recordings.urls import origin_of, rebased
from replayer.document import address_of
from replayer.redact import Redactor

_PLACES = ("http", "https", "file")
_STILL_GOOD_S = 3.0
"""A code that is over sooner may be over before the page sends it: the next one is waited for."""


@dataclass(frozen=True, slots=True)
class Given:
    """A secret as a source gives it. ``origin`` is the only one it may be typed into, "" where the source knows none.

    ``of_time``: it makes another code every ``period_s`` seconds, such as an app for second factors does.
    """

    value: str = field(repr=False)
    origin: str = ""
    of_time: Callable[[float], str] | None = field(default=None, repr=False)
    period_s: int = 0

    async def now(self) -> str:
        """What is to be typed now."""
        if self.of_time is None:
            return self.value
        left = self.period_s - time.time() % self.period_s
        if left < _STILL_GOOD_S:
            await asyncio.sleep(left)
        return self.of_time(time.time())


SecretSource = Callable[[Secret], str | Given | None]
"""Gives a secret; None where it has none."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets of a run. ``places`` are the origins that each was typed into in the demonstration, as they are in
    this run; ``given`` those that were handed over with the inputs."""

    recording: Recording
    places: Mapping[str, frozenset[str]]
    given: Mapping[str, str] = field(repr=False)
    source: SecretSource | None
    redactor: Redactor

    def find(self, secret: Secret) -> Given | None:
        """A secret as it is now, None where nobody has it; records say it no more from here on."""
        found: str | Given | None = self.given.get(secret.name)
        if found is None and self.source is not None:
            found = self.source(secret)
        if found is None:
            found = self.recording.shown_secrets.get(secret.name)
        if found is None:
            return None
        kept = found if isinstance(found, Given) else Given(found)
        self.redactor.learn(kept.value)
        return kept

    async def reveal(self, name: str, origin: str, words: str) -> str:
        """What is to be typed into a document of this origin.

        Raises:
            SecretElsewhereError: It belongs elsewhere.
            SecretMissingError: Nobody has it any more.
        """
        secret = next(secret for secret in self.recording.secrets if secret.name == name)
        if origin not in self.places[name]:
            raise SecretElsewhereError(words, name, origin, sorted(self.places[name]))
        found = self.find(secret)
        if found is None:
            raise SecretMissingError(name, secret.variable)
        if found.origin and _named(found.origin) != origin:
            raise SecretElsewhereError(words, name, origin, [found.origin])
        text = await found.now()
        self.redactor.learn(text)
        return text


def secrets_of(
    recording: Recording, given: Mapping[str, str], base_url: str | None, source: SecretSource | None
) -> Secrets:
    """The secrets of a run, each that is needed there.

    Raises:
        SecretMissingError: Nobody has one that a step types.
    """
    names = {secret.name for secret in recording.secrets}
    mine = {name: value for name, value in given.items() if name in names}
    secrets = Secrets(recording, _places(recording, base_url), mine, source, Redactor())
    used = {name for step in recording.steps if not step.disabled for name in _names(step)}
    for secret in recording.secrets:
        if secrets.find(secret) is None and secret.name in used:
            raise SecretMissingError(secret.name, secret.variable)
    return secrets


async def with_secrets_in(step: Step, values: Sequence[str], secrets: Secrets, frame: Frame) -> tuple[str, ...]:
    """The values of a step for a document, its secrets among them. Raises as ``Secrets.reveal``."""
    origin = _named(await address_of(frame))
    return tuple(
        [
            await secrets.reveal(ref.name, origin, step.words) if isinstance(ref, SecretRef) else value
            for ref, value in zip(done_with(step), values, strict=True)
        ]
    )


def _named(url: str) -> str:
    """The origin as browsers write it, whatever somebody typed: small letters, no usual port."""
    try:
        return origin_named(url)
    except ValueError:
        return origin_of(url)


def _names(step: Step) -> set[str]:
    return {value.name for value in values_of(step) if isinstance(value, SecretRef)}


def _places(recording: Recording, base_url: str | None) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {secret.name: set() for secret in recording.secrets}
    for step in recording.steps:
        for name in _names(step):
            # The address of a step is that of the document its element is in, a frame's too.
            url = step.url if urlsplit(step.url).scheme in _PLACES else recording.start
            found[name].add(_named(rebased(url, recording.start, base_url)))
    return {name: frozenset(origins) for name, origins in found.items()}
