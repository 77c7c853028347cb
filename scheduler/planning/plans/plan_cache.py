"""A cache of stored plans: whoever looks at a plan asks again and again, page after page, and
what is read and computed for one answer serves the next."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from scheduler.domain.errors import BadInput, Conflict
from scheduler.domain.plan import Assignment, PlanStatus
from scheduler.domain.problem import Problem
from scheduler.rules.base.plan_view import PlanView
from scheduler.store.read_models import PlanRow
from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork

CACHED_PLANS = 3
"""How many plans of a store a process caches: what is published, a draft, another."""

Derived = TypeVar("Derived")


@dataclass(frozen=True, eq=False)
class StoredPlan:
    """A plan as it was stored when it was read."""

    plan: PlanRow
    problem: Problem
    assignments: tuple[Assignment, ...]
    _derived: dict[Callable[..., Any], tuple[tuple[Hashable, ...], Any]] = field(
        default_factory=dict, repr=False
    )
    _lock: RLock = field(default_factory=RLock, repr=False)

    def once(self, make: Callable[..., Derived], *about: Hashable) -> Derived:
        """What `make(stored plan, *about)` returned when it was last asked about the same. Give
        it a function of a module. Of several threads one makes it, the others wait."""
        with self._lock:
            if make not in self._derived or self._derived[make][0] != about:
                self._derived[make] = about, make(self, *about)
            return cast(Derived, self._derived[make][1])

    @property
    def view(self) -> PlanView:
        """The plan as the rules look at it."""
        return self.once(_view)


def _view(stored: StoredPlan) -> PlanView:
    return PlanView(stored.problem, stored.assignments)


class _Slot:
    """The place of one plan in the cache; whoever reads it keeps out who wants the same."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.stored: StoredPlan | None = None


_slots: WeakKeyDictionary[Store, dict[int, _Slot]] = WeakKeyDictionary()
_lock = Lock()


def computed_plan(store: Store, plan_id: int) -> StoredPlan | None:
    """A plan as it is stored now; None where it has no dates, or not yet. Raises `NotFound` where
    there is no such plan."""
    with store.read() as unit:
        plan = unit.plans.plan(plan_id)
        if plan.solve_status is None or not plan.solve_status.has_plan:
            return None
        return stored_plan(store, unit, plan)


def stored_plan(store: Store, unit: UnitOfWork, plan: PlanRow) -> StoredPlan:
    """A plan whose row was read in this transaction, with everything that was stored then."""
    slot = _slot(store, plan.id)
    with slot.lock:
        slot.stored = _as_stored(unit, plan, slot.stored)
        return slot.stored


def published_plan(unit: UnitOfWork) -> PlanRow:
    """The plan that holds. Raises `BadInput` where there is none."""
    published = unit.plans.published()
    if published is None:
        raise BadInput("Nothing is published yet.", hint="Draft a plan and publish it first.")
    return published


def holds_still(unit: UnitOfWork, plan: PlanRow | None) -> None:
    """Raises `Conflict` where the latest that is published is not this plan any more: what was
    read of it before this transaction is out of date."""
    if unit.plans.published() != plan:
        raise Conflict(
            "Somebody published another plan meanwhile; nothing was changed.",
            hint="Look at the published plan, then try again.",
        )


def _as_stored(unit: UnitOfWork, plan: PlanRow, known: StoredPlan | None) -> StoredPlan:
    """A plan as it is stored now: the `known` one if it is still that."""
    if known is not None and known.plan == plan and plan.status is not PlanStatus.DRAFT:
        return known  # nobody changes what is, or was, published
    assignments = unit.plans.assignments(plan.id)
    if known is None:
        return StoredPlan(plan, unit.plans.problem(plan.id), assignments)
    if (known.plan, known.assignments) == (plan, assignments):
        return known
    return StoredPlan(plan, known.problem, assignments)  # the snapshot of a plan never changes


def _slot(store: Store, plan_id: int) -> _Slot:
    with _lock:
        mine = _slots.setdefault(store, {})
        slot = mine.pop(plan_id, None) or _Slot()
        mine[plan_id] = slot  # the one asked for last is the last to go
        while len(mine) > CACHED_PLANS:
            del mine[next(iter(mine))]
        return slot
