"""The right SQLite, the right journal, and what errors mean."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
)

from scheduler.domain.errors import BadInput, Busy, Conflict, FrontlineError, NotFound
from scheduler.store import Store
from scheduler.store import engine as opening
from tests.store.examples import name_berlin, name_of_berlin


class Told(Exception):
    """An error as a driver tells it."""

    def __init__(self, message: str, **codes: object) -> None:
        super().__init__(message)
        vars(self).update(codes)


@pytest.mark.parametrize(
    ("kind", "told", "meant"),
    [
        (OperationalError, Told("database is locked", sqlite_errorcode=5), Busy),
        (OperationalError, Told("database is locked", sqlite_errorcode=261), Busy),
        (OperationalError, Told("disk I/O error", sqlite_errorcode=778), Busy),
        (OperationalError, Told("database or disk is full", sqlite_errorcode=13), Busy),
        (OperationalError, Told("no such table: x", sqlite_errorcode=1), None),
        (IntegrityError, Told("UNIQUE constraint failed: x.y", sqlite_errorcode=19), Conflict),
        (IntegrityError, Told("UNIQUE constraint failed: x.y", sqlite_errorcode=2067), Conflict),
        (IntegrityError, Told("FOREIGN KEY constraint failed", sqlite_errorcode=787), NotFound),
        (IntegrityError, Told("NOT NULL constraint failed: x", sqlite_errorcode=1299), None),
        (OperationalError, Told("the server is shutting down", sqlstate="57P01"), Busy),
        (OperationalError, Told("disk full", sqlstate="53100"), Busy),
        (OperationalError, Told("deadlock detected", sqlstate="40P01"), Busy),
        (OperationalError, Told("lock not available", sqlstate="55P03"), Busy),
        (OperationalError, Told("connection refused", sqlstate=None), Busy),
        (InterfaceError, Told("the connection is closed", sqlstate=None), Busy),
        (IntegrityError, Told("duplicate key", sqlstate="23505"), Conflict),
        (IntegrityError, Told("foreign key", sqlstate="23503"), NotFound),
        (DataError, Told("too long", sqlstate="22001"), BadInput),
        (DatabaseError, Told("syntax error", sqlstate="42601"), None),
        (DatabaseError, Told("anything", sqlstate=None), None),
    ],
)
def test_an_error_of_the_database_has_a_meaning(
    kind: Callable[..., Any], told: Told, meant: type[FrontlineError] | None
) -> None:
    found = opening.in_the_domain(kind("SELECT 1", None, told))
    assert type(found) is (meant or type(None))


def test_the_interpreters_sqlite_is_taken_where_it_is_new_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(opening, "SAFE_TO_WRITE_AHEAD", (3, 0))
    assert opening.sqlite_module() is sqlite3


def test_another_sqlite_is_taken_where_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    newer = ModuleType("newer")
    monkeypatch.setattr(opening, "SAFE_TO_WRITE_AHEAD", (99,))
    monkeypatch.setattr(opening, "import_module", lambda name: newer)
    assert opening.sqlite_module() is newer


def test_the_interpreters_sqlite_has_to_do_where_there_is_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> ModuleType:
        raise ImportError(name)

    monkeypatch.setattr(opening, "SAFE_TO_WRITE_AHEAD", (99,))
    monkeypatch.setattr(opening, "import_module", missing)
    assert opening.sqlite_module() is sqlite3


def ask(store: Store, pragma: str) -> object:
    reader = opening.engine_for(store.engine, opening.Purpose.READ)
    with reader.connect() as connection:
        return connection.execute(text(f"PRAGMA {pragma}")).scalar_one()


@pytest.fixture
def new_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if this SQLite were new enough, whichever it is."""
    monkeypatch.setattr(opening, "SAFE_TO_WRITE_AHEAD", (3, 0))


@pytest.mark.usefixtures("new_sqlite")
def test_a_new_sqlite_writes_ahead_and_is_safe(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/x.sqlite3")
    assert ask(store, "journal_mode") == "wal"
    assert ask(store, "synchronous") == 2
    assert ask(store, "foreign_keys") == 1
    store.close()


def test_an_old_sqlite_does_not_write_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "SAFE_TO_WRITE_AHEAD", (99,))
    store = Store(f"sqlite:///{tmp_path}/x.sqlite3")
    store.upgrade()
    assert ask(store, "journal_mode") == "delete"
    assert ask(store, "synchronous") == 2
    with store.write() as unit:
        name_berlin(unit, "Example")
    with store.read() as unit:
        assert name_of_berlin(unit) == "Example"
    store.close()


def test_an_old_sqlite_turns_writing_ahead_off_or_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.sqlite3"
    monkeypatch.setattr(opening, "SAFE_TO_WRITE_AHEAD", (99,))
    other = opening.sqlite_module().connect(path)
    other.execute("PRAGMA journal_mode = wal")
    other.execute("CREATE TABLE x (y)")
    store = Store(f"sqlite:///{path}", patience=0.01)
    with pytest.raises(Busy, match="too old"):
        ask(store, "journal_mode")
    other.close()
    assert ask(store, "journal_mode") == "delete"
    store.close()


@pytest.mark.usefixtures("new_sqlite")
def test_a_database_that_somebody_else_is_opening_is_opened_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    other = opening.sqlite_module().connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store = Store(f"sqlite:///{path}", patience=0.01)
    assert ask(store, "foreign_keys") == 1
    other.execute("ROLLBACK")
    other.close()
    store.close()


@pytest.mark.usefixtures("new_sqlite")
def test_a_database_that_may_only_be_read_is_said(tmp_path: Path) -> None:
    opening.sqlite_module().connect(tmp_path / "x.sqlite3").execute("CREATE TABLE x (y)")
    store = Store(f"sqlite:///file:{tmp_path}/x.sqlite3?mode=ro&uri=true")
    with pytest.raises(Busy, match="only be read"):
        ask(store, "journal_mode")


def test_what_is_no_database_is_not_taken_for_one(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    path.write_bytes(b"This is a letter and no database. " * 100)
    with pytest.raises(DatabaseError, match="not a database"):
        ask(Store(f"sqlite:///{path}"), "journal_mode")


def test_a_database_in_memory_serves_one_thread() -> None:
    store = Store("sqlite://")
    store.upgrade()
    with store.write() as unit:
        name_berlin(unit, "Example")
    with store.read() as unit:
        assert name_of_berlin(unit) == "Example"
    store.close()
