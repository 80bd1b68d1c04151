"""The scripts of a page share one room for names: what two of them call the same is only the last one's."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FRAME = "console/frame.html"
_SCRIPT = re.compile(r"<script defer src=\"(?:\{\{ asset\('(?P<own>[\w.]+)'\) \}\}|/teach/parts/(?P<panel>[\w.]+))\"")
_NAMED = re.compile(r"^(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)
_TEMPLATES = ROOT / "review" / "templates"
_WITH_SCRIPTS = [page for page in _TEMPLATES.rglob("*.html") if _SCRIPT.search(page.read_text())]
PAGES = {page.relative_to(_TEMPLATES).as_posix(): page for page in _WITH_SCRIPTS}


@pytest.mark.parametrize("page", sorted(set(PAGES) - {FRAME}))
def test_no_two_scripts_of_a_page_give_the_same_name(page: str) -> None:
    scripts = _scripts(PAGES[FRAME]) + _scripts(PAGES[page])
    assert len(scripts) > 2
    names = Counter(name for script in scripts for name in _NAMED.findall(script.read_text()))
    assert names
    assert [name for name, times in names.items() if times > 1] == []


def _scripts(page: Path) -> list[Path]:
    own, panel = ROOT / "review" / "static", ROOT / "agents" / "panel" / "static"
    named = [each for each in _SCRIPT.finditer(page.read_text()) if each["own"] != "htmx.min.js"]
    return [panel / each["panel"] if each["panel"] else own / each["own"] for each in named]
