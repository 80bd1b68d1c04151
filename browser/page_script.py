"""The page scripts: with what settings they are put into pages, and typed calls whose every reply is validated.

``page.js`` is put into a frame the first time a call finds it missing there; ``capture.js`` is handed
to the recorder, which puts it into a world of its own before the page's scripts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from playwright.async_api import BrowserContext, ElementHandle, Error, Frame
from pydantic import BaseModel, ConfigDict, TypeAdapter

from browser.asking import LookLostError, ask, bundle, lost_or, validated
from recordings.scene import Change, Level, Scene
from recordings.target import Box, Description, Selector

_ON = "(element, text) => globalThis.__showonce_page?.call(text, element) ?? ''"
_PICK = "([look, candidate]) => globalThis.__showonce_page?.pick(look, candidate) ?? null"
_SELECTORS: TypeAdapter[tuple[Selector, ...]] = TypeAdapter(tuple[Selector, ...])
_TOLD = TypeAdapter(tuple[bool, ...])
Asks = Literal["password", "name", "text", ""]
"""What a page asks for of the things that a sign-in asks for: a password that is known already; who signs in, by a
field marked as that (``autocomplete=username``); or one or two lines of text, which may be that."""

_BOXES = TypeAdapter(tuple[Box, ...])


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Viewport(_Reply):
    """The frame's viewport; ``x`` and ``y`` are how far it is scrolled."""

    width: float
    height: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Sought:
    """What a page that has more controls than it can tell is asked for; all texts in lower case.

    ``words`` that the control or a rival may be called by, ``names`` that programmers may have given them, the ``key``
    that names its row ("" where none does), and where it was in the viewport, in CSS pixels.
    """

    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    key: str = ""
    x: float = 0
    y: float = 0


_ANYTHING = Sought()
MOST_TOLD = 300
"""Controls that a look describes at most, each in about 600 bytes."""


class Look(_Reply):
    """What a frame answered: per selector the candidates it found (as places in ``candidates``).

    ``addresses`` has for each candidate an XPath of its own facts that finds it alone, "" where there is none;
    it is empty when every element was asked for. ``quiet_ms`` is how long the document has not changed;
    ``secrets`` are boxes to paint over; ``bare``: one of them shows what it holds, as no password field does.
    ``asks`` is what a sign-in would ask for. ``scene`` is told where it was asked for.
    """

    look: int
    found: tuple[tuple[int, ...], ...]
    candidates: tuple[Description, ...]
    addresses: tuple[str, ...]
    url: str
    ready: str
    quiet_ms: float
    scene: Scene | None = None
    secrets: tuple[Box, ...]
    bare: bool = False
    asks: Asks = ""
    viewport: Viewport


class Arrival(_Reply):
    """What a document shows at the end of a wait: ``reached`` when it came to what was waited for; ``missing`` had
    appeared in the demonstration, ``still`` had gone. ``dated``: so had others, with numbers or names of days and
    months, which are in neither."""

    reached: bool
    scene: Scene
    missing: tuple[str, ...]
    still: tuple[str, ...]
    dated: bool


class Among(_Reply):
    """An element and those of its page that could be taken for it, at most ten."""

    description: Description
    rivals: tuple[Description, ...]


class Offered(_Reply):
    """What a list offers: how many options say the text that was asked for (picked as candidates 0, 1, … of ``look``),
    the first of all ``there``, and whether typing goes to a field, which may narrow the list."""

    look: int
    found: int
    there: tuple[str, ...]
    searchable: bool


class FieldState(_Reply):
    """What a field holds now."""

    value: str
    chosen: tuple[str, ...]
    checked: bool
    files: tuple[str, ...]


class PlaceReply(_Reply):
    """Where a press lands in an element, in CSS pixels of the frame's viewport; ``done`` where none is needed, ``met``
    where the pointer came once where it was sent in this document."""

    x: float
    y: float
    done: bool
    met: bool


class Said(_Reply):
    """What an element says, or holds if it is a field, and where its link leads; a secret one says nothing."""

    text: str
    secret: bool
    href: str


def capture_source(secret_fields: Sequence[str], chooser: str = "", since: float = 0, token: str = "") -> str:
    """The capture script with its settings: names of fields that a person marked as secret, the name of the event
    that ``chooser_source`` sends, when the recording began, in milliseconds since the epoch, and the ``token`` that
    stands before all it tells."""
    settings = json.dumps(
        {"secrets": list(secret_fields), "chooser": chooser, "since": since, "tries": True, "token": token}
    )
    return f"globalThis.__showonce_config = {settings};\n{bundle('capture')}"


def chooser_source(event: str) -> str:
    """The script for the page's own world that tells of file inputs which never stand in the page."""
    return f"globalThis.__showonce_chooser = {json.dumps(event)};\n{bundle('chooser')}"


async def look(
    frame: Frame,
    selectors: Sequence[Selector],
    tag: str,
    *,
    every: bool,
    scene: bool = False,
    sought: Sought = _ANYTHING,
    limit: int = MOST_TOLD,
) -> Look:
    """Ask one frame, in one round trip, what every selector finds and what the finds are like.

    A page that is still loading answers when it has loaded, or after 3 s.

    Args:
        every: Describe also all visible elements that can be acted on; of more than ``limit`` those most like what is
            ``sought``.
        scene: Tell also what the document shows.

    Raises:
        LookLostError: The document was replaced meanwhile.
    """
    question = {
        "selectors": _SELECTORS.dump_python(tuple(selectors), mode="json"),
        "tag": tag,
        "every": every,
        "limit": limit,
        "scene": scene,
        "sought": asdict(sought),
    }
    return validated(Look, await ask(frame, "look", question))


async def arrive(
    frame: Frame,
    change: Change,
    mode: Literal["same", "likely", "any", "told"],
    level: Level,
    before: str,
    timeout_s: float,
) -> Arrival:
    """Wait in the page until it shows what ``change`` came to: the ``same`` at ``level``; ``likely`` the same, by what
    appeared and went; ``any`` other than the ``before`` (exact); or each text that ``appeared``, where the last look
    with a scene did not see it (``told``).

    Raises:
        LookLostError: The document was replaced meanwhile.
    """
    expected = {
        "mode": mode,
        "level": level or "exact",
        "wanted": [scene.at(level) for scene in change.after] if level else [],
        "before": before,
        "appeared": change.appeared,
        "gone": change.gone,
        "timeout_ms": timeout_s * 1000,
    }
    return validated(Arrival, await ask(frame, "arrive", expected))


async def pick(frame: Frame, found: Look, candidate: int) -> ElementHandle | None:
    """The element behind a candidate of ``found``; None when it left the page or a later look came between."""
    return await _element(frame, _PICK, [found.look, candidate])


async def before_list(frame: Frame, text: str) -> None:
    """Said before a list is opened: what says ``text`` now is no option of it.

    Raises:
        LookLostError: The document was replaced meanwhile.
    """
    await ask(frame, "beforeList", text)


async def options_saying(frame: Frame, text: str) -> Offered:
    """The options in open lists that say just ``text``, white space and (where that is clear) case aside.

    Raises:
        LookLostError: The document was replaced meanwhile.
    """
    return validated(Offered, await ask(frame, "options", text))


async def option(frame: Frame, offered: Offered) -> ElementHandle | None:
    """The first option of ``offered``; None when it left the page, or the page was asked something else since."""
    return await _element(frame, _PICK, [offered.look, 0])


async def scroll_list(frame: Frame) -> bool:
    """Bring the next part of an open list into view; False where there is no more.

    Raises:
        LookLostError: The document was replaced meanwhile.
    """
    return await ask(frame, "scrollList") == "true"


async def look_at(frame: Frame, x: float, y: float) -> Look:
    """The control at a point of the frame's viewport, in CSS pixels, as the only candidate; none where none is."""
    return validated(Look, await ask(frame, "at", {"x": x, "y": y}))


async def describe(element: ElementHandle) -> Description:
    """Describe the control that ``element`` is, or stands in."""
    return validated(Description, await _ask_element(element, "describe"))


async def describe_among(element: ElementHandle) -> Among:
    """Describe the control that ``element`` is, or stands in, and its rivals on the page."""
    return validated(Among, await _ask_element(element, "rivals"))


async def read_field(frame: Frame, found: Look, candidate: int) -> FieldState:
    """What a candidate of ``found`` holds now, also when it left the page since.

    Raises:
        LookLostError: The document was replaced meanwhile.
    """
    return validated(FieldState, await _ask_held(frame, "read", found, candidate))


async def said_by(frame: Frame, found: Look, candidate: int) -> Said:
    """What a candidate of ``found`` says now.

    Raises:
        LookLostError: The document was replaced meanwhile, or the element left it.
    """
    return validated(Said, await _ask_held(frame, "said", found, candidate))


async def keep_secret(frame: Frame, found: Look, candidate: int) -> None:
    """From now on the field's box is among ``Look.secrets``."""
    await _ask_held(frame, "keepSecret", found, candidate)


async def keep_focused_secret(frame: Frame) -> None:
    """From now on the field that has the focus is among ``Look.secrets``: a person types into it.

    Raises:
        LookLostError: The document was replaced meanwhile.
    """
    await ask(frame, "keepFocusedSecret")


async def secret_boxes(frame: Frame) -> tuple[Box, ...]:
    """The boxes of a frame that are to be painted over, as ``Look.secrets``; a look that was taken stays the last.

    Raises:
        LookLostError: The document was replaced meanwhile.
    """
    return _BOXES.validate_json(await ask(frame, "secrets"))


async def shown_texts(frame: Frame, texts: Sequence[str]) -> tuple[bool, ...]:
    """For each text, whether a person sees it in the frame now; case and white space do not count.

    Raises:
        LookLostError: The document was replaced meanwhile.
    """
    return _TOLD.validate_json(await ask(frame, "texts", list(texts)))


async def install(context: BrowserContext) -> None:
    """Have the page script in every document of a context from its start, which saves asking for it there."""
    await context.add_init_script(bundle("page"))


async def frame_path(frame: Frame) -> tuple[int, ...]:
    """The way from the top window: at each hop the frame's place among its parent's child windows."""
    return tuple(int(place) for place in json.loads(await ask(frame, "framePath")))


async def _ask_held(frame: Frame, method: str, found: Look, candidate: int) -> str:
    answer = await ask(frame, method, {"look": found.look, "candidate": candidate})
    if answer == "null":
        raise LookLostError
    return answer


async def _ask_element(element: ElementHandle, method: str) -> str:
    text = json.dumps([method])
    try:
        answer = await element.evaluate(_ON, text)
        if not answer:
            frame = await element.owner_frame()
            if frame is None:
                raise LookLostError
            await frame.evaluate(bundle("page"))
            answer = await element.evaluate(_ON, text)
    except Error as error:
        raise lost_or(error) from error
    return str(answer)


async def _element(frame: Frame, call: str, arg: Any) -> ElementHandle | None:
    try:
        return (await frame.evaluate_handle(call, arg)).as_element()
    except Error as error:
        raise lost_or(error) from error
