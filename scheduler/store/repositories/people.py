"""People on record: employees, where they stand, and the search over them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy import update as change

from scheduler.domain.errors import BadInput, NotFound
from scheduler.domain.people import Employee
from scheduler.domain.revision import DayStatus
from scheduler.store import tables
from scheduler.store.mapping.employees import employee_of, row_of
from scheduler.store.read_models import CoverageRow, Owing, Page, PersonRow
from scheduler.store.repositories.base import Repository, chunks, containing, one_page, table_of

Window = tuple[str, date | None, date | None, date | None]
"""Employee id, when the next duty opens, when it is due, and the last day served."""

EMPLOYEE = table_of(tables.Employee)
DAY = table_of(tables.ServiceDay)
EXEMPTION = table_of(tables.Exemption)

_SORTS = {name: name for name in ("id", "department", "team", "title", "level", "hire_date")} | {
    "name": "sort_name",
    "last_served": "last_served",
    "due": "due",
}
SORTS = tuple(sorted(_SORTS))
"""What `search` sorts by; a minus before it turns the order round."""


class People(Repository):
    """Everybody on the roster, past and present: leavers stay, and keep their history."""

    def employees(self, ids: Collection[str] | None = None) -> tuple[Employee, ...]:
        """Everybody, or those of `ids` who are on record, ordered by id."""
        query = select(EMPLOYEE).order_by(EMPLOYEE.c.id)
        if ids is None:
            return tuple(employee_of(row) for row in self.session.execute(query))
        return tuple(
            employee_of(row)
            for some in chunks(sorted(set(ids)))
            for row in self.session.execute(query.where(EMPLOYEE.c.id.in_(some)))
        )

    def employee(self, employee_id: str) -> Employee:
        """One person; `NotFound` unless on record."""
        named = self.employees([employee_id])
        if not named:
            raise NotFound(f"Nobody on record has the employee id “{employee_id}”.")
        return named[0]

    def save_employees(self, employees: Iterable[Employee]) -> None:
        """Put people on record or change what is known of them. Where they stand with their
        service is kept."""
        self.upsert(tables.Employee, [row_of(person) for person in employees])

    def count(self) -> int:
        """How many people are on record, leavers included."""
        return self.session.scalar(select(func.count()).select_from(EMPLOYEE)) or 0

    def departments(self) -> tuple[str, ...]:
        """The names of all departments, in order."""
        return self._names(EMPLOYEE.c.department)

    def teams(self) -> tuple[str, ...]:
        """The names of all teams, in order."""
        return self._names(EMPLOYEE.c.team)

    def _names(self, column: ColumnElement[str]) -> tuple[str, ...]:
        query = select(column).where(column.is_not(None)).distinct().order_by(column)
        return tuple(self.session.scalars(query))

    def save_windows(self, windows: Iterable[Window]) -> None:
        """Note where people stand: (employee id, opens, due, last served). The ledger is the
        truth; this copy of it is what the search and the coverage read."""
        statement = (
            change(EMPLOYEE)
            .where(EMPLOYEE.c.id == bindparam("who"))
            .values(
                opens=bindparam("new_opens"),
                due=bindparam("new_due"),
                last_served=bindparam("new_last_served"),
            )
        )
        names = ("who", "new_opens", "new_due", "new_last_served")
        for some in chunks(windows):
            self.session.execute(statement, [dict(zip(names, w, strict=True)) for w in some])

    def search(
        self,
        query: str = "",
        *,
        department: str | None = None,
        team: str | None = None,
        executive: bool | None = None,
        owing: Owing | str | None = None,
        employed: bool | None = None,
        today: date,
        page: int = 1,
        size: int = 50,
        sort: str = "name",
    ) -> Page[PersonRow]:
        """People whose name, id or e-mail address contains every word of `query`, whatever its
        case and accents. `employed` asks for those who work here today (True), or who have left
        (False). `sort` is one of `SORTS`, with a minus before it for the other direction."""
        wanted = {"department": department, "team": team, "executive": executive}
        conditions = containing(EMPLOYEE.c.search_text, query)
        conditions += [
            EMPLOYEE.c[name] == value for name, value in wanted.items() if value is not None
        ]
        if owing is not None:
            conditions.append(_owing(Owing(owing), today))
        if employed is not None:
            conditions.append(_here(today) if employed else EMPLOYEE.c.leave_date < today)
        total = select(func.count()).select_from(EMPLOYEE).where(*conditions)
        order = _order(EMPLOYEE.c, sort, scanning=bool(query.strip()))
        rows = select(EMPLOYEE).where(*conditions).order_by(*order)
        return Page(
            rows=self._person_rows(one_page(rows, page, size).subquery(), sort, today),
            total=self.session.scalar(total) or 0,
            page=page,
            size=size,
        )

    def _person_rows(self, people: Subquery, sort: str, today: date) -> tuple[PersonRow, ...]:
        # The next day is looked up for the people of the page only: that is why it stands outside.
        upcoming = (
            select(func.min(DAY.c.day))
            .where(DAY.c.employee_id == people.c.id, _to_come(today))
            .scalar_subquery()
        )
        names = [name for name in PersonRow.__dataclass_fields__ if name != "next_service"]
        query = select(*(people.c[name] for name in names), upcoming.label("next_service"))
        rows = self.session.execute(query.order_by(*_order(people.c, sort)))
        return tuple(PersonRow(**row) for row in rows.mappings())

    def coverage(self, today: date) -> tuple[CoverageRow, ...]:
        """How far service has come, by department of those employed today; executives come first,
        in a row of their own."""
        served = and_(EMPLOYEE.c.last_served.is_not(None), EMPLOYEE.c.due >= today)
        planned = exists().where(DAY.c.employee_id == EMPLOYEE.c.id, _to_come(today))
        # Expressions, because an index on the columns would be walked, which takes longer.
        executives = case((EMPLOYEE.c.executive, 1), else_=0)
        department = case((EMPLOYEE.c.executive, None), else_=EMPLOYEE.c.department)
        query = (
            select(
                executives,
                department,
                func.count(),
                _how_many(served),
                _how_many(_owing(Owing.OVERDUE, today)),
                _how_many(planned),
            )
            .where(EMPLOYEE.c.hire_date <= today, _here(today))
            .group_by(executives, department)
        )
        rows = [
            CoverageRow(name, bool(is_executive), *counts)
            for is_executive, name, *counts in self.session.execute(query)
        ]
        return tuple(sorted(rows, key=lambda row: (not row.executives, row.name or "")))


def _order(columns: Any, sort: str, *, scanning: bool = False) -> Sequence[ColumnElement[Any]]:
    """The order of a list. Where all rows have to be looked at anyway (`scanning`), they are
    sorted afterwards: walking them in the order of an index takes ten times as long."""
    name = sort.removeprefix("-")
    if name not in _SORTS:
        raise BadInput(f"People cannot be sorted by “{name}”.", hint=f"By {', '.join(SORTS)}.")
    key = columns[_SORTS[name]]
    first = key.desc() if sort.startswith("-") else key.asc()
    ties = [c for c in (columns.sort_name, columns.id) if c is not key]
    order = [first.nulls_last() if key.nullable else first, *ties]
    # The same for all rows, but the database does not know and cannot use an index.
    return [func.length(EMPLOYEE.c.id) < 0, *order] if scanning else order


def _here(today: date) -> ColumnElement[bool]:
    return or_(EMPLOYEE.c.leave_date.is_(None), EMPLOYEE.c.leave_date >= today)


def _to_come(today: date) -> ColumnElement[bool]:
    return and_(DAY.c.status == DayStatus.CONFIRMED.value, DAY.c.day >= today)


def _owing(owing: Owing, today: date) -> ColumnElement[bool]:
    exempt = exists().where(
        EXEMPTION.c.employee_id == EMPLOYEE.c.id,
        EXEMPTION.c.first <= today,
        EXEMPTION.c.last >= today,
        # Who serves in another way serves all the same.
        cast(EXEMPTION.c.channels, String) == "[]",
        EXEMPTION.c.shadowing.is_(False),
    )
    stand = {
        Owing.EXEMPT: exempt,
        Owing.OVERDUE: and_(EMPLOYEE.c.due < today, ~exempt),
        Owing.DUE: and_(EMPLOYEE.c.opens <= today, EMPLOYEE.c.due >= today, ~exempt),
    }
    return and_(_here(today), stand[owing])


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))
