"""Publishing a stored plan without the use case and its checks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from scheduler.domain.problem import Problem
from scheduler.domain.rota import PlanScope, ServiceState, publication
from scheduler.store import UnitOfWork


def publish_as_is(
    unit: UnitOfWork,
    plan_id: int,
    problem: Problem,
    *,
    author: str,
    at: datetime,
    follows: int | None = None,
) -> int:
    """Make a stored plan the next revision; what is published before it is superseded."""
    scope = PlanScope(
        horizon=problem.horizon,
        centres=frozenset(problem.centre),
        programmes=frozenset(problem.programme),
    )
    before = [plan.id for plan in unit.plans.in_force()]
    revision = unit.plans.publish(plan_id, author=author, at=at, follows=follows, supersedes=before)
    live: Collection[ServiceState] = set(ServiceState) - {ServiceState.CANCELLED}
    done = publication(
        unit.rota.services(states=live),
        unit.plans.assignments(plan_id),
        problem.session,
        scope,
        actor=author,
        at=at,
        new_id=lambda: str(uuid4()),
        why=unit.plans.why(plan_id),
    )
    unit.rota.publish(done, revision)
    return revision
