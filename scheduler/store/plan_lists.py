"""What a plan looks like: its list with search, its calendar, its load."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, RowMapping, and_, func, select

from scheduler.domain.plan import Assignment
from scheduler.domain.words import Message
from scheduler.store import tables
from scheduler.store.rows import AssignmentRow, CalendarRow, LoadRow, Page
from scheduler.store.shelf import Shelf, containing, one_page, table_of

ASSIGNMENT = table_of(tables.Assignment)
EMPLOYEE = table_of(tables.Employee)
SESSION = table_of(tables.PlanSession)

NAMES_SHOWN = 30
"""How many names a session of the calendar carries at most."""

_HELD = and_(SESSION.c.plan_id == ASSIGNMENT.c.plan_id, SESSION.c.key == ASSIGNMENT.c.session)


class PlanLists(Shelf):
    """The assignments of a plan, as the pages ask for them."""

    def assignments(self, plan_id: int) -> tuple[Assignment, ...]:
        """The whole plan, ordered by duty."""
        columns = (ASSIGNMENT.c[name] for name in ("duty_id", "employee_id", "session"))
        query = select(*columns).where(ASSIGNMENT.c.plan_id == plan_id)
        rows = self.session.execute(query.order_by(ASSIGNMENT.c.duty_id))
        return tuple(Assignment(**row) for row in rows.mappings())

    def search(
        self,
        plan_id: int,
        query: str = "",
        *,
        centre: str | None = None,
        programme: str | None = None,
        department: str | None = None,
        first: date | None = None,
        last: date | None = None,
        page: int = 1,
        size: int = 50,
    ) -> Page[AssignmentRow]:
        """Assignments of people whose name, id or e-mail address contains every word of `query`,
        in sessions that take place (in part) between `first` and `last`; by date and name."""
        conditions = [
            ASSIGNMENT.c.plan_id == plan_id,
            *containing(EMPLOYEE.c.search_text, query),
            *_between(first, last),
        ]
        wanted = (
            (SESSION.c.centre, centre),
            (SESSION.c.programme, programme),
            (EMPLOYEE.c.department, department),
        )
        conditions += [column == value for column, value in wanted if value is not None]
        tables_joined = ASSIGNMENT.join(SESSION, _HELD).join(
            EMPLOYEE, EMPLOYEE.c.id == ASSIGNMENT.c.employee_id
        )
        total = select(func.count()).select_from(tables_joined).where(*conditions)
        rows = _assignment_rows(tables_joined).where(*conditions)
        return Page(
            rows=tuple(
                _row(row) for row in self.session.execute(one_page(rows, page, size)).mappings()
            ),
            total=self.session.scalar(total) or 0,
            page=page,
            size=size,
        )

    def calendar(
        self, plan_id: int, first: date, last: date, centre: str | None = None
    ) -> tuple[CalendarRow, ...]:
        """The sessions that take place (in part) between two days, empty ones too, by date."""
        conditions = [SESSION.c.plan_id == plan_id, *_between(first, last)]
        if centre is not None:
            conditions.append(SESSION.c.centre == centre)
        names = self._names(conditions)
        counts = self._counts(conditions)
        query = select(SESSION).where(*conditions).order_by(SESSION.c.first_day, SESSION.c.key)
        return tuple(
            CalendarRow(
                session=row.key,
                programme=row.programme,
                centre=row.centre,
                days=_dates(row.days),
                seats=row.seats,
                count=counts.get(row.key, 0),
                names=tuple(names[row.key]),
            )
            for row in self.session.execute(query)
        )

    def load(self, plan_id: int) -> tuple[LoadRow, ...]:
        """Seats used and offered by centre and day."""
        counts = self._counts([SESSION.c.plan_id == plan_id])
        load: dict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0])
        for row in self.session.execute(select(SESSION).where(SESSION.c.plan_id == plan_id)):
            for day in _dates(row.days):
                load[row.centre, day][0] += counts.get(row.key, 0)
                load[row.centre, day][1] += row.seats
        return tuple(LoadRow(*key, *seats) for key, seats in sorted(load.items()))

    def _counts(self, conditions: list[ColumnElement[bool]]) -> dict[str, int]:
        query = (
            select(SESSION.c.key, func.count())
            .select_from(SESSION.join(ASSIGNMENT, _HELD))
            .where(*conditions)
            .group_by(SESSION.c.key)
        )
        return dict(self.session.execute(query).all())

    def _names(self, conditions: list[ColumnElement[bool]]) -> dict[str, list[str]]:
        """The first names of each session, by name."""
        rank = func.row_number().over(
            partition_by=SESSION.c.key, order_by=(EMPLOYEE.c.sort_name, EMPLOYEE.c.id)
        )
        ranked = (
            select(SESSION.c.key, EMPLOYEE.c.name, rank.label("rank"))
            .select_from(
                SESSION.join(ASSIGNMENT, _HELD).join(
                    EMPLOYEE, EMPLOYEE.c.id == ASSIGNMENT.c.employee_id
                )
            )
            .where(*conditions)
            .subquery()
        )
        query = select(ranked).where(ranked.c.rank <= NAMES_SHOWN)
        names: dict[str, list[str]] = defaultdict(list)
        for row in self.session.execute(query.order_by(ranked.c.key, ranked.c.rank)):
            names[row.key].append(row.name)
        return names


def _assignment_rows(tables_joined: FromClause) -> Any:
    return (
        select(
            ASSIGNMENT.c.duty_id,
            ASSIGNMENT.c.employee_id,
            EMPLOYEE.c.name.label("employee_name"),
            EMPLOYEE.c.department,
            EMPLOYEE.c.team,
            EMPLOYEE.c.executive,
            SESSION.c.programme,
            SESSION.c.centre,
            ASSIGNMENT.c.session,
            ASSIGNMENT.c.first_day,
            SESSION.c.last_day,
            SESSION.c.days,
            ASSIGNMENT.c.why,
        )
        .select_from(tables_joined)
        .order_by(
            ASSIGNMENT.c.first_day,
            ASSIGNMENT.c.session,
            EMPLOYEE.c.sort_name,
            ASSIGNMENT.c.duty_id,
        )
    )


def _between(first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    after = [] if first is None else [SESSION.c.last_day >= first]
    before = [] if last is None else [SESSION.c.first_day <= last]
    return after + before


def _dates(days: list[str]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in days)


def _row(row: RowMapping) -> AssignmentRow:
    why = None if row["why"] is None else Message.model_validate(row["why"])
    return AssignmentRow(**{**row, "days": _dates(row["days"]), "why": why})
