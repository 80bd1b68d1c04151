"""Events to steps, pure: folds the gestures, fixes each step's target, names what is typed, says it in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from recorder.choices import with_choices
from recorder.drafts import Draft
from recorder.events import CapturedEvent, Revised, Trouble
from recorder.fold import fold
from recorder.page_events import Hello, KeysMatter, KeyUp, Limit, Rivals
from recorder.parameters import Parameters, field_name, parameterize
from recorder.readings import Reading, column_steps
from recorder.references import with_references
from recorder.scenes import SeenScene
from recorder.words import words_of
from recordings.inputs import HIDDEN, Literally, SecretRef
from recordings.recording import Gesture
from recordings.selectors import by_place, selectors_of
from recordings.steps import (
    Assert,
    AssertEquals,
    Check,
    Choose,
    Click,
    Drag,
    Fill,
    History,
    Hover,
    Navigate,
    Point,
    Press,
    Read,
    ReadRows,
    Scroll,
    Select,
    Step,
    Stroke,
    Turn,
    Type,
    Upload,
    Waypoint,
    Wheel,
)
from recordings.target import Description, FrameStep, Target
from recordings.urls import url_pattern

_CONTROL_TAGS = {"a", "button", "input", "select", "textarea", "label", "summary", "option", "html", "body"}
_CONTROL_ROLES = {
    "button",
    "link",
    "tab",
    "menuitem",
    "menuitemcheckbox",
    "menuitemradio",
    "option",
    "checkbox",
    "radio",
    "switch",
    "combobox",
    "textbox",
    "searchbox",
    "treeitem",
}
_OF_THE_PAGE = ("navigate", "history", "press", "scroll")
_STRANGE = "Something was told that was done to no element; it was left out."
_NO_ACTS = (Hello, KeyUp, KeysMatter, Limit, Revised, Rivals, Trouble)
_BUTTONS: dict[int, Literal["left", "middle", "right"]] = {0: "left", 1: "middle", 2: "right"}


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the events mean. ``begins`` ties each step's id to the event (``seq``) it began with; ``acts`` are the
    events in which something was done or answered; ``idle`` are scrolls in which nothing was loaded; ``undone`` are
    the events that steps began with which were taken back; ``made_of`` is of how many drafts each step was made;
    ``readings`` are what is understood of steps that read or compare."""

    start: str
    steps: tuple[Step, ...]
    parameters: Parameters
    gestures: dict[str, tuple[Gesture, ...]]
    begins: dict[str, int]
    elements: dict[str, tuple[str, int]]
    warnings: tuple[str, ...]
    made_of: tuple[int, ...] = ()
    acts: tuple[int, ...] = ()
    idle: frozenset[str] = frozenset()
    undone: tuple[int, ...] = ()
    readings: Mapping[str, Reading] = field(default_factory=dict)


def compile_events(events: Sequence[CapturedEvent], scenes: Sequence[SeenScene] = ()) -> Compiled:
    """Work out the readable steps of a demonstration; the raw gestures stay beside them.

    Args:
        scenes: What the pages showed on the way; without them no choice in a list of a page's own is known as one.
    """
    folded = fold(events)
    _meet_rivals(folded.drafts, events)
    understood = [draft for draft in with_choices(folded.drafts, scenes) if _is_whole(draft)]
    strange = [] if all(map(_is_whole, folded.drafts)) else [_STRANGE]
    drafts = {f"s{n:02d}": draft for n, draft in enumerate(understood, 1)}
    steps, parameters = parameterize([step_of(name, draft) for name, draft in drafts.items()])
    readings = {name: draft.reading for name, draft in drafts.items() if draft.reading is not None}
    steps, lost = with_references(steps, readings, {item.name for item in parameters.inputs})
    return Compiled(
        start=folded.start,
        steps=steps,
        parameters=parameters,
        gestures={name: tuple(draft.gestures) for name, draft in drafts.items() if draft.gestures},
        begins={name: draft.seq for name, draft in drafts.items()},
        elements={name: (draft.doc, draft.ref) for name, draft in drafts.items()},
        warnings=(*folded.warnings, *strange, *lost),
        readings=readings,
        undone=tuple(folded.undone),
        idle=frozenset(name for name, draft in drafts.items() if draft.idle),
        made_of=tuple(draft.made_of for draft in drafts.values()),
        acts=tuple(event.seq for event in events if not isinstance(event.what, _NO_ACTS)),
    )


def _is_whole(draft: Draft) -> bool:
    """Whether it says what it was done to, where that is asked."""
    return draft.element is not None or draft.kind in _OF_THE_PAGE


def _meet_rivals(drafts: Sequence[Draft], events: Sequence[CapturedEvent]) -> None:
    """Each draft with what could be taken for its element: as told first after it began, else last before."""
    told = [(event.seq, event.what) for event in events if isinstance(event.what, Rivals)]
    for draft in drafts:
        own = [(seq, what.rivals) for seq, what in told if what.doc == draft.doc and draft.is_on(what.doc, what.ref)]
        later = [rivals for seq, rivals in own if seq > draft.seq]
        draft.rivals = later[0] if later else own[-1][1] if own else ()


def step_of(name: str, draft: Draft) -> Step:
    """The step that a draft has come to mean."""
    common = {
        "id": name,
        "words": words_of(draft),
        "page": draft.page,
        "url": url_pattern(draft.url),
        "signals": tuple(draft.signals),
        "note": draft.note,
    }
    target = _target(draft)
    match draft.kind:
        case "navigate":
            return Navigate(**common, to=draft.to)
        case "history":
            return History(**common, steps=draft.steps)
        case "press":
            held = target if _has_focus(draft) else None
            return Press(**common, target=held, keys=draft.keys, hold_ms=round(draft.hold_ms))
        case "scroll":
            box = by_place(target) if target is not None else None  # what it says is what it was scrolled to
            return Scroll(**common, target=box, left=draft.x, top=draft.y)
        case _ if target is None:
            raise ValueError(f"the {draft.kind} at event {draft.seq} has no element")
        case "click":
            return _click(common, draft, target)
        case "drag":
            return _drag(common, draft, target)
        case "fill":
            return Fill(
                **common, target=target, value=_typed(draft, target), by_keys=draft.by_keys, announced=draft.announced
            )
        case "type":
            parts = tuple(Literally(text=part) if kind == "text" else Stroke(keys=part) for kind, part in draft.parts)
            return Type(**common, target=target, parts=parts, holds=draft.text)
        case "hover":
            return Hover(**common, target=target, position=Point(x=draft.x, y=draft.y))
        case "assert":
            return Assert(**common, target=target, text=Literally(text=draft.text))
        case "read" | "read_rows" | "equals":
            return _read(common, draft, by_place(target))
        case "select":
            return Select(**common, target=target, options=tuple(Literally(text=c) for c in draft.chosen))
        case "choose":
            option, at = Literally(text=draft.text), _place_in(draft, target) if draft.placed else None
            return Choose(**common, target=target, option=option, typed=draft.typed, position=at)
        case "check":
            return Check(**common, target=target, checked=draft.checked, choice=_choice(draft))
        case "wheel":
            place = Point(x=draft.x, y=draft.y)
            turns = tuple(Turn(dx=dx, dy=dy) for dx, dy in draft.turns)
            return Wheel.model_validate(
                {**common, "target": target, "position": place, "turns": turns, "modifiers": draft.modifiers}
            )
        case "upload":
            files = tuple(Literally(text=name) for name in draft.files)
            return Upload(**common, target=target, files=files, chooser=draft.chooser, dropped=draft.dropped)


def _read(common: dict[str, object], draft: Draft, target: Target) -> Read | ReadRows | AssertEquals:
    reading, leads_on = draft.reading, draft.leads_on
    if reading is None:
        raise ValueError(f"the {draft.kind} at event {draft.seq} reads nothing")
    named = {**common, "target": target, "name": reading.name}
    if reading.purpose == "rows":
        after = _target_of(leads_on.element, leads_on.frame) if leads_on is not None else None
        columns = column_steps(reading)
        return ReadRows.model_validate({**named, "item": reading.item, "columns": columns, "next_page": after})
    value = reading.columns[0]
    written = {"type": value.type, "written": value.written}
    if reading.purpose == "equals":
        to = reading.to or reading.shown
        return AssertEquals.model_validate({**common, "target": target, **written, "to": to})
    return Read.model_validate({**named, **written})


def _target(draft: Draft) -> Target | None:
    return _target_of(draft.element, draft.frame, draft.rivals)


def _target_of(
    element: Description | None, frame: Sequence[FrameStep], rivals: tuple[Description, ...] = ()
) -> Target | None:
    if element is None:
        return None
    # A frame's address is kept as a pattern: its query may hold what was typed.
    hops = tuple(hop.model_copy(update={"url": url_pattern(hop.url) if hop.url else ""}) for hop in frame)
    selectors = tuple(s for s in selectors_of(element) if HIDDEN not in s.model_dump_json())
    return Target(description=element, selectors=selectors, frame=hops, rivals=rivals)


def _has_focus(draft: Draft) -> bool:
    """Keys pressed while nothing is focused go to the page."""
    return draft.element is not None and draft.element.tag not in ("body", "html")


def _typed(draft: Draft, target: Target) -> Literally | SecretRef:
    return SecretRef(name=field_name(target.description)) if draft.secret else Literally(text=draft.text)


def _click(common: dict[str, object], draft: Draft, target: Target) -> Click:
    return Click.model_validate(
        {
            **common,
            "target": target,
            "button": _BUTTONS.get(draft.button, "left"),
            "clicks": draft.clicks,
            "modifiers": draft.modifiers,
            "position": _place_in(draft, target),
            "hold_ms": round(draft.hold_ms),
            "choice": _choice(draft),
        }
    )


def _choice(draft: Draft) -> Literally | None:
    return Literally(text=draft.choice) if draft.choice else None


def _drag(common: dict[str, object], draft: Draft, target: Target) -> Drag:
    onto = None
    if draft.onto is not None:
        onto = Target(description=draft.onto, selectors=selectors_of(draft.onto), frame=target.frame)
    return Drag.model_validate(
        {
            **common,
            "target": target,
            "start": Point(x=draft.x, y=draft.y),
            "path": [Waypoint(dx=dx, dy=dy, at_ms=max(0, round(at))) for dx, dy, at in draft.path],
            "onto": onto,
            "end": Point(x=draft.end[0], y=draft.end[1]) if onto else None,
            "button": _BUTTONS.get(draft.button, "left"),
            "modifiers": draft.modifiers,
        }
    )


def _place_in(draft: Draft, target: Target) -> Point | None:
    return Point(x=draft.x, y=draft.y) if _place_matters(target, draft.clicks) else None


def _place_matters(target: Target, clicks: int) -> bool:
    """Anywhere in a button is the same; in a canvas, a track or a row of stars it is not."""
    seen = target.description
    if seen.tag in ("canvas", "svg", "video") or seen.type in ("image", "range"):
        return True
    if seen.editable and (seen.tag != "input" or clicks > 1):
        return True  # where the caret goes, which word a double click takes
    return seen.tag not in _CONTROL_TAGS and seen.role not in _CONTROL_ROLES
