"""A step put in: one of another recording with all that belongs to it, or a page to go to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from recordings.editing.checked import changed
from recordings.editing.inputs import Named, with_values
from recordings.editing.membership import moves_told, regrouped
from recordings.editing.origins import with_origins_of
from recordings.editing.steps import Edited, anchor_of, place_of, step_named
from recordings.editing.tabs import check_tabs, popups_of, renumbered, tabs_opened
from recordings.errors import EditRefusedError
from recordings.inputs import Input, InputRef, Literally, Secret, SecretRef, Value
from recordings.recording import Recording
from recordings.signals import PageClosed, PopupOpened, Signal
from recordings.steps import Navigate, Step, with_targets

_TAKEN = re.compile(r"s(\d{1,9})\b")


def inserted_goto(recording: Recording, url: str, *, after: str | None = None, before: str | None = None) -> Edited:
    """A step that opens an address in the tab of the step it is put next to; a path is taken on the recording's site.

    Raises:
        EditRefusedError: It is no address.
    """
    place = place_of(recording, after, before)
    to = _address(url, recording.start)
    step = Navigate(id=free_id(recording), words=f"Go to {to}", to=to, page=_page_at(recording, place))
    steps = (*recording.steps[:place], step, *recording.steps[place:])
    check_tabs(recording.steps, steps)
    blocks = regrouped(recording.blocks, steps, {step.id: anchor_of(recording, after, before)})
    notes = tuple(moves_told(recording.blocks, blocks, step.id))
    origins = with_origins_of(recording, step)
    return Edited(changed(recording, steps=steps, blocks=blocks, origins=origins), notes)


def inserted(
    recording: Recording, source: Recording, step: str, *, after: str | None = None, before: str | None = None
) -> Edited:
    """A copy of a step of ``source``, with its inputs, secrets, pictures, files and gestures under names that are free.

    It is done in the tab of the step it is put next to. An input that both recordings have, of the same kind and
    default, is one input; a secret of the same name and label is one secret.

    Raises:
        EditRefusedError: There is no such step, or it closes a tab that is not there.
    """
    place = place_of(recording, after, before)
    chosen = step_named(source, step)
    bag = _Bag(recording, source, chosen.id, free_id(recording))
    copy = with_values(_own_files(chosen, bag), bag.value)
    page = _page_at(recording, place)
    opened = tabs_opened(recording.steps[:place])
    copy = _in_tab(copy, page, opened).model_copy(update={"id": bag.new})
    more = len(popups_of(copy))
    later = (renumbered(other, opened, more) for other in recording.steps[place:])
    steps = (*recording.steps[:place], copy, *later)
    check_tabs(recording.steps, steps)
    blocks = regrouped(recording.blocks, steps, {bag.new: anchor_of(recording, after, before)})
    gestures = {bag.new: source.gestures[chosen.id]} if chosen.id in source.gestures else {}
    result = changed(
        recording,
        steps=steps,
        blocks=blocks,
        origins=with_origins_of(recording, copy),
        inputs=(*recording.inputs, *bag.inputs),
        secrets=(*recording.secrets, *bag.secrets),
        gestures={**recording.gestures, **gestures},
        files={**recording.files, **bag.files},
    )
    told = moves_told(recording.blocks, blocks, bag.new)
    return Edited(result, (f"Step {bag.new} is a copy of {source.name}:{chosen.id}.", *bag.notes, *told))


@dataclass(slots=True)
class _Bag:
    """What comes along with a copied step, under names that are free in the recording it comes to."""

    recording: Recording
    source: Recording
    old: str
    new: str
    inputs: list[Input] = field(default_factory=list)
    secrets: list[Secret] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def file(self, name: str) -> str:
        """The name of a copied file; "" where there is none, and a path that is no file of the source stays."""
        if name not in self.source.files:
            return name
        moved = name.replace(self.old, self.new, 1) if self.old in name else _beside(name, self.new)
        while self.recording.files.get(moved, self.source.files[name]) != self.source.files[name]:
            moved = _beside(moved, self.new)
        self.files[moved] = self.source.files[name]
        return moved

    def value(self, value: Value) -> Value:
        """The value with the name that its input or secret has here."""
        match value:
            case InputRef():
                return InputRef(name=self._input(value.name))
            case SecretRef():
                return SecretRef(name=self._secret(value.name))
            case Literally():
                return value.model_copy(update={"text": self.file(value.text)})

    def _input(self, name: str) -> str:
        if name not in self.names:
            item = next(item for item in self.source.inputs if item.name == name)
            if item.kind == "file" and item.default:
                item = item.model_copy(update={"default": self.file(item.default)})
            self.names[name] = self._met(item, self.recording.inputs, ("name", "kind", "default"), self.inputs)
        return self.names[name]

    def _secret(self, name: str) -> str:
        if name not in self.names:
            item = next(item for item in self.source.secrets if item.name == name)
            self.names[name] = self._met(item, self.recording.secrets, ("name", "label"), self.secrets)
        return self.names[name]

    def _met(self, item: Named, there: Iterable[Named], same: tuple[str, ...], new: list[Named]) -> str:
        """The name of ``item`` here: that of one that is the same, or a free one under which it comes along."""
        what = "secret" if isinstance(item, Secret) else "input"
        if any(all(getattr(other, name) == getattr(item, name) for name in same) for other in there):
            self.notes.append(f"It shares the {what} '{item.name}'.")
            return item.name
        taken = {known.name for known in (*self.recording.inputs, *self.inputs)}
        taken |= {known.name for known in (*self.recording.secrets, *self.secrets)}
        name = _free_name(item.name, taken)
        new.append(item.model_copy(update={"name": name}))
        self.notes.append(f"The {what} '{name}' came with it.")
        return name


def _own_files(step: Step, bag: _Bag) -> Step:
    update = {"picture": bag.file(step.picture), "dom": bag.file(step.dom)}
    return with_targets(
        step.model_copy(update=update), lambda target: target.model_copy(update={"crop": bag.file(target.crop)})
    )


def _in_tab(step: Step, page: int, opened: int) -> Step:
    """The step in tab ``page``; the tabs it opens get the next numbers."""
    numbers = {step.page: page} | {popup.page: opened + n for n, popup in enumerate(popups_of(step))}

    def again(signal: Signal) -> Signal:
        if not isinstance(signal, (PopupOpened, PageClosed)):
            return signal
        if signal.page not in numbers:
            raise EditRefusedError(
                f"Step {step.id} ({step.words}) closes tab {signal.page + 1} of its own recording.",
                "Only a step that closes its own tab, or none, can be copied.",
            )
        return signal.model_copy(update={"page": numbers[signal.page]})

    return step.model_copy(update={"page": page, "signals": tuple(map(again, step.signals))})


def _page_at(recording: Recording, place: int) -> int:
    """The tab of the step before ``place``, or of the one after it at the beginning."""
    if not recording.steps:
        return 0
    return recording.steps[max(0, place - 1)].page


def free_id(recording: Recording) -> str:
    """The next id after all that steps, gestures and files speak of."""
    spoken = " ".join((*(step.id for step in recording.steps), *recording.gestures, *recording.files))
    return f"s{max((int(number) for number in _TAKEN.findall(spoken)), default=0) + 1:02d}"


def _free_name(name: str, taken: set[str]) -> str:
    number = 1
    free = name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _beside(name: str, step: str) -> str:
    folder, _, file = name.rpartition("/")
    return f"{folder}/{step}-{file}" if folder else f"{step}-{file}"


def _address(text: str, start: str) -> str:
    """A whole address of ``text``: as it is, or a path on the site of ``start``."""
    text = text.strip()
    try:
        whole = urljoin(start, text) if text.startswith(("/", "?", "#")) else text
        parts = urlsplit(whole)
        usable = parts.scheme in ("http", "https", "file", "about", "data") and not re.search(r"\s", whole)
        if parts.scheme in ("http", "https"):
            usable = usable and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise EditRefusedError(
            f"'{text[:80]}' is no address.", "Write it whole (https://…), or as a path on the same site (/customers)."
        )
    return whole
