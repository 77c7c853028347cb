"""Settings, read from `FRONTLINE_…` variables."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import (
    ByteSize,
    Field,
    SecretStr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict


def usable_cores() -> int:
    """The cores that this process may run on: fewer than the machine has, where it is bound."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Settings(BaseSettings):
    """How this installation runs. Every field is a `FRONTLINE_` variable of the same name."""

    model_config = SettingsConfigDict(env_prefix="FRONTLINE_", frozen=True, extra="ignore")

    data_dir: Path = Field(
        default_factory=lambda: user_data_path("frontline"),
        description="Folder of the embedded database, the secret key and uploads.",
    )
    database_url: str = Field(
        "", description="sqlite:///… or postgresql://…; else an SQLite file in the data folder."
    )
    base_url: str = Field("", description="Address under which people reach the pages.")
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the web server listens on.")
    secret_key: SecretStr = Field(
        SecretStr(""), description="Signs the sessions; by default made once in the data folder."
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    time_limit: float = Field(60, gt=0, description="Seconds a run may solve unless it says else.")
    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1, ge=1, description="Threads of the solver."
    )
    processes: int = Field(
        default_factory=usable_cores, ge=1, description="Processes that solve side by side."
    )
    memory: ByteSize | None = Field(
        None, gt=0, description="Memory that solving may take: 4GB, 512MiB or bytes; else no limit."
    )
    dask: str = Field(
        "", description="Address of a Dask scheduler, tcp://host:8786, whose workers solve."
    )
    lease_seconds: float = Field(
        15, gt=0, description="A worker silent for this long loses its run to another."
    )
    upload_limit_bytes: int = Field(
        50 * 1024 * 1024, gt=0, description="Largest file that may be uploaded or imported."
    )
    demo: bool = Field(False, description="Show the sample company's accounts at the sign-in page.")

    @model_validator(mode="before")
    @classmethod
    def _blank_is_absent(cls, values: dict[str, object]) -> dict[str, object]:
        return {key: value for key, value in values.items() if value != ""}

    @field_validator("memory", mode="wrap")
    @classmethod
    def _amount(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(value)
        except ValidationError:
            raise ValueError(
                "this is not an amount of memory; write 4GB, 512MiB or a number of bytes"
            ) from None

    @model_validator(mode="after")
    def _fill_in(self) -> Self:
        if not self.database_url:
            path = self.data_dir / "frontline.sqlite3"
            object.__setattr__(self, "database_url", f"sqlite:///{path}")
        if not self.base_url:
            object.__setattr__(self, "base_url", f"http://{self.host}:{self.port}")
        return self

    @property
    def cookie_secure(self) -> bool:
        """Whether cookies may only travel encrypted."""
        return urlsplit(self.base_url).scheme == "https"

    def signing_key(self) -> str:
        """The key that signs sessions; made once, readable by the owner only."""
        if given := self.secret_key.get_secret_value():
            return given
        path = self.data_dir / "secret_key"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text("ascii")
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        return path.read_text("ascii")
