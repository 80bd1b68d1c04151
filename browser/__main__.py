"""``python -m browser ensure``: see to what pip cannot install, the browser first, so that make can go on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from browser.find import Found, find_headless, install_folder, looked_for, places_here
from browser.health import version_of
from browser.launch import is_root
from recordings.errors import BrowserMissingError

# A network that drops packets answers nothing: Playwright would try five times this long; STALL_S ends it.
CONNECT_MS = 10_000
STALL_S = 25.0
DOWNLOAD_S = 900.0
APT_S = 900.0


@dataclass(frozen=True, slots=True)
class Part:
    """A part whose wheel leaves some libraries to the system: how to try it, and Debian's packages for it."""

    name: str
    trial: Sequence[str]
    packages: Sequence[str]


# Both seen on a debootstrap of bare Debian 12, whose C library is all that these wheels otherwise count on.
DRIVER = Part("Playwright's driver", ("-m", "playwright", "--version"), ("libatomic1",))
OPENCV = Part("OpenCV", ("-c", "import cv2"), ("libgl1", "libglib2.0-0"))


def main() -> int:
    if sys.argv[1:] != ["ensure"]:
        _say("Usage: python -m browser ensure")
        return 2
    lacking = ensure_libraries(DRIVER)
    browser = None if lacking else ensure_browser()
    if browser is not None:
        _say(f"Browser: {browser.path} ({browser.kind}, {browser.origin}), {version_of(browser)}")
        lacking = ensure_libraries(OPENCV)
    elif lacking is None:
        lacking = str(BrowserMissingError(looked_for(headless=True)))
    if lacking is not None:
        _say(lacking)
    return 2 if lacking else 0


def ensure_browser() -> Found | None:
    """A headless browser that runs: the one that is here, else Playwright's, else the system's package."""
    found = _running()
    for get in (_download, _install_libraries, _install_package):
        if found is not None:
            break
        get()
        found = _running()
    return found


def ensure_libraries(part: Part) -> str | None:
    """See that ``part`` loads, installing the system libraries for it where allowed; else what to do."""
    if _failure(part) is None:
        return None
    _say(f"{part.name} lacks system libraries.")
    _apt_install(part.packages)
    failure = _failure(part)
    return (
        failure and f"{part.name} does not load: {failure}. On Debian/Ubuntu: apt-get install {' '.join(part.packages)}"
    )


def _running() -> Found | None:
    found = find_headless()
    return found if found is not None and version_of(found) is not None else None


def _failure(part: Part) -> str | None:
    tried = subprocess.run([sys.executable, *part.trial], capture_output=True, text=True, check=False)
    return None if tried.returncode == 0 else tried.stderr.strip().rpartition("\n")[2].rstrip(".")


def _download() -> None:
    """Ask Playwright for its Chromium; give up when nothing came for `STALL_S`, and leave no half of it."""
    _say("No browser here: trying 'playwright install chromium' …")
    cache = places_here().cache
    was_there, was_locked = cache.exists(), (cache / "__dirlock").exists()
    with tempfile.TemporaryDirectory(prefix="showonce-download-") as scratch:
        # Playwright downloads below TMPDIR and unpacks into its cache: what grows there is progress.
        limits = {"TMPDIR": scratch, "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": str(CONNECT_MS)}
        done = _run_while_growing(
            [sys.executable, "-m", "playwright", "install", "chromium"], (Path(scratch), cache), limits
        )
    if not done:
        _say("Playwright's download did not come through.")
        _remove_partial(cache, was_there, was_locked)


def _run_while_growing(command: Sequence[str], folders: Sequence[Path], variables: Mapping[str, str]) -> bool:
    """Run ``command`` as long as something in ``folders`` grows; True if it ended well by itself."""
    # A session of its own: the download is a grandchild, and all of it must go when we give up.
    process = subprocess.Popen(command, env=os.environ | variables, start_new_session=True)
    began = grew = time.monotonic()
    size = 0
    try:
        while time.monotonic() - grew < STALL_S and time.monotonic() - began < DOWNLOAD_S:
            try:
                return process.wait(timeout=1.0) == 0
            except subprocess.TimeoutExpired:
                before, size = size, sum(map(_bytes_in, folders))
                grew = time.monotonic() if size > before else grew
        return False
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End ``process`` and its children if they still run."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _bytes_in(folder: Path) -> int:
    total = 0
    for where, _, files in os.walk(folder):
        for name in files:
            try:
                total += (Path(where) / name).stat().st_size
            except OSError:  # gone since it was listed: Playwright renames and removes as it goes
                continue
    return total


def _remove_partial(cache: Path, was_there: bool, was_locked: bool) -> None:
    """Take away what an unfinished download left; another's lock, and what was whole before, stay."""
    if not was_there:
        shutil.rmtree(cache, ignore_errors=True)
        return
    if was_locked:
        return
    folders = (install_folder(places_here(), name) for name in ("chromium", "chromium-headless-shell", "ffmpeg"))
    for folder in folders:
        if folder and not (folder / "INSTALLATION_COMPLETE").exists():
            shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(cache / "__dirlock", ignore_errors=True)


def _install_libraries() -> None:
    """Give a downloaded browser that does not run the system libraries it lacks."""
    found = find_headless()
    if found is None or found.origin != "playwright" or not _is_apt_ours():
        return
    _say(f"{found.name} does not run: installing the libraries it needs …")
    command = [sys.executable, "-m", "playwright", "install-deps", "chromium"]
    _run(command, {"DEBIAN_FRONTEND": "noninteractive"})


def _install_package() -> None:
    """Debian's and Ubuntu's own Chromium; the headless shell is a package of its own and not everywhere."""
    if _apt_install(("chromium", "chromium-headless-shell")):
        return
    _apt_install(("chromium",))


def _apt_install(packages: Sequence[str]) -> bool:
    """Install Debian packages where this user may; apt's own output tells how it goes."""
    if not _is_apt_ours():
        return False
    _say(f"apt-get install {' '.join(packages)} …")
    quiet = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=120"]
    variables = {"DEBIAN_FRONTEND": "noninteractive"}
    install = [*quiet, "install", "-y", "--no-install-recommends", *packages]
    return _run([*quiet, "update"], variables) and _run(install, variables)


def _is_apt_ours() -> bool:
    return is_root() and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def _run(command: Sequence[str], variables: Mapping[str, str]) -> bool:
    try:
        return subprocess.run(command, env=os.environ | variables, timeout=APT_S, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
