"""Where the extension lies that Chrome is given with 'Load unpacked'."""

from __future__ import annotations

from pathlib import Path

EXTENSION = Path(__file__).parent / "extension"
