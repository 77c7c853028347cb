"""What a publication means for every calendar: days of service that keep their identity.

A published plan becomes days of service, one calendar event each. The next revision finds each
day again by duty and day number, so a moved day stays the same event with a higher sequence
(RFC 5545, 3.8.7.4), and one that is gone is cancelled, never forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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


def follow(
    published: Sequence[ServiceDay], wanted: Iterable[ServiceDay], *, at: datetime
) -> list[ServiceDay]:
    """The rows a new revision writes: new days, changed days (same uid, next sequence), and
    cancelled ones. Days that stay as they are are not among them; a day that has begun by `at`
    is history, and a duty planned anew gets new days beside it."""
    before = {(day.duty_id, day.number): day for day in published}
    writes: list[ServiceDay] = []
    for day in wanted:
        old = before.pop((day.duty_id, day.number), None)
        if old is None or (_differs(old, day) and old.starts <= at):
            writes.append(day)
        elif _differs(old, day):
            writes.append(day.model_copy(update={"uid": old.uid, "sequence": old.sequence + 1}))
    writes += [
        old.model_copy(
            update={
                "status": DayStatus.CANCELLED,
                "sequence": old.sequence + 1,
                "changed_at": at,
            }
        )
        for old in before.values()
        if old.status is DayStatus.CONFIRMED and old.starts > at
    ]
    return writes


def _differs(old: ServiceDay, new: ServiceDay) -> bool:
    return (old.starts, old.ends, old.centre, old.programme, old.status, old.of) != (
        new.starts,
        new.ends,
        new.centre,
        new.programme,
        new.status,
        new.of,
    )
