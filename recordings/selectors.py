"""The ways to find an element again, derived from its description alone; the most telling first."""

from __future__ import annotations

from collections.abc import Iterator

from recordings.target import (
    CssSelector,
    Description,
    LabelSelector,
    PlaceholderSelector,
    RoleSelector,
    Selector,
    Target,
    TestIdSelector,
    TextSelector,
    XPathSelector,
)

_NAME_IS_TEXT = 40
_TEST_IDS = ("data-testid", "data-test-id", "data-test", "data-cy", "data-qa")


def selectors_of(description: Description) -> tuple[Selector, ...]:
    """Selectors of different kinds for one element; each may find several, none is sure alone."""
    return tuple(_selectors(description))


def by_place(target: Target) -> Target:
    """The target without what the element says, for one whose text is another at each run: it is found by its test
    id, label, place and surroundings."""
    seen = target.description
    if not seen.text:
        return target  # a field is called by its label, whatever it holds
    update = {"text": "", "row": " ".join(seen.row.replace(seen.text, " ").split())}
    if seen.key in seen.text:
        update["key"] = ""
    if named := seen.name[:_NAME_IS_TEXT] == seen.text[:_NAME_IS_TEXT]:
        update["name"] = ""
    kept = tuple(s for s in target.selectors if s.kind != "text" and not (named and s.kind == "role"))
    return target.model_copy(update={"description": seen.model_copy(update=update), "selectors": kept, "crop": ""})


def _selectors(seen: Description) -> Iterator[Selector]:
    for attribute in _TEST_IDS:
        if value := seen.attributes.get(attribute):
            yield TestIdSelector(attribute=attribute, value=value)
            break
    if seen.role and seen.name:
        yield RoleSelector(role=seen.role, name=seen.name)
    if seen.label:
        yield LabelSelector(value=seen.label)
    if seen.placeholder:
        yield PlaceholderSelector(value=seen.placeholder)
    if seen.text and len(seen.text) <= 80 and not (seen.role and seen.text == seen.name):
        yield TextSelector(value=seen.text)
    if seen.css:
        yield CssSelector(value=seen.css)
    if seen.xpath:
        yield XPathSelector(value=seen.xpath)
