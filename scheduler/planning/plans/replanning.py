"""Re-planning what is published: the world as it is now, and as few people changed as possible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from scheduler.domain.calendar import DAY, DateRange
from scheduler.domain.errors import BadInput, Conflict
from scheduler.domain.ledger import Duty
from scheduler.domain.plan import Assignment, PlanStatus
from scheduler.domain.problem import Follows, Problem
from scheduler.domain.programme import Session
from scheduler.domain.rota import Service, ServiceState
from scheduler.planning.plans.drafting import PlanRequest, scope_of, snapshot
from scheduler.planning.plans.plan_cache import StoredPlan, holds_still, published_plan, stored_plan
from scheduler.planning.rota.standing import session_of, standing_assignments
from scheduler.replan.changes import PersonChange, changes
from scheduler.store.read_models import PlanRow
from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork
from scheduler.verify import verify


def revise_plan(
    store: Store,
    plan_id: int | None = None,
    *,
    actor: str,
    at: datetime,
    freeze_until: date | None = None,
    time_limit: float = 60.0,
) -> tuple[int, int]:
    """Save a draft that follows the published plan, and a queued run: (plan id, run id). What is
    published before `freeze_until` stays, and what has begun stays in any case.

    Raises `BadInput` when nothing is published or the plan is over, and `Conflict` when
    `plan_id` is not the published plan.
    """
    with store.read() as unit:  # nobody who writes waits until the mentors have their rota
        before = _in_force(unit, plan_id, at.date())
        stored = [stored_plan(store, unit, plan) for plan in before]
        problem = _World(unit, stored, at).problem(freeze_until, time_limit)
        rules_version = unit.catalogue.rules().version
        latest = unit.plans.published()
    with store.write() as unit:
        holds_still(unit, latest)
        draft_id, run_id = unit.plans.create(
            before[0].name,
            problem,
            author=actor,
            at=at,
            programmes=tuple(programme.key for programme in problem.programmes),
            rules_version=rules_version,
            time_limit=time_limit,
        )
        details = {"follows": before[0].id, "revision": before[0].revision}
        unit.audit.record(actor, "re-planned", f"plan {draft_id}", at, details)
    return draft_id, run_id


def _in_force(unit: UnitOfWork, plan_id: int | None, today: date) -> tuple[PlanRow, ...]:
    """The plan to be followed, or all that are in force and not over, the latest first."""
    if plan_id is None:
        published_plan(unit)
        plans = unit.plans.in_force()
        ahead = tuple(plan for plan in plans if plan.horizon.last > today)
        return ahead or plans[:1]
    plan = unit.plans.plan(plan_id)
    if plan.status is not PlanStatus.PUBLISHED:
        raise Conflict(
            f"Plan {plan_id} is not the published one.",
            hint="Only what is published can be re-planned. Draft a new plan instead.",
        )
    return (plan,)


class _World:
    """Everything as it is now, cut to what the plans in force speak for."""

    def __init__(self, unit: UnitOfWork, stored: Sequence[StoredPlan], at: datetime) -> None:
        self.unit, self.stored, self.at, self.today = unit, stored, at, at.date()
        plans = [each.plan for each in stored]
        self.plan = plans[0]
        self.last = max(plan.horizon.last for plan in plans)
        if self.last <= self.today:
            raise BadInput(f"The published plan ended on {self.last}.", hint="Draft a new plan.")
        self.centres = tuple(dict.fromkeys(key for plan in plans for key in plan.centres))
        self.programmes = tuple(dict.fromkeys(key for plan in plans for key in plan.programmes))
        # What has ended is history: it has its attendance, not another date.
        self.services = [
            service
            for service in unit.rota.services(until=self.last, states=[ServiceState.CONFIRMED])
            if not service.over(at)
            and service.centre in self.centres
            and service.programme in self.programmes
        ]

    def problem(self, freeze_until: date | None, time_limit: float) -> Problem:
        """The snapshot with the duties that were planned and are still owed, and what has begun
        closed to everybody who is not in it."""
        fresh = snapshot(self.unit, self._request(time_limit), self.at, begun=True)
        duties = self._duties(fresh)
        still = {duty.id for duty in duties}
        standing = [
            service
            for service in self.services
            if service.duty_id in still or service.first_day > self.today
        ]
        published = standing_assignments(standing)
        tomorrow = self.today + DAY
        return Problem.model_validate(
            {name: getattr(fresh, name) for name in Problem.model_fields}
            | {
                "duties": duties,
                "sessions": self._sessions(fresh, standing),
                "follows": Follows(
                    plan=self.plan.id,
                    published=published,
                    freeze=max(freeze_until or tomorrow, tomorrow),
                ),
            }
        )

    def _request(self, time_limit: float) -> PlanRequest:
        return PlanRequest(
            name=self.plan.name,
            horizon=DateRange(first=self._first_day(), last=self.last),
            programmes=self.programmes,
            centres=self.centres,
            time_limit=time_limit,
        )

    def _first_day(self) -> date:
        """Tomorrow, or the first day of what is going on now; no earlier than any plan begins,
        but for what is going on."""
        begins = min(each.plan.horizon.first for each in self.stored)
        ahead = max(begins, self.today + DAY)
        return min([ahead, *(service.first_day for service in self.services)])

    def _sessions(self, fresh: Problem, standing: Sequence[Service]) -> tuple[Session, ...]:
        """Those to come, and those that have begun, as their people know them, with a seat for
        each of these only."""
        begun: dict[str, list[Service]] = {}
        for service in standing:
            if service.first_day <= self.today:
                begun.setdefault(service.session, []).append(service)
        going_on = (
            session_of(services[0], fresh.centre[services[0].centre], seats=len(services))
            for services in begun.values()
        )
        ahead = (session for session in fresh.sessions if session.first_day > self.today)
        return tuple(
            sorted(
                [*going_on, *ahead], key=lambda each: (each.first_day, each.centre, each.programme)
            )
        )

    def _duties(self, fresh: Problem) -> tuple[Duty, ...]:
        """The duties that are owed now. Of the first cycle a plan takes its share only: those
        that were planned stay planned, those that waited go on waiting, and who is new comes in."""
        planned = {duty.id for each in self.stored for duty in each.problem.duties}
        planned |= {service.duty_id for service in self.services}
        known = {person.id for each in self.stored for person in each.problem.employees}
        return tuple(
            duty
            for duty in fresh.duties
            if duty.id in planned
            or duty.employee_id not in known
            or not (duty.first and duty.due > fresh.horizon.last)
        )


@dataclass(frozen=True)
class Difference:
    """Who changes when a draft takes the place of a published plan. `followed` says whether it
    was made to follow that plan, and changes as few as it could. `days` are those of every
    session that a change speaks of."""

    changes: tuple[PersonChange, ...]
    followed: bool
    days: Mapping[str, tuple[date, ...]]


def plan_changes(store: Store, plan_id: int, at: datetime) -> Difference:
    """Who changes from what stands in the rota to this draft, and why. Raises `BadInput` when
    nothing is published."""
    with store.read() as unit:
        latest, plan = published_plan(unit), unit.plans.plan(plan_id)
        new = stored_plan(store, unit, plan)
        standing = unit.rota.services(states=[ServiceState.CONFIRMED])
    problem, follows = new.problem, new.problem.follows
    followed = follows is not None and follows.plan == latest.id
    broken: frozenset[str] = frozenset()
    if follows is not None and followed:
        published = follows.published
        broken = new.once(_impossible)
    else:
        scope = scope_of(problem.horizon, problem.centres, problem.programmes)
        published = standing_assignments(
            [service for service in standing if service.ahead(at) and scope.holds(service)]
        )
    people = changes(problem, published, new.assignments, broken)
    days = {service.session: service.dates for service in standing}
    days |= {session.key: session.days for session in problem.sessions}
    spoken_of = {a.session for each in people for a in (*each.before, *each.after)}
    return Difference(people, followed, {key: days[key] for key in spoken_of})


def _impossible(stored: StoredPlan) -> frozenset[str]:
    follows = stored.problem.follows
    return frozenset() if follows is None else impossible(stored.problem, follows.published)


def impossible(problem: Problem, published: Iterable[Assignment]) -> frozenset[str]:
    """The duties whose published date a hard rule forbids now, by itself or because of who else
    is there."""
    known = [a for a in published if a.duty_id in problem.duty and a.session in problem.session]
    broken = {
        (who, session)
        for violation in verify(problem, known).hard
        for who in violation.employee_ids
        for session in violation.sessions
    }
    return frozenset(a.duty_id for a in known if (a.employee_id, a.session) in broken)
