"""Publishing: a checked plan changes the rota where it speaks for it, and calendars follow."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from scheduler.domain.calendar import DAY
from scheduler.domain.errors import Conflict, NotPublishable
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Follows, Problem
from scheduler.domain.rota import (
    ChangeKind,
    PlanScope,
    Publication,
    Service,
    ServiceState,
    publication,
)
from scheduler.domain.words import Message, say
from scheduler.planning.plans.drafting import scope_of
from scheduler.planning.plans.plan_cache import computed_plan
from scheduler.planning.rota.standing import standing_assignments
from scheduler.planning.rota.today import broken_today
from scheduler.planning.rules.what_if import is_what_if
from scheduler.rules import in_force
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.notice import Notice
from scheduler.store.read_models import PlanRow
from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork
from scheduler.verify import Verification, verify


def verify_plan(store: Store, plan_id: int) -> Verification:
    """Ask every rule about a stored plan, under the rules it was made with."""
    with store.read() as unit:
        return verify(unit.plans.problem(plan_id), unit.plans.assignments(plan_id))


@dataclass(frozen=True)
class Effect:
    """What publishing a plan would do to the rota: so many services are new, stay, are moved or
    called off, and so many elsewhere stay untouched. `late` people
    would learn of a date later than the rules promise, the first of those dates is `first_late`.
    `obstacles` say what keeps the plan from being published as things are today; the plans that it
    `supersedes` are those of whose remaining days it says everything."""

    given: int = 0
    kept: int = 0
    moved: int = 0
    cancelled: int = 0
    untouched: int = 0
    late: int = 0
    first_late: date | None = None
    obstacles: tuple[Message, ...] = ()
    supersedes: tuple[PlanRow, ...] = ()


def effect_of_publishing(store: Store, plan_id: int, at: datetime) -> Effect | None:
    """What publishing would do now; None for a plan without dates."""
    stored = computed_plan(store, plan_id)
    if stored is None:
        return None
    with store.read() as unit:
        rota = _rota(unit)
        obstacles = tuple(broken_today(unit, stored.problem, stored.assignments, at))
        superseded = tuple(_superseded(unit, stored.problem, at))
    try:
        done = _publication(rota, stored.problem, stored.assignments, actor="", at=at)
    except Conflict as error:
        return Effect(obstacles=(say("{what}", what=error.message), *obstacles))
    effect = _effect(rota, stored.problem, stored.assignments, done, at)
    return replace(effect, obstacles=obstacles, supersedes=superseded)


def _effect(
    rota: Sequence[Service],
    problem: Problem,
    assignments: Sequence[Assignment],
    done: Publication,
    at: datetime,
) -> Effect:
    concerned = {change.service_id for change in done.changes}
    ahead = sum(service.ahead(at) and service.id not in concerned for service in rota)
    late = _late(rota, problem, assignments, at.date())
    return Effect(
        given=done.count(ChangeKind.GIVEN),
        kept=done.kept,
        moved=done.count(ChangeKind.MOVED),
        cancelled=done.count(ChangeKind.CANCELLED),
        untouched=max(0, ahead - done.kept),
        late=len(late),
        first_late=min(late.values(), default=None),
    )


def _late(
    rota: Sequence[Service], problem: Problem, assignments: Sequence[Assignment], today: date
) -> dict[str, date]:
    """By employee id the first date that somebody would learn of too late if the plan were
    published `today`. Its rules have looked at the day on which it was drawn up; since then, time
    has passed."""
    follows = Follows(plan=0, published=standing_assignments(rota), freeze=today)
    view = PlanView(problem.changed(made=today, follows=follows), assignments)
    late: dict[str, date] = {}
    for promise in in_force(problem.rules):
        if promise.key == Notice.key:
            for broken in promise.judge(view):
                for person in broken.employee_ids:
                    late[person] = min(broken.days[0], late.get(person, broken.days[0]))
    return late


def publish(
    store: Store, plan_id: int, *, actor: str, at: datetime, follows: int | None = None
) -> int:
    """Make a draft the next revision, whose number comes back: the rota changes where the plan
    speaks for it, and nowhere else.

    Raises `NotPublishable` if it is not finished, is over, or breaks a hard rule on what is known
    today, and `Conflict` if somebody else published meanwhile, it is no draft any more, or would
    change what has begun. `follows` is the revision the publisher saw last (0 for none), if that
    matters.
    """
    with store.read() as unit:
        problem = unit.plans.problem(plan_id)
        assignments = _publishable(unit, plan_id, problem, at)
        seen = unit.audit.head()
    with store.write() as unit:
        revision = unit.plans.next_revision()
        if unit.audit.head() != seen:  # somebody wrote meanwhile: what was checked may be over
            assignments = _publishable(unit, plan_id, problem, at)
        rota = _rota(unit)
        done = _publication(
            rota, problem, assignments, actor=actor, at=at, why=unit.plans.why(plan_id)
        )
        effect = _effect(rota, problem, assignments, done, at)
        superseded = [plan.id for plan in _superseded(unit, problem, at)]
        unit.plans.publish(plan_id, author=actor, at=at, follows=follows, supersedes=superseded)
        unit.rota.publish(done, revision)
        details = {
            "revision": revision,
            "given": effect.given,
            "moved": effect.moved,
            "cancelled": effect.cancelled,
            "kept": effect.kept,
            "told late": effect.late,
        }
        unit.audit.record(actor, "published plan", f"plan {plan_id}", at, details)
    return revision


def _publishable(
    unit: UnitOfWork, plan_id: int, problem: Problem, at: datetime
) -> tuple[Assignment, ...]:
    plan = unit.plans.plan(plan_id)
    if plan.solve_status is None:
        raise NotPublishable(
            f"Plan {plan_id} is not finished.", hint="Wait for its run, or stop it."
        )
    if is_what_if(unit, plan, problem):
        raise NotPublishable(
            f"Plan {plan_id} is a “what if”: its rules were never saved.",
            hint="Save the rules, then draft a new plan.",
        )
    if problem.horizon.last < at.date():
        raise NotPublishable(
            f"Plan {plan_id} is for days that are over.", hint="Draft a plan for days to come."
        )
    assignments = unit.plans.assignments(plan_id)
    hard = verify(problem, assignments).hard
    if hard:
        raise NotPublishable(
            f"Plan {plan_id} breaks {len(hard)} hard rules; the first: {hard[0].text}",
            hint="Draft a new plan.",
        )
    broken = broken_today(unit, problem, assignments, at)
    if broken:
        listed = "; ".join(str(text) for text in broken[:5])
        raise NotPublishable(
            f"Since plan {plan_id} was drafted the world has moved on: {listed}",
            hint="Re-plan, or draft a new plan: it takes what is known today into account.",
        )
    return assignments


def _rota(unit: UnitOfWork) -> tuple[Service, ...]:
    """Every service that was not called off."""
    return unit.rota.services(
        states=[state for state in ServiceState if state is not ServiceState.CANCELLED]
    )


def plan_scope(problem: Problem) -> PlanScope:
    """What a plan speaks for."""
    return scope_of(problem.horizon, problem.centres, problem.programmes)


def _publication(
    rota: Sequence[Service],
    problem: Problem,
    assignments: Sequence[Assignment],
    *,
    actor: str,
    at: datetime,
    why: dict[str, Message] | None = None,
) -> Publication:
    return publication(
        rota,
        assignments,
        problem.session,
        plan_scope(problem),
        actor=actor,
        at=at,
        new_id=lambda: str(uuid.uuid4()),
        why=why,
    )


def _superseded(unit: UnitOfWork, problem: Problem, at: datetime) -> list[PlanRow]:
    """The published plans of whose remaining days this one says everything."""
    scope = plan_scope(problem)
    return [
        plan
        for plan in unit.plans.in_force()
        if set(plan.centres) <= scope.centres
        and set(plan.programmes) <= scope.programmes
        and plan.horizon.last <= scope.horizon.last
        and scope.horizon.first <= max(plan.horizon.first, at.date() + DAY)
    ]
