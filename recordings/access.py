"""Users of the console and their tokens, as they are kept: no secret, only what it hashes to."""

from __future__ import annotations

import re
from hashlib import sha256

from recordings.document import Document
from recordings.errors import CouldNotStartError
from recordings.roles import Role, Scope


class User(Document):
    """Somebody who may be let in, by their tokens. Times are seconds since the epoch, of all documents here."""

    name: str
    role: Role
    created_at: float
    created_by: str = ""


class AccessToken(Document):
    """A token as it is kept: its ``digest`` (sha256), and the ``prefix`` that tells it from others. The token itself is
    shown once, when it is made. ``expires_at`` None: never."""

    prefix: str
    digest: str
    user: str
    scope: Scope = Scope.ALL
    label: str = ""
    created_at: float
    created_by: str = ""
    expires_at: float | None = None

    def is_over(self, now: float) -> bool:
        return self.expires_at is not None and now >= self.expires_at


_TOKEN = re.compile(r"showonce_([0-9a-f]{10})_[A-Za-z0-9_-]{20,100}")
_LABEL = 100
_NAME = re.compile(r"\w[\w.@+-]{0,63}")


def token_text(prefix: str, secret: str) -> str:
    """The token that a person is given; scanners of leaked secrets know it by its beginning.

    Args:
        prefix: 10 hex digits.
        secret: 32 random bytes, as base64 for addresses.
    """
    return f"showonce_{prefix}_{secret}"


def prefix_in(token: str) -> str:
    """The prefix of a token, "" where it is none of ours."""
    found = _TOKEN.fullmatch(token)
    return found[1] if found else ""


def new_token(
    text: str, user: str, scope: Scope, *, label: str, expires_at: float | None, now: float, by: str
) -> AccessToken:
    """What is kept of the token ``text`` that is given to ``user``. Its label is shown in terminals: what is no letter,
    such as what would steer one, is left out of it."""
    return AccessToken(
        prefix=prefix_in(text),
        digest=digest_of(text),
        user=user,
        scope=scope,
        label="".join(filter(str.isprintable, label)).strip()[:_LABEL],
        created_at=now,
        created_by=by,
        expires_at=expires_at,
    )


def digest_of(secret: str) -> str:
    """What is kept in the place of a secret of 256 random bits, which needs no salt and no slow hash."""
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()


def checked_user_name(given: str) -> str:
    """A name as it may be kept.

    Raises:
        UserNameError: It cannot be a user's.
    """
    if not _NAME.fullmatch(given.strip()):
        raise UserNameError(given)
    return given.strip()


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are one person's: how they are written does not matter."""
    return one.strip().casefold() == other.strip().casefold()


class UserNameError(CouldNotStartError):
    def __init__(self, given: str) -> None:
        super().__init__(
            f"A user cannot be called '{given[:40]}'.",
            "Use up to 64 letters, digits and . _ @ + -, such as ada or ada@example.com.",
        )
