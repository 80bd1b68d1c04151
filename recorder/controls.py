"""What the person asks of the recorder while it records: take back, look away, keep secret, check, read, note."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal

from recorder.collect import Heard
from recorder.events import BrowserEvent, CapturedEvent, Noted, Revised, Undone
from recorder.hiding import Hidden, fields_holding, held_values, with_elements
from recorder.page_events import KeyDown, PageEvent, Pointed, Typed, Unpicked
from recorder.pause import Pause
from recorder.pictures import Evidence
from recorder.readings import Reading, trouble_with
from recorder.spawn import Spawn
from recorder.worlds import Worlds
from recordings.errors import ControlRefusedError
from recordings.inputs import HIDDEN
from recordings.target import Description

Purpose = Literal["assert", "read", "equals", "rows", "next"]
_TEXT_TAGS = ("input", "textarea")


class Controls:
    """The recorder's controls. Each first hears what was told until now, so that "the last" is what the person saw.

    Args:
        hear: Takes an event of ours into the stream.
        flush: Returns when all that the pages told has been heard.
        secret_fields: The names of fields that are secrets from the start.
    """

    def __init__(
        self,
        heard: Heard,
        hear: Callable[[PageEvent | BrowserEvent], None],
        flush: Callable[[], Awaitable[None]],
        spawn: Spawn,
        secret_fields: Sequence[str],
    ) -> None:
        self._heard, self._hear, self._flush, self._spawn = heard, hear, flush, spawn
        self.worlds = Worlds(spawn)
        self.secret_fields = tuple(secret_fields)
        self.picking: Purpose | None = None
        self.changes = 0
        self._pause, self._hidden = Pause(), Hidden()

    @property
    def paused(self) -> bool:
        return self._pause.on

    @property
    def looked_away(self) -> bool:
        """Whether it ever paused: what pages show since then may come of what nobody was to see."""
        return self._pause.ever

    def admit(self, what: PageEvent | BrowserEvent) -> PageEvent | BrowserEvent | None:
        """What of an event may be kept: nothing while paused, and no secret ever."""
        admitted = self._pause.admit(what)
        if isinstance(what, (Pointed, Unpicked)):
            self._picked()
        return self._hidden.without(admitted) if admitted is not None else None

    def may_show(self, evidence: Evidence) -> None:
        """Leave a moment without a picture if the page's text tells that a hidden value stands in it."""
        if self._hidden.values and HIDDEN in evidence.dom:
            evidence.blind = True

    async def undo(self, made_of: Sequence[int]) -> None:
        """Take back the last step; ``made_of`` is of how many drafts each step was made."""
        if not made_of:
            raise ControlRefusedError("There is no step to take back.")
        self._hear(Undone(made_of[-1]))

    async def pause(self) -> None:
        await self._flush()
        if self.paused:
            raise ControlRefusedError("It is paused already.")
        await self.cancel_picking()
        self._hear(self._pause.begin())

    async def resume(self) -> None:
        await self._flush()
        if not self.paused:
            raise ControlRefusedError("It is not paused.")
        self._hear(self._pause.end())

    async def pick(self, purpose: Purpose, name: str = "") -> None:
        """The next press in a page points at an element, and the page does not get it."""
        self._check_looking()
        self.picking = purpose
        question = {"do": "pick", "purpose": purpose, "name": name}
        self.worlds.standing["pick"] = question
        await self.worlds.ask_all(question)
        self._changed()  # only now: whoever is told presses, and a page that was not asked yet would get it

    async def cancel_picking(self) -> None:
        if self.picking is not None:
            self._picked()
            await self.worlds.ask_all({"do": "stop"})

    async def hover_now(self, after_s: float) -> None:
        self._check_looking()
        await asyncio.sleep(after_s)
        answers = await self.worlds.ask_all({"do": "rested"})
        world, at = max(answers.items(), key=lambda answer: answer[1], default=(None, 0.0))
        if world is None or not at:
            raise ControlRefusedError(
                "The pointer is not in a page that is recorded.", "Put it on the element, and ask again."
            )
        await self.worlds.ask(world, {"do": "rest"})

    async def note(self, steps: int, text: str) -> None:
        if not steps:
            raise ControlRefusedError("There is no step to note something beside.")
        self._hear(Noted(" ".join(text.split())[:500]))

    async def pick_next(self, readings: Mapping[str, Reading]) -> None:
        """The next press points at what leads on from the last list."""
        if all(reading.purpose != "rows" for reading in readings.values()):
            raise ControlRefusedError("There is no list yet to lead on from.", "Point at one of its rows first.")
        await self.pick("next")

    async def revise(self, readings: Mapping[str, Reading], what: Revised) -> None:
        """Change what is understood of the last step that reads or compares."""
        if not readings:
            raise ControlRefusedError("There is nothing yet that is read or compared.")
        if trouble := trouble_with(list(readings.values())[-1], what):
            raise ControlRefusedError(trouble)
        self._hear(what)

    async def mark_secret(self) -> None:
        """See ``Recorder.mark_secret``."""
        await self._flush()
        name, seen = self._last_typed()
        fields = {name}
        values = held_values(self._heard.events, fields)
        fields |= fields_holding(self._heard.events, values)
        self._hidden.add(fields, values)
        self._heard.secret_values |= _last_values(self._heard.events, fields)
        self._forget(fields)
        self._changed()
        called = seen.label or seen.attributes.get("name") or seen.attributes.get("id") or seen.placeholder
        self.secret_fields = (*self.secret_fields, *([called] if called else []))
        self.worlds.standing["fields"] = {"do": "fields", "names": self.secret_fields}
        await self.worlds.ask_all(self.worlds.standing["fields"])
        for doc in {doc for doc, _ in fields}:
            refs = [ref for other, ref in fields if other == doc]
            await self.worlds.ask_all({"do": "secret", "doc": doc, "refs": refs})

    def _last_typed(self) -> tuple[tuple[str, int], Description]:
        for event in reversed(self._heard.events):
            what = event.what
            if isinstance(what, KeyDown) and what.rich:
                raise ControlRefusedError(
                    "What was typed last stands in an editor, which cannot be made a secret.",
                    "Only fields can; take the step back, or do not save the recording.",
                )
            if not isinstance(what, Typed):
                continue
            if what.secret:
                raise ControlRefusedError("The field typed into last is a secret already.")
            seen = self._described(what)
            if seen is None or seen.tag not in _TEXT_TAGS:
                break
            return (what.doc, what.ref), seen
        raise ControlRefusedError("No text was typed into a field yet.", "Type it first, then mark it.")

    def _described(self, typed: Typed) -> Description | None:
        for event in reversed(self._heard.events):
            what = event.what
            element: Description | None = getattr(what, "element", None)
            if element is not None and (getattr(what, "doc", ""), getattr(what, "ref", 0)) == (typed.doc, typed.ref):
                return element
        return None

    def _forget(self, fields: set[tuple[str, int]]) -> None:
        """Take the values out of all that was heard; what could show them since they were typed goes whole."""
        heard = self._heard
        events = list(with_elements(heard.events, fields))
        first = next(e.seq for e in events if isinstance(e.what, Typed) and (e.what.doc, e.what.ref) in fields)
        heard.events[:] = [CapturedEvent(event.seq, event.page, self._hidden.without(event.what)) for event in events]
        for seq, evidence in heard.evidence.items():
            if seq >= first or self._hidden.shown_in(evidence.dom):
                evidence.dom, evidence.frame, evidence.blind = "", None, True
        heard.dom.clear()
        heard.scenes.clear()
        heard.facts.clear()

    def _check_looking(self) -> None:
        if self.paused:
            raise ControlRefusedError("It is paused.", "Resume first.")

    def _picked(self) -> None:
        """Picking is over; the other documents need not wait for a press any more."""
        if self.picking is None:
            return
        self.picking = None
        self.worlds.standing.pop("pick", None)
        self._changed()
        self._spawn(self._stop_picking())

    async def _stop_picking(self) -> None:
        await self.worlds.ask_all({"do": "stop"})

    def _changed(self) -> None:
        self.changes += 1


def _last_values(events: Sequence[CapturedEvent], fields: set[tuple[str, int]]) -> dict[tuple[str, int], str]:
    typed = (event.what for event in events if isinstance(event.what, Typed))
    return {(what.doc, what.ref): what.value for what in typed if (what.doc, what.ref) in fields}
