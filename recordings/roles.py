"""Who may do what in the console and its API: roles, scopes of tokens, and the table that decides. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """What a person or a program would do. Each address of the console names the one that it needs."""

    LOOK = "look"
    METRICS = "metrics"
    RUN = "run"
    TEACH = "teach"
    EDIT = "edit"
    REVIEW = "review"
    ANSWER = "answer"
    MANAGE = "manage"


class Role(StrEnum):
    """What a user is; each may all that those before it may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    APPROVER = "approver"
    ADMIN = "admin"


class Scope(StrEnum):
    """What a token is for: never more than its user's role may."""

    ALL = "all"
    READ = "read"
    RUN = "run"
    EDIT = "edit"
    DECIDE = "decide"
    METRICS = "metrics"


ACT_WORDS: Mapping[Act, str] = {
    Act.LOOK: "look at runs, recordings, batches and workflows",
    Act.METRICS: "read the metrics",
    Act.RUN: "run, pause, repeat or give up",
    Act.TEACH: "teach new recordings",
    Act.EDIT: "edit recordings or keep schedules",
    Act.REVIEW: "decide on runs and heals",
    Act.ANSWER: "answer what workflows ask",
    Act.MANAGE: "manage users and tokens, read the audit log or erase what is kept",
}

ROLE_WORDS: Mapping[Role, str] = {
    Role.VIEWER: "Looks at everything, and changes nothing.",
    Role.OPERATOR: "Also runs, pauses and repeats, teaches new recordings, edits them, and keeps schedules.",
    Role.APPROVER: "Also answers what workflows ask, and decides on runs and heals.",
    Role.ADMIN: "Also sees to users and tokens, and erases what is kept.",
}

_ADDS: Mapping[Role, frozenset[Act]] = {
    Role.VIEWER: frozenset({Act.LOOK, Act.METRICS}),
    Role.OPERATOR: frozenset({Act.RUN, Act.TEACH, Act.EDIT}),
    Role.APPROVER: frozenset({Act.REVIEW, Act.ANSWER}),
    Role.ADMIN: frozenset({Act.MANAGE}),
}

_SCOPES: Mapping[Scope, frozenset[Act]] = {
    Scope.ALL: frozenset(Act),
    Scope.READ: frozenset({Act.LOOK, Act.METRICS}),
    Scope.RUN: frozenset({Act.LOOK, Act.RUN}),
    Scope.EDIT: frozenset({Act.LOOK, Act.TEACH, Act.EDIT}),
    Scope.DECIDE: frozenset({Act.LOOK, Act.REVIEW, Act.ANSWER}),
    Scope.METRICS: frozenset({Act.METRICS}),
}


def may(role: Role, scope: Scope, act: Act) -> bool:
    """Whether somebody of ``role`` who came with a token of ``scope`` may do ``act``."""
    roles = tuple(Role)
    by_role = any(act in _ADDS[each] for each in roles[: roles.index(role) + 1])
    return by_role and act in _SCOPES[scope]


def who_may(act: Act) -> tuple[Role, ...]:
    """The roles that may, the least first."""
    return tuple(role for role in Role if may(role, Scope.ALL, act))


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks: a user, by a token of ``scope``. ``token`` is its prefix, "" for whoever started the console."""

    name: str
    role: Role
    scope: Scope = Scope.ALL
    token: str = ""

    def may(self, act: Act | str) -> bool:
        """Whether they may do it; templates ask by word."""
        return may(self.role, self.scope, Act(act))
