"""Running a plan: from its snapshot to the result that is written, and the stop button."""

from __future__ import annotations

from datetime import datetime

from scheduler.domain.problem import Problem
from scheduler.explain import Explainer
from scheduler.replan import replan
from scheduler.solving.engine import solve
from scheduler.solving.result import Limits, Listener, Result, Warm
from scheduler.store.read_models import PlanResult, RunRow
from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork
from scheduler.verify import verify


def run_inputs(unit: UnitOfWork, run: RunRow) -> tuple[Problem, Warm]:
    """What a run is computed from, and the plan it starts from: the best one so far where another
    worker began it, else what is published."""
    problem, published = unit.plans.problem(run.plan_id), unit.plans.published()
    warm = unit.runs.incumbent(run.id)
    if not warm and published is not None:
        warm = unit.plans.assignments(published.id)
    return problem, warm


def solve_or_replan(problem: Problem, limits: Limits, listener: Listener, warm: Warm) -> Result:
    """The best plan, or the one that leaves most people alone where it follows another."""
    if problem.follows is None:
        return solve(problem, limits, listener, warm)
    before = problem.follows
    return replan(problem, before.published, freeze=before.freeze, limits=limits, listener=listener)


def plan_result(problem: Problem, result: Result) -> PlanResult:
    """The result, checked by the rules themselves and explained. What a plan that follows
    another costs says nothing of how good it is: it has no gap."""
    free = problem.follows is None and result.status.has_plan
    verdict = verify(problem, result.assignments)
    explainer = Explainer(problem, result)
    return PlanResult(
        status=result.status,
        assignments=result.assignments,
        unassigned=explainer.unassigned(),
        violations=verdict.violations,
        cost=result.cost if result.status.has_plan else None,
        bound=result.bound if free else None,
        gap=result.gap if free else None,
        seconds=round(result.seconds, 3),
        score=verdict.score,
        why=explainer.why(),
    )


def stop_run(store: Store, run_id: int, *, actor: str, at: datetime) -> None:
    """Ask a run to stop and keep its best plan; its worker hears it within a second."""
    with store.write() as unit:
        unit.runs.ask_to_stop(run_id)
        unit.audit.record(actor, "stopped run", f"run {run_id}", at, {})
