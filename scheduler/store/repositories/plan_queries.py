"""What a plan looks like: its list with search, its calendar, its load."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, FromClause, RowMapping, Select, and_, func, select

from scheduler.domain.gc_pause import gc_paused
from scheduler.domain.plan import Assignment, PlanStatus
from scheduler.domain.words import Message
from scheduler.store import tables
from scheduler.store.read_models import AssignmentRow, CalendarRow, LoadRow, Page
from scheduler.store.repositories.base import Repository, containing, one_page, table_of

ASSIGNMENT = table_of(tables.Assignment)
EMPLOYEE = table_of(tables.Employee)
PLAN = table_of(tables.Plan)
SESSION = table_of(tables.PlanSession)

NAMES_SHOWN = 30
"""How many names a session of the calendar carries at most."""

_ORDER = tuple(ASSIGNMENT.c[name] for name in ("first_day", "session", "employee_id", "duty_id"))
_SERVES = EMPLOYEE.c.id == ASSIGNMENT.c.employee_id
_ASSIGNED = tuple(Assignment.model_fields)
_ASSIGNMENTS = TypeAdapter(tuple[Assignment, ...])
_HELD = and_(SESSION.c.plan_id == ASSIGNMENT.c.plan_id, SESSION.c.key == ASSIGNMENT.c.session)


class PlanQueries(Repository):
    """The assignments of a plan, as the pages ask for them."""

    def assignments(self, plan_id: int) -> tuple[Assignment, ...]:
        """The whole plan, ordered by duty."""
        columns = (ASSIGNMENT.c[name] for name in _ASSIGNED)
        query = select(*columns).where(ASSIGNMENT.c.plan_id == plan_id)
        rows = self.session.execute(query.order_by(ASSIGNMENT.c.duty_id))
        with gc_paused():
            values = [dict(zip(_ASSIGNED, row, strict=True)) for row in rows]
            return _ASSIGNMENTS.validate_python(values)

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
        in sessions that take place (in part) between `first` and `last`; by date and session."""
        people = containing(EMPLOYEE.c.search_text, query)
        people += [EMPLOYEE.c.department == department] if department is not None else []
        sessions = _between(first, last)
        wanted = {"centre": centre, "programme": programme}
        sessions += [SESSION.c[name] == key for name, key in wanted.items() if key is not None]
        # Only what is asked for is joined: a plan may have 300,000 assignments.
        source: FromClause = ASSIGNMENT
        source = source.join(SESSION, _HELD) if sessions else source
        source = source.join(EMPLOYEE, _SERVES) if people else source
        conditions = [ASSIGNMENT.c.plan_id == plan_id, *sessions, *people]
        total = select(func.count()).select_from(source).where(*conditions)
        assignments = select(ASSIGNMENT).select_from(source).where(*conditions).order_by(*_ORDER)
        return Page(
            rows=self._rows(one_page(assignments, page, size)),
            total=self.session.scalar(total) or 0,
            page=page,
            size=size,
        )

    def _rows(self, some: Select[Any]) -> tuple[AssignmentRow, ...]:
        """These assignments with everything a list shows of them."""
        shown = some.subquery()
        query = (
            select(
                *(shown.c[name] for name in ("duty_id", "employee_id", "session", "first_day")),
                shown.c.why,
                EMPLOYEE.c.name.label("employee_name"),
                *(EMPLOYEE.c[name] for name in ("department", "team", "executive")),
                *(SESSION.c[name] for name in ("programme", "centre", "last_day", "days")),
            )
            .join_from(shown, EMPLOYEE, EMPLOYEE.c.id == shown.c.employee_id)
            .join(
                SESSION,
                and_(SESSION.c.plan_id == shown.c.plan_id, SESSION.c.key == shown.c.session),
            )
            .order_by(*(shown.c[column.name] for column in _ORDER))
        )
        return tuple(_row(row) for row in self.session.execute(query).mappings())

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

    def seats_offered(self, first: date, last: date) -> dict[tuple[str, date], int]:
        """By centre and day the seats of the sessions that the plans in force may use, from the
        first day to the last; a session of several plans counts once, as the latest says."""
        query = (
            select(SESSION, PLAN.c.revision)
            .join_from(SESSION, PLAN, PLAN.c.id == SESSION.c.plan_id)
            .where(PLAN.c.status == PlanStatus.PUBLISHED.value, *_between(first, last))
            .order_by(PLAN.c.revision)
        )
        latest = {row.key: row for row in self.session.execute(query)}
        seats: dict[tuple[str, date], int] = defaultdict(int)
        for row in latest.values():
            for day in _dates(row.days):
                if first <= day <= last:
                    seats[row.centre, day] += row.seats
        return seats

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
            .select_from(SESSION.join(ASSIGNMENT, _HELD).join(EMPLOYEE, _SERVES))
            .where(*conditions)
            .subquery()
        )
        query = select(ranked).where(ranked.c.rank <= NAMES_SHOWN)
        names: dict[str, list[str]] = defaultdict(list)
        for row in self.session.execute(query.order_by(ranked.c.key, ranked.c.rank)):
            names[row.key].append(row.name)
        return names


def _between(first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    after = [] if first is None else [SESSION.c.last_day >= first]
    before = [] if last is None else [SESSION.c.first_day <= last]
    return after + before


def _dates(days: list[str]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in days)


def _row(row: RowMapping) -> AssignmentRow:
    why = None if row["why"] is None else Message.model_validate(row["why"])
    return AssignmentRow(**{**row, "days": _dates(row["days"]), "why": why})
