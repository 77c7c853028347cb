"""Drafting a plan: one consistent snapshot of everything, saved with a run in the queue."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import TypeVar
from zoneinfo import ZoneInfo

from scheduler.domain.calendar import DateRange
from scheduler.domain.errors import BadInput
from scheduler.domain.ledger import ServiceRecord, owed
from scheduler.domain.people import Employee
from scheduler.domain.problem import Problem
from scheduler.domain.programme import Programme, ServiceCentre, generate_sessions
from scheduler.domain.revision import DayStatus, ServiceDay
from scheduler.solving.engine import assign_mentors
from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork

Keyed = TypeVar("Keyed", Programme, ServiceCentre)


@dataclass(frozen=True)
class PlanRequest:
    """What somebody wants planned. Empty programmes or centres mean all of them; the time limit
    is in seconds."""

    name: str
    horizon: DateRange
    programmes: tuple[str, ...] = ()
    centres: tuple[str, ...] = ()
    time_limit: float = 60.0


def draft_plan(store: Store, request: PlanRequest, *, actor: str, at: datetime) -> tuple[int, int]:
    """Save a draft with its snapshot and a queued run: (plan id, run id). Raises `BadInput` when
    something a plan needs is not there yet."""
    with store.read() as unit:  # nobody who writes waits until the mentors have their rota
        problem = snapshot(unit, request, at.date())
        rules_version = unit.catalogue.rules().version
    with store.write() as unit:
        plan_id, run_id = unit.plans.create(
            request.name,
            problem,
            author=actor,
            at=at,
            programmes=tuple(programme.key for programme in problem.programmes),
            rules_version=rules_version,
            time_limit=request.time_limit,
        )
        unit.audit.record(actor, "drafted plan", f"plan {plan_id}", at, {"name": request.name})
    return plan_id, run_id


def snapshot(unit: UnitOfWork, request: PlanRequest, made: date) -> Problem:
    """Everything the plan is computed from, as it is now, to be drawn up on the day `made`."""
    horizon = request.horizon
    policy = unit.catalogue.policy()
    if policy is None:
        raise BadInput(
            "No policy is set up yet.",
            hint="Choose a preset first: on the page of the centres, or with “frontline init”.",
        )
    programmes = _chosen("programme", unit.catalogue.programmes(), request.programmes)
    programmes = tuple(p for p in programmes if not policy.programmes or p.key in policy.programmes)
    centres = _chosen("service centre", unit.catalogue.centres(), request.centres)
    employees = tuple(
        person
        for person in unit.people.employees()
        if person.leave_date is None or person.leave_date >= horizon.first
    )
    if not employees:
        raise BadInput("Nobody is on the roster.", hint="Import a roster first.")
    sessions = generate_sessions(programmes, centres, horizon)
    if not sessions:
        raise BadInput(
            f"No session takes place between {horizon.first} and {horizon.last}.",
            hint="Choose a longer horizon, or look at the programmes' patterns.",
        )
    mentors = unit.exceptions.mentors()
    sessions = assign_mentors(sessions, mentors, programmes)
    absences, exemptions = unit.exceptions.absences(), unit.exceptions.exemptions()
    ledger = unit.ledger.records()
    published = _expected(unit.calendar.days(), horizon, zones(unit))
    records = (*ledger, *_not_recorded(published, ledger))
    ids = {person.id for person in employees}
    return Problem(
        horizon=horizon,
        employees=employees,
        centres=centres,
        programmes=programmes,
        sessions=sessions,
        duties=owed(
            _serving_at(employees, {centre.key for centre in centres}),
            records,
            policy,
            programmes,
            horizon,
            absences=absences,
            exemptions=exemptions,
        ),
        absences=tuple(absence for absence in absences if absence.employee_id in ids),
        blackouts=unit.exceptions.blackouts(),
        wishes=tuple(wish for wish in unit.exceptions.wishes() if wish.employee_id in ids),
        stand_ins=unit.exceptions.stand_ins(),
        exemptions=tuple(each for each in exemptions if each.employee_id in ids),
        pairings=tuple(
            pair for pair in unit.exceptions.pairings() if pair.one in ids and pair.other in ids
        ),
        mentors=mentors,
        records=tuple(record for record in records if record.employee_id in ids),
        rules=unit.catalogue.rules().settings,
        made=made,
    )


def _chosen(what: str, known: Sequence[Keyed], wanted: Sequence[str]) -> tuple[Keyed, ...]:
    keys = [each.key for each in known]
    if not known:
        raise BadInput(
            f"There is no {what} yet.",
            hint="Choose a preset and add one: on the page of the centres, or by import.",
        )
    for key in wanted:
        if key not in keys:
            raise BadInput(f"There is no {what} “{key}”.", hint=f"There are: {', '.join(keys)}.")
    return tuple(each for each in known if not wanted or each.key in wanted)


def _serving_at(employees: Iterable[Employee], centres: Collection[str]) -> list[Employee]:
    """Who may serve at one of the centres: a plan for some leaves the people of others alone."""
    return [person for person in employees if person.centre is None or person.centre in centres]


def zones(unit: UnitOfWork) -> dict[str, tzinfo]:
    """The time zone of every centre: a day of service is a date there, not in UTC."""
    return {centre.key: ZoneInfo(centre.place.timezone) for centre in unit.catalogue.centres()}


def date_there(day: ServiceDay, zones: Mapping[str, tzinfo]) -> date:
    """The date of a day of service where it takes place; a centre that is gone counts as UTC."""
    return day.starts.astimezone(zones.get(day.centre, UTC)).date()


def _expected(
    days: Iterable[ServiceDay], horizon: DateRange, zones: Mapping[str, tzinfo]
) -> list[ServiceRecord]:
    """Published services before the horizon, taken as served: planning starts where they end."""
    by_duty: dict[str, list[ServiceDay]] = {}
    for day in days:
        if day.status is DayStatus.CONFIRMED:
            by_duty.setdefault(day.duty_id, []).append(day)
    dates = {
        duty_id: tuple(sorted(date_there(day, zones) for day in mine))
        for duty_id, mine in by_duty.items()
    }
    return [
        ServiceRecord(
            employee_id=mine[0].employee_id,
            programme=mine[0].programme,
            centre=mine[0].centre,
            days=dates[duty_id],
        )
        for duty_id, mine in by_duty.items()
        if dates[duty_id][-1] < horizon.first
    ]


def _not_recorded(
    expected: Iterable[ServiceRecord], ledger: Iterable[ServiceRecord]
) -> Iterable[ServiceRecord]:
    """Those of which the ledger does not know better already: attended, missed or excused."""
    known = {(record.employee_id, day) for record in ledger for day in record.days}
    return (
        record
        for record in expected
        if not any((record.employee_id, day) in known for day in record.days)
    )
