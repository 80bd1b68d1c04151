"""What the README promises first: the demo, run as ``make demo`` runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent


@pytest.mark.timeout(240)
def test_the_demo_stores_each_row_once_and_writes_its_report(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "demo"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(TOP), "COLUMNS": "140"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All stored exactly once" in done.stdout
    report = (tmp_path / ".demo" / "v2-run.html").read_text(encoding="utf-8")
    assert report.count("data:image/jpeg;base64,") >= 13
