"""Days of service as calendars show them: one event each, with an identity that stays.

The rota's services are made of them (`rota.EventDay`); a plan that is exported as a calendar makes
them of its assignments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from scheduler.domain.base import Value
from scheduler.domain.plan import Assignment
from scheduler.domain.programme import Session


class DayStatus(StrEnum):
    """Whether a day of service takes place."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class ServiceDay(Value):
    """One day of a published assignment. Instants are UTC.

    `uid` never changes; `sequence` goes up with every change of start, end, place or status;
    `number` counts the days of the assignment from 0, `of` says how many there are.
    """

    uid: str
    employee_id: str
    duty_id: str
    number: int
    of: int
    session: str
    programme: str
    centre: str
    starts: datetime
    ends: datetime
    status: DayStatus = DayStatus.CONFIRMED
    sequence: int = 0
    changed_at: datetime
    revision: int


def days_of_service(
    assignments: Iterable[Assignment],
    sessions: Mapping[str, Session],
    *,
    revision: int,
    at: datetime,
    new_uid: Callable[[], str],
) -> list[ServiceDay]:
    """The days that a plan's assignments make, as if nothing had been published before."""
    return [
        ServiceDay(
            uid=new_uid(),
            employee_id=assignment.employee_id,
            duty_id=assignment.duty_id,
            number=number,
            of=len(session.days),
            session=session.key,
            programme=session.programme,
            centre=session.centre,
            starts=starts,
            ends=ends,
            changed_at=at,
            revision=revision,
        )
        for assignment in assignments
        for session in [sessions[assignment.session]]
        for number, (starts, ends) in enumerate(session.hours())
    ]
