"""Bringing the tables up to date, by program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from scheduler.domain.errors import Conflict
from scheduler.store.engine import Purpose, engine_for

SCRIPTS = Path(__file__).parent / "migrations"
LOCK = 0x66726F6E  # "fron", among the advisory locks of a PostgreSQL


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file; `connection` is the one to migrate."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def head() -> str | None:
    """The newest revision of the tables."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def current(connection: Connection) -> str | None:
    """The revision that the tables of a database have; None where there are none yet."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to a revision in one transaction. A second process waits, and then finds
    nothing left to do."""
    with _migration(engine) as connection:
        command.upgrade(configuration(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the tables back to a revision ("base" removes them all)."""
    with _migration(engine) as connection:
        command.downgrade(configuration(connection), revision)


@contextmanager
def _migration(engine: Engine) -> Iterator[Connection]:
    """One transaction, after which everything that is referred to is still on record."""
    with engine_for(engine, Purpose.MIGRATE).begin() as connection:
        _alone(connection)
        before = current(connection)
        yield connection
        if connection.dialect.name == "sqlite" and current(connection) != before:
            dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if dangling is not None:
                raise Conflict(
                    f"Rows of the table “{dangling[0]}” refer to rows of “{dangling[2]}” that are"
                    " not on record; the tables stay as they were.",
                    hint="Go back to a backup of the database.",
                )


def _alone(connection: Connection) -> None:
    """One migration at a time, however long it takes. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
