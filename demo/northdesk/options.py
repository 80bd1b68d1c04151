"""Northdesk's options: which release of the UI to show, how slowly, and over which database."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Ui = Literal["v1", "v2", "v3"]

USERNAME = "demo"
PASSWORD = "northdesk"


@dataclass(frozen=True, slots=True)
class Options:
    """How one Northdesk server behaves.

    Attributes:
        ui: The release of the user interface.
        latency_ms: Delay before each response starts; what was asked for is already stored by then.
        database: The SQLite file; None means a temporary file, removed on shutdown.
        support_origin: Origin of the framed support form, such as ``http://localhost:{port}``, where
            ``{port}`` stands for the port being served; None means the same origin as the page.
    """

    ui: Ui = "v1"
    latency_ms: int = 0
    database: Path | None = None
    support_origin: str | None = None
