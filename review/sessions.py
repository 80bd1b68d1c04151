"""The saved session that a form says to begin signed in by."""

from __future__ import annotations

from starlette.datastructures import FormData

from recordings.errors import CouldNotStartError
from recordings.session import is_session_name


def session_chosen(form: FormData) -> str:
    """Its name; "" for none.

    Raises:
        CouldNotStartError: It is a path, which would be read on the console's machine for somebody who may not read its
            files.
    """
    session = str(form.get("session", ""))
    if session and not is_session_name(session):
        raise CouldNotStartError(f"'{session[:80]}' is no saved session.", "Choose one of the list.")
    return session
