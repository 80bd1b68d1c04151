"""Where a run may act: what it may type, give, open and send is decided by the recording's origins; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from recordings.errors import OutsideFenceError, SecretUnmaskedError
from recordings.origins import allowed_origins, host_of, is_private, is_walled, origin_named
from recordings.steps import Fill, Navigate, Type, Upload
from recordings.target import Description
from replayer.allowance import SAFE
from replayer.plan import Plan, PlannedStep

_PASSWORD = "password"
_FOR_PASSWORDS = ("current-password", "new-password")
Verdict = Literal["goes", "kept", "stops"]
"""What becomes of a request: it leaves; it is kept back; it is kept back and the run stops."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of a page. ``document``: it is for a document, as a form's is; ``main``: for that of the tab.
    ``doing``: it came while a step was done."""

    method: str
    url: str
    document: bool
    main: bool
    doing: bool

    @property
    def sends(self) -> bool:
        return self.method not in SAFE


@dataclass(frozen=True, slots=True)
class Fence:
    """The origins that a run may act on."""

    origins: frozenset[str]

    def holds(self, url: str) -> bool:
        """Whether secrets may be typed, files given and data sent there. HTTPS in the place of HTTP is the same
        host; a document without an origin of its own, in a tab of its own, belongs to nobody."""
        origin = _origin(url)
        if (
            origin.startswith("https://")
            and f"http{origin.removeprefix('https')}" in self.origins
            and _portless(origin)
        ):
            return True
        return origin in self.origins or url in ("", "about:blank")

    def opens(self, url: str) -> bool:
        """Whether a tab may go there: anywhere on the internet, else only to hosts and schemes that are named."""
        if not is_walled(url):
            return True
        origin = _origin(url)
        return bool(origin) and (
            origin in self.origins or _host(origin) in {_host(known) for known in self.origins} - {""}
        )

    @property
    def is_inner(self) -> bool:
        """Whether it names a private host: then frames may be of others, which its own network serves."""
        return any(is_private(host) for host in map(_host, self.origins) if host)

    def judged(self, asked: Asked) -> Verdict:
        """What becomes of a request.

        What a page's scripts send by themselves, while no step is done, is the page's: it stops nothing. While a step
        is done it cannot be told from what the step brought about. A form in a frame that nobody touched is a page's
        own as well.
        """
        if not asked.sends:
            if not asked.document or self.opens(asked.url):
                return "goes"
            return "stops" if asked.main else "goes" if self.is_inner else "kept"
        if self.holds(asked.url):
            return "goes"
        return "stops" if asked.doing or (asked.document and asked.main) else "goes"


def fence_of(plan: Plan) -> Fence:
    """The fence of a run: the recording's origins, the one it starts at moved to the run's base address."""
    recording, start = plan.recording, _origin(plan.recording.start)
    moved = _origin(plan.base_url) if plan.base_url else start
    return Fence(frozenset(moved if origin == start else origin for origin in allowed_origins(recording)))


def refuse_outside(fence: Fence, planned: PlannedStep, document: str) -> None:
    """See that a step may be done in the document of this address.

    Raises:
        OutsideFenceError: It would type a secret, give a file, or go where the recording may not act.
    """
    step = planned.step
    if isinstance(step, Navigate):
        refuse_opening(fence, step.to, step.words)
    gives = "give a file to" if isinstance(step, Upload) else ""
    types = "type a secret at" if planned.secret and isinstance(step, (Fill, Type)) else ""
    if (what := gives or types) and not fence.holds(document):
        raise OutsideFenceError(step.words, what, shown_origin(document), "Nothing was done at this step.")


def refuse_unmasked(planned: PlannedStep, seen: Description) -> None:
    """See that a password goes into a field for passwords, whatever else bears its label.

    Raises:
        SecretUnmaskedError: It would not.
    """
    step = planned.step
    hid = isinstance(step, (Fill, Type)) and step.target.description.type == _PASSWORD
    if planned.secret and hid and seen.type != _PASSWORD and seen.attributes.get("autocomplete") not in _FOR_PASSWORDS:
        raise SecretUnmaskedError(step.words)


def refuse_opening(fence: Fence, url: str, words: str) -> None:
    """See that a tab may go to an address.

    Raises:
        OutsideFenceError: It may not.
    """
    if not fence.opens(url):
        raise OutsideFenceError(words, "open", shown_origin(url), "It was not opened.")


def shown_origin(url: str) -> str:
    """The origin of an address for a reader, who may have to allow it."""
    return _origin(url) or url[:80]


def _origin(url: str) -> str:
    try:
        return origin_named(url)
    except ValueError:
        return ""


def _host(origin: str) -> str:
    return host_of(origin) if origin.startswith(("http://", "https://")) else ""


def _portless(origin: str) -> bool:
    return ":" not in origin.removeprefix("https://").rpartition("]")[2]
