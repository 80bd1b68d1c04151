"""The register of cases, and the page that each one is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.zoo_cases.human import H

HERE = Path(__file__).parent
FILES = HERE / "files"
Drive = Callable[[H], None]


@dataclass(frozen=True, slots=True)
class Case:
    """A page (``body``, and ``pages`` by suffix) with its human (``drive``).

    The state is the page's ``__state``, a value or a function. ``ready`` is an expression that is true when the page
    can be used.
    """

    name: str
    cat: str
    body: str
    libs: tuple[str, ...]
    pages: Mapping[str, str]
    ready: str
    drive: Drive


CASES: dict[str, Case] = {}


def case(
    name: str,
    cat: str,
    body: str = "",
    libs: Sequence[str] = (),
    pages: Mapping[str, str] | None = None,
    ready: str = "",
) -> Callable[[Drive], Drive]:
    """Register a case under its name; what is decorated is its human."""

    def register(drive: Drive) -> Drive:
        CASES[name] = Case(name, cat, body, tuple(libs), pages or {}, ready, drive)
        return drive

    return register


def _style(path: str) -> str:
    return f'<link rel=stylesheet href="/lib/{path}">'


def _script(path: str, kind: str = "") -> str:
    return f'<script{f" type={kind}" if kind else ""} src="/lib/{path}"></script>'


_JQUERY = _script("jquery/dist/jquery.min.js")
LIBRARIES = {
    "jqui": _style("jquery-ui/dist/themes/base/jquery-ui.css") + _JQUERY + _script("jquery-ui/dist/jquery-ui.min.js"),
    "select2": _style("select2/dist/css/select2.min.css") + _JQUERY + _script("select2/dist/js/select2.full.min.js"),
    "flatpickr": _style("flatpickr/dist/flatpickr.min.css") + _script("flatpickr/dist/flatpickr.min.js"),
    "bs": _style("bootstrap/dist/css/bootstrap.min.css") + _script("bootstrap/dist/js/bootstrap.bundle.min.js"),
    "quill": _style("quill/dist/quill.snow.css") + _script("quill/dist/quill.js"),
    "cm5": _style("codemirror/lib/codemirror.css") + _script("codemirror/lib/codemirror.js"),
    "sortable": _script("sortablejs/Sortable.min.js"),
    "nous": _style("nouislider/dist/nouislider.min.css") + _script("nouislider/dist/nouislider.min.js"),
    "dt": _style("datatables.net-dt/css/dataTables.dataTables.min.css")
    + _JQUERY
    + _script("datatables.net/js/dataTables.min.js"),
    "leaflet": _style("leaflet/dist/leaflet.css") + _script("leaflet/dist/leaflet.js"),
    "shoelace": _style("@shoelace-style/shoelace/cdn/themes/light.css")
    + _script("@shoelace-style/shoelace/cdn/shoelace.js", "module"),
}

# Counts trusted events in the bubble phase on document, so that a recorder that swallows or adds some shows up.
_PROBE = """<script>window.__ev={};for(const t of ['click','dblclick','contextmenu','auxclick','mousedown','mouseup',
'keydown','keyup','input','change','submit','dragstart','drop','dragend','focusin','copy','paste'])
document.addEventListener(t,e=>{if(e.isTrusted)__ev[t]=(__ev[t]||0)+1});</script>"""
_CSS = """<style>body{font:15px/1.4 sans-serif;margin:16px}
button,input,select,textarea{font:inherit;margin:3px}</style>"""
_ICON = "<link rel=icon href='data:,'>"


def page_of(name: str, suffix: str = "") -> str:
    """The document of a case, or of its further page ``suffix``."""
    found = CASES[name]
    if suffix:
        return _document(f"{name}-{suffix}", "", found.pages[suffix])
    return _document(name, "".join(LIBRARIES[lib] for lib in found.libs) + _PROBE, found.body, _ICON)


def _document(title: str, head: str, body: str, icon: str = "") -> str:
    top = f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>{icon}"
    return f"{top}{_CSS}{head}</head><body>{body}</body></html>"
