"""The log of all stages, as the terminal shows it: warnings as they are, everything with --debug."""

from __future__ import annotations

import logging


class ToTerminal(logging.Handler):
    """Prints log records to standard error, through the console so that live tables stay whole; no secret that is
    known here."""

    def __init__(self, debug: bool) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s" if debug else "%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Print one record."""
        from recordings.known_secrets import KNOWN
        from showonce.terminal import say_note

        try:
            say_note(KNOWN.clean(self.format(record)))
        except Exception:  # noqa: BLE001 - a log line must never end the work it speaks of
            self.handleError(record)
