"""What a plan leaves open: what blocks each duty without a date, the cheapest repairs, and a new
draft with one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from weakref import WeakKeyDictionary

from scheduler.domain.calendar import DAY
from scheduler.domain.errors import Conflict
from scheduler.domain.ledger import Duty
from scheduler.domain.people import Employee
from scheduler.domain.plan import Assignment, PlanStatus, SolveStatus
from scheduler.domain.problem import Follows, Problem
from scheduler.domain.words import Message
from scheduler.repairs import Blocking, Chance, Remedy, Repair, Repairs, chance
from scheduler.store.rows import PlanRow
from scheduler.store.store import Store

AT_ONCE = 10
"""So many duties are looked at together."""
EACH = 3
"""So many repairs of each are offered."""
SECONDS = 0.2
"""So long it is looked at whether others could make room for one of them."""
KEPT_PLANS = 3
"""How many plans a process keeps at hand: people turn page after page."""


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
    kept = _read(store, plan_id, today)
    if kept is None:
        return OpenQuestions(first, 0, (), ())
    repairs = kept.repairs
    asked = repairs.unassigned[first : first + AT_ONCE]
    return OpenQuestions(
        first=first,
        total=len(repairs.unassigned),
        duties=tuple(_open(kept, duty_id) for duty_id in asked),
        together=_offers(repairs.problem, _together(repairs, asked)),
    )


def draft_repaired(
    store: Store, plan_id: int, key: str, *, first: int = 0, actor: str, at: datetime
) -> tuple[int, int]:
    """Save a draft of the same plan with one of the repairs offered from the `first` duty on,
    and a queued run: (plan id, run id). Of a published plan the draft follows it. A draft with
    other rules than are saved can be looked at, but not published. Raises `Conflict` where the
    repair is not offered any more."""
    kept = _read(store, plan_id, at.date())
    found = None if kept is None else _named(kept.repairs, key, first)
    if kept is None or found is None:
        raise Conflict(
            f"Plan {plan_id} has no such repair any more.",
            hint="Look at its open questions again.",
        )
    problem = kept.repairs.problem
    changed_problem, text = found.apply(problem), found.text(problem)
    with store.write() as books:
        plan = books.plans.plan(plan_id)
        draft_id, run_id = books.plans.create(
            f"{plan.name} (repaired)",
            changed_problem,
            author=actor,
            at=at,
            programmes=plan.programmes,
            rules_version=plan.rules_version,
            time_limit=plan.time_limit,
        )
        details = {"of": plan_id, "repair": str(text)}
        books.audit.record(actor, "drafted repair", f"plan {draft_id}", at, details)
    return draft_id, run_id


def _named(repairs: Repairs, key: str, first: int) -> Repair | None:
    asked = repairs.unassigned[first : first + AT_ONCE]
    offered = [repair for duty_id in asked for repair in repairs.of(duty_id, EACH)]
    offered += _together(repairs, asked)
    return next((repair for repair in offered if repair.key == key), None)


def _together(repairs: Repairs, duty_ids: Iterable[str]) -> list[Repair]:
    """The repairs that place several of these duties."""
    return [one for one in repairs.together(duty_ids, each=EACH) if len(one.places) > 1]


def _open(kept: _Kept, duty_id: str) -> OpenDuty:
    problem, remedy = kept.repairs.problem, kept.repairs.remedy(duty_id, EACH)
    duty = problem.duty[duty_id]
    return OpenDuty(
        duty=duty,
        person=problem.employee[duty.employee_id],
        blocking=remedy.blocking,
        chance=_chance(kept, remedy),
        repairs=_offers(problem, remedy.repairs),
    )


def _chance(kept: _Kept, remedy: Remedy) -> Chance:
    """What a proven plan leaves out has no place unless another loses theirs."""
    if kept.plan.solve_status is SolveStatus.OPTIMAL:
        return Chance.INSTEAD if remedy.blocking.rules else Chance.PLACE
    return chance(kept.repairs.problem, kept.assignments, remedy.duty_id, seconds=SECONDS)


def _offers(problem: Problem, repairs: Iterable[Repair]) -> tuple[Offer, ...]:
    return tuple(
        Offer(each.key, each.text(problem), each.cost, len(each.places), each.changes_rules)
        for each in repairs
    )


@dataclass(frozen=True)
class _Kept:
    """A plan as it was stored when it was read, on some day."""

    today: date
    plan: PlanRow
    assignments: tuple[Assignment, ...]
    repairs: Repairs


_kept: WeakKeyDictionary[Store, dict[int, _Kept]] = WeakKeyDictionary()
_lock = Lock()


def _read(store: Store, plan_id: int, today: date) -> _Kept | None:
    """A plan and its repairs, kept for whoever asks next as long as it is stored as it was; None
    where it has not been computed. Raises `NotFound` where there is no such plan."""
    with store.read() as books:
        plan = books.plans.plan(plan_id)
        if plan.solve_status is None or not plan.solve_status.has_plan:
            return None
        assignments = books.plans.assignments(plan_id)
        with _lock:
            mine = _kept.setdefault(store, {})
            found = mine.pop(plan_id, None)
            now = today, plan, assignments
            if found is None or (found.today, found.plan, found.assignments) != now:
                problem = books.plans.problem(plan_id)
                if plan.status is PlanStatus.PUBLISHED:
                    problem = _followed(problem, plan_id, assignments, today)
                found = _Kept(*now, Repairs(problem, assignments))
            mine[plan_id] = found  # the one asked for last is the last to go
            while len(mine) > KEPT_PLANS:
                del mine[next(iter(mine))]
    return found


def _followed(
    problem: Problem, plan_id: int, assignments: tuple[Assignment, ...], today: date
) -> Problem:
    """The problem of what comes after a published plan: nothing changes until tomorrow, and
    afterwards as little as can be."""
    follows = Follows(plan=plan_id, published=assignments, freeze=today + DAY)
    return problem.changed(follows=follows, made=today)
