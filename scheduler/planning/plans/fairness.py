"""How evenly a stored plan treats departments, levels and ranks."""

from __future__ import annotations

from scheduler.domain.errors import NotFound
from scheduler.fairness import Fairness, fairness
from scheduler.planning.plans.plan_cache import StoredPlan, computed_plan
from scheduler.store.store import Store


def plan_fairness(store: Store, plan_id: int) -> Fairness:
    """The figures of a plan, by the rules it was made with. Raises `NotFound` where there is no
    such plan, or it has not been computed."""
    stored = computed_plan(store, plan_id)
    if stored is None:
        raise NotFound(f"Plan {plan_id} has no dates to compare.")
    return stored.once(_fairness)


def _fairness(stored: StoredPlan) -> Fairness:
    return fairness(stored.problem, stored.assignments)
