"""Which steps of a recording must not take effect twice; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from recordings.inputs import SecretRef
from recordings.recording import Recording, done_with
from recordings.signals import Navigated
from recordings.steps import Assert, AssertEquals, Check, Fill, History, Navigate, Step, Type, target_of

_NEW = "new-password"
_ALSO = 1


@dataclass(slots=True)
class _Entered:
    """What was entered on a tab's page since it came there: secrets, and the elements that took other values."""

    secrets: list[Fill | Type] = field(default_factory=list)
    others: set[str] = field(default_factory=set)

    def take(self, step: Step) -> None:
        for value in () if isinstance(step, (Assert, AssertEquals, Check)) else done_with(step):
            if isinstance(step, (Fill, Type)) and isinstance(value, SecretRef):
                self.secrets.append(step)
            else:
                target = target_of(step)
                self.others.add((target.description.xpath if target else "") or step.id)

    @property
    def signs_in(self) -> bool:
        """Whether it is one password and at most a user name: a payment asks for a card, a registration for more."""
        names = {value.name for step in self.secrets for value in done_with(step) if isinstance(value, SecretRef)}
        return len(names) == 1 and len(self.others) <= _ALSO and all(map(_is_password, self.secrets))


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
    most one other value. What only looks like one (a payment by card, a registration, a password asked for again
    before something is done) must be done once; where that is wrong, ``showonce edit`` marks it repeatable.
    """
    return frozenset(_guarded(recording))


def _guarded(recording: Recording) -> Iterator[str]:
    entered: dict[int, _Entered] = {}
    begun = False
    for step in recording.steps:
        if step.disabled:
            continue
        if isinstance(step, (Navigate, History)):
            entered.pop(step.page, None)
        here = entered.setdefault(step.page, _Entered())
        here.take(step)
        if step.commits and not step.repeatable and (begun or not here.signs_in):
            begun = True
            yield step.id
        if any(isinstance(signal, Navigated) for signal in step.signals):
            del entered[step.page]


def _is_password(step: Fill | Type) -> bool:
    """Whether it is a field for a password that is known already; one that shows it is text, and tells by its name."""
    seen = step.target.description
    tells = seen.attributes.get("autocomplete", "")
    return tells != _NEW and (seen.type == "password" or tells == "current-password")
