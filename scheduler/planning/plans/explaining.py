"""Why somebody serves when they do: the account of one duty of a plan as it is stored."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.domain.errors import NotFound
from scheduler.domain.problem import Problem
from scheduler.explain import Explanation, Explanations, ForPerson, ForPlanner
from scheduler.planning.plans.plan_cache import StoredPlan, computed_plan
from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Explained:
    """The account of one duty, and the problem it is about."""

    account: Explanation
    problem: Problem

    @property
    def for_planner(self) -> ForPlanner:
        """In words for HR, which may name everybody."""
        return ForPlanner(self.account, self.problem)

    @property
    def for_person(self) -> ForPerson:
        """In words for the person, about nobody else."""
        return ForPerson(self.account, self.problem.rules)


def explain_duty(store: Store, plan_id: int, duty_id: str) -> Explained:
    """The account of one duty of a plan. Raises `NotFound` where there is no such plan or duty,
    or the plan has not been computed."""
    stored = computed_plan(store, plan_id)
    if stored is None:
        raise NotFound(f"Plan {plan_id} has no dates to explain.")
    return Explained(stored.once(_accounts).of(duty_id), stored.problem)


def explain_own_duty(store: Store, employee_id: str, duty_id: str) -> ForPerson:
    """The account of a duty in words for the person who owes it, from the plan that gave it its
    date. Raises `NotFound` for anybody else's duty as for one that is not there."""
    with store.read() as unit:
        owner, plan_id, planned = _placing(unit, duty_id)
    if owner != employee_id:
        raise _not_placed(duty_id)
    return explain_duty(store, plan_id, planned).for_person


def explained_by(store: Store, duty_id: str) -> tuple[int, str]:
    """The plan that gave a duty its date in the rota, and the duty's name in that plan. Raises
    `NotFound` where the duty has no date."""
    with store.read() as unit:
        return _placing(unit, duty_id)[1:]


def _placing(unit: UnitOfWork, duty_id: str) -> tuple[str, int, str]:
    """Whose date it is, the plan that gave it, and the duty's name there."""
    service = unit.rota.standing(duty_id)
    placing = service and unit.plans.placing(service.employee_id, service.session)
    if service is None or placing is None:
        raise _not_placed(duty_id)
    return (service.employee_id, *placing)


def _not_placed(duty_id: str) -> NotFound:
    return NotFound(f"The duty “{duty_id}” has no published date.")


def be_ready(store: Store) -> None:
    """Have the published plan, with all that explaining it takes, in the cache before anybody
    asks."""
    with store.read() as unit:
        published = unit.plans.published()
    if published is None:
        return
    stored = computed_plan(store, published.id)
    if stored is not None and stored.assignments:
        stored.once(_accounts).of(stored.assignments[0].duty_id)


def _accounts(stored: StoredPlan) -> Explanations:
    return Explanations(stored.problem, stored.assignments)
