"""The rota: every service in force, ahead and past, whatever plan, hand or swap it came from.

A duty has a number of its own: the first that somebody owes, the second, and so on. It does not
hang on when it is due. A service is one duty's place in the rota; its days, one calendar event
each, keep their identity when the service is moved (RFC 5545, 3.8.7.4: one UID, a higher SEQUENCE
with every change of time or place), and a day that is cancelled is never forgotten and never comes
back. What has begun is history: only attendance may still be told of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from scheduler.domain.base import Value
from scheduler.domain.calendar import DateRange
from scheduler.domain.errors import Conflict
from scheduler.domain.ledger import ServiceRecord
from scheduler.domain.plan import Assignment
from scheduler.domain.programme import Policy, Session
from scheduler.domain.revision import DayStatus
from scheduler.domain.words import Message


class ServiceState(StrEnum):
    """What holds of a service. Only one attended discharges its duty."""

    CONFIRMED = "confirmed"
    ATTENDED = "attended"
    MISSED = "missed"
    EXCUSED = "excused"
    CANCELLED = "cancelled"


class EventDay(Value):
    """One day of a service, one event of a calendar. Instants are UTC; `date` is the day where it
    takes place. `number` counts the days of the service from 0, `of` says how many there are."""

    uid: str
    number: int
    of: int
    date: date
    starts: datetime
    ends: datetime
    status: DayStatus = DayStatus.CONFIRMED
    sequence: int = 0
    changed_at: datetime


class Service(Value):
    """One duty's place in the rota: a session with its days, and what holds of it. `why` is what
    its person was told of the date when it was given: nothing that others do later changes it."""

    id: str
    employee_id: str
    duty_id: str
    session: str
    programme: str
    centre: str
    days: tuple[EventDay, ...] = Field(min_length=1)
    state: ServiceState = ServiceState.CONFIRMED
    why: Message | None = None

    @property
    def dates(self) -> tuple[date, ...]:
        """The dates of its events, where it takes place."""
        return tuple(day.date for day in self.events)

    @property
    def first_day(self) -> date:
        """The day it begins."""
        return min(self.dates)

    @property
    def last_day(self) -> date:
        """The day it ends."""
        return max(self.dates)

    @property
    def events(self) -> tuple[EventDay, ...]:
        """The days it takes place on; those it took place on before it was cancelled."""
        return tuple(day for day in self.days if day.status is DayStatus.CONFIRMED) or self.days

    def begun(self, at: datetime) -> bool:
        """Whether its first day has begun."""
        return min(day.starts for day in self.events) <= at

    def over(self, at: datetime) -> bool:
        """Whether its last day has ended."""
        return max(day.ends for day in self.events) <= at

    def ahead(self, at: datetime) -> bool:
        """Whether it is confirmed and has not begun: the only one that may still be changed."""
        return self.state is ServiceState.CONFIRMED and not self.begun(at)


class ChangeKind(StrEnum):
    """What happened to a service."""

    GIVEN = "given"
    MOVED = "moved"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    MISSED = "missed"
    EXCUSED = "excused"
    REOPENED = "reopened"


class Change(Value):
    """One event in the life of a service: from which session to which, and their first days, by
    whom, when, and why."""

    service_id: str
    employee_id: str
    kind: ChangeKind
    before: str | None = None
    after: str | None = None
    day_before: date | None = None
    day_after: date | None = None
    actor: str
    at: datetime
    reason: str = ""


class PlanScope(Value):
    """What a plan speaks for: services that begin within its horizon, of its centres and
    programmes. Publishing changes the rota there and nowhere else."""

    horizon: DateRange
    centres: frozenset[str]
    programmes: frozenset[str]

    def holds(self, service: Service) -> bool:
        """Whether the plan speaks for this service."""
        return (
            service.first_day in self.horizon
            and service.centre in self.centres
            and service.programme in self.programmes
        )


class Publication(Value):
    """What publishing does to the rota: the services that it writes, new or changed, and how many
    stay as they are. `changes` tell what is written, service by service."""

    services: tuple[Service, ...]
    changes: tuple[Change, ...]
    kept: int

    def count(self, kind: ChangeKind) -> int:
        """How many changes of a kind there are."""
        return sum(change.kind is kind for change in self.changes)


def publication(
    rota: Iterable[Service],
    assignments: Iterable[Assignment],
    sessions: Mapping[str, Session],
    scope: PlanScope,
    *,
    actor: str,
    at: datetime,
    new_id: Callable[[], str],
    why: Mapping[str, Message] | None = None,
    reason: str = "",
) -> Publication:
    """What becomes of the rota when a plan is published: duties that are there already are kept
    or moved, others given, and what the plan speaks for and does not want is cancelled. `why` says
    by duty what its person is told of a date that is new.

    What has begun is never touched, and a duty discharged or begun meanwhile gets nothing new:
    `Conflict`, for the plan was made for a world that is no more.
    """
    live, reasons = _live(rota), why or {}
    written: list[Service] = []
    changes: list[Change] = []
    kept = 0

    def tell(kind: ChangeKind, before: Service | None, after: Service | None) -> None:
        service = before or after
        assert service is not None
        changes.append(
            Change(
                service_id=service.id,
                employee_id=service.employee_id,
                kind=kind,
                before=before.session if before else None,
                after=after.session if after else None,
                day_before=before.first_day if before else None,
                day_after=after.first_day if after else None,
                actor=actor,
                at=at,
                reason=reason,
            )
        )

    for assignment in assignments:
        session, old = sessions[assignment.session], live.pop(assignment.duty_id, None)
        if old is None and min(session.hours())[0] <= at:
            raise Conflict(
                f"The session {session.key}, which the plan newly gives to"
                f" {assignment.employee_id}, has begun.",
                hint="Re-plan, or draft a new plan: what has begun cannot be given any more.",
            )
        if old is None:
            service = given(assignment, session, at=at, new_id=new_id)
            service = service.model_copy(update={"why": reasons.get(assignment.duty_id)})
            tell(ChangeKind.GIVEN, None, service)
            written.append(service)
        elif same_place(old, session):
            kept += 1
        elif not old.ahead(at):
            raise Conflict(
                f"The service of {assignment.employee_id} in session {old.session} has begun or is"
                " over; the plan would move it.",
                hint="Re-plan: that takes what has happened meanwhile into account.",
            )
        else:
            service = moved(old, session, at=at, new_id=new_id)
            service = service.model_copy(update={"why": reasons.get(assignment.duty_id)})
            tell(ChangeKind.MOVED, old, service)
            written.append(service)
    for old in live.values():
        if old.ahead(at) and scope.holds(old):
            tell(ChangeKind.CANCELLED, old, None)
            written.append(cancelled(old, at=at))
    return Publication(services=tuple(written), changes=tuple(changes), kept=kept)


def _live(rota: Iterable[Service]) -> dict[str, Service]:
    """By duty, the service that stands for it: one that is confirmed, or was attended."""
    standing = (ServiceState.CONFIRMED, ServiceState.ATTENDED)
    return {service.duty_id: service for service in rota if service.state in standing}


def given(
    assignment: Assignment, session: Session, *, at: datetime, new_id: Callable[[], str]
) -> Service:
    """A new service: this duty in this session."""
    return Service(
        id=new_id(),
        employee_id=assignment.employee_id,
        duty_id=assignment.duty_id,
        session=session.key,
        programme=session.programme,
        centre=session.centre,
        days=tuple(_event(number, session, at, new_id()) for number in range(len(session.days))),
    )


def moved(
    service: Service, session: Session, *, at: datetime, new_id: Callable[[], str]
) -> Service:
    """The same service in another session: its days stay the same events, those too many are
    cancelled, those too few are new."""
    gone = [day for day in service.days if day.status is DayStatus.CANCELLED]
    here = [day for day in service.days if day.status is DayStatus.CONFIRMED]
    days = []
    for number in range(max(len(here), len(session.days))):
        if number >= len(session.days):
            days.append(_off(here[number], at))
        elif number >= len(here):
            days.append(_event(number, session, at, new_id()))
        else:
            days.append(_changed(here[number], _event(number, session, at, here[number].uid)))
    return service.model_copy(
        update={
            "session": session.key,
            "programme": session.programme,
            "centre": session.centre,
            "days": (*days, *gone),
        }
    )


def cancelled(service: Service, *, at: datetime) -> Service:
    """The service called off; its days stay on record as cancelled."""
    off = tuple(_off(day, at) if day.status is DayStatus.CONFIRMED else day for day in service.days)
    return service.model_copy(update={"state": ServiceState.CANCELLED, "days": off})


def same_place(service: Service, session: Session) -> bool:
    """Whether a service is in this session, at its present hours."""
    hours = [(day.starts, day.ends) for day in service.events]
    return (service.centre, service.programme, hours) == (
        session.centre,
        session.programme,
        [*session.hours()],
    )


def _event(number: int, session: Session, at: datetime, uid: str) -> EventDay:
    starts, ends = [*session.hours()][number]
    return EventDay(
        uid=uid,
        number=number,
        of=len(session.days),
        date=session.days[number],
        starts=starts,
        ends=ends,
        changed_at=at,
    )


def _changed(old: EventDay, new: EventDay) -> EventDay:
    """The same event at its new time and place: its sequence goes up."""
    return new.model_copy(update={"sequence": old.sequence + 1})


def _off(day: EventDay, at: datetime) -> EventDay:
    return day.model_copy(
        update={"status": DayStatus.CANCELLED, "sequence": day.sequence + 1, "changed_at": at}
    )


# Attendance


def noted(service: Service, state: ServiceState, *, at: datetime) -> Service:
    """The service with what became of it: attended, missed or excused, or confirmed again where
    that was a mistake. Raises `Conflict` for one that has not begun, or was called off."""
    if service.state is ServiceState.CANCELLED or state is ServiceState.CANCELLED:
        raise Conflict("A service that was called off has no attendance.")
    if not service.begun(at):
        raise Conflict(
            f"The service of {service.first_day} has not begun yet.",
            hint="Whoever cannot come needs another date: record the absence, then re-plan.",
        )
    return service.model_copy(update={"state": state})


def counted(
    rota: Iterable[Service], records: Iterable[ServiceRecord], policy: Policy, at: datetime
) -> tuple[Service, ...]:
    """The services as they count: what the ledger says of the same days is what became of them,
    and one that is over without a word counts as the policy says once its time for that is over."""
    known = {(record.employee_id, day): record for record in records for day in record.days}
    return tuple(_counted(service, known, policy, at) for service in rota)


def _counted(
    service: Service,
    known: Mapping[tuple[str, date], ServiceRecord],
    policy: Policy,
    at: datetime,
) -> Service:
    if service.state is not ServiceState.CONFIRMED:
        return service
    for day in service.dates:
        if record := known.get((service.employee_id, day)):
            return service.model_copy(update={"state": ServiceState(record.status.value)})
    if assumed(service, policy, at):
        state = ServiceState.ATTENDED if policy.silence_is_attendance else ServiceState.MISSED
        return service.model_copy(update={"state": state})
    return service


def assumed(service: Service, policy: Policy, at: datetime) -> bool:
    """Whether nobody said what became of a service, and the time to say so is over."""
    waits = policy.silence.after(service.last_day)
    return service.state is ServiceState.CONFIRMED and service.over(at) and at.date() > waits


# Numbers of duties


def duty_id(employee_id: str, number: int) -> str:
    """The name of somebody's `number`-th duty, counted from 1: it is never another one's."""
    return f"{employee_id}@{number}"


def duty_number(name: str) -> int:
    """Which of somebody's duties it is, counted from 1. Parts (`#2`) are of the same duty."""
    return int(name.rpartition("@")[2].partition("#")[0])
