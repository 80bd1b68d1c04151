"""Finding a step's element: ask the page, decide, and ask again until it is sure or the time is up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from playwright.async_api import ElementHandle, Error, Frame, Locator, Page

from browser.asking import LookLostError
from browser.page_script import Look, Sought, describe_among, frame_path, look, look_at, pick
from recordings.scene import Scene
from recordings.selectors import selectors_of
from recordings.target import Box, Description, FrameStep, Target
from recordings.trace import Candidate, How
from replayer.errors import AmbiguousAtError, NotFoundAtError
from replayer.kinds import role_class
from replayer.match import Ambiguous, Match, NoMatch, Verdict, agree, closest, most_similar, said
from replayer.similarity import likeness
from replayer.sought import sought_of
from replayer.stability import fits_as_it_was, is_as_it_was

_POLL_S = 0.1
_NEXT_LOOK_S = 0.03
_STILL_MS = 50
_READY = "complete"
_PICTURE_LIKE = 0.35
_CERTAIN = 0.95


@dataclass(frozen=True, slots=True)
class Waits:
    """How long a step may take to find its element (an optional one: ``optional_s``), and how long a page must be
    still before likeness counts. It is looked at ``looks`` times at least, however long that takes: what
    two looks must agree on has come by the fourth. A tab that answers nothing for ``silent_s`` is given up, or for as
    long as a step may take where that is longer."""

    step_s: float = 10.0
    effect_s: float = 10.0
    quiet_s: float = 0.4
    fallback_s: float = 3.0
    optional_s: float = 3.0
    silent_s: float = 30.0
    looks: int = 4

    @property
    def browser_s(self) -> float:
        """How long the browser may answer nothing: a tab that hangs has been given up by then, and a browser that is
        given up takes all that is done in it with it."""
        return 2 * self.silent_s


@dataclass(frozen=True, slots=True)
class Found:
    """The element of a step. ``box`` and ``look.secrets`` are relative to its frame's viewport.

    ``control`` is what is acted on. Where the element's own facts single it out it is a Locator of those facts, which
    the browser checks again at the moment of acting (and which costs a round trip less); else the element itself.
    ``scrolled`` is how far the frame was scrolled, None when the element was not wholly in view.
    """

    control: Locator | ElementHandle
    frame: Frame
    look: Look
    candidate: int
    score: float
    how: How
    reasons: tuple[str, ...]
    round_trips: int
    scrolled: tuple[float, float] | None = None

    @property
    def seen(self) -> Description:
        return self.look.candidates[self.candidate]

    @property
    def box(self) -> Box:
        return self.seen.box


@dataclass(frozen=True, slots=True)
class Located:
    """What ``locate`` found: ``score`` from 0 to 1, ``reasons`` in words."""

    element: ElementHandle
    score: float
    how: How
    reasons: tuple[str, ...]


Astray = Callable[[Frame, Look, bool], Awaitable[bool]]
"""Whether a look saw a page on which nothing is to be found; told also whether the page is still, when it may raise."""


@dataclass(slots=True)
class _Search:
    """One search under way."""

    page: Page
    target: Target
    words: str
    waits: Waits
    hidden_too: bool
    commits: bool
    picture: Callable[[], Awaitable[bytes | None]] | None
    crop: bytes | None
    scene: Scene | None = None
    see: bool = False
    hint: Target | None = None
    astray: Astray | None = None
    began: float = field(default_factory=time.monotonic)
    trips: int = 0
    looks: int = 0
    verdict: Verdict = field(default_factory=NoMatch)
    previous: str = ""
    agreed: str = ""
    pause_s: float = _POLL_S
    sought: Sought = field(init=False)

    def __post_init__(self) -> None:
        self.sought = sought_of(self.target)


async def locate(page: Page, target: Target, *, timeout_s: float = 3.0) -> Located | None:
    """Find ``target`` on ``page``; None when nothing is it, or several could be: it refuses rather than guesses.

    None too where the page does not answer. The match has ``.element`` (a Playwright ElementHandle), ``.score`` (0 to
    1) and ``.how``.
    """
    waits = Waits(step_s=timeout_s, quiet_s=0.2, fallback_s=1.0)
    try:
        async with asyncio.timeout(timeout_s + waits.silent_s):
            found = await locate_within(page, target, waits=waits)
            element = await pick(found.frame, found.look, found.candidate)
    except (NotFoundAtError, AmbiguousAtError, LookLostError, TimeoutError):
        return None
    return Located(element, found.score, found.how, found.reasons) if element is not None else None


async def describe_target(element: ElementHandle) -> Target:
    """The target that would be recorded for ``element``: the control it is, or stands in."""
    seen = await describe_among(element)
    return Target(description=seen.description, selectors=selectors_of(seen.description), rivals=seen.rivals)


async def locate_within(
    page: Page,
    target: Target,
    *,
    waits: Waits,
    words: str = "the element",
    hidden_too: bool = False,
    commits: bool = False,
    crop: bytes | None = None,
    picture: Callable[[], Awaitable[bytes | None]] | None = None,
    scene: Scene | None = None,
    see: bool = False,
    hint: Target | None = None,
    astray: Astray | None = None,
) -> Found:
    """Find ``target``, looking again until the answers agree; after the page is still, by likeness, then picture.

    Args:
        scene: What the document showed in the demonstration.
        see: Tell also what it shows now.
        hint: The same element as an earlier run found it; asked for as strictly, once the page is still.
        astray: Asked before an element is taken on a page that asks for what a sign-in asks for, and when none is found
            on one that is still.

    Raises:
        NotFoundAtError, AmbiguousAtError: With the three closest candidates. Nothing was touched.
    """
    search = _Search(page, target, words, waits, hidden_too, commits, picture, crop, scene, see, hint, astray)
    while True:
        found = await _try(search)
        if found is not None:
            return found
        search.looks += 1
        if search.looks >= waits.looks and time.monotonic() - search.began > waits.step_s:
            raise _refusal(search)
        await asyncio.sleep(search.pause_s)


async def _try(search: _Search) -> Found | None:
    """One look, and a second one by likeness when the page is still."""
    try:
        frame = await _frame_of(search)
        if frame is None:
            return None
        search.trips += 1
        seen = await _look(search, frame, every=False)
        search.verdict = await _confirmed(search, frame, seen, agree(search.target, seen))
        if isinstance(search.verdict, Match):
            holds = _holds(search, seen, search.verdict)
            search.pause_s = _POLL_S if holds else _NEXT_LOOK_S
            return await _taken(search, frame, seen, search.verdict) if holds else None
        search.agreed, search.pause_s = "", _POLL_S
        if not _still(search, seen) or await _is_astray(search, frame, seen):
            return None
        return await _by_hint(search, frame) or await _by_likeness(search, frame)
    except LookLostError:
        return None


async def _is_astray(search: _Search, frame: Frame, seen: Look) -> bool:
    return search.astray is not None and await search.astray(frame, seen, _still(search, seen))


def _holds(search: _Search, seen: Look, match: Match) -> bool:
    """Whether the page is still, or the look before came to the same element."""
    before, search.agreed = search.agreed, _place_of(seen.candidates[match.candidate])
    return seen.quiet_ms >= _STILL_MS or search.agreed == before


def _place_of(seen: Description) -> str:
    return f"{seen.xpath}{seen.css}"


async def _look(search: _Search, frame: Frame, *, every: bool) -> Look:
    target = search.target
    return await look(
        frame, target.selectors, target.description.tag, every=every, scene=search.see, sought=search.sought
    )


async def _by_hint(search: _Search, frame: Frame) -> Found | None:
    """What an earlier run found, where its selectors agree as the recorded ones must."""
    if search.hint is None:
        return None
    hinted = replace(search, target=search.hint, hint=None)
    hinted.trips += 1
    seen = await _look(hinted, frame, every=False)
    verdict = await _confirmed(hinted, frame, seen, agree(search.hint, seen))
    found = None
    if isinstance(verdict, Match):
        reasons = ("as an earlier run of this batch found it", *verdict.reasons)
        found = await _taken(hinted, frame, seen, replace(verdict, how="hint", reasons=reasons))
    search.trips = hinted.trips
    return found


async def _by_likeness(search: _Search, frame: Frame) -> Found | None:
    """The same answer must come on two looks in a row."""
    search.trips += 1
    seen = await _look(search, frame, every=True)
    verdict = await _confirmed(search, frame, seen, most_similar(search.target, seen, commits=search.commits))
    verdict = search.verdict = await _seen_elsewhere(search, frame, seen, verdict)
    if isinstance(verdict, Match):
        answer = _place_of(seen.candidates[verdict.candidate])
        if answer == search.previous:
            return await _taken(search, frame, seen, verdict)
        search.previous = answer
    elif isinstance(verdict, NoMatch) and not search.commits:
        return await _by_picture(search, frame, seen.candidates)
    return None


async def _confirmed(search: _Search, frame: Frame, seen: Look, verdict: Verdict) -> Verdict:
    """A button that says nothing of itself, not even by its row, must also look as it did: a place proves nothing."""
    wanted = search.target.description
    if not isinstance(verdict, Match) or wanted.row or not _mute(wanted) or search.crop is None:
        return verdict
    if frame is not search.page.main_frame or role_class(wanted) != "activator":
        return verdict
    if wanted.alike <= 1 and seen.candidates[verdict.candidate].alike <= 1:
        return verdict  # there was no other like it, and there is none now
    if search.scene is not None and seen.scene == search.scene:
        return verdict  # the whole page looks as it did, icons and all
    place = await _pictured(search)
    if place and _is_in(place, seen.candidates[verdict.candidate].box):
        return verdict
    return _nothing_like(seen, verdict)


async def _seen_elsewhere(search: _Search, frame: Frame, seen: Look, verdict: Verdict) -> Verdict:
    """The picture as a second opinion: what is seen at one other place, likeness alone is not sure of."""
    if not isinstance(verdict, Match) or verdict.score >= _CERTAIN or frame is not search.page.main_frame:
        return verdict
    if role_class(search.target.description) != "activator":
        return verdict  # a field looks like any other, and by what it holds
    place = await _pictured(search)
    elsewhere = place is not None and not _is_in(place, seen.candidates[verdict.candidate].box)
    return _nothing_like(seen, verdict) if elsewhere else verdict


def _is_in(place: tuple[float, float, float], box: Box) -> bool:
    return box.x <= place[0] <= box.x + box.width and box.y <= place[1] <= box.y + box.height


def _nothing_like(seen: Look, verdict: Match) -> NoMatch:
    return NoMatch((closest(verdict.score, seen.candidates[verdict.candidate]),))


async def _by_picture(search: _Search, frame: Frame, others: Sequence[Description]) -> Found | None:
    """Only what has no name: a control with a name whose name is nowhere is gone, whatever looks like it."""
    wanted = search.target.description
    if frame is not search.page.main_frame or not _unnamed(wanted):
        return None
    place = await _pictured(search)
    if place is None:
        return None
    search.trips += 1
    there = await look_at(frame, place[0], place[1])
    for seen in there.candidates:
        if role_class(seen) == role_class(wanted) and likeness(wanted, seen).score >= _PICTURE_LIKE:
            if is_as_it_was(search.target.rivals, others) and not fits_as_it_was(wanted, seen):
                return None
            match = Match(0, place[2], "picture", (f"looks the same; {said(seen)}",))
            return await _taken(search, frame, there, match)
    return None


async def _pictured(search: _Search) -> tuple[float, float, float] | None:
    """Where the recorded crop stands in the page now, if at one place only."""
    page_jpeg = await search.picture() if search.crop is not None and search.picture is not None else None
    from replayer.picture_search import found_again  # OpenCV is loaded where it is needed: it takes 0.3 s and 40 MB

    return found_again(search.crop, page_jpeg) if search.crop is not None and page_jpeg else None


def _unnamed(seen: Description) -> bool:
    return not (seen.name or seen.label or seen.text or seen.placeholder)


def _mute(seen: Description) -> bool:
    """Whether nothing but place, tag and class tells what it is."""
    return _unnamed(seen) and not seen.attributes.keys() - {"class", "role", "type"}


async def _taken(search: _Search, frame: Frame, seen: Look, match: Match) -> Found | None:
    """The element behind the match, if it can be acted on and the document is done loading."""
    candidate = seen.candidates[match.candidate]
    if not (candidate.visible or search.hidden_too) or (seen.asks and await _is_astray(search, frame, seen)):
        return None
    waited = time.monotonic() - search.began
    if (seen.ready != _READY or not candidate.enabled) and waited < search.waits.fallback_s:
        return None
    control = await _control(search, frame, seen, match.candidate)
    if control is None:
        return None
    box, view = candidate.box, seen.viewport
    inside = box.x >= 0 and box.y >= 0 and box.x + box.width <= view.width and box.y + box.height <= view.height
    return Found(
        control,
        frame,
        seen,
        match.candidate,
        match.score,
        match.how,
        match.reasons,
        search.trips,
        (view.x, view.y) if inside else None,
    )


async def _control(search: _Search, frame: Frame, seen: Look, candidate: int) -> Locator | ElementHandle | None:
    """By the element's own facts where they suffice; in a row they do not, since rows change places."""
    address = seen.addresses[candidate] if candidate < len(seen.addresses) else ""
    if address and not search.target.description.row and not seen.candidates[candidate].row:
        return frame.locator(f"xpath={address}")
    search.trips += 1
    return await pick(frame, seen, candidate)


def _still(search: _Search, seen: Look) -> bool:
    waited = time.monotonic() - search.began
    quiet = seen.ready == _READY and seen.quiet_ms >= search.waits.quiet_s * 1000 and waited >= search.waits.quiet_s
    return quiet or waited >= search.waits.fallback_s


async def _frame_of(search: _Search) -> Frame | None:
    frame, trips = await frame_at(search.page, search.target.frame)
    search.trips += trips
    return frame


async def frame_at(page: Page, path: tuple[FrameStep, ...]) -> tuple[Frame | None, int]:
    """The frame at a recorded path, by its place and name, or by its name where the place has changed; and how many
    round trips that took."""
    if not path:
        return page.main_frame, 0
    wanted = tuple(step.index for step in path)
    frames = [frame for frame in page.frames if frame.parent_frame is not None]
    if len(frames) == 1 and wanted == (0,):
        return frames[0], 0
    for trips, frame in enumerate(frames, 1):
        try:
            if await frame_path(frame) == wanted and (not path[-1].name or frame.name == path[-1].name):
                return frame, trips
        except (Error, LookLostError):
            continue
    named = [f for f in frames if path[-1].name and f.name == path[-1].name]
    return (named[0] if len(named) == 1 else None), len(frames)


def _refusal(search: _Search) -> NotFoundAtError | AmbiguousAtError:
    candidates: tuple[Candidate, ...] = () if isinstance(search.verdict, Match) else search.verdict.candidates
    if isinstance(search.verdict, Ambiguous):
        return AmbiguousAtError(search.words, candidates)
    return NotFoundAtError(search.words, search.waits.step_s, candidates)
