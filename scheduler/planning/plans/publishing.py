"""Publishing: a checked plan becomes the next revision, and calendars follow."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from scheduler.domain.errors import NotPublishable
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Follows, Problem
from scheduler.domain.revision import ServiceDay, days_of_service, follow
from scheduler.planning.plans.drafting import date_there, zones
from scheduler.planning.plans.plan_cache import computed_plan
from scheduler.planning.rules.what_if import is_what_if
from scheduler.rules import in_force
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.notice import Notice
from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork
from scheduler.verify import Verification, verify


def verify_plan(store: Store, plan_id: int) -> Verification:
    """Ask every rule about a stored plan, under the rules it was made with."""
    with store.read() as unit:
        return verify(unit.plans.problem(plan_id), unit.plans.assignments(plan_id))


@dataclass(frozen=True)
class ShortNotice:
    """So many people would learn of a date later than the rules promise; the day on which the
    first of them serves, None if there is nobody."""

    people: int
    first_day: date | None


def short_notice(store: Store, plan_id: int, today: date) -> ShortNotice:
    """Who would learn of a date too late if a plan were published `today`. Its rules have looked
    at the day on which it was drawn up; since then, time has passed."""
    stored = computed_plan(store, plan_id)
    if stored is None:
        return ShortNotice(0, None)
    with store.read() as unit:
        return _short_notice(unit, stored.problem, stored.assignments, today)


def _short_notice(
    unit: UnitOfWork, problem: Problem, assignments: Sequence[Assignment], today: date
) -> ShortNotice:
    published = unit.plans.published()
    known = unit.plans.assignments(published.id) if published else ()
    follows = Follows(plan=published.id, published=known, freeze=today) if published else None
    view = PlanView(problem.changed(made=today, follows=follows), assignments)
    promises = (rule for rule in in_force(problem.rules) if rule.key == Notice.key)
    late = [broken for promise in promises for broken in promise.judge(view)]
    people = {person for broken in late for person in broken.employee_ids}
    return ShortNotice(len(people), min((broken.days[0] for broken in late), default=None))


def publish(
    store: Store, plan_id: int, *, actor: str, at: datetime, follows: int | None = None
) -> int:
    """Make a draft the next revision, whose number comes back.

    Raises `NotPublishable` if it is not finished or breaks a hard rule, and `Conflict` if
    somebody else published meanwhile or it is no draft any more. `follows` is the revision the
    publisher saw last (0 for none), if that matters.
    """
    with store.read() as unit:
        problem = unit.plans.problem(plan_id)
        assignments = _publishable(unit, plan_id, problem)
        late = _short_notice(unit, problem, assignments, at.date())
    with store.write() as unit:
        revision = unit.plans.next_revision()
        days = _days(unit, problem, assignments, revision, at)
        unit.plans.publish(plan_id, author=actor, at=at, days=days, follows=follows)
        counts = {"revision": revision, "days changed": len(days), "told late": late.people}
        unit.audit.record(actor, "published plan", f"plan {plan_id}", at, counts)
    return revision


def _publishable(unit: UnitOfWork, plan_id: int, problem: Problem) -> tuple[Assignment, ...]:
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
    assignments = unit.plans.assignments(plan_id)
    hard = verify(problem, assignments).hard
    if hard:
        raise NotPublishable(
            f"Plan {plan_id} breaks {len(hard)} hard rules; the first: {hard[0].text}",
            hint="Draft a new plan.",
        )
    return assignments


def _days(
    unit: UnitOfWork,
    problem: Problem,
    assignments: Sequence[Assignment],
    revision: int,
    at: datetime,
) -> list[ServiceDay]:
    """What changes in calendars."""
    there = zones(unit)
    published = [day for day in unit.calendar.days() if _concerns(problem, day, there)]
    wanted = days_of_service(
        assignments,
        problem.session,
        revision=revision,
        at=at,
        new_uid=lambda: str(uuid.uuid4()),
    )
    return follow(published, wanted, at=at)


def _concerns(problem: Problem, day: ServiceDay, zones: Mapping[str, tzinfo]) -> bool:
    """A plan speaks for its own horizon, its duties and its centres: what was published before or
    after it, or for other people at other centres, stays as it is."""
    within = date_there(day, zones) in problem.horizon and day.centre in problem.centre
    return within or day.duty_id in problem.duty
