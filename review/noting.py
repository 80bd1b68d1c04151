"""Which requests to the console are deeds for the audit log, as one table, and how they come into it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from string import Formatter

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from recordings.audit import Deed
from review.answers import console_of, name_of

Endpoint = Callable[[Request], Awaitable[Response]]

_SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Rule:
    """What a request is noted as, once it was done.

    ``deed`` is one, or one for each value of the field ``by``; ``what`` and ``facts`` name fields: parameters of the
    path, else what the room says was done (``request.state.noted``), else fields of the form, and ``made``, the last
    part of the address that is gone to then. Only fields that hold names and ids belong here, none that holds a value.
    """

    deed: Deed | Mapping[str, Deed]
    what: str
    facts: tuple[str, ...] = ()
    by: str = ""

    @property
    def names(self) -> frozenset[str]:
        """All the fields that it names."""
        inside = (name for _, name, _, _ in Formatter().parse(self.what) if name)
        return frozenset({*inside, *self.facts, *filter(None, [self.by])})


_WORK: Mapping[str, Deed] = {"pause": "paused", "resume": "resumed", "cancel": "cancelled"}

RULES: Mapping[str, Rule | None] = {
    "POST /runs/{trace_id}/verdict": Rule("reviewed", "run {trace_id}", ("verdict",)),
    "POST /runs/{trace_id}/cover/{step}": Rule("covered", "run {trace_id}", ("step",)),
    "GET /runs/{trace_id}/report.{kind}": Rule("exported", "run {trace_id}", ("kind",)),
    "POST /batches/{batch}/{act}": Rule(_WORK, "batch {batch}", by="act"),
    "GET /batches/{batch}/report.{kind}": Rule("exported", "batch {batch}", ("kind",)),
    "POST /items/{item}/rerun": Rule(
        {"": "reran", "not-there": "reran", "there": "answered"}, "item {item}", ("verdict",), by="verdict"
    ),
    "POST /workflows": Rule("ran", "workflow {file}", ("made",)),
    "GET /workflows/{flow}/report.{kind}": Rule("exported", "workflow {flow}", ("kind",)),
    "POST /workflows/{flow}/decide/{stage}": Rule(
        {"approved": "approved", "refused": "refused"}, "workflow {flow}", ("stage",), by="decision"
    ),
    "POST /workflows/{flow}/{act}": Rule(_WORK, "workflow {flow}", by="act"),
    "POST /schedules": Rule("scheduled", "{name}", ("recording",)),
    "POST /schedules/{name:path}/remove": Rule("unscheduled", "schedule {name}"),
    "POST /schedules/{name:path}/run": Rule("ran", "schedule {name}"),
    "POST /schedules/{name:path}/pause": Rule("paused", "schedule {name}"),
    "POST /schedules/{name:path}/resume": Rule("resumed", "schedule {name}"),
    "POST /heals/accept": Rule({"yes": "accepted a heal"}, "heals {done}", by="any"),
    "POST /heals/{heal}/accept": Rule("accepted a heal", "heal {heal}"),
    "POST /heals/{heal}/refuse": Rule("refused a heal", "heal {heal}"),
    "POST /heals/{heal}/back": Rule(
        {"accepted": "undid a heal", "refused": "reopened a heal"}, "heal {heal}", by="was"
    ),
    "POST /heals/{heal}/point": Rule("pointed", "heal {heal}", ("made",)),
    "POST /runs/{trace_id}/point/{number:int}": Rule("pointed", "run {trace_id}", ("number", "made")),
    "POST /recordings/{name}/edit": Rule("edited", "{name}", ("do", "step", "input")),
    "POST /recordings/{name}/back/{way}": Rule({"undo": "undid an edit", "redo": "redid an edit"}, "{name}", by="way"),
    "POST /recordings/{name}/rename": Rule("renamed", "{name}", ("made",)),
    "POST /uploads/recordings/{name}/run": Rule("ran", "{name}", ("made",)),
    "POST /uploads/recordings/{name}/rows": Rule("ran", "{name}", ("made",)),
    "POST /review": Rule("reviewed", "pile {pile}", ("verdict",)),
    "POST /review/back": Rule("reviewed", "what was decided at once", ("at",)),
    "POST /teach": Rule("taught", "{name}"),
    "POST /users": Rule("added a user", "{name}", ("role",)),
    "POST /users/{name}/role": Rule("changed a user", "{name}", ("role",)),
    "POST /users/{name}/remove": Rule("removed a user", "{name}"),
    "POST /users/{name}/tokens": Rule("made a token", "{name}", ("scope", "days")),
    "POST /tokens/{prefix}/revoke": Rule("revoked a token", "{prefix}"),
    "GET /audit/log.jsonl": Rule("exported", "the audit log"),
    "POST /logout": Rule("logged out", "the console"),
    "POST /help/{id}/answer": Rule("took over", "run {made}", ("answer", "keep")),
    # Each changes nothing that stays, or is part of a deed that was noted when it began.
    "POST /recordings/{name}/exam": None,
    "POST /uploads/recordings/{name}/preview": None,
    "POST /teach/{id}/do": None,
    "POST /teach/{id}/drop": None,
    "POST /uploads/teach/{id}/{ask:int}": None,
    "POST /help/{id}/point": None,
    "POST /uploads/help/{id}/{ask:int}": None,
}
"""By method and path. A change that does not stand here is not noted; a test finds it."""


def noted(route: BaseRoute) -> BaseRoute:
    """The route, noting what is done at it."""
    if not isinstance(route, Route):
        return route
    rules = {method: rule for method, rule in rules_of(route).items() if rule is not None}
    if not rules:
        return route
    return Route(route.path, _noting(route.endpoint, rules), methods=list(route.methods or ()))


def rules_of(route: Route) -> Mapping[str, Rule | None]:
    """The rules for a route, by method; those that it has none for are left out."""
    asked = {method: f"{method} {route.path}" for method in route.methods or ()}
    return {method: RULES[key] for method, key in asked.items() if key in RULES}


def noted_way_in(login: Endpoint) -> Endpoint:
    """Signing in, noting who came in and that somebody did not."""

    @wraps(login)
    async def noting(request: Request) -> Response:
        answer = await login(request)
        audit = console_of(request).store.audit
        if answer.status_code in (302, 303):
            await audit.append(name_of(request), "logged in", "the console")
        elif answer.status_code in (401, 403) and (request.method not in _SAFE or "token" in request.query_params):
            # Not what was typed: people put passwords where names belong.
            place = request.client.host if request.client is not None else ""
            await audit.append("somebody", "failed to log in", "the console", address=place)
        return answer

    return noting


def _noting(endpoint: Endpoint, rules: Mapping[str, Rule]) -> Endpoint:
    @wraps(endpoint)
    async def noting(request: Request) -> Response:
        answer = await endpoint(request)
        rule = rules.get(request.method)
        if rule is not None and answer.status_code < 400:
            await _note(request, rule, answer)
        return answer

    return noting


async def _note(request: Request, rule: Rule, answer: Response) -> None:
    fields = await _fields(request, rule, answer)
    deed = rule.deed if isinstance(rule.deed, str) else rule.deed.get(fields.get(rule.by, ""))
    if deed is not None:
        facts = {name: fields[name] for name in rule.facts if fields.get(name)}
        await console_of(request).store.audit.append(
            name_of(request), deed, rule.what.format_map(_Known(fields)), **facts
        )


async def _fields(request: Request, rule: Rule, answer: Response) -> dict[str, str]:
    """What a rule may name."""
    known: dict[str, str] = getattr(request.state, "noted", {})
    found = {**known, **{name: str(value) for name, value in request.path_params.items()}}
    found["made"] = answer.headers.get("HX-Redirect", "").rpartition("/")[2]
    if request.method in _SAFE or rule.names <= found.keys():
        # A body that the room did not ask for is never waited for: who sends none would have done it unnoted.
        return found
    form = await request.form()
    sent = {name: ", ".join(value for value in form.getlist(name) if isinstance(value, str)) for name in form}
    return {**sent, **found}


class _Known(dict[str, str]):
    """A field that was not sent is nothing."""

    def __missing__(self, name: str) -> str:
        return ""
