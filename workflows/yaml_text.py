"""YAML read so that every value knows its line: text to plain values and a tree of places; pure.

Every scalar is the text that stands in the file (``007`` keeps its zeros, ``no`` is no truth value), only an empty one,
``null`` and ``~`` are None. Anchors, tags, several documents and keys that appear twice are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from workflows.findings import Finding

MOST_BYTES = 1_000_000
MOST_DEEP = 30
_PLAIN_TAGS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map", "!")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is: ``line`` of its key, ``text_line`` where its own text begins, and what is in it."""

    line: int
    text_line: int
    parts: dict[str | int, Place] = field(default_factory=dict)


class _Loader(yaml.SafeLoader):
    """Resolves nothing but what is empty: a workflow's values are read by what its fields are."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, Any]]] = {  # noqa: RUF012 - as PyYAML declares it
        first: [each for each in resolvers if each[0] == "tag:yaml.org,2002:null"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read_yaml(content: bytes) -> tuple[Any, Place, list[Finding]]:
    """The plain value of a YAML text, its places, and what is wrong; with errors in it the value may lack parts."""
    found: list[Finding] = []
    nothing = Place(1, 1)
    text = _decoded(content, found)
    if text is None:
        return None, nothing, found
    if (aliased := _aliased(text, found)) or found:
        return None, nothing, [*found, *aliased]
    try:
        node = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return None, nothing, [_syntax(error)]
    if node is None:
        return None, nothing, [Finding("error", 1, "The file is empty.", "Begin with 'format: 1', a name and stages.")]
    value, place = _taken(node, node.start_mark.line + 1, 0, found)
    return value, place, found


def _decoded(content: bytes, found: list[Finding]) -> str | None:
    if len(content) > MOST_BYTES:
        found.append(Finding("error", 1, f"The file has more than {MOST_BYTES:,} bytes.", "Keep rows in a file apart."))
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found.append(Finding("error", line, f"It is not UTF-8 ({error.reason}).", "Save it as UTF-8."))
        return None


def _aliased(text: str, found: list[Finding]) -> list[Finding]:
    """Anchors and aliases, found among the events, before anything is made of them; a few kilobytes could be
    gigabytes."""
    bad: list[Finding] = []
    deep = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            line = event.start_mark.line + 1 if event.start_mark is not None else 1
            deep += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if deep > MOST_DEEP:
                return [Finding("error", line, f"It is nested more than {MOST_DEEP} deep.", "Write it flatter.")]
            if getattr(event, "anchor", None):
                word = "An alias (*)" if isinstance(event, yaml.AliasEvent) else "An anchor (&)"
                bad.append(Finding("error", line, f"{word} is not allowed here.", "Write out what it stands for."))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        found.append(_syntax(error))
    return bad


def _taken(node: yaml.Node, line: int, deep: int, found: list[Finding]) -> tuple[Any, Place]:
    at = node.start_mark.line + 1
    if node.tag not in (*_PLAIN_TAGS, "tag:yaml.org,2002:null"):
        found.append(Finding("error", at, f"The tag '{node.tag}' is not allowed here.", "Leave it out."))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, line, deep, found)
    if isinstance(node, yaml.SequenceNode):
        read = [_taken(each, each.start_mark.line + 1, deep + 1, found) for each in node.value]
        return [value for value, _ in read], Place(line, at, dict(enumerate(place for _, place in read)))
    in_block = getattr(node, "style", None) in ("|", ">")
    value = None if node.tag.endswith(":null") else node.value
    return value, Place(line, at + in_block)


def _mapping(node: yaml.MappingNode, line: int, deep: int, found: list[Finding]) -> tuple[Any, Place]:
    values: dict[str, Any] = {}
    places: dict[str | int, Place] = {}
    for key, given in node.value:
        at = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            found.append(Finding("error", at, "A list or a mapping is no name.", "Put a text before the ':'."))
            continue
        name = str(key.value)
        if name in values:
            message = f"'{name}' stands here twice, first in line {places[name].line}."
            found.append(Finding("error", at, message, "Leave one out."))
        values[name], places[name] = _taken(given, at, deep + 1, found)
    return values, Place(line, node.start_mark.line + 1, places)


def _syntax(error: Exception) -> Finding:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark is not None else 1
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error).partition("\n")[0]
    if "'\\t'" in problem:
        return Finding("error", line, "There is a tab where YAML wants spaces.", "Indent with spaces.")
    if isinstance(error, RecursionError):
        return Finding("error", line, "It is nested too deeply.", "Write it flatter.")
    if "another document" in problem or "single document" in str(error):
        return Finding("error", line, "There are several documents in the file.", "Keep one workflow a file.")
    mends = ((": ", "Put a text with ': ' or '{' in quotes."), ("", "Look at the indentation and the quotes there."))
    mend = next(mend for sign, mend in mends if sign in problem or not sign)
    return Finding("error", line, f"It is not YAML: {problem}.", mend)


def place_of(root: Place, where: Sequence[str | int]) -> Place:
    """The innermost place on the way that is there; parts that name no place, such as pydantic's tags, are passed."""
    at = root
    for part in where:
        at = at.parts.get(part, at)
    return at


def named(root: Place, where: Sequence[str | int]) -> Iterator[str | int]:
    """The parts of the way that are in the file."""
    at = root
    for part in where:
        if part in at.parts:
            at = at.parts[part]
            yield part
