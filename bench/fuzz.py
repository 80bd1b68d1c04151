"""Random demonstrations on a page with every kind of widget: recorded, replayed, and the page's whole state compared.

    python -m bench.fuzz [--seeds 200] [--first 0] [--length 30] [--tries 24] [--out found.json]

equal: the same state, and the replay said passed. flagged: not so, but the recording had said that it may not be whole.
stopped: the state differs and the replay said that it failed, but nobody was warned. LIE: the state differs and the
replay said passed. The last two are silent losses: their gestures are printed, minimised.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Browser, BrowserContext, Dialog, Error, FileChooser, Frame, Page
from rich.console import Console

from browser.launch import open_browser
from recorder import Recorder
from recordings.recording import Recording
from replayer import Waits
from tests.pages.site import serve_pages
from tests.pages.stage import fresh, opened, replayed_in, states

Result = Literal["equal", "flagged", "stopped", "LIE"]
SILENT = ("stopped", "LIE")
WAITS = Waits(step_s=4, effect_s=3, quiet_s=0.2, fallback_s=0.5)
_STILL = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60)))"
_SHADOW = ("flip", "shadowed")
_INSIDE = ("inner", "inside", "press")

CLICKED = (
    *("text", "area", "number", "check", "small", "large", "more", "hidden", "opens", "yes", "no", "code", "letter"),
    *("alert", "confirm", "prompt", "push", "back", "popup", "double", "copy", "remove", "first", "second", "listbox"),
    *(
        "option-Red",
        "option-Green",
        "option-Blue",
        "user-anna",
        "user-annette",
        "user-bob",
        "flip",
        "shadowed",
        "inner",
    ),
    *("inside", "press", "date", "time", "range", "paper", "file"),
)
TYPED = ("text", "area", "number", "letter", "code", "user", "shadowed", "inner", "date", "time")
KEYS = (
    *("Tab", "Tab", "Shift+Tab", "Enter", "Escape", "ArrowDown", "ArrowUp", "ArrowRight", "Space", "Backspace"),
    *("Home", "End", "Delete", "Control+a", "Control+b", "Control+c", "Control+v", "Control+z"),
)
WORDS = ("a", "an", "bo", "Ada", "hello you", "x1", "42", "07")
DRAGGED = ("box", "range", "paper", "text")
CARDS, ROWS = ("card-Ada", "card-Bob", "card-Cyd"), ("row-One", "row-Two", "row-Three", "row-Four")


@dataclass(frozen=True, slots=True)
class Gesture:
    """One trusted gesture. ``target`` is an id; ``text`` what is typed, the key, or what a drag is let go over;
    ``x`` and ``y`` the way of a drag, or the turn of a wheel."""

    kind: Literal["click", "double", "right", "ctrl", "type", "key", "choose", "drag", "onto", "wheel", "hover"]
    target: str = ""
    text: str = ""
    x: int = 0
    y: int = 0

    def __str__(self) -> str:
        facts = (self.target, self.text, (self.x, self.y) if self.x or self.y else "")
        return " ".join([self.kind, *(str(fact) for fact in facts if fact)])


def gestures_of(seed: int, length: int) -> list[Gesture]:
    """The demonstration of a seed."""
    dice = random.Random(seed)
    return [_gesture(dice) for _ in range(length)]


def _gesture(dice: random.Random) -> Gesture:
    kind = dice.choices(
        ["click", "type", "key", "choose", "drag", "onto", "wheel", "hover", "double", "right", "ctrl"],
        [30, 16, 16, 8, 8, 8, 6, 4, 4, 4, 3],
    )[0]
    match kind:
        case "click":
            return Gesture("click", dice.choice(CLICKED))
        case "type":
            return Gesture("type", dice.choice(TYPED), dice.choice(WORDS))
        case "key":
            return Gesture("key", text=dice.choice(KEYS))
        case "choose":
            return Gesture("choose", "country", x=dice.randint(1, 3))
        case "drag":
            return Gesture("drag", dice.choice(DRAGGED), x=dice.randint(-60, 60), y=dice.randint(-40, 40))
        case "onto":
            cards = dice.choice((CARDS, ROWS))
            start, end = dice.sample(cards, 2)
            return Gesture("onto", start, end)
        case "wheel":
            return Gesture("wheel", dice.choice(("zoom", "rows")), y=dice.choice((-120, 120, 240)))
        case "hover":
            return Gesture("hover", "hovering")
        case "double":
            return Gesture("double", dice.choice(("double", "text", "row-One")))
        case "right":
            return Gesture("right", "menu")
        case _:
            return Gesture("ctrl", "fruits", x=dice.randint(0, 3))


async def perform(page: Page, gestures: Sequence[Gesture], file: Path) -> None:
    """Do them with the mouse and the keyboard; what is not to be seen is left out, as a person would."""

    async def answer(dialog: Dialog) -> None:
        await dialog.accept("Ada" if dialog.type == "prompt" else "")

    async def give(chooser: FileChooser) -> None:
        await chooser.set_files(str(file))

    page.on("dialog", answer)
    page.on("filechooser", give)
    for gesture in gestures:
        await _do(page, gesture)
        await page.evaluate(_STILL)


async def _do(page: Page, gesture: Gesture) -> None:
    mouse, keyboard = page.mouse, page.keyboard
    if gesture.kind == "key":
        await keyboard.press(gesture.text)
        return
    place = await _place(page, gesture.target)
    if place is None:
        return
    x, y = place
    await mouse.move(x, y, steps=3)
    match gesture.kind:
        case "click":
            await mouse.click(x, y, delay=15)
        case "double":
            await mouse.dblclick(x, y)
        case "right":
            await mouse.click(x, y, button="right")
        case "ctrl":
            await keyboard.down("Control")
            await mouse.click(x, y - 24 + 16 * gesture.x)
            await keyboard.up("Control")
        case "type":
            await mouse.click(x, y, delay=15)
            await keyboard.type(gesture.text)
        case "choose":
            await _choose(page, gesture.x)
        case "drag":
            await _drag(page, (x, y), (x + gesture.x, y + gesture.y))
        case "onto":
            to = await _place(page, gesture.text)
            await _drag(page, (x, y), to or (x, y))
        case "wheel":
            await mouse.wheel(0, gesture.y)
        case "hover":
            await page.wait_for_timeout(220)


async def _choose(page: Page, downs: int) -> None:
    """To the native select by its label, and on by keyboard: its list is no part of the page."""
    box = await page.locator("label:has(#country)").bounding_box()
    if box is not None:
        await page.mouse.click(box["x"] + 6, box["y"] + box["height"] / 2)
        for _ in range(downs):
            await page.keyboard.press("ArrowDown")


async def _drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    await page.mouse.down()
    for n in range(1, 7):
        await page.mouse.move(start[0] + (end[0] - start[0]) * n / 6, start[1] + (end[1] - start[1]) * n / 6)
    await page.wait_for_timeout(40)
    await page.mouse.up()


async def _place(page: Page, target: str) -> tuple[float, float] | None:
    """The middle of an element, where it can be seen."""
    where: Page | Frame = page.frames[1] if target in _INSIDE else page
    selector = f"my-switch #{target}" if target in _SHADOW else f"#{target}"
    locator = where.locator(selector)
    try:
        if not await locator.is_visible():
            return None
        box = await locator.bounding_box()
    except Error:
        return None
    return (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) if box else None


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a demonstration: how the states differ, or why the replay stopped."""

    result: Result
    why: str = ""
    steps: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fuzzer:
    """Shows and replays demonstrations in one browser, on one site."""

    browser: Browser
    url: str
    file: Path

    async def tried(self, gestures: Sequence[Gesture]) -> Found:
        async with fresh(self.browser) as context:
            async with Recorder(context, name="fuzz") as demo:
                await self._shown(context, gestures)
            state = await states(context)
        recording = demo.recording
        async with fresh(self.browser) as context:
            done = await replayed_in(context, recording, waits=WAITS, wanted=state)
        passed, equal = done.trace.status == "passed", done.state == state
        why = done.trace.failure.message if done.trace.failure else difference(state, done.state)
        steps = tuple(f"{step.kind}: {step.words}" for step in recording.steps)
        doubts = tuple(doubts_of(recording))
        if passed and equal:
            return Found("equal")
        if doubts:
            return Found("flagged", why, steps, doubts)
        return Found("LIE" if passed else "stopped", why, steps)

    async def _shown(self, context: BrowserContext, gestures: Sequence[Gesture]) -> None:
        await perform(await opened(context, self.url), gestures, self.file)


def doubts_of(recording: Recording) -> list[str]:
    """All that the recording says was not captured faithfully."""
    doubts = [f"{step.id}: {doubt}" for step in recording.steps if (doubt := getattr(step, "doubt", ""))]
    return [*recording.warnings, *doubts]


def difference(shown: list[Any], replayed: list[Any]) -> str:
    """The parts of the states that differ."""
    if len(shown) != len(replayed):
        return f"{len(replayed)} documents instead of {len(shown)}"
    found = []
    for one, other in zip(shown, replayed, strict=True):
        facts, others = _flat(one), _flat(other)
        found += [
            f"{name}: {others.get(name)!r} instead of {facts.get(name)!r}"
            for name in sorted({*facts, *others})
            if facts.get(name) != others.get(name)
        ]
    return "; ".join(found)


def _flat(state: Any) -> dict[str, Any]:
    if not isinstance(state, dict):
        return {"state": state}
    return {**{k: v for k, v in state.items() if k != "fields"}, **state.get("fields", {})}


async def minimised(
    gestures: list[Gesture], still: Callable[[list[Gesture]], Awaitable[bool]], tries: int
) -> list[Gesture]:
    """Leave out halves, quarters, … single gestures as long as ``still`` holds (delta debugging; Zeller 2002)."""
    size = len(gestures) // 2
    while size and tries > 0:
        at, left_out = 0, False
        while at < len(gestures) and tries > 0:
            fewer = gestures[:at] + gestures[at + size :]
            tries -= 1
            if fewer and await still(fewer):
                gestures, left_out = fewer, True
            else:
                at += size
        size = size if left_out and size == 1 else size // 2
    return gestures


async def main(options: argparse.Namespace) -> None:
    console, results, report = Console(), Counter[str](), []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.txt"
        file.write_text("a", encoding="utf-8")
        async with open_browser() as browser, serve_pages() as site:
            fuzzer = Fuzzer(browser, site.url("fuzz.html"), file)
            for seed in range(options.first, options.first + options.seeds):
                gestures = gestures_of(seed, options.length)
                found = await fuzzer.tried(gestures)
                results[found.result] += 1
                console.print(f"seed {seed}: {found.result} {found.why}", markup=False, highlight=False, soft_wrap=True)
                if found.result in SILENT:
                    gestures = await minimised(gestures, lambda g, f=fuzzer: _is_silent(f, g), options.tries)  # type: ignore[misc]
                    console.print("   " + " | ".join(map(str, gestures)), markup=False, highlight=False, soft_wrap=True)
                report.append({"seed": seed, **asdict(found), "gestures": [str(gesture) for gesture in gestures]})
    if options.out:
        options.out.write_text(json.dumps(report, indent=1, ensure_ascii=False))
    silent = sum(results[result] for result in SILENT)
    console.print(f"{options.seeds} seeds of {options.length} gestures: {dict(results)}; silent: {silent}")


async def _is_silent(fuzzer: Fuzzer, gestures: list[Gesture]) -> bool:
    return (await fuzzer.tried(gestures)).result in SILENT


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--length", type=int, default=30)
    parser.add_argument("--tries", type=int, default=24, help="runs spent on making a failing demonstration shorter")
    parser.add_argument("--out", type=Path)
    asyncio.run(main(parser.parse_args()))
