"""Pages where what is like the target is not it, each in any number of seeded variants; pure.

A variant is two releases of a page: the one that is shown, and the one it is replayed on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape
from random import Random

NAMES = (
    *("Anna Larsen", "Anna Larsson", "Bob Marsh", "Bo Marsh", "Carla Diaz", "Carlo Diaz", "Dora Engel", "Emil Engel"),
    *("Farah Aziz", "Greta Holm", "Grete Holm", "Hugo Klein", "Ines Rossi", "Ivo Rossi", "Jana Novak", "Jan Novak"),
)
CITIES = ("Oslo", "Bergen", "Malmö", "Turin", "Graz", "Porto", "Lille", "Gent")
LABELS = ("Open", "Edit", "Delete", "Approve", "View", "Assign", "Download")
CLASSES = ("btn", "button primary", "action", "b-1x9", "link small", "")
SHAPES = ("table", "list", "cards", "sections")


@dataclass(frozen=True, slots=True)
class Release:
    """One release of a page: its markup, and what each button and link of it does, in order (see lookalikes.html)."""

    html: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """``presses`` are the keys of what is pressed in the demonstration, in order; ``wanted`` is what the replay must
    come to, None where that is not to be had any more and it must stop."""

    page: str
    seed: int
    then: Release
    now: Release
    presses: tuple[str, ...]
    wanted: str | None


@dataclass(frozen=True, slots=True)
class Look:
    """How a release writes things."""

    shape: str
    tag: str
    css: str
    wraps: int
    cities: bool

    def control(self, label: str, href: str) -> str:
        """A button or a link."""
        css = f' class="{self.css}"' if self.css else ""
        if self.tag == "a":
            return f'<a href="{href}"{css}>{escape(label)}</a>'
        return f'<button type="button"{css}>{escape(label)}</button>'

    def around(self, html: str) -> str:
        """Wrapped so many times."""
        return "<div>" * self.wraps + html + "</div>" * self.wraps


def look_of(chance: Random, shape: str = "") -> Look:
    """Some look."""
    return Look(
        shape or chance.choice(SHAPES),
        chance.choice(("button", "a")),
        chance.choice(CLASSES),
        chance.randrange(3),
        chance.random() < 0.5,
    )


def _next(look: Look, chance: Random) -> Look:
    """The look of the next release: the same kind of list and of control, other classes and wrappers."""
    return replace(look, css=chance.choice(CLASSES), wraps=chance.randrange(3))


def two_opens(seed: int) -> Variant:
    """Two things, a control of the same name for each; then they swap, one goes, or a third comes."""
    chance = Random(f"opens {seed}")
    look, label = look_of(chance), chance.choice(LABELS)
    first = chance.randrange(0, len(NAMES), 2)
    names = [NAMES[first], NAMES[first + 1]] if chance.random() < 0.4 else chance.sample(NAMES, 2)
    target = chance.choice(names)
    now = list(names)
    change = chance.choice(("swap", "target gone", "other gone", "third", "same"))
    if change == "swap":
        now.reverse()
    elif change == "target gone":
        now.remove(target)
    elif change == "other gone":
        now = [target]
    elif change == "third":
        now.insert(chance.randrange(3), _stranger(names, chance))
    then, after = _list(names, look, label), _list(now, _next(look, chance), label)
    return Variant("opens", seed, then, after, (target,), target if target in now else None)


def row_swap(seed: int) -> Variant:
    """A longer list that is sorted anew, with rows come and gone."""
    chance = Random(f"rows {seed}")
    look, label = look_of(chance, chance.choice(("table", "table", "list", "cards"))), chance.choice(LABELS)
    names = sorted(chance.sample(NAMES, chance.randrange(3, 9)))
    target = chance.choice(names)
    now = [name for name in names if chance.random() < 0.8 and name != target]
    if chance.random() < 0.75:
        now.append(target)
    for _ in range(chance.randrange(3)):
        now.append(_stranger([*names, *now], chance))
    now = sorted(now, reverse=True) if chance.random() < 0.5 else chance.sample(now, len(now))
    then, after = _list(names, look, label), _list(now, _next(look, chance), label)
    return Variant("rows", seed, then, after, (target,), target if target in now else None)


def removed(seed: int) -> Variant:
    """A form whose button goes while one like it stays: of the same name elsewhere, or of nearly the same in its place.

    Now and then another button goes instead, and the target must be found.
    """
    chance = Random(f"removed {seed}")
    look = look_of(chance, "sections")
    label, other = chance.choice(
        (("Save", "Discard"), ("Send", "Cancel"), ("Publish", "Preview"), ("Delete", "Archive"))
    )
    buttons = [(label, "target"), (other, "other"), ("Help", "help")]
    chance.shuffle(buttons)
    like = chance.choice(("elsewhere", "longer", "banner", "none"))
    known = like != "longer" and chance.random() < 0.5
    gone = "target" if chance.random() < 0.7 else "other"
    left = [button for button in buttons if button[1] != gone]
    if like == "longer" and gone == "target":
        left.insert(chance.randrange(len(left) + 1), (f"{label} as template", "like"))
    title, part = chance.choice((("Profile", "Newsletter"), ("Article", "Comments"), ("Order 14", "Return labels")))
    then = _form(title, buttons, look, (part, label, like) if known else None)
    now = _form(title, left, _next(look, chance), (part, label, like))
    return Variant("removed", seed, then, now, ("target",), "target" if gone == "other" else None)


def two_dialogs(seed: int) -> Variant:
    """Two dialogs with the same button; both are shown, the wrong one is, they swap, or one goes."""
    chance = Random(f"dialogs {seed}")
    look, label = look_of(chance), chance.choice(("Confirm", "OK", "Continue", "Yes"))
    names = list(chance.choice((("Archive", "Delete"), ("Refund", "Charge again"), ("Publish", "Withdraw"))))
    chance.shuffle(names)
    target, kind = names[0], chance.choice(("dialog", "div"))
    titled = chance.choice(("heading", "label"))
    change = chance.choice(("same", "swap", "both", "wrong", "gone"))
    order = list(reversed(names)) if change == "swap" or chance.random() < 0.3 else names
    shown = [name for name in order if change != "gone" or name != target]
    opens: dict[str, tuple[str, ...]] = {name: (name,) for name in names}
    then = _dialogs(names, names, opens, label, look, kind, titled)
    if change in ("wrong", "gone"):
        opens[target] = (names[1],)
    elif change == "both":
        opens[target] = tuple(order)
    now = _dialogs(names, shown, opens, label, _next(look, chance), kind, titled)
    wanted = None if change in ("wrong", "gone") else f"confirmed {target}"
    return Variant("dialogs", seed, then, now, (f"opener {target}", f"confirmed {target}"), wanted)


PAGES: dict[str, Callable[[int], Variant]] = {
    "opens": two_opens,
    "rows": row_swap,
    "removed": removed,
    "dialogs": two_dialogs,
}


def _stranger(known: Sequence[str], chance: Random) -> str:
    return chance.choice([name for name in NAMES if name not in known])


def _list(names: Sequence[str], look: Look, label: str) -> Release:
    rows = [_row(name, look, look.control(label, f"/people/{NAMES.index(name) + 100}")) for name in names]
    tag = {"table": "table", "list": "ul"}.get(look.shape, "div")
    body = f"<h1>People</h1><{tag}>{''.join(rows)}</{tag}>"
    return Release(look.around(f"<main>{body}</main>"), tuple(names))


def _row(name: str, look: Look, control: str) -> str:
    city = CITIES[NAMES.index(name) % len(CITIES)] if look.cities else "Engineer"
    match look.shape:
        case "table":
            return f"<tr><td>{name}</td><td>{city}</td><td>{control}</td></tr>"
        case "list":
            return f"<li><b>{name}</b> <span>{city}</span> {control}</li>"
        case "cards":
            return f'<div class="card"><b>{name}</b><p>{city}</p>{control}</div>'
        case _:
            return f"<section><h2>{name}</h2><p>{city}</p>{control}</section>"


def _form(title: str, buttons: Sequence[tuple[str, str]], look: Look, like: tuple[str, str, str] | None) -> Release:
    controls = " ".join(look.control(label, f"/{key}") for label, key in buttons)
    body = f"<section><h2>{title}</h2><p><label>Title <input></label></p><div>{controls}</div></section>"
    keys = [key for _, key in buttons]
    if like is not None and like[2] == "elsewhere":
        body += f"<section><h2>{like[0]}</h2><p>All of them.</p>{look.control(like[1], '/like')}</section>"
        keys.append("like")
    elif like is not None and like[2] == "banner":
        body = f"<aside><p>{like[0]}: try it.</p>{look.control(like[1], '/like')}</aside>{body}"
        keys.insert(0, "like")
    return Release(look.around(f"<main><h1>Desk</h1>{body}</main>"), tuple(keys))


def _dialogs(
    openers: Sequence[str],
    shown: Sequence[str],
    opens: dict[str, tuple[str, ...]],
    label: str,
    look: Look,
    kind: str,
    titled: str,
) -> Release:
    buttons = " ".join(look.control(name, f"/{name}") for name in openers)
    parts = "".join(_dialog(name, label, look, kind, titled) for name in shown)
    keys = [f"open {' '.join(str(shown.index(which)) for which in opens[name])}" for name in openers]
    for name in shown:
        keys += ["", f"confirmed {name}"]
    return Release(look.around(f"<main><h1>Customer</h1><p>{buttons}</p>{parts}</main>"), tuple(keys))


def _dialog(name: str, label: str, look: Look, kind: str, titled: str) -> str:
    title = f"{name} the customer"
    inside = f"<h2>{title}</h2>" if titled == "heading" else ""
    inside += f"<p>Are you sure?</p>{look.control('Cancel', '/cancel')} {look.control(label, '/confirm')}"
    named = f' aria-label="{title}"' if titled == "label" else ""
    if kind == "dialog":
        return f'<dialog{named} style="position: static">{inside}</dialog>'
    return f'<div role="dialog"{named} hidden>{inside}</div>'
