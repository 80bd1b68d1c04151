"""Signing in and out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from recordings.roles import Act
from review.access import Admitted, ThrottledError
from review.answers import console_of, gone_to, login_page, too_many_tries
from review.needed import needs


async def login(request: Request) -> Response:
    """Change a token for a cookie: the start address's own, in the address, or any that is typed in."""
    access = console_of(request).access
    if request.method != "POST":
        given = request.query_params.get("token", "")
        return _entered(request, access.own()) if access.is_owners(given) else login_page(401, tried=bool(given))
    given = str((await request.form(max_files=0, max_fields=2)).get("token", "")).strip()
    try:
        admitted = await access.admit(given, request.client.host if request.client else "")
    except ThrottledError as error:
        return too_many_tries(error.wait_s)
    if admitted is None:
        return login_page(401, tried=bool(given))
    if not admitted.who.may(Act.LOOK):
        await access.leave(admitted.cookie)
        return login_page(403, programs=True)
    return _entered(request, admitted)


@needs(Act.LOOK)
async def logout(request: Request) -> Response:
    """End it here; elsewhere the person stays signed in."""
    access = console_of(request).access
    await access.leave(request.cookies.get(access.cookie_name, ""))
    answer = gone_to("/login")
    answer.delete_cookie(access.cookie_name, httponly=True, samesite="lax", secure=access.secure)
    return answer


def _entered(request: Request, admitted: Admitted) -> Response:
    access, request.state.who = console_of(request).access, admitted.who
    answer = RedirectResponse("/", 303)
    answer.set_cookie(
        access.cookie_name,
        admitted.cookie,
        max_age=admitted.lasts_s,
        httponly=True,
        samesite="lax",
        secure=access.secure,
    )
    return answer
