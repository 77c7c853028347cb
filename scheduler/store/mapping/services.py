"""Services of the rota as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import RowMapping

from scheduler.domain.revision import DayStatus
from scheduler.domain.rota import Change, EventDay, Service, ServiceState
from scheduler.domain.words import Message
from scheduler.store.mapping.row import Row


def service_row(service: Service) -> Row:
    """The row of a service; its days have rows of their own."""
    return {
        "id": service.id,
        "employee_id": service.employee_id,
        "duty_id": service.duty_id,
        "session": service.session,
        "programme": service.programme,
        "centre": service.centre,
        "state": service.state.value,
        "first": service.first_day,
        "last": service.last_day,
        "why": None if service.why is None else service.why.model_dump(mode="json"),
    }


def day_rows(service: Service, revision: int) -> Iterator[Row]:
    """The rows of a service's days, written by this revision."""
    for day in service.days:
        yield {
            "uid": day.uid,
            "service_id": service.id,
            "employee_id": service.employee_id,
            "duty_id": service.duty_id,
            "number": day.number,
            "of": day.of,
            "session": service.session,
            "programme": service.programme,
            "centre": service.centre,
            "starts": day.starts,
            "ends": day.ends,
            "day": day.date,
            "status": day.status.value,
            "sequence": day.sequence,
            "changed_at": day.changed_at,
            "revision": revision,
        }


def service_of(row: RowMapping, days: Iterable[RowMapping]) -> Service:
    """The service in a row and the rows of its days."""
    return Service(
        id=row["id"],
        employee_id=row["employee_id"],
        duty_id=row["duty_id"],
        session=row["session"],
        programme=row["programme"],
        centre=row["centre"],
        state=ServiceState(row["state"]),
        days=tuple(_event(day) for day in days),
        why=None if row["why"] is None else Message.model_validate(row["why"]),
    )


def _event(row: RowMapping) -> EventDay:
    return EventDay(
        uid=row["uid"],
        number=row["number"],
        of=row["of"],
        date=row["day"],
        starts=row["starts"],
        ends=row["ends"],
        status=DayStatus(row["status"]),
        sequence=row["sequence"],
        changed_at=row["changed_at"],
    )


def change_row(change: Change) -> Row:
    """The row of a change."""
    return {**change.model_dump(), "kind": change.kind.value}


def change_of(row: RowMapping) -> Change:
    """The change in a row."""
    return Change(**{name: row[name] for name in Change.model_fields})
