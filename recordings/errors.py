"""The tree of errors: each says what happened, to what, and how to mend it.

ShowonceError
├── CouldNotStartError      nothing was done; exit code 2
│   ├── RecordingUnreadableError, RecordingVersionError, RecordingExistsError
│   ├── EditRefusedError
│   ├── InputMissingError, InputUnknownError, InputInvalidError, SecretMissingError
│   ├── DataUnreadableError
│   ├── BrowserMissingError, BrowserBrokenError, DisplayMissingError
│   └── StoreUnusableError, TraceUnknownError
├── RecordingFailedError    a demonstration could not be kept whole
├── ControlRefusedError     the recorder was asked for something that cannot be done now; it goes on
└── StepFailedError         a run stopped at a step; exit code 1
    ├── EvidenceMissingError, ElementNotFoundError, ElementAmbiguousError
    ├── ActionFailedError, EffectMissingError, TextMissingError, SecretUnreadError, SecretElsewhereError
    ├── ValueUnreadableError, ValueDiffersError, RowsUnreadError
    ├── RowsUnusableError, RowGoneError
    ├── OutsideFenceError, SecretUnmaskedError
    ├── LoginRequiredError
    └── PageUnreachableError, PageGoneError, PageSilentError, BrowserDiedError
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self


class ShowonceError(Exception):
    """What happened (``message``) and what to do next (``mend``)."""

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(f"{message} {mend}".strip())
        self.message = message
        self.mend = mend

    @property
    def code(self) -> str:
        """The error's name without its ending: ``ElementNotFound``."""
        return type(self).__name__.removesuffix("Error")


class CouldNotStartError(ShowonceError):
    """Nothing was done: the run or the recording could not begin."""


class RecordingUnreadableError(CouldNotStartError):
    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"Cannot read the recording in {folder}: {reason}.", "Restore the file or record again.")
        self.folder = folder


class RecordingVersionError(CouldNotStartError):
    def __init__(self, folder: Path, found: object, known: int) -> None:
        super().__init__(
            f"The recording in {folder} has format {found!r}; this showonce knows formats 1 to {known}.",
            "Upgrade showonce, or record again with this version.",
        )
        self.found = found


class RecordingExistsError(CouldNotStartError):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"There is a recording in {folder} already.", "Choose another --name, or add --force.")


class EditRefusedError(CouldNotStartError):
    """An edit that cannot be read, or would leave the recording wrong; nothing was changed."""


class InputMissingError(CouldNotStartError):
    def __init__(self, name: str) -> None:
        super().__init__(f"No value for input '{name}'.", f"Pass --input {name}=… or set a default.")
        self.name = name


class InputUnknownError(CouldNotStartError):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"The recording has no input '{name}'.", f"It has: {', '.join(sorted(known)) or 'none'}.")
        self.name = name


class InputInvalidError(CouldNotStartError):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"The value of input '{name}' cannot be used: {reason}.", "Correct it and start again.")
        self.name = name


class SecretMissingError(CouldNotStartError):
    def __init__(self, name: str, variable: str) -> None:
        super().__init__(
            f"No value for secret '{name}'.",
            f"Keep it: showonce secrets set {name}. Or set {variable}, or run in a terminal to be asked.",
        )
        self.name = name


class DataUnreadableError(CouldNotStartError):
    """A file of rows or inputs cannot be used."""

    def __init__(self, source: str, reason: str, mend: str = "") -> None:
        super().__init__(f"Cannot use the data in {source}: {reason}.", mend)


class BrowserMissingError(CouldNotStartError):
    def __init__(self, looked_for: Sequence[str]) -> None:
        super().__init__(
            f"No browser was found (looked for {', '.join(looked_for)}).",
            "Install one: 'python -m playwright install chromium', or on Debian/Ubuntu "
            "'apt-get install chromium chromium-headless-shell', or set SHOWONCE_BROWSER to its path.",
        )


class BrowserBrokenError(CouldNotStartError):
    def __init__(self, path: object, reason: str) -> None:
        super().__init__(f"The browser at {path} does not start: {reason}.", "Run 'showonce doctor'.")


class DisplayMissingError(CouldNotStartError):
    def __init__(self, mend: str = "") -> None:
        super().__init__(
            "There is no display to show a browser window on.",
            mend
            or "Run where there is a screen, or 'xvfb-run showonce …', or add --headless for a scripted demonstration.",
        )


class StoreUnusableError(CouldNotStartError):
    def __init__(self, path: object, reason: str, mend: str = "") -> None:
        super().__init__(
            f"The store at {path} cannot be used: {reason}.",
            mend or "Check the folder's permissions and free space, or set SHOWONCE_HOME to another folder.",
        )


class TraceUnknownError(CouldNotStartError):
    def __init__(self, trace_id: str) -> None:
        super().__init__(f"No run has a trace id starting with '{trace_id}'.", "'showonce traces' lists the runs.")


class RecordingFailedError(ShowonceError):
    """What was shown could not be kept whole; what was kept until then is named."""


class ControlRefusedError(ShowonceError):
    """The recorder was asked for something that cannot be done now. Nothing changed, and it goes on."""


class StepFailedError(ShowonceError):
    """A run stopped at a step, having done nothing at that step that it cannot say.

    ``status`` and ``retry_after_s`` are those of the server's answer that was the reason, if one was.
    """

    status: int | None = None
    retry_after_s: float | None = None

    def because_of(self, status: int | None, retry_after_s: float | None) -> Self:
        """The same error, with the server's answer that was the reason."""
        self.status, self.retry_after_s = status, retry_after_s
        return self


class EvidenceMissingError(StepFailedError):
    def __init__(self, words: str, missing: Sequence[str], waited_s: float) -> None:
        texts = ", ".join(f"'{text}'" for text in missing)
        super().__init__(
            f"{words}: the page did not show {texts} within {waited_s:g} s. Nothing was done at this step.",
            "Look at the picture; 'showonce edit' changes what a step waits for.",
        )
        self.missing = tuple(missing)


class ElementNotFoundError(StepFailedError):
    """Nothing on the page is the recorded element."""


class ElementAmbiguousError(StepFailedError):
    """Several elements could be the recorded one; none was touched."""


class ActionFailedError(StepFailedError):
    """The element was found but the browser could not act on it."""


class EffectMissingError(StepFailedError):
    """The action was done but its recorded effect was not seen."""


class TextMissingError(StepFailedError):
    """What must be there is not."""

    def __init__(self, words: str, wanted: str, said: str) -> None:
        super().__init__(
            f"{words}: it says {said!r}, not {wanted!r}." if said else f"{words}: it says nothing, not {wanted!r}.",
            "Look at the picture: the application came to another result than in the demonstration.",
        )


class SecretUnreadError(StepFailedError):
    """A value to read turned out to stand in a secret field."""

    def __init__(self, words: str) -> None:
        super().__init__(f"{words}: it is a secret field now, which is never read.", "Take the step out.")


class SecretElsewhereError(StepFailedError):
    """The field is in a document of an origin that the secret does not belong to; nothing was typed."""

    def __init__(self, words: str, name: str, origin: str, places: Sequence[str]) -> None:
        super().__init__(
            f"{words}: the secret '{name}' belongs to {' and '.join(places)}, and the field is at {origin}.",
            "Nothing was typed. Record the step again if the sign-in has moved there.",
        )
        self.name, self.origin = name, origin


class ValueUnreadableError(StepFailedError):
    """What was to be read, or compared, is no value of its type; ``reason`` quotes it."""

    def __init__(self, words: str, reason: str) -> None:
        super().__init__(
            f"{words}: {reason}.",
            "Look at the picture; where the page may show this, record the step again and read it as text.",
        )


class ValueDiffersError(StepFailedError):
    """A value is not what it must equal."""

    def __init__(self, words: str, shown: str, wanted: str) -> None:
        super().__init__(
            f"{words}: it is {shown}, not {wanted}.",
            "Look at the picture: the application came to another value than was expected.",
        )
        self.shown, self.wanted = shown, wanted


class RowsUnreadError(StepFailedError):
    """The rows of a list could not be read each once and all; none are given back."""

    def __init__(self, words: str, reason: str, mend: str = "") -> None:
        super().__init__(
            f"{words}: {reason}. No rows are given back.",
            mend or "Look at the picture; record the step again if the page has changed.",
        )


class PageUnreachableError(StepFailedError):
    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"The page {url} could not be opened: {reason}.", "Check the address and that it answers.")
        self.url = url


class PageGoneError(StepFailedError):
    """The tab that the step acts in was closed or never opened."""


class PageSilentError(StepFailedError):
    """A tab answered nothing any more while a step was done."""

    def __init__(self, words: str, silent_s: float) -> None:
        super().__init__(
            f"{words}: the page has answered nothing for {silent_s:g} s: a script in it does not come to its end, or "
            "the browser hangs.",
            "Look at the page in a browser, and in the application whether the step took effect before running again.",
        )


class BrowserDiedError(StepFailedError):
    def __init__(self) -> None:
        super().__init__("The browser ended while the run was under way.", "Run again; see 'showonce doctor'.")


class LoginRequiredError(StepFailedError):
    """A login page came instead of the page that a step is done on: nobody is signed in, or no more.

    ``done``: the step was done, and the login page came of it.
    """

    def __init__(self, words: str, reason: str, *, done: bool = False) -> None:
        what = "It was done, and that came of it" if done else "Nothing was typed or pressed there"
        super().__init__(
            f"{words}: a login page came instead of the page: {reason}. {what}.",
            "Sign in: 'showonce login NAME URL' keeps a session, which --session NAME begins with.",
        )


class RowsUnusableError(StepFailedError):
    """The rows that a loop is to go through cannot be told, or are too many or too few; none was begun."""


class RowGoneError(StepFailedError):
    """A row is gone as its turn in a loop comes, or its page is; the rows before it are done."""


class OutsideFenceError(StepFailedError):
    """A step would act where the recording may not."""

    def __init__(self, words: str, what: str, origin: str, so_far: str) -> None:
        super().__init__(
            f"{words}: this would {what} {origin}, where this recording may not act. {so_far}",
            f"Where that is right, allow it: showonce edit NAME --do 'allow {origin}'.",
        )
        self.origin = origin


class SecretUnmaskedError(StepFailedError):
    """The field that was found shows what is typed into it, where the demonstration's hid it."""

    def __init__(self, words: str) -> None:
        super().__init__(
            f"{words}: the field shows what is typed into it, that of the demonstration hid it. No secret was typed.",
            "Look at the picture: another field may bear its name. Where the page changed for good, record it again.",
        )
