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
from scheduler.domain.people import Absence, Employee, Exemption, Mentor, Pairing, Wish
from scheduler.domain.problem import Problem
from scheduler.domain.programme import Policy, Programme, ServiceCentre, Session, generate_sessions
from scheduler.domain.revision import DayStatus, ServiceDay
from scheduler.solving.engine import assign_mentors
from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork

Keyed = TypeVar("Keyed", Programme, ServiceCentre)
Personal = TypeVar("Personal", Absence, Wish, Exemption, ServiceRecord)
"""What is about one person."""


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
    """Everything the plan is computed from, as it is now, to be drawn up on the day `made`. Raises
    `BadInput` when something a plan needs is not there yet."""
    horizon, policy = request.horizon, _policy(unit)
    programmes, centres = _offered(unit, request, policy)
    employees = _employed(unit, horizon)
    ids = {person.id for person in employees}
    mentors, sessions = _sessions(unit, programmes, centres, horizon)
    records = _served(unit, horizon)
    absences, exemptions = unit.exceptions.absences(), unit.exceptions.exemptions()
    duties = owed(
        _serving_at(employees, {centre.key for centre in centres}),
        records,
        policy,
        programmes,
        horizon,
        absences=absences,
        exemptions=exemptions,
    )
    return Problem(
        horizon=horizon,
        employees=employees,
        centres=centres,
        programmes=programmes,
        sessions=sessions,
        duties=duties,
        absences=_about(ids, absences),
        blackouts=unit.exceptions.blackouts(),
        wishes=_about(ids, unit.exceptions.wishes()),
        stand_ins=unit.exceptions.stand_ins(),
        exemptions=_about(ids, exemptions),
        pairings=_between(ids, unit.exceptions.pairings()),
        mentors=mentors,
        records=_about(ids, records),
        rules=unit.catalogue.rules().settings,
        made=made,
    )


def _policy(unit: UnitOfWork) -> Policy:
    policy = unit.catalogue.policy()
    if policy is None:
        raise BadInput(
            "No policy is set up yet.",
            hint="Choose a preset first: on the page of the centres, or with “frontline init”.",
        )
    return policy


def _offered(
    unit: UnitOfWork, request: PlanRequest, policy: Policy
) -> tuple[tuple[Programme, ...], tuple[ServiceCentre, ...]]:
    """The programmes asked for of which one discharges a duty, and the centres asked for."""
    programmes = _chosen("programme", unit.catalogue.programmes(), request.programmes)
    return (
        tuple(p for p in programmes if not policy.programmes or p.key in policy.programmes),
        _chosen("service centre", unit.catalogue.centres(), request.centres),
    )


def _employed(unit: UnitOfWork, horizon: DateRange) -> tuple[Employee, ...]:
    """Everybody who has not left by the first day."""
    employees = tuple(
        person
        for person in unit.people.employees()
        if person.leave_date is None or person.leave_date >= horizon.first
    )
    if not employees:
        raise BadInput("Nobody is on the roster.", hint="Import a roster first.")
    return employees


def _sessions(
    unit: UnitOfWork,
    programmes: Sequence[Programme],
    centres: Sequence[ServiceCentre],
    horizon: DateRange,
) -> tuple[tuple[Mentor, ...], tuple[Session, ...]]:
    """The mentors, and the sessions on offer with theirs."""
    sessions = generate_sessions(programmes, centres, horizon)
    if not sessions:
        raise BadInput(
            f"No session takes place between {horizon.first} and {horizon.last}.",
            hint="Choose a longer horizon, or look at the programmes' patterns.",
        )
    mentors = unit.exceptions.mentors()
    return mentors, assign_mentors(sessions, mentors, programmes)


def _served(unit: UnitOfWork, horizon: DateRange) -> tuple[ServiceRecord, ...]:
    """The ledger, and what is published before the horizon, as far as the ledger has it not."""
    ledger = unit.ledger.records()
    published = _expected(unit.calendar.days(), horizon, zones(unit))
    return (*ledger, *_not_recorded(published, ledger))


def _about(ids: Collection[str], entries: Iterable[Personal]) -> tuple[Personal, ...]:
    """Those entries that are about one of these people."""
    return tuple(entry for entry in entries if entry.employee_id in ids)


def _between(ids: Collection[str], pairings: Iterable[Pairing]) -> tuple[Pairing, ...]:
    """Those pairings whose two are among these people."""
    return tuple(pair for pair in pairings if pair.one in ids and pair.other in ids)


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
