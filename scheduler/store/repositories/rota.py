"""The rota: every service in force, ahead and past, and what happened to each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from itertools import groupby

from sqlalchemy import ColumnElement, func, select

from scheduler.domain.errors import NotFound
from scheduler.domain.revision import DayStatus
from scheduler.domain.rota import Change, Publication, Service, ServiceState
from scheduler.store import tables
from scheduler.store.mapping.services import (
    change_of,
    change_row,
    day_rows,
    service_of,
    service_row,
)
from scheduler.store.read_models import GuestRow
from scheduler.store.repositories.base import Repository, table_of

SERVICE = table_of(tables.Service)
DAY = table_of(tables.ServiceDay)
CHANGE = table_of(tables.ServiceChange)
EMPLOYEE = table_of(tables.Employee)

_TAKES_PLACE = DAY.c.status == DayStatus.CONFIRMED.value


class Rota(Repository):
    """Services are added and changed, never removed; changes are only added."""

    def services(
        self,
        employee_id: str | None = None,
        *,
        centre: str | None = None,
        until: date | None = None,
        since: date | None = None,
        states: Collection[ServiceState] | None = None,
    ) -> tuple[Service, ...]:
        """Services of one person or of all, by their first day; `since` and `until` are days that
        they end at or after, and begin at or before."""
        conditions: list[ColumnElement[bool]] = []
        if employee_id is not None:
            conditions.append(SERVICE.c.employee_id == employee_id)
        if centre is not None:
            conditions.append(SERVICE.c.centre == centre)
        if since is not None:
            conditions.append(SERVICE.c.last >= since)
        if until is not None:
            conditions.append(SERVICE.c.first <= until)
        if states is not None:
            conditions.append(SERVICE.c.state.in_([state.value for state in states]))
        return self._services(conditions)

    def service(self, service_id: str) -> Service:
        """One service; `NotFound` if there is none of that id."""
        services = self._services([SERVICE.c.id == service_id])
        if not services:
            raise NotFound("There is no such service.")
        return services[0]

    def standing(self, duty_id: str) -> Service | None:
        """The confirmed service of a duty; None where it has none."""
        services = self._services(
            [SERVICE.c.duty_id == duty_id, SERVICE.c.state == ServiceState.CONFIRMED.value]
        )
        return services[0] if services else None

    def _services(self, conditions: list[ColumnElement[bool]]) -> tuple[Service, ...]:
        days = (
            select(DAY)
            .join_from(DAY, SERVICE, SERVICE.c.id == DAY.c.service_id)
            .where(*conditions)
            .order_by(DAY.c.service_id, DAY.c.starts, DAY.c.uid)
        )
        rows = self.session.execute(days).mappings()
        by_service = {
            service_id: tuple(some)
            for service_id, some in groupby(rows, key=lambda row: str(row["service_id"]))
        }
        query = select(SERVICE).where(*conditions).order_by(SERVICE.c.first, SERVICE.c.id)
        return tuple(
            service_of(row, by_service[row["id"]]) for row in self.session.execute(query).mappings()
        )

    def guests(self, centre: str, day: date) -> tuple[GuestRow, ...]:
        """Who comes to a centre on a day, by session and name; those called off do not."""
        query = (
            select(DAY, SERVICE.c.state, EMPLOYEE.c.name, EMPLOYEE.c.department)
            .join_from(DAY, SERVICE, SERVICE.c.id == DAY.c.service_id)
            .join(EMPLOYEE, EMPLOYEE.c.id == DAY.c.employee_id)
            .where(DAY.c.centre == centre, DAY.c.day == day, _TAKES_PLACE)
            .order_by(DAY.c.starts, DAY.c.session, EMPLOYEE.c.sort_name, EMPLOYEE.c.id)
        )
        return tuple(
            GuestRow(
                service_id=row.service_id,
                employee_id=row.employee_id,
                employee_name=row.name,
                department=row.department,
                session=row.session,
                programme=row.programme,
                number=row.number,
                of=row.of,
                starts=row.starts,
                ends=row.ends,
                state=ServiceState(row.state),
            )
            for row in self.session.execute(query)
        )

    def next_day(self, centre: str, since: date) -> date | None:
        """The first day from `since` on which anybody comes to a centre."""
        query = select(func.min(DAY.c.day)).where(
            DAY.c.centre == centre, DAY.c.day >= since, _TAKES_PLACE
        )
        day: date | None = self.session.scalar(query)
        return day

    def used(self, first: date, last: date) -> dict[tuple[str, date], int]:
        """By centre and day how many come, from the first day to the last."""
        query = (
            select(DAY.c.centre, DAY.c.day, func.count())
            .where(DAY.c.day >= first, DAY.c.day <= last, _TAKES_PLACE)
            .group_by(DAY.c.centre, DAY.c.day)
        )
        return {(centre, day): count for centre, day, count in self.session.execute(query)}

    def changes(self, employee_id: str) -> tuple[Change, ...]:
        """Everything that happened to a person's services, the oldest first."""
        query = select(CHANGE).where(CHANGE.c.employee_id == employee_id).order_by(CHANGE.c.id)
        return tuple(change_of(row) for row in self.session.execute(query).mappings())

    def publish(self, publication: Publication, revision: int) -> None:
        """Write what a publication does: services, new or changed, and what happened to them."""
        self.upsert(tables.Service, map(service_row, publication.services))
        self.upsert(
            tables.ServiceDay,
            (row for service in publication.services for row in day_rows(service, revision)),
        )
        self.insert(tables.ServiceChange, map(change_row, publication.changes))

    def note(self, service: Service, change: Change) -> None:
        """Write what became of a service. Its days stay what they are."""
        self.upsert(tables.Service, [service_row(service)])
        self.insert(tables.ServiceChange, [change_row(change)])
