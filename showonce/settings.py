"""Settings of the command line, and the only reader of the environment: ``SHOWONCE_…``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from recordings.errors import CouldNotStartError
from recordings.inputs import Secret

Folder = Annotated[Path, AfterValidator(Path.expanduser)]


class SettingInvalidError(CouldNotStartError):
    """A variable of the environment has a value that cannot be used."""

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(f"The setting {variable} cannot be used: {reason}.", "Correct it, or unset it.")


def _beside_home(given: dict[str, Any]) -> Path:
    home: Path = given["home"]
    return home / "recordings"


class Settings(BaseSettings):
    """Where things are kept and how long to wait.

    ``home`` holds the runs, their pictures and reports; ``recordings`` the recordings that go by a name;
    ``browser`` takes the place of the one that would be found. ``database_url`` is the Postgres database that runs and
    pictures are kept in instead of ``home``; it may hold a password, so it is not shown. ``otlp_endpoint``, of another
    name than the rest (``OTEL_EXPORTER_OTLP_ENDPOINT``), is where spans are sent. ``key`` seals the vault,
    ``secrets_from`` is a file of secrets, or a folder of such files, and ``vault_hook`` a function of another vault;
    see ``showonce.secret_sources``.
    """

    model_config = SettingsConfigDict(env_prefix="SHOWONCE_", env_ignore_empty=True, extra="ignore")

    home: Folder = Field(default=Path("~/.showonce"), validate_default=True)
    recordings: Folder = Field(default_factory=_beside_home)
    browser: Folder | None = None
    database_url: str = Field(default="", repr=False)
    key: str = Field(default="", repr=False)
    secrets_from: Folder | None = None
    vault_hook: str = ""
    step_timeout_s: float = Field(default=10.0, gt=0)
    otlp_endpoint: str = Field(default="", validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")


def read_settings() -> Settings:
    """The settings that the environment gives.

    Raises:
        SettingInvalidError: A variable does not hold what it should.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        variable = f"SHOWONCE_{str(first['loc'][0]).upper()}"
        raise SettingInvalidError(variable, first["msg"][:1].lower() + first["msg"][1:]) from error


def secret_given(secret: Secret) -> str | None:
    """A secret's value in the environment."""
    return os.environ.get(secret.variable) or None
