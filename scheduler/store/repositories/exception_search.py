"""The search over exceptions: those of one kind, page by page, by the people they concern."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, or_, select

from scheduler.store import tables
from scheduler.store.mapping.exceptions import Kind, V
from scheduler.store.read_models import Kept, Page
from scheduler.store.repositories.base import containing, folded, one_page, table_of
from scheduler.store.repositories.exceptions import Exceptions

PERSON_COLUMNS = ("employee_id", "one", "other")
_NAMES = ("name", "mentor_id")
_EMPLOYEE = table_of(tables.Employee)


def search_records(
    people: Exceptions,
    kind: Kind[V],
    query: str = "",
    *,
    since: date | None = None,
    numbers: Collection[int] | None = None,
    order: Sequence[str] = (),
    page: int = 1,
    size: int = 50,
) -> Page[Kept[V]]:
    """Entries about somebody whose name, id or e-mail address contains every word of `query`; of
    blackouts and mentors, whose own name does. `since` leaves out what ended before that day,
    `numbers` all but these. Ordered as the kind is, unless `order` names other columns."""
    table = table_of(kind.model)
    conditions = _conditions(table, since, numbers)
    columns = [table.c[name] for name in (*(order or kind.order), "id")]
    entries = select(table).where(*conditions).order_by(*columns)
    persons = _persons(table)
    if query.strip() and not persons:
        return _named(people, kind, entries, query, page, size)
    if query.strip():
        found = select(_EMPLOYEE.c.id).where(*containing(_EMPLOYEE.c.search_text, query))
        conditions.append(or_(*(column.in_(found) for column in persons)))
        entries = entries.where(conditions[-1])
    total = select(func.count()).select_from(table).where(*conditions)
    rows = people.session.execute(one_page(entries, page, size))
    kept = tuple(Kept(row.id, kind.read(row)) for row in rows)
    return Page(kept, people.session.scalar(total) or 0, page, size)


def records_about(people: Exceptions, kind: Kind[V], employee_id: str) -> tuple[Kept[V], ...]:
    """All entries of a kind that concern one person, whichever of two they are."""
    table = table_of(kind.model)
    concerned = or_(*(column == employee_id for column in _persons(table)))
    ordered = select(table).where(concerned).order_by(*(table.c[name] for name in kind.order))
    return tuple(Kept(row.id, kind.read(row)) for row in people.session.execute(ordered))


def _persons(table: Table) -> list[ColumnElement[str]]:
    return [table.c[name] for name in PERSON_COLUMNS if name in table.c]


def _conditions(
    table: Table, since: date | None, numbers: Collection[int] | None
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if since is not None and "last" in table.c:
        found.append(table.c.last >= since)
    if numbers is not None:
        found.append(table.c.id.in_(numbers))
    return found


def _named(
    people: Exceptions, kind: Kind[V], entries: Select[Any], query: str, page: int, size: int
) -> Page[Kept[V]]:
    """Blackouts and mentors are few, and their names are not kept folded."""
    table = table_of(kind.model)
    names = [name for name in _NAMES if name in table.c]
    words = folded(query).split()
    found = [
        row
        for row in people.session.execute(entries)
        if all(word in folded(" ".join(getattr(row, name) for name in names)) for word in words)
    ]
    start = max(0, page - 1) * size
    rows = tuple(Kept(row.id, kind.read(row)) for row in found[start : start + size])
    return Page(rows, len(found), page, size)
