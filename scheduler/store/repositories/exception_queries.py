"""What pages and use cases ask of the exceptions on record: by number, by person, page by page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, or_, select

from scheduler.domain.errors import NotFound
from scheduler.store import tables
from scheduler.store.mapping.exceptions import ExceptionMapping, V
from scheduler.store.mapping.folding import folded
from scheduler.store.read_models import Entry, Page
from scheduler.store.repositories.base import Repository, containing, one_page, table_of

PERSON_COLUMNS = ("employee_id", "one", "other")
"""Columns that name somebody, in whatever kind has them."""
GONE = "That entry is gone already."
_NAMES = ("name", "mentor_id")
_EMPLOYEE = table_of(tables.Employee)


class ExceptionQueries(Repository):
    """Whatever the kind, as its mapping says."""

    def values(self, mapping: ExceptionMapping[V], employee_id: str | None = None) -> tuple[V, ...]:
        """Everything of a kind, of one person or of all, in the order of the kind."""
        return tuple(mapping.read(row) for row in self._rows(mapping, employee_id))

    def entries(self, mapping: ExceptionMapping[V]) -> tuple[Entry[V], ...]:
        """The same of all with the numbers."""
        return tuple(Entry(row.id, mapping.read(row)) for row in self._rows(mapping))

    def entry(self, mapping: ExceptionMapping[V], number: int) -> V:
        """What is on record under a number; `NotFound` if it is gone."""
        table = table_of(mapping.model)
        row = self.session.execute(select(table).where(table.c.id == number)).one_or_none()
        if row is None:
            raise NotFound(GONE)
        return mapping.read(row)

    def about(self, mapping: ExceptionMapping[V], employee_id: str) -> tuple[Entry[V], ...]:
        """All entries of a kind that concern one person, whichever of two they are."""
        table = table_of(mapping.model)
        concerned = or_(*(column == employee_id for column in _persons(table)))
        ordered = (
            select(table).where(concerned).order_by(*(table.c[name] for name in mapping.order))
        )
        return tuple(Entry(row.id, mapping.read(row)) for row in self.session.execute(ordered))

    def search(
        self,
        mapping: ExceptionMapping[V],
        query: str = "",
        *,
        since: date | None = None,
        numbers: Collection[int] | None = None,
        order: Sequence[str] = (),
        page: int = 1,
        size: int = 50,
    ) -> Page[Entry[V]]:
        """Entries about somebody whose name, id or e-mail address contains every word of `query`;
        of blackouts and mentors, whose own name does. `since` leaves out what ended before that
        day, `numbers` all but these. Ordered as the kind is, unless `order` names other
        columns."""
        table = table_of(mapping.model)
        conditions = _conditions(table, since, numbers)
        columns = [table.c[name] for name in (*(order or mapping.order), "id")]
        ordered = select(table).where(*conditions).order_by(*columns)
        persons = _persons(table)
        if query.strip() and not persons:
            return self._named(mapping, ordered, query, page, size)
        if query.strip():
            people = select(_EMPLOYEE.c.id).where(*containing(_EMPLOYEE.c.search_text, query))
            conditions.append(or_(*(column.in_(people) for column in persons)))
            ordered = ordered.where(conditions[-1])
        total = select(func.count()).select_from(table).where(*conditions)
        rows = self.session.execute(one_page(ordered, page, size))
        entries = tuple(Entry(row.id, mapping.read(row)) for row in rows)
        return Page(entries, self.session.scalar(total) or 0, page, size)

    def _named(
        self,
        mapping: ExceptionMapping[V],
        ordered: Select[Any],
        query: str,
        page: int,
        size: int,
    ) -> Page[Entry[V]]:
        """Blackouts and mentors are few, and their names are not kept folded."""
        table = table_of(mapping.model)
        names = [name for name in _NAMES if name in table.c]
        words = folded(query).split()
        matching = [
            row
            for row in self.session.execute(ordered)
            if all(word in folded(" ".join(getattr(row, name) for name in names)) for word in words)
        ]
        start = max(0, page - 1) * size
        rows = tuple(Entry(row.id, mapping.read(row)) for row in matching[start : start + size])
        return Page(rows, len(matching), page, size)

    def _rows(self, mapping: ExceptionMapping[V], employee_id: str | None = None) -> Iterable[Any]:
        table = table_of(mapping.model)
        query = select(table).order_by(*(table.c[name] for name in mapping.order))
        if employee_id is not None:
            query = query.where(table.c.employee_id == employee_id)
        return self.session.execute(query)


def _persons(table: Table) -> list[ColumnElement[str]]:
    return [table.c[name] for name in PERSON_COLUMNS if name in table.c]


def _conditions(
    table: Table, since: date | None, numbers: Collection[int] | None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if since is not None and "last" in table.c:
        conditions.append(table.c.last >= since)
    if numbers is not None:
        conditions.append(table.c.id.in_(numbers))
    return conditions
