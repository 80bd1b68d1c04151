"""What a recording is given anew at each replay: inputs with defaults, and references to secrets."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from recordings.document import Document

HIDDEN = "•••"
"""Stands where a secret value stood."""
NAME_PATTERN = r"^[a-z][a-z0-9_]*$"


class Input(Document):
    """A value that may differ at each replay; ``default`` is what the demonstration used, or what an edit put in its
    place: then ``shown`` is what the demonstration used, which its pages show.

    A ``file`` input's value is a path; its default names a file kept in the recording's folder.
    """

    name: str = Field(pattern=NAME_PATTERN)
    label: str = ""
    kind: Literal["text", "choice", "file"] = "text"
    default: str | None = None
    shown: str | None = None

    @property
    def used(self) -> str | None:
        """What the demonstration used."""
        return self.default if self.shown is None else self.shown


class Secret(Document):
    """A reference to a value that is never in a document; given by name at replay."""

    name: str = Field(pattern=NAME_PATTERN)
    label: str = ""

    @property
    def variable(self) -> str:
        """The environment variable that the command line reads it from."""
        return f"SHOWONCE_SECRET_{self.name.upper()}"


class Literally(Document):
    """A value written in the step itself."""

    kind: Literal["text"] = "text"
    text: str = ""


class InputRef(Document):
    kind: Literal["input"] = "input"
    name: str


class SecretRef(Document):
    kind: Literal["secret"] = "secret"
    name: str


Value = Annotated[Literally | InputRef | SecretRef, Field(discriminator="kind")]
