"""What a plan leaves open: what blocks each duty without a date, the cheapest repairs, and a new
draft with one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from scheduler.domain.calendar import DAY
from scheduler.domain.errors import Conflict
from scheduler.domain.ledger import Duty
from scheduler.domain.people import Employee
from scheduler.domain.plan import PlanStatus, SolveStatus
from scheduler.domain.problem import Follows, Problem
from scheduler.domain.words import Message
from scheduler.planning.plans.plan_cache import StoredPlan, computed_plan
from scheduler.repairs import Blocking, Chance, Remedy, Repair, Repairs, chance
from scheduler.store.store import Store

AT_ONCE = 10
"""So many duties are looked at together."""
EACH = 3
"""So many repairs of each are offered."""
SECONDS = 0.2
"""So long it is looked at whether others could make room for one of them."""


@dataclass(frozen=True)
class Offer:
    """A repair as it is offered: the name it is asked for by, its words, what it costs, how many
    duties it places, and whether it sets a rule otherwise than it is saved."""

    key: str
    text: Message
    cost: int
    places: int
    changes_rules: bool


@dataclass(frozen=True)
class OpenDuty:
    """A duty without a date."""

    duty: Duty
    person: Employee
    blocking: Blocking
    chance: Chance
    repairs: tuple[Offer, ...]


@dataclass(frozen=True)
class OpenQuestions:
    """Some of the duties that a plan leaves open, those due first first, and the repairs that
    place the most of these for the least. `first` is the number of the first of them among all
    `total`, from 0."""

    first: int
    total: int
    duties: tuple[OpenDuty, ...]
    together: tuple[Offer, ...]


def open_questions(store: Store, plan_id: int, *, today: date, first: int = 0) -> OpenQuestions:
    """What blocks some of the duties that a plan leaves open, and their repairs: of a published
    plan those from tomorrow on. Nothing where it has not been computed."""
    looked_at = _repairs(store, plan_id, today)
    if looked_at is None:
        return OpenQuestions(first, 0, (), ())
    stored, repairs = looked_at
    asked = repairs.unassigned[first : first + AT_ONCE]
    return OpenQuestions(
        first=first,
        total=len(repairs.unassigned),
        duties=tuple(_open(stored, repairs, duty_id) for duty_id in asked),
        together=_offers(repairs.problem, _together(repairs, asked)),
    )


def draft_repaired(
    store: Store, plan_id: int, key: str, *, first: int = 0, actor: str, at: datetime
) -> tuple[int, int]:
    """Save a draft of the same plan with one of the repairs offered from the `first` duty on,
    and a queued run: (plan id, run id). Of a published plan the draft follows it. A draft with
    other rules than are saved can be looked at, but not published. Raises `Conflict` where the
    repair is not offered any more."""
    looked_at = _repairs(store, plan_id, at.date())
    repair = None if looked_at is None else _named(looked_at[1], key, first)
    if looked_at is None or repair is None:
        raise _not_offered(plan_id)
    plan, problem = looked_at[0].plan, looked_at[1].problem
    changed_problem, text = repair.apply(problem), repair.text(problem)
    with store.write() as unit:
        if unit.plans.plan(plan_id) != plan:
            raise _not_offered(plan_id)
        draft_id, run_id = unit.plans.create(
            f"{plan.name} (repaired)",
            changed_problem,
            author=actor,
            at=at,
            programmes=plan.programmes,
            rules_version=plan.rules_version,
            time_limit=plan.time_limit,
        )
        details = {"of": plan_id, "repair": str(text)}
        unit.audit.record(actor, "drafted repair", f"plan {draft_id}", at, details)
    return draft_id, run_id


def _not_offered(plan_id: int) -> Conflict:
    return Conflict(
        f"Plan {plan_id} has no such repair any more.", hint="Look at its open questions again."
    )


def _named(repairs: Repairs, key: str, first: int) -> Repair | None:
    asked = repairs.unassigned[first : first + AT_ONCE]
    offered = [repair for duty_id in asked for repair in repairs.of(duty_id, EACH)]
    offered += _together(repairs, asked)
    return next((repair for repair in offered if repair.key == key), None)


def _together(repairs: Repairs, duty_ids: Iterable[str]) -> list[Repair]:
    """The repairs that place several of these duties."""
    return [one for one in repairs.together(duty_ids, each=EACH) if len(one.places) > 1]


def _open(stored: StoredPlan, repairs: Repairs, duty_id: str) -> OpenDuty:
    problem, remedy = repairs.problem, repairs.remedy(duty_id, EACH)
    duty = problem.duty[duty_id]
    return OpenDuty(
        duty=duty,
        person=problem.employee[duty.employee_id],
        blocking=remedy.blocking,
        chance=_chance(stored, problem, remedy),
        repairs=_offers(problem, remedy.repairs),
    )


def _chance(stored: StoredPlan, problem: Problem, remedy: Remedy) -> Chance:
    """What a proven plan leaves out has no place unless another loses theirs."""
    if stored.plan.solve_status is SolveStatus.OPTIMAL:
        return Chance.INSTEAD if remedy.blocking.rules else Chance.PLACE
    return chance(problem, stored.assignments, remedy.duty_id, seconds=SECONDS)


def _offers(problem: Problem, repairs: Iterable[Repair]) -> tuple[Offer, ...]:
    return tuple(
        Offer(each.key, each.text(problem), each.cost, len(each.places), each.changes_rules)
        for each in repairs
    )


def _repairs(store: Store, plan_id: int, today: date) -> tuple[StoredPlan, Repairs] | None:
    """A plan and its repairs; None where it has not been computed. Raises `NotFound` where there
    is no such plan."""
    stored = computed_plan(store, plan_id)
    return None if stored is None else (stored, stored.once(_repairs_on, today))


def _repairs_on(stored: StoredPlan, today: date) -> Repairs:
    """What is published is not changed until tomorrow, and afterwards as little as can be."""
    problem, assignments = stored.problem, stored.assignments
    if stored.plan.status is PlanStatus.PUBLISHED:
        follows = Follows(plan=stored.plan.id, published=assignments, freeze=today + DAY)
        problem = problem.changed(follows=follows, made=today)
    return Repairs(problem, assignments)
