"""Small examples of what is kept in a store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from scheduler.domain.calendar import DateRange, Place
from scheduler.domain.ledger import Duty
from scheduler.domain.people import Employee
from scheduler.domain.plan import Assignment, SolveStatus
from scheduler.domain.problem import Problem
from scheduler.domain.programme import Programme, ServiceCentre, Session
from scheduler.exchange.exceptions.reading import RecordKind
from scheduler.store import AccountRow, Entry, PlanResult, Store, UnitOfWork
from scheduler.store.mapping.exceptions import (
    BLACKOUTS,
    EXEMPTIONS,
    MENTORS,
    PAIRINGS,
    STAND_INS,
    WISHES,
    ExceptionMapping,
)
from tests.publishing import publish_as_is

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HORIZON = DateRange(first=date(2027, 1, 1), last=date(2027, 12, 31))

BERLIN = ServiceCentre(
    key="berlin", name="Berlin", place=Place(country="DE", timezone="Europe/Berlin")
)
AUCKLAND = ServiceCentre(
    key="auckland", name="Auckland", place=Place(country="NZ", timezone="Pacific/Auckland")
)
TWO_DAYS = Programme(key="two-days", title="Two days")


def account_of(unit: UnitOfWork, email: str) -> AccountRow:
    """The only account whose address contains this."""
    (account,) = unit.accounts.accounts(email).rows
    return account


def entries(store: Store, kind: RecordKind) -> tuple[Entry[Any], ...]:
    """Every exception of a kind on record."""
    mappings: dict[RecordKind, ExceptionMapping[Any]] = {
        RecordKind.EXEMPTIONS: EXEMPTIONS,
        RecordKind.BLACKOUTS: BLACKOUTS,
        RecordKind.WISHES: WISHES,
        RecordKind.STAND_INS: STAND_INS,
        RecordKind.PAIRINGS: PAIRINGS,
        RecordKind.MENTORS: MENTORS,
    }
    with store.read() as unit:
        return unit.exceptions.entries(mappings[kind])


def name_berlin(unit: UnitOfWork, name: str) -> None:
    """Write something short."""
    unit.catalogue.save_centres([BERLIN.model_copy(update={"name": name})])


def name_of_berlin(unit: UnitOfWork) -> str:
    """Read what `name_berlin` wrote; empty if it did not."""
    return next((centre.name for centre in unit.catalogue.centres()), "")


def days(first: date, last: date | None = None) -> DateRange:
    """A range of days; one day unless it is said otherwise."""
    return DateRange(first=first, last=last or first)


def person(employee_id: str, name: str = "", **fields: Any) -> Employee:
    """Somebody hired years ago."""
    fields = {"hire_date": date(2020, 1, 1), **fields}
    return Employee(id=employee_id, name=name or f"Person {employee_id}", **fields)


def session(
    first: date = date(2027, 3, 1), centre: ServiceCentre = BERLIN, seats: int = 10
) -> Session:
    """Two days at a centre, nine to five."""
    return Session(
        key=f"{TWO_DAYS.key}.{centre.key}.{first:%Y%m%d}",
        programme=TWO_DAYS.key,
        centre=centre.key,
        days=(first, first + timedelta(days=1)),
        starts=(time(9), time(9)),
        ends=(time(17), time(17)),
        seats=seats,
        timezone=centre.place.timezone,
    )


def duty(employee: Employee) -> Duty:
    """One service within the horizon."""
    return Duty(
        id=f"{employee.id}@20271231",
        employee_id=employee.id,
        opens=HORIZON.first,
        due=HORIZON.last,
        programmes=(TWO_DAYS.key,),
    )


def problem(
    people: Sequence[Employee],
    sessions: Sequence[Session] = (session(),),
    centres: Sequence[ServiceCentre] = (BERLIN,),
) -> Problem:
    """One duty for everybody."""
    return Problem(
        horizon=HORIZON,
        employees=tuple(people),
        centres=tuple(centres),
        programmes=(TWO_DAYS,),
        sessions=tuple(sessions),
        duties=tuple(duty(employee) for employee in people),
    )


def assignment(employee: Employee, chosen: Session) -> Assignment:
    """The person serves in that session."""
    return Assignment(duty_id=duty(employee).id, employee_id=employee.id, session=chosen.key)


def draft(unit: UnitOfWork, given: Problem, name: str = "A plan") -> int:
    """A draft of a problem; its number."""
    plan_id, _ = unit.plans.create(
        name,
        given,
        author="hr@example.org",
        at=NOW,
        programmes=(TWO_DAYS.key,),
        rules_version=0,
        time_limit=60,
    )
    return plan_id


def everybody_in(given: Problem, chosen: Session, **fields: Any) -> PlanResult:
    """A result that puts everybody into one session."""
    return PlanResult(
        status=SolveStatus.OPTIMAL,
        assignments=tuple(assignment(employee, chosen) for employee in given.employees),
        **fields,
    )


def on_record(store: Store, *people: Employee) -> None:
    """Put people and the centres on record."""
    with store.write() as unit:
        unit.people.save_employees(people)
        unit.catalogue.save_centres([BERLIN, AUCKLAND])
        unit.catalogue.save_programmes([TWO_DAYS])


def drafted(store: Store, given: Problem, result: PlanResult | None = None) -> int:
    """A draft in the store, with its people; with a result if there is one."""
    on_record(store, *given.employees)
    with store.write() as unit:
        plan_id = draft(unit, given)
        if result is not None:
            unit.plans.save_result(plan_id, result)
    return plan_id


def published(store: Store, given: Problem, result: PlanResult) -> int:
    """A published plan; its number."""
    plan_id = drafted(store, given, result)
    with store.write() as unit:
        publish_as_is(unit, plan_id, given, author="hr@example.org", at=NOW)
    return plan_id
