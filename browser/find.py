"""Find a browser on this machine, before anything is started: it only looks at the disk."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Kind = Literal["headless-shell", "full"]
Origin = Literal["playwright", "system", "setting"]


@dataclass(frozen=True, slots=True)
class Found:
    """A browser that is there; whether it starts, only starting it can tell."""

    path: Path
    kind: Kind
    origin: Origin
    name: str


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look.

    Args:
        cache: The folder Playwright installs browsers into.
        revisions: The revision the installed Playwright wants, by browser (``chromium``: ``1255``).
        folders: Folders that may hold a system browser, PATH first.
    """

    cache: Path
    revisions: Mapping[str, str]
    folders: Sequence[Path]


def find_headless(override: Path | None = None, places: Places | None = None) -> Found | None:
    """The browser for work without a window, or None.

    A headless shell comes before any full browser, wherever each comes from: it does the same work for
    0.3-0.5 of the CPU (measured). Among equals, what Playwright installed comes before the system's.

    Args:
        override: The path or command a person set; nothing else is looked at then.
    """
    if override is not None:
        return _set_by_hand(override)
    places = places or places_here()
    shells = (_playwright_shell(places), _on_system(places, SHELLS, "headless-shell"))
    return next((shell for shell in shells if shell), None) or _full_browser(places)


def find_headed(override: Path | None = None, places: Places | None = None) -> Found | None:
    """The browser for work in a window, or None: Playwright's, then Chrome, Chromium or Edge.

    Args:
        override: As in `find_headless`; a headless shell cannot show a window, so such a setting is for
            headless work only and is passed over here.
    """
    if override is not None:
        found = _set_by_hand(override)
        if found is None or found.kind == "full":
            return found
    return _full_browser(places or places_here())


def looked_for(headless: bool, override: Path | None = None) -> tuple[str, ...]:
    """What was looked for, in order, for the message that nothing was there."""
    if override is not None and _set_by_hand(override) is None:
        return (f"{override}, as SHOWONCE_BROWSER says",)
    shells = ("Playwright's headless shell", "chromium-headless-shell") if headless else ()
    return (*shells, "Playwright's Chromium", "Google Chrome", "Chromium", "Microsoft Edge")


@cache
def places_here() -> Places:
    """The places of this machine and of the installed Playwright; looked up once in a process."""
    package = _playwright_package()
    return Places(cache=_playwright_cache(package), revisions=_revisions(package), folders=_system_folders())


# Where each system keeps them, as paths below `_system_folders`; the first name that is there is taken.
_LINUX = (
    ("Google Chrome", "google-chrome"),
    ("Google Chrome", "google-chrome-stable"),
    ("Google Chrome", "chrome"),
    ("Chromium", "chromium"),
    ("Chromium", "chromium-browser"),
    ("Microsoft Edge", "microsoft-edge"),
    ("Microsoft Edge", "microsoft-edge-stable"),
    ("Microsoft Edge", "msedge"),
)
_MACOS = (
    ("Google Chrome", "Google Chrome.app/Contents/MacOS/Google Chrome"),
    ("Chromium", "Chromium.app/Contents/MacOS/Chromium"),
    ("Microsoft Edge", "Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
)
_WINDOWS = (
    ("Google Chrome", "Google/Chrome/Application/chrome.exe"),
    ("Chromium", "Chromium/Application/chrome.exe"),
    ("Microsoft Edge", "Microsoft/Edge/Application/msedge.exe"),
)
FULL_BROWSERS = {"darwin": _MACOS, "win32": _WINDOWS}.get(sys.platform, _LINUX)
SHELLS = (
    ("Chromium headless shell", "chromium-headless-shell"),
    ("Chrome headless shell", "chrome-headless-shell"),
)


def _set_by_hand(override: Path) -> Found | None:
    path = shutil.which(override.expanduser())
    if path is None:
        return None
    is_shell = "headless-shell" in Path(path).name or "headless_shell" in Path(path).name
    return Found(Path(path), "headless-shell" if is_shell else "full", "setting", Path(path).stem)


def _full_browser(places: Places) -> Found | None:
    return _playwright_chromium(places) or _on_system(places, FULL_BROWSERS, "full")


def _playwright_shell(places: Places) -> Found | None:
    patterns = ("*/chrome-headless-shell", "*/chrome-headless-shell.exe", "*/headless_shell")
    path = _installed(places, "chromium-headless-shell", patterns)
    return Found(path, "headless-shell", "playwright", "Playwright's headless shell") if path else None


def _playwright_chromium(places: Places) -> Found | None:
    patterns = ("*/chrome", "*/chrome.exe", "*/*.app/Contents/MacOS/*")
    path = _installed(places, "chromium", patterns)
    return Found(path, "full", "playwright", "Playwright's Chromium") if path else None


def _installed(places: Places, browser: str, patterns: Sequence[str]) -> Path | None:
    """The program of a browser that Playwright finished installing; the marker is Playwright's own."""
    folder = install_folder(places, browser)
    if folder is None or not os.access(folder / "INSTALLATION_COMPLETE", os.R_OK):
        return None
    programs = (path for pattern in patterns for path in sorted(folder.glob(pattern)))
    return next(filter(_is_program, programs), None)


def install_folder(places: Places, browser: str) -> Path | None:
    """Where the installed Playwright keeps ``browser``, there or not; None if it does not know it."""
    revision = places.revisions.get(browser)
    return places.cache / f"{browser.replace('-', '_')}-{revision}" if revision else None


def _on_system(places: Places, names: Sequence[tuple[str, str]], kind: Kind) -> Found | None:
    for name, relative in names:
        for folder in places.folders:
            if _is_program(folder / relative):
                return Found(folder / relative, kind, "system", name)
    return None


def _is_program(path: Path) -> bool:
    # In this order: is_file raises for a folder of PATH that this user may not read.
    return os.access(path, os.X_OK) and path.is_file()


def _playwright_package() -> Path | None:
    """The driver's folder, found without importing Playwright or starting its driver."""
    spec = importlib.util.find_spec("playwright")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "driver" / "package"


def _revisions(package: Path | None) -> dict[str, str]:
    if package is None or not (package / "browsers.json").exists():
        return {}
    browsers = json.loads((package / "browsers.json").read_text(encoding="utf-8"))["browsers"]
    return {browser["name"]: str(browser["revision"]) for browser in browsers}


def _playwright_cache(package: Path | None) -> Path:
    """Playwright's own rule (its registry's ``registryDirectory``): the variable, else the user's cache."""
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if chosen == "0" and package is not None:
        return package / ".local-browsers"
    if chosen:
        return Path(chosen).absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ms-playwright"
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
        return Path(local) / "ms-playwright"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ms-playwright"


def _system_folders() -> tuple[Path, ...]:
    on_path = (Path(folder) for folder in os.get_exec_path() if folder)
    return tuple(dict.fromkeys((*on_path, *_usual_folders())))


def _usual_folders() -> Iterator[Path]:
    if sys.platform == "darwin":
        yield from (Path("/Applications"), Path.home() / "Applications")
    elif sys.platform == "win32":
        variables = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        yield from (Path(os.environ[name]) for name in variables if name in os.environ)
    else:
        usual = ("/usr/bin", "/usr/local/bin", "/snap/bin", "/opt/google/chrome", "/opt/microsoft/msedge")
        yield from map(Path, usual)
