"""``showonce doctor``: what this machine has for recording and replaying, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from browser.health import Check
    from showonce.settings import Settings

ONLY_TO_RECORD = frozenset({"display", "headed browser"})
"""Checks without which recordings can still be replayed; they do not make the exit code 2."""


def doctor() -> None:
    """Check whether everything that showonce needs is here, and say how to get what is not.

    Example: showonce doctor
    """
    import asyncio

    from browser.find import find_headless
    from browser.health import checks, starts
    from showonce.render import checks_table
    from showonce.settings import read_settings
    from showonce.terminal import screen

    settings = read_settings()
    found = [*checks(settings.home, settings.browser), _vault_key(settings)]
    headless = find_headless(settings.browser)
    if headless is not None:
        found.append(asyncio.run(starts(headless)))
    screen().print(checks_table(found, ONLY_TO_RECORD))
    broken = [check for check in found if not check.ok]
    if any(check.name not in ONLY_TO_RECORD for check in broken):
        screen().print("Something is missing; the yellow lines say how to mend it.")
        raise typer.Exit(2)
    if broken:
        screen().print("Ready to replay. Recording in a window needs what is marked '!'.")
        return
    screen().print("Ready to record and to replay.")


def _vault_key(settings: Settings) -> Check:
    """Where the vault's key is: who copies the home for safety should know whether the key is in the copy."""
    from browser.health import Check
    from showonce.secret_sources import vault_keys
    from store.vault_keys import KeyUnusableError, has_keyring

    name = "key of the vault"
    try:
        keys = vault_keys(settings)
        if settings.key:
            return Check(name, ok=True, found=f"given by {keys.where}")
        ring = has_keyring()
    except KeyUnusableError as error:
        return Check(name, ok=False, found=error.message, mend=error.mend)
    if ring:
        return Check(name, ok=True, found="in the system's keyring")
    return Check(name, ok=True, found=f"in files of {keys.where}: there is no keyring of the system here")
