"""What of a recording is about people: by default what looks so or says so of itself, else what people marked."""

from __future__ import annotations

from recordings.document import Document

FIELD_TYPES = frozenset({"email", "tel"})
AUTOCOMPLETES = frozenset(
    [
        "name",
        "honorific-prefix",
        "given-name",
        "additional-name",
        "family-name",
        "honorific-suffix",
        "nickname",
        "email",
        "tel",
        "tel-national",
        "tel-local",
        "street-address",
        "address-line1",
        "address-line2",
        "address-line3",
        "address-level1",
        "address-level2",
        "postal-code",
        "bday",
        "bday-day",
        "bday-month",
        "bday-year",
        "sex",
        "photo",
        "impp",
        "cc-name",
        "cc-given-name",
        "cc-family-name",
        "cc-number",
        "cc-exp",
    ]
)
"""What a page itself says of its fields.

Source:
    HTML Living Standard, 4.10.18.7.1 autofill field names: those that are about a person.
"""


class Personal(Document):
    """What of a recording is treated as personal.

    ``patterns``: what the default patterns find, and what the fields' own kinds say (``type=email``, ``autocomplete=
    name``). ``marked`` are the inputs, and the values and columns that are read, by name, that are personal whatever
    they hold, ``plain`` those that are not.
    """

    patterns: bool = True
    marked: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()

    def with_mark(self, name: str, personal: bool) -> Personal:
        """The same with one more that is personal, or that is not."""
        marked = {*self.marked, name} if personal else {*self.marked} - {name}
        plain = {*self.plain} - {name} if personal else {*self.plain, name}
        return Personal(patterns=self.patterns, marked=tuple(sorted(marked)), plain=tuple(sorted(plain)))

    def with_renamed(self, old: str, new: str) -> Personal:
        """The same where an input is called otherwise."""
        marked, plain = (tuple(new if name == old else name for name in names) for names in (self.marked, self.plain))
        return Personal(patterns=self.patterns, marked=marked, plain=plain)


def says_person(field_type: str, autocomplete: str) -> bool:
    """Whether a field says of itself that it is about a person."""
    return field_type in FIELD_TYPES or not AUTOCOMPLETES.isdisjoint(autocomplete.lower().split())
