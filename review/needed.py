"""What each address of the console needs of whoever asks; one that does not say it is the admins' alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from starlette.routing import BaseRoute, Match, Route, WebSocketRoute
from starlette.types import Scope

from recordings.roles import Act

_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Any])


def needs(act: Act) -> Callable[[_Endpoint], _Endpoint]:
    """Stands above the function that answers an address: ``@needs(Act.RUN)``."""

    def marked(endpoint: _Endpoint) -> _Endpoint:
        vars(endpoint)["needs"] = act
        return endpoint

    return marked


def act_of(route: BaseRoute) -> Act:
    """What a route needs."""
    endpoint = route.endpoint if isinstance(route, Route | WebSocketRoute) else None
    found: Act = getattr(endpoint, "needs", Act.MANAGE)
    return found


def act_asked(routes: Iterable[BaseRoute], scope: Scope) -> Act:
    """What a request needs: of the first route that takes it, as the router finds it. Where none does it is answered
    that there is nothing, to whoever may look."""
    return next((act_of(route) for route in routes if route.matches(scope)[0] is Match.FULL), Act.LOOK)
