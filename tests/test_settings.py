"""Settings come from the environment, and what is left blank is worked out."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from platformdirs import user_data_path
from pydantic import ValidationError

from scheduler.settings import Settings, usable_cores


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.upper().startswith("FRONTLINE_"):
            monkeypatch.delenv(name)


def test_everything_has_a_default() -> None:
    settings = Settings()
    assert settings.data_dir == user_data_path("frontline")
    assert settings.database_url == f"sqlite:///{settings.data_dir / 'frontline.sqlite3'}"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.time_limit == 60
    assert settings.lease_seconds == 15
    assert settings.upload_limit_bytes == 50 * 1024 * 1024
    assert settings.workers == (os.cpu_count() or 1)
    assert settings.processes == usable_cores()
    assert settings.memory is None
    assert settings.dask == ""
    assert not settings.demo


def test_every_field_is_a_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": "postgresql://db/frontline",
        "BASE_URL": "https://serve.example.com",
        "PORT": "9000",
        "WORKERS": "3",
        "DEMO": "true",
        "PROCESSES": "5",
        "DASK": "tcp://dask:8786",
        "MEMORY": "4GB",
        "LOG_LEVEL": "DEBUG",
    }.items():
        monkeypatch.setenv(f"FRONTLINE_{name}", value)
    settings = Settings()
    assert settings.data_dir == tmp_path
    assert settings.database_url == "postgresql://db/frontline"
    assert settings.base_url == "https://serve.example.com"
    assert (settings.port, settings.workers, settings.demo) == (9000, 3, True)
    assert (settings.processes, settings.dask) == (5, "tcp://dask:8786")
    assert settings.memory == 4_000_000_000
    assert settings.log_level == "DEBUG"


def test_a_blank_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose files write them so."""
    for name in (
        "PORT",
        "DATABASE_URL",
        "BASE_URL",
        "SECRET_KEY",
        "DEMO",
        "WORKERS",
        "MEMORY",
        "DASK",
    ):
        monkeypatch.setenv(f"FRONTLINE_{name}", "")
    assert Settings() == Settings.model_validate({"data_dir": user_data_path("frontline")})


def test_the_address_follows_host_and_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTLINE_HOST", "serve.internal")
    monkeypatch.setenv("FRONTLINE_PORT", "8080")
    assert Settings().base_url == "http://serve.internal:8080"


def test_the_embedded_database_follows_the_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FRONTLINE_DATA_DIR", str(tmp_path))
    assert Settings().database_url == f"sqlite:///{tmp_path}/frontline.sqlite3"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("WORKERS", "0"),
        ("PROCESSES", "0"),
        ("MEMORY", "0"),
        ("MEMORY", "-1GB"),
        ("MEMORY", "lots"),
        ("TIME_LIMIT", "0"),
        ("LEASE_SECONDS", "-1"),
        ("UPLOAD_LIMIT_BYTES", "0"),
        ("DEMO", "perhaps"),
    ],
)
def test_a_bad_value_is_told_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"FRONTLINE_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


@pytest.mark.parametrize(
    ("said", "amount"),
    [("4GB", 4 * 10**9), ("512 MiB", 512 * 2**20), ("1.5g", 1_500_000_000), ("1048576", 2**20)],
)
def test_memory_is_said_as_people_do(
    monkeypatch: pytest.MonkeyPatch, said: str, amount: int
) -> None:
    monkeypatch.setenv("FRONTLINE_MEMORY", said)
    assert Settings().memory == amount


def test_what_is_no_amount_of_memory_is_told_how_to_say_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FRONTLINE_MEMORY", "4 gigs")
    with pytest.raises(ValidationError, match="write 4GB"):
        Settings()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system binds no process")
def test_only_cores_that_may_be_used_count() -> None:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert Settings().processes == 1
    finally:
        os.sched_setaffinity(0, before)


@pytest.mark.parametrize(
    ("address", "secure"), [("https://serve.example.com", True), ("http://127.0.0.1:8000", False)]
)
def test_cookies_travel_encrypted_where_the_pages_do(address: str, secure: bool) -> None:
    assert Settings(base_url=address).cookie_secure is secure


class TestSigningKey:
    def test_is_made_once_and_kept(self, tmp_path: Path) -> None:
        settings = Settings(data_dir=tmp_path / "new" / "folder")
        key = settings.signing_key()
        assert len(key) >= 48
        assert settings.signing_key() == key
        assert Settings(data_dir=settings.data_dir).signing_key() == key

    def test_differs_from_installation_to_installation(self, tmp_path: Path) -> None:
        keys = {Settings(data_dir=tmp_path / name).signing_key() for name in "abc"}
        assert len(keys) == 3

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no modes of this kind")
    def test_is_readable_by_the_owner_only(self, tmp_path: Path) -> None:
        Settings(data_dir=tmp_path).signing_key()
        assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600

    def test_may_be_given(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("FRONTLINE_SECRET_KEY", "given")
        assert Settings(data_dir=tmp_path).signing_key() == "given"
        assert not (tmp_path / "secret_key").exists()

    def test_is_not_shown_by_accident(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FRONTLINE_SECRET_KEY", "hush")
        assert "hush" not in repr(Settings())
