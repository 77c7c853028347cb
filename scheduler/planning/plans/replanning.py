"""Re-planning what is published: the world as it is now, and as few people changed as possible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from scheduler.domain.calendar import DAY, DateRange
from scheduler.domain.errors import BadInput, Conflict
from scheduler.domain.ledger import Duty, owed
from scheduler.domain.plan import Assignment, PlanStatus
from scheduler.domain.problem import Follows, Problem
from scheduler.domain.programme import Session
from scheduler.planning.plans.drafting import PlanRequest, snapshot
from scheduler.planning.plans.plan_cache import StoredPlan, holds_still, published_plan, stored_plan
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
        before = _published(unit, plan_id)
        stored = stored_plan(store, unit, before)
        problem = _World(unit, stored, at.date()).problem(freeze_until, time_limit)
        rules_version = unit.catalogue.rules().version
    with store.write() as unit:
        holds_still(unit, before)
        draft_id, run_id = unit.plans.create(
            before.name,
            problem,
            author=actor,
            at=at,
            programmes=tuple(programme.key for programme in problem.programmes),
            rules_version=rules_version,
            time_limit=time_limit,
        )
        details = {"follows": before.id, "revision": before.revision}
        unit.audit.record(actor, "re-planned", f"plan {draft_id}", at, details)
    return draft_id, run_id


def _published(unit: UnitOfWork, plan_id: int | None) -> PlanRow:
    if plan_id is None:
        return published_plan(unit)
    plan = unit.plans.plan(plan_id)
    if plan.status is not PlanStatus.PUBLISHED:
        raise Conflict(
            f"Plan {plan_id} is not the published one.",
            hint="Only what is published can be re-planned. Draft a new plan instead.",
        )
    return plan


class _World:
    """Everything as it is now, cut to what the published plan speaks for."""

    def __init__(self, unit: UnitOfWork, stored: StoredPlan, today: date) -> None:
        self.unit, self.plan, self.old, self.today = unit, stored.plan, stored.problem, today
        # What has ended is history: the ledger has it, not the plan.
        self.assignments = [a for a in stored.assignments if self._session(a).last_day >= today]
        if self.plan.horizon.last <= today:
            raise BadInput(
                f"The published plan ended on {self.plan.horizon.last}.", hint="Draft a new plan."
            )

    def _session(self, assignment: Assignment) -> Session:
        return self.old.session[assignment.session]

    def problem(self, freeze_until: date | None, time_limit: float) -> Problem:
        """The snapshot with the duties that were planned and are still owed, and what has begun
        closed to everybody who is not in it."""
        fresh = snapshot(self.unit, self._request(time_limit), self.today)
        duties = self._duties(fresh)
        still = {duty.id for duty in duties}
        published = [
            a
            for a in self.assignments
            if a.duty_id in still or self._session(a).first_day > self.today
        ]
        tomorrow = self.today + DAY
        return Problem.model_validate(
            {name: getattr(fresh, name) for name in Problem.model_fields}
            | {
                "duties": duties,
                "sessions": self._sessions(fresh.sessions, published),
                "follows": Follows(
                    plan=self.plan.id,
                    published=tuple(published),
                    freeze=max(freeze_until or tomorrow, tomorrow),
                ),
            }
        )

    def _request(self, time_limit: float) -> PlanRequest:
        return PlanRequest(
            name=self.plan.name,
            horizon=DateRange(first=self._first_day(), last=self.plan.horizon.last),
            programmes=self.plan.programmes,
            centres=self.plan.centres,
            time_limit=time_limit,
        )

    def _first_day(self) -> date:
        """Tomorrow, or the first day of what is going on now."""
        begun = (self._session(a).first_day for a in self.assignments)
        return max(self.plan.horizon.first, min([self.today + DAY, *begun]))

    def _sessions(
        self, sessions: Iterable[Session], published: Sequence[Assignment]
    ) -> tuple[Session, ...]:
        """Those to come, and those that have begun with a seat for everybody in them only."""
        there = Counter(assignment.session for assignment in published)
        return tuple(
            session
            if session.first_day > self.today
            else session.model_copy(update={"seats": there[session.key]})
            for session in sessions
            if session.first_day > self.today or there[session.key]
        )

    def _duties(self, fresh: Problem) -> tuple[Duty, ...]:
        """The duties that are owed now. Of the first cycle a plan takes its share only: those
        that were planned stay planned, those that waited go on waiting, and who is new comes in."""
        planned = {duty.id for duty in self.old.duties}
        known = {person.id for person in self.old.employees}
        now = [
            duty
            for duty in fresh.duties
            if duty.id in planned
            or duty.employee_id not in known
            or not (duty.first and duty.due > fresh.horizon.last)
        ]
        there = {duty.id for duty in now}
        waiting = [duty for duty in self.old.duties if duty.id not in there]
        now += [duty for duty in self._owed(fresh, waiting) if duty.id in planned - there]
        return tuple(sorted(now, key=lambda duty: (duty.due, duty.employee_id, duty.id)))

    def _owed(self, fresh: Problem, duties: Sequence[Duty]) -> tuple[Duty, ...]:
        """What the people of these duties owe until the last of them is due."""
        policy = self.unit.catalogue.policy()
        if policy is None or not duties:
            return ()
        who = {duty.employee_id for duty in duties}
        last = max(fresh.horizon.last, *(duty.due for duty in duties))
        return owed(
            [
                person
                for person in fresh.employees
                if person.id in who and (person.centre is None or person.centre in fresh.centre)
            ],
            fresh.records,
            policy,
            fresh.programmes,
            DateRange(first=fresh.horizon.first, last=last),
            absences=fresh.absences,
            exemptions=self.unit.exceptions.exemptions(),
        )


@dataclass(frozen=True)
class Difference:
    """Who changes when a draft takes the place of a published plan. `followed` says whether it
    was made to follow that plan, and changes as few as it could. `days` are those of every
    session that a change speaks of."""

    changes: tuple[PersonChange, ...]
    followed: bool
    days: Mapping[str, tuple[date, ...]]


def plan_changes(store: Store, plan_id: int) -> Difference:
    """Who changes from the plan that holds to this draft of its successor, and why. Raises
    `BadInput` when nothing is published."""
    with store.read() as unit:
        before, plan = published_plan(unit), unit.plans.plan(plan_id)
        old, new = stored_plan(store, unit, before), stored_plan(store, unit, plan)
    problem, published, follows = new.problem, old.assignments, new.problem.follows
    followed = follows is not None and follows.plan == before.id
    broken: frozenset[str] = frozenset()
    if follows is not None and followed:
        published = follows.published
        broken = new.once(_impossible)
    people = changes(problem, published, new.assignments, broken)
    sessions = {**old.problem.session, **problem.session}
    spoken_of = {a.session for each in people for a in (*each.before, *each.after)}
    return Difference(people, followed, {key: sessions[key].days for key in spoken_of})


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
