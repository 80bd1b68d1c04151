"""Who may be let into the console: who started it, by the start address; users and programs, by their tokens.

``review.door`` asks it of every request; ``review.signing`` signs people in and out.
"""

from __future__ import annotations

import hmac
import logging
import secrets as randomness
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from starlette.datastructures import Headers

from recordings.access import digest_of, prefix_in
from recordings.roles import Role, Scope, Who
from review.throttle import Throttle
from store.users import Users

log = logging.getLogger("showonce.review")

STAMP = "x-showonce-stamp"
_OWNER_S = 7 * 24 * 3600
_USER_S = 12 * 3600
_USUAL_PORTS = {"http": "80", "https": "443"}


def _new() -> str:
    return randomness.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who was let in; ``stamp`` is what only their own pages know, "" for a program, which has none."""

    who: Who
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody who signs in: the cookie that is theirs, for ``lasts_s`` seconds."""

    who: Who
    cookie: str
    lasts_s: int


class ThrottledError(Exception):
    """Too many wrong tokens came from there, or for that account; ``wait_s`` is how long none is looked at."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"None is looked at for {wait_s:.0f} s.")
        self.wait_s = wait_s


@dataclass(slots=True)
class Access:
    """What admits to the console. ``token``, of the start address, admits ``owner`` as an admin, while this process
    lives; users and their tokens are the store's. Whoever has a cookie and changes something must send our own origin
    and their pages' stamp as well.

    ``host`` is the address as browsers call it, with its port; ``names`` are others that it is called by. ``secure``:
    it is served by TLS. ``clock`` tells how long whoever gave wrong tokens has waited.
    """

    host: str
    users: Users
    owner: str
    names: Sequence[str] = ()
    secure: bool = False
    token: str = field(default_factory=_new, repr=False)
    throttle: Throttle = field(default_factory=Throttle)
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)
    _seal: bytes = field(default_factory=lambda: randomness.token_bytes(32), repr=False)
    _owned: dict[str, float] = field(default_factory=dict, repr=False)

    @property
    def scheme(self) -> str:
        return "https" if self.secure else "http"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}"

    @property
    def address(self) -> str:
        """The address that opens the console."""
        return f"{self.origin}/login?token={self.token}"

    @property
    def hosts(self) -> Sequence[str]:
        """What a browser may call this console: its address, its other names, or this machine by name."""
        called = [self.host, *(f"{name}:{self.port}" for name in ("localhost", *self.names))]
        usual = f":{_USUAL_PORTS[self.scheme]}"
        return [*called, *(each.removesuffix(usual) for each in called if each.endswith(usual))]

    @property
    def port(self) -> str:
        return self.host.rpartition(":")[2]

    @property
    def cookie_name(self) -> str:
        """Cookies do not know ports: another console of this machine must not overwrite ours. One with the prefix is
        taken by browsers from this very host alone, by TLS."""
        return f"{'__Host-' if self.secure else ''}showonce_{self.port}"

    def is_ours(self, headers: Headers) -> bool:
        """Whether a request comes from a page of the console."""
        return headers.get("origin") == f"{self.scheme}://{headers.get('host', '')}"

    def stamp_of(self, cookie: str) -> str:
        """What only the pages of whoever has this cookie know."""
        return hmac.digest(self._seal, cookie.encode(), "sha256").hex()

    def is_owners(self, token: str) -> bool:
        """Whether a token is the start address's."""
        return hmac.compare_digest(token.encode(errors="surrogatepass"), self.token.encode())

    async def visitor(self, headers: Headers, cookies: Mapping[str, str], address: str) -> Visitor | None:
        """Who asks, by the token that a program sends or by their cookie; None for nobody that is known.

        Raises:
            ThrottledError: Too many wrong tokens came from ``address``.
        """
        token = bearer_in(headers)
        if token is not None:
            return await self._program(token, address)
        cookie = cookies.get(self.cookie_name, "")
        if not cookie:
            return None
        digest, now = digest_of(cookie), time.time()
        if self._owned.get(digest, 0.0) > now:
            return Visitor(Who(self.owner, Role.ADMIN), self.stamp_of(cookie))
        found = await self.users.signed_in(digest, now)
        if found is None:
            return None
        user, kept = found
        return Visitor(Who(user.name, user.role, kept.scope, kept.prefix), self.stamp_of(cookie))

    def own(self) -> Admitted:
        """Sign in whoever started the console."""
        cookie, now = _new(), time.time()
        self._owned = {digest: until for digest, until in self._owned.items() if until > now}
        self._owned[digest_of(cookie)] = now + _OWNER_S
        return Admitted(Who(self.owner, Role.ADMIN), cookie, _OWNER_S)

    async def admit(self, token: str, address: str) -> Admitted | None:
        """Sign in whose token it is; None where it is nobody's. A try counts before it is looked at, so that many at
        once are no way around.

        Raises:
            ThrottledError: Too many wrong ones came from ``address``, or for that user.
        """
        # Not throttled: it has 256 random bits, and whoever reaches the port could lock its owner out.
        if self.is_owners(token):
            return self.own()
        prefix, now = prefix_in(token), self.clock()
        account = await self.users.owner_of(prefix) if prefix else ""
        keys = [f"sign-in from {address}", *([f"sign-in as {account}"] if account else [])]
        self._check(keys, now, address)
        self.throttle.failed(keys, now)
        admitted = await self._signed_in(token, prefix)
        if admitted is None:
            log.warning("A wrong token was given at %s, for %s.", address, account or "no user")
            return None
        self.throttle.passed(keys)
        log.info("%s signed in from %s by token %s.", admitted.who.name, address, prefix)
        return admitted

    async def leave(self, cookie: str) -> None:
        """Sign out."""
        digest = digest_of(cookie)
        if self._owned.pop(digest, None) is None:
            await self.users.sign_out(digest)

    async def _signed_in(self, token: str, prefix: str) -> Admitted | None:
        now = time.time()
        found = await self.users.by_token(prefix, digest_of(token), now)
        if found is None:
            return None
        user, kept = found
        until = min(now + _USER_S, kept.expires_at or now + _USER_S)
        admitted = Admitted(Who(user.name, user.role, kept.scope, prefix), _new(), round(until - now))
        return admitted if await self.users.sign_in(digest_of(admitted.cookie), prefix, until, now) else None

    async def _program(self, token: str, address: str) -> Visitor | None:
        if self.is_owners(token):
            return Visitor(Who(self.owner, Role.ADMIN, Scope.METRICS))
        prefix, keys, now = prefix_in(token), [f"program at {address}"], self.clock()
        self._check(keys, now, address)
        found = await self.users.by_token(prefix, digest_of(token), time.time())
        if found is None:
            self.throttle.failed(keys, now)
            log.warning("A program at %s sent a wrong token.", address)
            return None
        user, kept = found
        return Visitor(Who(user.name, user.role, kept.scope, prefix))

    def _check(self, keys: Sequence[str], now: float, address: str) -> None:
        wait_s = self.throttle.wait_s(keys, now)
        if wait_s > 0:
            log.warning("A token given at %s was not looked at: too many before it were wrong.", address)
            raise ThrottledError(wait_s)


def bearer_in(headers: Headers) -> str | None:
    """The token that a program sends; None where it sends none. No page of another site can have a browser send it."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
