"""What a person gives on the command line, made into values: inputs, pairs, addresses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from recordings.errors import CouldNotStartError, DataUnreadableError, InputInvalidError
from recordings.inputs import Secret

_HERE = re.compile(r"(localhost|127\.0\.0\.1|\[::1\]|[\w.-]+\.localhost)(:\d+)?([/?#]|$)", re.IGNORECASE)


class PairUnreadableError(CouldNotStartError):
    """An option that wants ``name=value`` got something else."""

    def __init__(self, option: str, given: str) -> None:
        super().__init__(
            f"{option} wants name=value, not '{given}'.",
            f'For example: {option} full_name="Ada Lovelace".',
        )


class SecretInClearError(CouldNotStartError):
    """The value of a secret was given where others could read it."""

    def __init__(self, secret: Secret, where: str) -> None:
        super().__init__(
            f"'{secret.name}' is a secret, and {where} would leave it where others can read it.",
            f"Set {secret.variable} in the environment, or run in a terminal to be asked.",
        )


def pairs(option: str, given: Iterable[str]) -> dict[str, str]:
    """``name=value`` texts by name; the value may hold more ``=``, and the last of a name counts."""
    found = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            # The text may be a secret without its name, so only a name-like beginning is shown.
            raise PairUnreadableError(option, text if len(text) < 40 else text[:39] + "…")
        found[name.strip()] = value
    return found


def given_inputs(given: Iterable[str], source: Path | None, secrets: Sequence[Secret]) -> dict[str, str]:
    """The inputs of a run: those of the JSON file, then those given one by one, which win.

    Raises:
        PairUnreadableError, DataUnreadableError, InputInvalidError: They cannot be read.
        SecretInClearError: A secret is among them.
    """
    by_name = {secret.name: secret for secret in secrets}
    for text in given:
        if (secret := by_name.get(text.partition("=")[0].strip())) is not None:
            raise SecretInClearError(secret, "a command line")
    from_file = _read_inputs(source) if source is not None else {}
    for name in from_file:
        if name in by_name:
            raise SecretInClearError(by_name[name], f"the file {source}")
    return {**from_file, **pairs("--input", given)}


def address(text: str) -> str:
    """A full address: ``http://`` is added for this machine, ``https://`` for others."""
    if re.match(r"[a-z][a-z0-9+.-]*://|(about|data|file):", text, re.IGNORECASE):
        return text
    return f"http://{text}" if _HERE.match(text) else f"https://{text}"


def web_address(text: str) -> str:
    """The same of a web page.

    Raises:
        CouldNotStartError: It is no web page's.
    """
    found = address(text)
    if not found.startswith(("http://", "https://")):
        raise CouldNotStartError(f"'{text[:80]}' is no web page.", "Give its address: https://app.example.com/login")
    return found


def _read_inputs(source: Path) -> dict[str, str]:
    example = 'Write one JSON object, such as {"full_name": "Ada Lovelace"}.'
    try:
        values = json.loads(source.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise DataUnreadableError(str(source), "there is no such file", "Check the path.") from error
    except OSError as error:
        raise DataUnreadableError(str(source), error.strerror or str(error), "Check the path.") from error
    except ValueError as error:
        raise DataUnreadableError(str(source), f"it is not JSON ({error})", example) from error
    if not isinstance(values, dict):
        raise DataUnreadableError(str(source), "it is not a JSON object", example)
    return _texts(values)


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    found = {}
    for name, value in values.items():
        if not isinstance(value, str):
            raise InputInvalidError(name, f'{json.dumps(value)} is not text; write "{_plain(value)}"')
        found[name] = value
    return found


def _plain(value: object) -> str:
    return json.dumps(value) if isinstance(value, (bool, int, float)) else "…"
