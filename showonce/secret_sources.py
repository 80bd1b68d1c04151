"""Where the secrets of runs come from: the environment, files, the vault, another vault, a person at the terminal."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from recordings.errors import CouldNotStartError, DataUnreadableError
from recordings.inputs import Secret
from showonce.settings import Settings, secret_given

if TYPE_CHECKING:
    from replayer.secrets import Given, SecretSource
    from store.vault_keys import Keys

_OTHERS = 0o077


def no_prompt(_: Secret) -> str:
    """For what runs where nobody is asked."""
    return ""


def secret_source(settings: Settings, ask: Callable[[Secret], str] = no_prompt) -> SecretSource:
    """Secrets as these settings have them, looked for in the order above.

    Args:
        ask: A hidden prompt, asked once for each; used only where standard input is a terminal.
    """
    asked = cache(ask)

    def value_of(secret: Secret) -> str | Given | None:
        for source in (
            secret_given,
            _in_files(settings.secrets_from),
            _in_vault(settings),
            _by_hook(settings.vault_hook),
        ):
            found = source(secret)
            if found is not None:
                return found
        return asked(secret) or None if sys.stdin.isatty() else None

    return value_of


def place_of(secret: Secret, settings: Settings, in_vault: Collection[str]) -> str:
    """Where ``secret_source`` takes a secret from in this process, in words; "" where it is nowhere.

    No value is told, and none of the vault is opened.

    Args:
        in_vault: The names of the secrets that are in the vault.
    """
    if secret_given(secret) is not None:
        return f"{secret.variable} of the console's environment"
    try:
        if _in_files(settings.secrets_from)(secret) is not None:
            return "what SHOWONCE_SECRETS_FROM points to"
    except CouldNotStartError:
        return "what SHOWONCE_SECRETS_FROM points to, which cannot be read"
    if secret.name in in_vault:
        return "the vault"
    return "the vault behind SHOWONCE_VAULT_HOOK, if that has it" if settings.vault_hook else ""


def vault_keys(settings: Settings) -> Keys:
    """The keys of the vault, wherever they are kept.

    Raises:
        KeyUnusableError: SHOWONCE_KEY holds none.
    """
    from store.vault_keys import keys_of

    return keys_of(settings.key, settings.home / "keys")


def _in_vault(settings: Settings) -> Callable[[Secret], Given | None]:
    def value_of(secret: Secret) -> Given | None:
        from replayer.secrets import Given
        from showonce.one_time import codes_of
        from store.vault_now import VaultNow

        found = VaultNow(settings.home, settings.database_url, vault_keys(settings)).get(
            ("secret", "totp"), secret.name
        )
        if found is None:
            return None
        kind, kept = found
        return codes_of(kept.value, kept.origin) if kind == "totp" else Given(kept.value, kept.origin)

    return value_of


def _in_files(place: Path | None) -> Callable[[Secret], str | None]:
    """A folder with a file for each secret, called as it or as its variable is, as containers are given them; or one
    file of ``NAME=value`` lines, its owner's alone."""

    def value_of(secret: Secret) -> str | None:
        if place is None:
            return None
        try:
            if place.is_dir():
                paths = [path for path in (place / secret.name, place / secret.variable) if path.is_file()]
                return paths[0].read_text(encoding="utf-8").rstrip("\r\n") if paths else None
            if os.name == "posix" and place.stat().st_mode & _OTHERS:
                raise CouldNotStartError(
                    f"The secrets in {place} can be read by others.", f"Close it: chmod 600 {place}"
                )
            return _line_of(place.read_text(encoding="utf-8"), {secret.name, secret.variable})
        except OSError as error:
            raise DataUnreadableError(
                str(place), error.strerror or str(error), "Check SHOWONCE_SECRETS_FROM."
            ) from error
        except UnicodeDecodeError:  # which would quote it
            raise DataUnreadableError(str(place), "it is not UTF-8 text", "Check SHOWONCE_SECRETS_FROM.") from None

    return value_of


def _line_of(text: str, names: set[str]) -> str | None:
    for line in text.splitlines():
        name, sign, value = line.partition("=")
        if sign and name.strip() in names:
            return value
    return None


def _by_hook(path: str) -> Callable[[Secret], str | None]:
    """``package.module:function``, which is given a secret's name and returns its value, or None."""

    def value_of(secret: Secret) -> str | None:
        if not path:
            return None
        module, _, name = path.partition(":")
        try:
            function = getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError, ValueError) as error:
            raise CouldNotStartError(
                f"SHOWONCE_VAULT_HOOK names '{path}', which is not there: {error}.",
                "Write it as package.module:function.",
            ) from error
        try:
            found = function(secret.name)
        except Exception as error:  # noqa: BLE001 - the edge: code of others, whose words may hold the secret
            raise CouldNotStartError(
                f"The vault behind {path} did not give '{secret.name}': {type(error).__name__}.", "Ask it by itself."
            ) from None
        if found is not None and not isinstance(found, str):
            raise CouldNotStartError(f"{path} gave {type(found).__name__} for '{secret.name}', not text.")
        return found

    return value_of
