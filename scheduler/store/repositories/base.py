"""What every repository does: read and write rows, many at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    Select,
    Table,
    Update,
    delete,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from scheduler.store.mapping.folding import folded
from scheduler.store.mapping.row import Row

T = TypeVar("T")

PARAMETERS = 10_000
"""How many values one statement names at most (SQLite takes 32,766, PostgreSQL 65,535)."""

LONGEST_QUERY = 200
"""How many characters of a search are looked for: a database takes only so many conditions."""

FARTHEST = 2**62
"""The largest number of rows to skip, which both databases can count to."""


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a class."""
    table: Table = model.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
    return table


def chunks(things: Iterable[T], size: int = PARAMETERS) -> Iterator[Sequence[T]]:
    """`things` in pieces of at most `size`."""
    listed = list(things)
    return (listed[start : start + size] for start in range(0, len(listed), size))


def containing(column: ColumnElement[str], query: str) -> list[ColumnElement[bool]]:
    """Conditions that a folded column contains every word of the query."""
    words = folded(query[:LONGEST_QUERY]).split()
    return [column.contains(word, autoescape=True) for word in words]


def one_page(rows: Select[Any], page: int, size: int) -> Select[Any]:
    """The rows of one page, counted from 1. Whatever number somebody types is taken."""
    return rows.limit(size).offset(min(max(0, page - 1) * size, FARTHEST))


class Repository:
    """A part of what is on record, inside one transaction. It never commits."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def insert(self, model: type[SQLModel], rows: Iterable[Row], *, new_only: bool = False) -> None:
        """Insert rows; with `new_only`, those that are there already are left alone."""
        for some in chunks(rows):
            statement = self._insert(table_of(model))
            if new_only:
                statement = statement.on_conflict_do_nothing()
            self.session.execute(statement, some)

    def upsert(
        self, model: type[SQLModel], rows: Iterable[Row], *, key: Collection[str] | None = None
    ) -> None:
        """Insert rows, or change those that are there under the same key (the primary one unless
        said otherwise). Columns that the rows do not name keep their values."""
        table = table_of(model)
        names = list(key or (column.name for column in table.primary_key))
        for some in chunks(rows):
            statement = self._insert(table)
            changes = {name: statement.excluded[name] for name in some[0] if name not in names}
            self.session.execute(
                statement.on_conflict_do_update(index_elements=names, set_=changes), some
            )

    def insert_one(self, model: type[SQLModel], row: Row) -> int:
        """Insert a row; its number."""
        statement = self._insert(table_of(model)).returning(table_of(model).c.id)
        return int(self.session.scalars(statement, [row]).one())

    def update(self, statement: Update) -> bool:
        """Run an update; whether there was anything to change."""
        return self._count(statement) > 0

    def delete(self, model: type[SQLModel], *conditions: ColumnElement[bool]) -> int:
        """Delete rows; how many there were."""
        return self._count(delete(table_of(model)).where(*conditions))

    def lock(self, number: int) -> None:
        """Be the only one with this number until the transaction ends. SQLite has one writer
        anyway."""
        if self.session.get_bind().dialect.name == "postgresql":
            self.session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": number})

    def _count(self, statement: Update | Delete) -> int:
        done: CursorResult[Any] = self.session.connection().execute(statement)
        return done.rowcount

    def _insert(self, table: Table) -> Any:
        if self.session.get_bind().dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)
