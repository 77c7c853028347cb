"""What became of a service: attended, missed, excused, or nothing said yet."""

from __future__ import annotations

from datetime import date, datetime

from scheduler.domain.errors import BadInput, NotFound
from scheduler.domain.rota import Change, ChangeKind, Service, ServiceState, noted
from scheduler.planning.company.setup import refresh_windows
from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork

KINDS = {
    ServiceState.ATTENDED: ChangeKind.ATTENDED,
    ServiceState.MISSED: ChangeKind.MISSED,
    ServiceState.EXCUSED: ChangeKind.EXCUSED,
    ServiceState.CONFIRMED: ChangeKind.REOPENED,
}
"""What to call it when a service comes to be so."""


def note_attendance(
    store: Store,
    service_id: str,
    state: ServiceState,
    *,
    actor: str,
    at: datetime,
    centre: str | None = None,
) -> Service:
    """Say what became of a service; saying that it is confirmed takes back what was said. With
    `centre` only a service of that centre is known. Raises `NotFound`, or `Conflict` for one that
    has not begun or was called off."""
    with store.write() as unit:
        service = unit.rota.service(service_id)
        if centre is not None and service.centre != centre:
            raise NotFound("There is no such service.")
        return _note(unit, service, state, actor=actor, at=at)


def note_attendance_on(
    store: Store,
    employee_id: str,
    day: date,
    state: ServiceState,
    *,
    actor: str,
    at: datetime,
) -> Service:
    """The same for the service that somebody has on a day. Raises `BadInput` where they have
    none."""
    with store.write() as unit:
        person = unit.people.employee(employee_id)
        states = [each for each in ServiceState if each is not ServiceState.CANCELLED]
        for service in unit.rota.services(employee_id, since=day, until=day, states=states):
            if day in service.dates:
                return _note(unit, service, state, actor=actor, at=at)
        raise BadInput(
            f"{person.name} has no service on {day}.",
            hint="Look at the day sheet, or at the person's page, for the days of their services.",
        )


def _note(
    unit: UnitOfWork, service: Service, state: ServiceState, *, actor: str, at: datetime
) -> Service:
    known = noted(service, state, at=at)
    if known == service:
        return service
    change = Change(
        service_id=service.id,
        employee_id=service.employee_id,
        kind=KINDS[state],
        before=service.session,
        after=service.session,
        day_before=service.first_day,
        day_after=service.first_day,
        actor=actor,
        at=at,
    )
    unit.rota.note(known, change)
    refresh_windows(unit, at, service.employee_id)
    details = {"state": state.value, "day": service.first_day.isoformat()}
    unit.audit.record(actor, "noted attendance", service.employee_id, at, details)
    return known
