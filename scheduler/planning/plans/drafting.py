"""Drafting a plan: one consistent snapshot of everything, saved with a run in the queue."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from scheduler.domain.calendar import DAY, DateRange
from scheduler.domain.duties import owed
from scheduler.domain.errors import BadInput
from scheduler.domain.ledger import ServiceRecord
from scheduler.domain.people import Absence, Employee, Exemption, Mentor, Pairing, Wish
from scheduler.domain.problem import Problem
from scheduler.domain.programme import Policy, Programme, ServiceCentre, Session, generate_sessions
from scheduler.domain.rota import PlanScope, Service, ServiceState
from scheduler.planning.rota.counting import records_of, services_as_counted
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
        problem = snapshot(unit, request, at)
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


def snapshot(
    unit: UnitOfWork, request: PlanRequest, at: datetime, *, begun: bool = False
) -> Problem:
    """Everything the plan is computed from, as it is now. What has begun by `at` is no plan's to
    change; with `begun` the services that go on now are there all the same, to stay. Raises
    `BadInput` when something a plan needs is not there yet."""
    policy = _policy(unit)
    horizon = request.horizon if begun else ahead_of(request.horizon, at.date())
    programmes, centres = _offered(unit, request, policy)
    employees = _employed(unit, horizon)
    ids = {person.id for person in employees}
    mentors, sessions = _sessions(unit, programmes, centres, horizon)
    absences, exemptions = unit.exceptions.absences(), unit.exceptions.exemptions()
    ledger, services = unit.ledger.records(), services_as_counted(unit, policy, at)
    duties = owed(
        serving_at(employees, {centre.key for centre in centres}),
        ledger,
        policy,
        programmes,
        horizon,
        rota=services,
        movable=_movable(scope_of(horizon, centres, programmes), at),
        absences=absences,
        exemptions=exemptions,
    )
    over = [service for service in services if service.last_day < horizon.first]
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
        records=_about(ids, records_of(over, ledger)),
        rules=unit.catalogue.rules().settings,
        made=at.date(),
    )


def _movable(scope: PlanScope, at: datetime) -> Callable[[Service], bool]:
    """Which services are the plan's to place: those it speaks for that are not over."""
    return lambda service: (
        service.state is ServiceState.CONFIRMED and scope.holds(service) and not service.over(at)
    )


def ahead_of(horizon: DateRange, today: date) -> DateRange:
    """The days of a horizon on which something may still begin: those after today."""
    if horizon.last <= today:
        raise BadInput(
            f"The days from {horizon.first} to {horizon.last} are over: nothing can be planned for"
            " them any more.",
            hint="Choose days to come.",
        )
    return DateRange(first=max(horizon.first, today + DAY), last=horizon.last)


def scope_of(
    horizon: DateRange, centres: Iterable[ServiceCentre], programmes: Iterable[Programme]
) -> PlanScope:
    """What a plan of these speaks for."""
    return PlanScope(
        horizon=horizon,
        centres=frozenset(centre.key for centre in centres),
        programmes=frozenset(programme.key for programme in programmes),
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


def serving_at(employees: Iterable[Employee], centres: Collection[str]) -> list[Employee]:
    """Who may serve at one of the centres: a plan for some leaves the people of others alone."""
    return [person for person in employees if person.centre is None or person.centre in centres]
