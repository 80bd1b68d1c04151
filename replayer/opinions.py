"""What each kind of evidence says on whether a candidate is the recorded element; pure.

An opinion is between -1 (another element) and 1 (this one); 0 says nothing. What the kinds weigh is in
``replayer/weights.py``, fitted by ``bench/fit_jury.py``; no weight turns an opinion into its contrary.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import hypot
from urllib.parse import urlsplit

from recordings.target import Description
from replayer.commons import SPECIFIC_TYPES, Commons
from replayer.icons import icon_likeness
from replayer.kinds import compatibility
from replayer.naming import called, contradicts, name_likeness, names_of, telling_words
from replayer.rows import in_its_keyed_row
from replayer.wording import text_likeness, words_of

NOTHING_COMMON = Commons()
Opinion = Callable[[Description, Description], float]


def opinions(wanted: Description, seen: Description, common: Commons = NOTHING_COMMON) -> dict[str, float]:
    """Every kind's opinion, by its name; those that have none are left out.

    Args:
        common: What the candidates of the page have in common.
    """
    said = {}
    for kind, opinion in OPINIONS.items():
        if value := opinion(wanted, seen):
            said[kind] = value
    if value := telling_words(called(wanted), called(seen), common.words):
        said["telling words"] = value
    if seen.tag == wanted.tag == "input" and seen.type == wanted.type and seen.type in common.sole_types:
        said["only one of its type"] = 1.0
    return said


def _same_name(wanted: Description, seen: Description) -> float:
    if not called(wanted) or not names_of(seen) or contradicts(wanted, seen):
        return 0.0
    return max(0.0, (name_likeness(wanted, seen) - 0.3) / 0.7)


def _exact_name(wanted: Description, seen: Description) -> float:
    mine = words_of(called(wanted))
    return float(bool(mine) and any(words_of(name) == mine for name in names_of(seen)))


def _other_name(wanted: Description, seen: Description) -> float:
    if not called(wanted) or not called(seen):
        return 0.0
    return -max(0.0, (0.6 - name_likeness(wanted, seen)) / 0.6)


def _contrary_name(wanted: Description, seen: Description) -> float:
    return -float(bool(called(wanted) and called(seen)) and contradicts(wanted, seen))


def _name_lost(wanted: Description, seen: Description) -> float:
    return -float(bool(called(wanted)) and not called(seen))


def _name_gained(wanted: Description, seen: Description) -> float:
    return -float(not called(wanted) and bool(called(seen)))


def _label(wanted: Description, seen: Description) -> float:
    if not wanted.label or not (seen.label or seen.name):
        return 0.0
    return 2 * text_likeness(wanted.label, seen.label or seen.name) - 1


def _placeholder(wanted: Description, seen: Description) -> float:
    if not wanted.placeholder or not seen.placeholder:
        return 0.0
    return max(0.0, 2 * text_likeness(wanted.placeholder, seen.placeholder) - 1)


def _given(attribute: str) -> Opinion:
    """A name that a programmer gave: alike it tells, other it tells less."""

    def opinion(wanted: Description, seen: Description) -> float:
        mine, theirs = wanted.attributes.get(attribute, ""), seen.attributes.get(attribute, "")
        if not mine or not theirs or not _chosen(theirs) or not _chosen(mine):
            return 0.0
        return 1.0 if words_of(mine) == words_of(theirs) else 1.6 * text_likeness(mine, theirs) - 0.8

    return opinion


def _chosen(value: str) -> bool:
    letters = sum(sign.isalpha() for sign in value)
    return letters >= 2 and letters >= 0.5 * len(value) and ":" not in value


def _name_in_id(wanted: Description, seen: Description) -> float:
    """What one version says only in an id or a field's name, the other may say aloud."""
    told = [wanted.attributes.get(key, "") for key in ("id", "name")]
    theirs = [seen.attributes.get(key, "") for key in ("id", "name")]
    pairs = [(one, called(seen)) for one in told] + [(called(wanted), one) for one in theirs]
    pairs += [(told[0], theirs[1]), (told[1], theirs[0])]
    return max((text_likeness(one, two) for one, two in pairs if one and two and _chosen(one)), default=0.0)


def _test_id(wanted: Description, seen: Description) -> float:
    mine, theirs = _test_id_of(wanted), _test_id_of(seen)
    return 0.0 if not mine or not theirs else 1.0 if mine == theirs else -1.0


def _test_id_of(seen: Description) -> str:
    return next((value for key, value in seen.attributes.items() if key.startswith("data-")), "")


def _address(wanted: Description, seen: Description) -> float:
    mine, theirs = _place_of(wanted), _place_of(seen)
    if not mine or not theirs:
        return 0.0
    if mine == theirs:
        return 1.0
    if _file(mine) and _file(mine) == _file(theirs):
        return 0.7
    return 0.3 if text_likeness(mine, theirs) > 0.6 else -0.6


@lru_cache(maxsize=4096)
def _file(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path.rstrip('/').rsplit('/', 1)[-1]}?{parts.query}#{parts.fragment}".removesuffix("?#")


def _place_of(seen: Description) -> str:
    href = seen.attributes.get("href", "")
    return "" if href in ("#", "#!", "/") or href.startswith("javascript:") else href.rstrip("/")


def _icon(wanted: Description, seen: Description) -> float:
    if not wanted.icon or not seen.icon:
        return 0.0
    return 2 * icon_likeness(wanted.icon, seen.icon) - 1


def _mute_icon(wanted: Description, seen: Description) -> float:
    """An icon is all that tells what an unnamed control is."""
    return 0.0 if called(wanted) else _icon(wanted, seen)


def _type(wanted: Description, seen: Description) -> float:
    """A date field stays a date field; that a field is plain text says little."""
    if wanted.tag != "input" or seen.tag != "input":
        return 0.0
    if wanted.type == seen.type:
        return 1.0 if wanted.type in SPECIFIC_TYPES else 0.2
    return -1.0 if wanted.type in SPECIFIC_TYPES and seen.type in SPECIFIC_TYPES else -0.3


def _choices(wanted: Description, seen: Description) -> float:
    if not wanted.choices or not seen.choices:
        return 0.0
    left, right = set(wanted.choices.split(" | ")), set(seen.choices.split(" | "))
    return 2 * len(left & right) / len(left | right) - 1


def _value(wanted: Description, seen: Description) -> float:
    mine, theirs = wanted.attributes.get("value", ""), seen.attributes.get("value", "")
    return 0.0 if not mine or not theirs else 1.0 if mine == theirs else -0.5


def _row(wanted: Description, seen: Description) -> float:
    if (there := in_its_keyed_row(wanted, seen)) is not None:
        return 1.0 if there else -1.0
    if not wanted.row or not seen.row:
        return 0.0
    return 2 * text_likeness(wanted.row, seen.row) - 1


def _own_row(wanted: Description, seen: Description) -> float:
    """Of a control that had others like it, the row is what tells them apart, by every word and number of it."""
    if wanted.alike <= 1:
        return 0.0
    if (there := in_its_keyed_row(wanted, seen)) is not None:
        return 1.0 if there else -1.0
    if not wanted.row or not seen.row:
        return 0.0
    mine, theirs = set(words_of(wanted.row)), set(words_of(seen.row))
    return 2 * len(mine & theirs) / max(1, len(mine | theirs)) - 1


def _text(name: str) -> Opinion:
    def opinion(wanted: Description, seen: Description) -> float:
        mine, theirs = getattr(wanted, name), getattr(seen, name)
        return 2 * text_likeness(mine, theirs) - 1 if mine and theirs else 0.0

    return opinion


def _repeated(name: str) -> Opinion:
    """Of a control that had others like it, what stands around it tells them apart."""
    plain = _text(name)

    def opinion(wanted: Description, seen: Description) -> float:
        return plain(wanted, seen) if wanted.alike > 1 else 0.0

    return opinion


def _near(wanted: Description, seen: Description) -> float:
    if not wanted.near or not seen.near:
        return 0.0
    return _near_likeness(wanted.near, seen.near)


@lru_cache(maxsize=65536)
def _near_likeness(mine: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    if mine == theirs:
        return 1.0
    best = [max(text_likeness(one, two) for two in theirs) for one in mine]
    return sum(value for value in best if value > 0.4) / len(best)


def _first_near(wanted: Description, seen: Description) -> float:
    """An unnamed field is called by the text beside it."""
    if (called(wanted) and called(seen)) or not wanted.near:
        return 0.0
    mine = called(wanted) or wanted.near[0]
    theirs = called(seen) or (seen.near[0] if seen.near else "")
    return max(0.0, 2 * text_likeness(mine, theirs) - 1) if theirs else 0.0


def _bears_neighbours_name(wanted: Description, seen: Description) -> float:
    """One that bears the name of the target's neighbour is that neighbour."""
    name = called(seen)
    return -float(bool(name) and name != called(wanted) and name in wanted.near)


def _role(wanted: Description, seen: Description) -> float:
    return compatibility(wanted, seen)


def _same_role(wanted: Description, seen: Description) -> float:
    return 0.5 * (wanted.role == seen.role) + 0.5 * (wanted.tag == seen.tag)


def _class(wanted: Description, seen: Description) -> float:
    left = set(wanted.attributes.get("class", "").split())
    right = set(seen.attributes.get("class", "").split())
    return len(left & right) / len(left | right) if left and right else 0.0


def _structure(wanted: Description, seen: Description) -> float:
    if (wanted.css and wanted.css == seen.css) or (wanted.xpath and wanted.xpath == seen.xpath):
        return 1.0
    return _common_end(wanted.xpath, seen.xpath) if wanted.xpath and seen.xpath else 0.0


@lru_cache(maxsize=65536)
def _common_end(one: str, two: str) -> float:
    """How much of the last six steps of two paths is the same, from the element up."""
    left, right = one.split("/")[:0:-1][:6], two.split("/")[:0:-1][:6]
    count = 0
    for mine, theirs in zip(left, right, strict=False):
        if mine != theirs:
            break
        count += 1
    return 0.8 * count / 6


def _place(wanted: Description, seen: Description) -> float:
    away = hypot(wanted.box.x - seen.box.x, wanted.box.y - seen.box.y)
    return max(0.0, 1 - away / 500)


def _size(wanted: Description, seen: Description) -> float:
    if not (wanted.box.width and seen.box.width and wanted.box.height and seen.box.height):
        return 0.0
    ratios = (wanted.box.width / seen.box.width, wanted.box.height / seen.box.height)
    return min(min(ratio, 1 / ratio) for ratio in ratios)


def _ordinal(wanted: Description, seen: Description) -> float:
    """The same place among as many alike as there were."""
    if wanted.alike <= 1 and seen.alike <= 1:
        return 0.0
    return 1.0 if wanted.ordinal == seen.ordinal and wanted.alike == seen.alike else 0.0


def _alone(wanted: Description, seen: Description) -> float:
    """What had no other like it then and has none now tells more by its name."""
    single = wanted.alike <= 1 and seen.alike <= 1
    return _exact_name(wanted, seen) if single else 0.0


OPINIONS: dict[str, Opinion] = {
    "name": _same_name,
    "exact name": _exact_name,
    "only one of the name": _alone,
    "other name": _other_name,
    "contrary name": _contrary_name,
    "name lost": _name_lost,
    "name gained": _name_gained,
    "neighbour's name": _bears_neighbours_name,
    "label": _label,
    "placeholder": _placeholder,
    "test id": _test_id,
    "id": _given("id"),
    "name attribute": _given("name"),
    "name in id": _name_in_id,
    "link": _address,
    "icon": _icon,
    "icon without a name": _mute_icon,
    "type": _type,
    "choices": _choices,
    "value": _value,
    "row": _row,
    "own row": _own_row,
    "group": _text("group"),
    "heading": _text("heading"),
    "own heading": _repeated("heading"),
    "landmark": _text("landmark"),
    "neighbours": _near,
    "text beside it": _first_near,
    "kind": _role,
    "role": _same_role,
    "class": _class,
    "structure": _structure,
    "place": _place,
    "size": _size,
    "ordinal": _ordinal,
}
KINDS = (*OPINIONS, "telling words", "only one of its type")
