"""Which steps of a recording must not take effect twice; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from recordings.inputs import SecretRef
from recordings.recording import Recording, done_with
from recordings.signals import Navigated
from recordings.steps import Assert, AssertEquals, Check, Fill, History, Navigate, Step, Type, target_of
from recordings.target import Target

_NEW = "new-password"
_ALSO = 1
_USER_NAMES = frozenset({"loginfmt", "identifier"})
"""What the login pages of large providers call the field for who signs in, and no other page does."""


@dataclass(slots=True)
class _Entered:
    """What was done on a tab's page since it came there, and what was entered: secrets, and the elements that took
    other values. ``names``: one of those is for who signs in. ``after`` is the page that the tab showed before."""

    after: _Entered | None = None
    secrets: list[Fill | Type] = field(default_factory=list)
    others: set[str] = field(default_factory=set)
    names: bool = False
    steps: list[str] = field(default_factory=list)

    def take(self, step: Step) -> None:
        self.steps.append(step.id)
        for value in () if isinstance(step, (Assert, AssertEquals, Check)) else done_with(step):
            if isinstance(step, (Fill, Type)) and isinstance(value, SecretRef):
                self.secrets.append(step)
            else:
                target = target_of(step)
                self.others.add((target.description.xpath if target else "") or step.id)
                self.names = self.names or (target is not None and _is_user_name(target))

    @property
    def signs_in(self) -> bool:
        """Whether it is one password and at most a user name: a payment asks for a card, a registration for more."""
        names = {value.name for step in self.secrets for value in done_with(step) if isinstance(value, SecretRef)}
        return len(names) == 1 and len(self.others) <= _ALSO and all(map(_is_password, self.secrets))

    @property
    def named_before(self) -> tuple[str, ...]:
        """The steps on the page before, where a sign-in by a password alone follows one by a user name alone."""
        before = self.after
        if before is None or not self.signs_in or self.others:
            return ()
        return tuple(before.steps) if before.names and len(before.others) == 1 and not before.secrets else ()


@dataclass(frozen=True, slots=True)
class Sending:
    """A step that must not take effect twice, and the name of the row that it is done for, "" outside of a loop: each
    row is another deed."""

    step: Step
    row: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from all others of a run."""
        return self.step.id, self.row


def guarded_steps(recording: Recording) -> frozenset[str]:
    """The ids of the steps that are done at most once: they send a request that changes data, are done at all, are not
    marked as repeatable, and are no sign-in.

    A sign-in comes before anything else that must be done once, from a page on which one password was entered and at
    most one other value; or from two, the first for the user name alone. What only looks like one (a payment by card, a
    registration, a password asked for again before something is done) must be done once; where that is wrong,
    ``showonce edit`` marks it repeatable.
    """
    return frozenset(_guarded(recording))


def sign_in_steps(recording: Recording) -> frozenset[str]:
    """The ids of the steps by which the recording itself signs in: all that is done on the page of a sign-in, up to
    what sends it."""
    guarded = guarded_steps(recording)
    found, named = set[str](), _named(recording)
    for step, here in _entering(recording):
        if step.id in guarded:
            break
        if step.id in named:
            found.add(step.id)
        if here.signs_in and (step.commits or _leads_away(step)):
            found.update(here.steps)
            here.steps.clear()
    return frozenset(found)


def _guarded(recording: Recording) -> Iterator[str]:
    begun, named = False, _named(recording)
    for step, here in _entering(recording):
        if step.commits and not step.repeatable and (begun or not (here.signs_in or step.id in named)):
            begun = True
            yield step.id


def _named(recording: Recording) -> frozenset[str]:
    """The steps on pages that ask for the user name alone, before the page on which the sign-in is sent."""
    sent = (here for step, here in _entering(recording) if step.commits or _leads_away(step))
    return frozenset(each for here in sent for each in here.named_before)


def _entering(recording: Recording) -> Iterator[tuple[Step, _Entered]]:
    """The steps that are done, each with what was done and entered on its tab's page until then, itself with it."""
    entered: dict[int, _Entered] = {}
    left: dict[int, _Entered] = {}
    for step in recording.steps:
        if step.disabled:
            continue
        if isinstance(step, (Navigate, History)):
            entered.pop(step.page, None)
            left.pop(step.page, None)
        here = entered.setdefault(step.page, _Entered(left.get(step.page)))
        here.take(step)
        yield step, here
        if _leads_away(step):
            left[step.page] = entered.pop(step.page)


def _leads_away(step: Step) -> bool:
    return any(isinstance(signal, Navigated) for signal in step.signals)


def _is_user_name(target: Target) -> bool:
    seen = target.description
    told = {seen.attributes.get(name, "").lower() for name in ("name", "id")}
    return "username" in seen.attributes.get("autocomplete", "").lower().split() or bool(told & _USER_NAMES)


def _is_password(step: Fill | Type) -> bool:
    """Whether it is a field for a password that is known already; one that shows it is text, and tells by its name."""
    seen = step.target.description
    tells = seen.attributes.get("autocomplete", "")
    return tells != _NEW and (seen.type == "password" or tells == "current-password")
