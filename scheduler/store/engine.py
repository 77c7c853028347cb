"""Opening a database: which SQLite, with which journal, and what its errors mean."""

from __future__ import annotations

import logging
import sqlite3
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, InterfaceError, OperationalError

from scheduler.domain.errors import BadInput, Busy, Conflict, FrontlineError, NotFound

log = logging.getLogger(__name__)


class Purpose(StrEnum):
    """What a connection is wanted for."""

    READ = "read"
    """One consistent snapshot; writing fails."""
    WRITE = "write"
    """One transaction."""
    EACH = "each"
    """Every statement is a transaction of its own."""
    MIGRATE = "migrate"
    """One transaction that may write whole tables anew: SQLite does not look at references
    meanwhile, and deletes nothing that refers to the old table."""


PURPOSE = "frontline_purpose"
"""The execution option that says it."""

SAFE_TO_WRITE_AHEAD = (3, 51, 3)
"""The first SQLite that cannot damage a database when it starts the write-ahead log anew
(sqlite.org/wal.html, section 11)."""

# Whatever a moment or an administrator mends; none of it is a mistake of the caller.
# SQLite's primary result codes (sqlite.org/rescode.html).
_SQLITE_BUSY = {
    5: "The database is locked by somebody else.",
    6: "The database is locked by somebody else.",
    8: "The database may only be read.",
    10: "The disk of the database does not answer.",
    13: "The disk of the database is full.",
    14: "The database file cannot be opened.",
}
# Beginnings of PostgreSQL's error codes (its manual, appendix A).
_POSTGRES_BUSY = {
    "08": "The database cannot be reached.",
    "25006": "The database may only be read.",
    "40": "Two changes got into each other's way.",
    "53": "The database has run out of disk, memory or connections.",
    "55P03": "The database is locked by somebody else.",
    "57": "The database is restarting.",
}
_UNIQUE, _FOREIGN = "23505", "23503"
# Not every SQLite driver tells which constraint it was but in words.
_SQLITE_CONSTRAINTS = {
    "UNIQUE constraint failed": _UNIQUE,
    "FOREIGN KEY constraint failed": _FOREIGN,
}
TRY_AGAIN = "Nothing was changed; try again in a moment."


def open_engine(url: str, patience: float) -> Engine:
    """An engine that connects when first used, and whose errors are the domain's. `patience` is
    how many seconds one waits for another's lock. `BadInput` for an address that leads nowhere."""
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        engine = _open_sqlite(address, patience)
    else:
        engine = _open_postgres(address, patience)
    event.listen(engine, "handle_error", _translate)
    return engine


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        kind = ""
    else:
        kind = address.get_backend_name()
    if kind in ("postgres", "postgresql"):
        return address.set(drivername="postgresql+psycopg")
    if kind != "sqlite":
        # The address itself is not shown: it may hold a password.
        raise BadInput(
            "The address of the database is none that Frontline knows.",
            hint="It begins with sqlite:/// or postgresql://.",
        )
    return address


def engine_for(engine: Engine, purpose: Purpose) -> Engine:
    """The same engine, its connections opened for one purpose."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{PURPOSE: purpose})
    if purpose is Purpose.READ:
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine.execution_options(
        isolation_level="AUTOCOMMIT" if purpose is Purpose.EACH else "READ COMMITTED"
    )


def _open_postgres(address: URL, patience: float) -> Engine:
    if find_spec("psycopg") is None:
        raise BadInput(
            "The driver for PostgreSQL is not installed.",
            hint="Install it with: pip install 'frontline[postgres]'.",
        )
    return create_engine(
        address,
        pool_pre_ping=True,
        pool_size=10,
        pool_timeout=patience,
        connect_args={
            "connect_timeout": max(2, round(patience)),
            "options": f"-c lock_timeout={round(patience * 1000)}",
        },
    )


def _open_sqlite(address: URL, patience: float) -> Engine:
    module = sqlite_module()
    ahead = module.sqlite_version_info >= SAFE_TO_WRITE_AHEAD
    in_memory = address.database in (None, "", ":memory:")
    engine = create_engine(
        address,
        module=module,
        connect_args={"timeout": patience},
        **({} if in_memory else {"pool_timeout": patience}),
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        # The driver begins no transactions of its own: `begin` does.
        connection.isolation_level = None
        _choose_journal(connection, "wal" if ahead else "delete")
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        purpose = connection.get_execution_options().get(PURPOSE, Purpose.WRITE)
        connection.exec_driver_sql(f"PRAGMA query_only = {int(purpose is Purpose.READ)}")
        # Once the transaction has begun, this cannot be said any more.
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA foreign_keys = {int(purpose is not Purpose.MIGRATE)}")
        if purpose is Purpose.READ:
            connection.exec_driver_sql("BEGIN")
        elif purpose is not Purpose.EACH:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def sqlite_module() -> ModuleType:
    """The interpreter's SQLite where it may write ahead safely, else the one that comes as a
    wheel (not for every platform), else the interpreter's after all."""
    if sqlite3.sqlite_version_info < SAFE_TO_WRITE_AHEAD:
        try:
            return import_module("pysqlite3.dbapi2")
        except ImportError:
            log.info("SQLite %s must not write ahead: readers wait", sqlite3.sqlite_version)
    return sqlite3


def _choose_journal(connection: Any, wanted: str) -> None:
    """Write ahead, or refuse to. A database in memory has a journal of its own kind."""
    (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
    if journal in (wanted, "memory"):
        return
    try:
        (journal,) = connection.execute(f"PRAGMA journal_mode = {wanted}").fetchone()
    except Exception as error:
        # Two open a new database at once: the other one makes the same choice.
        if getattr(error, "sqlite_errorcode", 0) & 0xFF != 5:
            raise
    if journal == "wal" != wanted:
        raise Busy(
            "The database writes ahead, and this SQLite is too old to do so safely.",
            hint="Stop the other processes, or install the package pysqlite3.",
        )


def _translate(context: ExceptionContext) -> FrontlineError | None:
    error = context.sqlalchemy_exception
    if isinstance(error, DBAPIError):
        return in_the_domain(error)
    # A driver may stumble over a value before the database sees it.
    if isinstance(context.original_exception, OverflowError | UnicodeError):
        return BadInput(f"A value cannot be stored or looked for: {context.original_exception}")
    return None


def in_the_domain(error: DBAPIError) -> FrontlineError | None:
    """What an error of the database means; None where it is a mistake of ours."""
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    state: str | None = getattr(error.orig, "sqlstate", None)
    if code is not None:
        busy = _SQLITE_BUSY.get(code & 0xFF)
        state = _beginning(str(error.orig), _SQLITE_CONSTRAINTS)
    elif state is not None:
        busy = _beginning(state, _POSTGRES_BUSY)
    else:
        # A connection that never came about, or broke, has no code.
        lost = isinstance(error, OperationalError | InterfaceError)
        busy = _POSTGRES_BUSY["08"] if lost else None
    if busy is not None:
        return Busy(busy, hint=TRY_AGAIN)
    if state == _UNIQUE:
        return Conflict("Somebody else wrote the same thing first; nothing was changed.")
    if state == _FOREIGN:
        return NotFound("This refers to something that is not on record, or is referred to.")
    if isinstance(error, DataError):
        return BadInput(f"A value cannot be stored: {error.orig}")
    return None


def _beginning(code: str, meanings: dict[str, str]) -> str | None:
    return next((meant for start, meant in meanings.items() if code.startswith(start)), None)
