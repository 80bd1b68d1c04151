"""Users of the console in the store, their tokens, and where they are signed in; no secret, only what they hash to."""

from __future__ import annotations

import hmac

from sqlalchemy import Connection, Select, delete, insert, select, update

from recordings.access import AccessToken, User
from recordings.roles import Role
from store.database import Database
from store.errors import TokenUnknownError, UserExistsError, UserUnknownError
from store.tables import sign_ins, tokens, users

Bearer = tuple[User, AccessToken]


class Users:
    """Documents in, documents out. Reached as ``Store.users``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, user: User) -> None:
        """Keep a new one.

        Raises:
            UserExistsError: There is one of this name.
        """

        def add(connection: Connection) -> None:
            if connection.scalar(select(users.c.name).where(users.c.name == user.name)) is not None:
                raise UserExistsError(user.name)
            connection.execute(insert(users).values(name=user.name, document=user.model_dump_json()))

        await self._database.write(add)

    async def all(self) -> list[User]:
        """All of them, by name."""
        found = await self._database.scalars(select(users.c.document).order_by(users.c.name))
        return [self._database.document(User, text) for text in found]

    async def change(self, name: str, role: Role) -> User:
        """Give a user another role, which holds from their next request on.

        Raises:
            UserUnknownError: There is none of this name.
        """
        query = select(users.c.document).where(users.c.name == name).with_for_update()

        def change(connection: Connection) -> User:
            text = connection.scalar(query)
            if text is None:
                raise UserUnknownError(name)
            changed = self._database.document(User, text).model_copy(update={"role": role})
            connection.execute(update(users).where(users.c.name == name).values(document=changed.model_dump_json()))
            return changed

        return await self._database.write(change)

    async def remove(self, name: str) -> None:
        """Take a user away, with all their tokens; wherever they are signed in they are no more.

        Raises:
            UserUnknownError: There is none of this name.
        """
        if not await self._database.change(delete(users).where(users.c.name == name)):
            raise UserUnknownError(name)

    async def add_token(self, token: AccessToken) -> None:
        """Keep a new token.

        Raises:
            UserUnknownError: Its user is not there, or not any more.
        """
        row = {
            "prefix": token.prefix,
            "digest": token.digest,
            "user_name": token.user,
            "document": token.model_dump_json(),
        }

        def add(connection: Connection) -> None:
            if connection.scalar(select(users.c.name).where(users.c.name == token.user)) is None:
                raise UserUnknownError(token.user)
            connection.execute(insert(tokens).values(row))

        await self._database.write(add)

    async def tokens(self) -> list[AccessToken]:
        """All of them, by user, the newest last."""
        found = await self._database.scalars(select(tokens.c.document))
        kept = [self._database.document(AccessToken, text) for text in found]
        return sorted(kept, key=lambda token: (token.user, token.created_at))

    async def revoke(self, prefix: str) -> None:
        """Take a token away; who is signed in by it is no more.

        Raises:
            TokenUnknownError: None has this prefix.
        """
        if not await self._database.change(delete(tokens).where(tokens.c.prefix == prefix)):
            raise TokenUnknownError(prefix)

    async def by_token(self, prefix: str, digest: str, now: float) -> Bearer | None:
        """Whose token this is; None where it is nobody's, or over."""
        found = await self._of(prefix)
        # Of a prefix that is not there something is compared as well: how long it takes tells nothing.
        is_right = hmac.compare_digest(found[1].digest if found else "0" * 64, digest)
        return found if found is not None and is_right and not found[1].is_over(now) else None

    async def owner_of(self, prefix: str) -> str:
        """The name of the user whose token has this prefix, "" where none has."""
        found = await self._of(prefix)
        return found[0].name if found else ""

    async def sign_in(self, digest: str, prefix: str, expires_at: float, now: float) -> bool:
        """Keep that somebody is signed in by a token, under what their cookie hashes to; False where the token was
        taken away meanwhile."""
        row = {"digest": digest, "prefix": prefix, "expires_at": expires_at}

        def add(connection: Connection) -> bool:
            connection.execute(delete(sign_ins).where(sign_ins.c.expires_at <= now))
            if connection.scalar(select(tokens.c.prefix).where(tokens.c.prefix == prefix)) is None:
                return False
            connection.execute(insert(sign_ins).values(row))
            return True

        return await self._database.write(add)

    async def signed_in(self, digest: str, now: float) -> Bearer | None:
        """Who is signed in under it, and by which token."""
        query = (
            select(users.c.document, tokens.c.document)
            .join(tokens, tokens.c.user_name == users.c.name)
            .join(sign_ins, sign_ins.c.prefix == tokens.c.prefix)
            .where(sign_ins.c.digest == digest, sign_ins.c.expires_at > now)
        )
        found = await self._bearer(query)
        return found if found is not None and not found[1].is_over(now) else None

    async def sign_out(self, digest: str) -> None:
        """Whoever is signed in under it is no more."""
        await self._database.change(delete(sign_ins).where(sign_ins.c.digest == digest))

    async def _of(self, prefix: str) -> Bearer | None:
        query = (
            select(users.c.document, tokens.c.document)
            .join(tokens, tokens.c.user_name == users.c.name)
            .where(tokens.c.prefix == prefix)
        )
        return await self._bearer(query)

    async def _bearer(self, query: Select[tuple[str, str]]) -> Bearer | None:
        for user, token in await self._database.rows(query.limit(1)):
            return self._database.document(User, user), self._database.document(AccessToken, token)
        return None
