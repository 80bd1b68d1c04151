"""Where the keys of the vault are: given by a setting, in the system's keyring, or in files of their owner alone."""

from __future__ import annotations

import os
import re
import secrets as randomness
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from recordings.errors import CouldNotStartError

KEY_BYTES = 32
_SERVICE = "showonce"
_ID = re.compile(r"[0-9a-f]{16}")
_HOW = "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"


class KeyUnusableError(CouldNotStartError):
    """A key of the vault that is no key, cannot be kept, or is open to others."""


@dataclass(frozen=True, slots=True)
class Key:
    """32 bytes, called by the beginning of a hash of theirs."""

    content: bytes = field(repr=False)

    @property
    def id(self) -> str:
        return sha256(b"showonce vault key" + self.content).hexdigest()[:16]

    @property
    def text(self) -> str:
        """As it is written down."""
        return urlsafe_b64encode(self.content).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, place: str) -> Key:
        """The key that a text says.

        Raises:
            KeyUnusableError: It says none; what it says is not repeated.
        """
        try:
            content = urlsafe_b64decode(text.strip() + "=" * (-len(text.strip()) % 4))
        except (NoBase64, ValueError):
            content = b""
        if len(content) != KEY_BYTES:
            raise KeyUnusableError(f"{place} is no key: a key is {KEY_BYTES} bytes as base64.", _HOW)
        return cls(content)

    @classmethod
    def new(cls) -> Key:
        """One that nobody has."""
        return cls(randomness.token_bytes(KEY_BYTES))


class Keys(Protocol):
    """Keys by their ids. All of it may wait for the disk, or for a person who is asked to open the keyring."""

    @property
    def where(self) -> str:
        """For messages."""
        ...

    def get(self, key_id: str) -> Key | None:
        """The key of this id, None where it is not here."""
        ...

    def make(self) -> Key:
        """A key to seal with from now on, kept here.

        Raises:
            KeyUnusableError: It cannot be kept.
        """
        ...

    def forget(self, key_id: str) -> None:
        """Keep it no longer."""
        ...


class GivenKeys:
    """Those of a setting, separated by commas: the first is to be used from now on, others only open."""

    where = "SHOWONCE_KEY"

    def __init__(self, texts: Sequence[str]) -> None:
        self._keys = [Key.read(text, self.where) for text in texts]

    def get(self, key_id: str) -> Key | None:
        return next((key for key in self._keys if key.id == key_id), None)

    def make(self) -> Key:
        return self._keys[0]

    def forget(self, key_id: str) -> None:
        """Nothing: whoever gives keys takes them away."""


class FileKeys:
    """A file a key, with mode 0600, in a folder that comes to be with the first of them."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.where = folder, str(folder)

    def get(self, key_id: str) -> Key | None:
        path = self._path(key_id)
        try:
            if os.name == "posix" and path.stat().st_mode & 0o077:
                raise KeyUnusableError(f"The key {path} can be read by others.", f"Close it: chmod 600 {path}")
            return Key.read(path.read_text(encoding="ascii", errors="replace"), str(path))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeyUnusableError(f"The key {path} cannot be read: {error.strerror}.") from error

    def make(self) -> Key:
        key = Key.new()
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self._path(key.id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(key.text)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise KeyUnusableError(f"No key can be kept in {self._folder}: {error.strerror}.") from error
        return key

    def forget(self, key_id: str) -> None:
        with suppress(FileNotFoundError):
            self._path(key_id).unlink()

    def _path(self, key_id: str) -> Path:
        if not _ID.fullmatch(key_id):
            raise KeyUnusableError("The vault names a key in a way that none is named.", "Restore it from a backup.")
        return self._folder / f"{key_id}.key"


class SystemKeys:
    """The keyring of the system: the login's own on a desktop."""

    where = "the system's keyring"

    def get(self, key_id: str) -> Key | None:
        import keyring
        from keyring.errors import KeyringError

        try:
            text = keyring.get_password(_SERVICE, key_id)
        except KeyringError as error:
            raise KeyUnusableError(f"The system's keyring cannot be read: {error}.", "Unlock it.") from error
        return None if text is None else Key.read(text, self.where)

    def make(self) -> Key:
        import keyring
        from keyring.errors import KeyringError

        key = Key.new()
        try:
            keyring.set_password(_SERVICE, key.id, key.text)
        except KeyringError as error:
            raise KeyUnusableError(f"The system's keyring keeps no key: {error}.", "Unlock it.") from error
        return key

    def forget(self, key_id: str) -> None:
        import keyring
        from keyring.errors import KeyringError

        with suppress(KeyringError):
            keyring.delete_password(_SERVICE, key_id)


class KeysOf:
    """Several places, found when a key is asked for first: it is looked for in each, a new one kept in the first."""

    def __init__(self, places: Callable[[], Sequence[Keys]]) -> None:
        self._find = places

    @cached_property
    def _places(self) -> Sequence[Keys]:
        return self._find()

    @property
    def where(self) -> str:
        return " or ".join(place.where for place in self._places)

    def get(self, key_id: str) -> Key | None:
        return next((key for place in self._places if (key := place.get(key_id)) is not None), None)

    def make(self) -> Key:
        return self._places[0].make()

    def forget(self, key_id: str) -> None:
        for place in self._places:
            place.forget(key_id)


def keys_of(given: str, folder: Path) -> Keys:
    """The keys that are used here: the given ones alone, else those of the system's keyring and of ``folder``.

    Raises:
        KeyUnusableError: What is given is no key.
    """
    if given:
        texts = [text for text in given.split(",") if text.strip()]
        if not texts:
            raise KeyUnusableError(f"SHOWONCE_KEY is no key: a key is {KEY_BYTES} bytes as base64.", _HOW)
        return GivenKeys(texts)
    return KeysOf(lambda: [SystemKeys(), FileKeys(folder)] if has_keyring() else [FileKeys(folder)])


def has_keyring() -> bool:
    """Whether the system has a keyring that this process can use.

    Raises:
        KeyUnusableError: It is told to use one that is not there.
    """
    import keyring
    from keyring.backends import fail, null

    try:
        return not isinstance(keyring.get_keyring(), fail.Keyring | null.Keyring)
    except (ImportError, AttributeError) as error:
        why = f"The keyring that PYTHON_KEYRING_BACKEND names cannot be used: {error}."
        raise KeyUnusableError(why, "Correct it, or unset it.") from error
