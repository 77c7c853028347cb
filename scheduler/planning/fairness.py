"""How evenly a stored plan treats departments, levels and ranks."""

from __future__ import annotations

from scheduler.domain.errors import NotFound
from scheduler.fairness import Fairness, fairness
from scheduler.store.store import Store


def plan_fairness(store: Store, plan_id: int) -> Fairness:
    """The figures of a plan, by the rules it was made with. Raises `NotFound` where there is no
    such plan, or it has not been computed."""
    with store.read() as books:
        plan = books.plans.plan(plan_id)
        if plan.solve_status is None or not plan.solve_status.has_plan:
            raise NotFound(f"Plan {plan_id} has no dates to compare.")
        problem, assignments = books.plans.problem(plan_id), books.plans.assignments(plan_id)
    return fairness(problem, assignments)
