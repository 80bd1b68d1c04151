"""Kinds of controls that stand for one another between releases: a link may become a button, never a checkbox; pure."""

from __future__ import annotations

from recordings.target import Description

_ACTIVATORS = {"button", "link", "menuitem", "tab", "treeitem"}
_FIELDS = {"textbox", "searchbox", "spinbutton"}
_CHOICES = {"listbox", "combobox"}
_CHECKS = {"checkbox", "switch", "menuitemcheckbox"}
_PLAIN = {"", "generic", "columnheader", "cell", "gridcell", "row", "listitem", "img", "presentation", "none"}
# How far one kind may become the other; pairs that are not here never do.
_BECOMES = {
    frozenset(pair): value
    for *pair, value in (
        ("activator", "plain", 0.0),
        ("activator", "check", -0.6),
        ("activator", "radio", -0.6),
        ("activator", "choice", -0.6),
        ("activator", "option", -0.2),
        ("field", "choice", -0.4),
        ("check", "radio", -0.6),
        ("radio", "choice", -0.6),
        ("radio", "option", -0.5),
        ("check", "plain", -0.4),
        ("choice", "plain", -0.6),
        ("option", "plain", 0.0),
        ("field", "slider", -0.3),
    )
}
NEVER = -1.0


def role_class(seen: Description) -> str:
    """The kind that a role belongs to; the tag where it is of none."""
    role = seen.role
    if role in _ACTIVATORS or seen.tag == "summary" or (seen.tag == "a" and not role):
        return "activator"
    if role in _FIELDS or (role == "combobox" and seen.tag == "input") or (not role and seen.tag == "input"):
        return "field"
    return role or seen.tag


def kind_of(seen: Description) -> str:
    """As `role_class`, with the kinds that drift into one another joined."""
    found = role_class(seen)
    if seen.tag == "label":
        return "label"  # what it names is a control of its own
    if found in ("activator", "field", "option", "slider", "radio"):
        return found
    if seen.editable:
        return "field"
    if found in _CHOICES or seen.tag == "select":
        return "choice"
    if found in _CHECKS:
        return "check"
    return "plain" if seen.role in _PLAIN else found


def compatibility(wanted: Description, seen: Description) -> float:
    """1 for the same kind; less for one that it may become; `NEVER` for one that it does not become."""
    one, two = kind_of(wanted), kind_of(seen)
    if one == two:
        return 1.0
    return _BECOMES.get(frozenset((one, two)), NEVER)
