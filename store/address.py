"""The address of the store's database: which it may be, and how it is named without its password."""

from __future__ import annotations

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from recordings.errors import StoreUnusableError

_DRIVER = "postgresql+psycopg"
_HIDDEN = ("password", "sslpassword")
_SHAPE = "Give SHOWONCE_DATABASE_URL as postgresql://USER:PASSWORD@HOST/DATABASE, or unset it to keep runs in a file."


def address_of(given: str) -> URL:
    """What ``SHOWONCE_DATABASE_URL`` says.

    Raises:
        StoreUnusableError: It is no address of a Postgres database.
    """
    try:
        url = make_url(given)
    except (ArgumentError, ValueError) as error:
        # What was given is not repeated: nobody knows where in it the password stands.
        raise StoreUnusableError("the address given", "it is no database URL", _SHAPE) from error
    if url.drivername not in ("postgresql", _DRIVER):
        raise StoreUnusableError("the address given", f"'{url.drivername}' is not supported", _SHAPE)
    if "@" in (url.host or ""):
        raise StoreUnusableError("the address given", "its password holds an '@'", "Write it there as %40.")
    return url.set(drivername=_DRIVER)


def name_of(url: URL) -> str:
    """The address without its password."""
    return url.set(drivername="postgresql").difference_update_query(_HIDDEN).render_as_string(hide_password=True)


def mend_of(reason: str) -> str:
    """What to do about a database that cannot be used for this ``reason``, as the server or the network gave it."""
    if "authentication" in reason or "no password" in reason or 'role "' in reason:
        return "Correct the user and the password in SHOWONCE_DATABASE_URL."
    if 'database "' in reason and "does not exist" in reason:
        return "Create it ('createdb NAME'), or correct its name in SHOWONCE_DATABASE_URL."
    if "permission denied" in reason:
        return "Let the user of SHOWONCE_DATABASE_URL make and change tables in it."
    return "Check that the database runs and can be reached from here, and SHOWONCE_DATABASE_URL."
