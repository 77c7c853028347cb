"""Why somebody serves when they do: the account of one duty of a plan as it is stored."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

from scheduler.domain.errors import NotFound
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.explain import Account, Accounts, ForPerson, ForPlanner
from scheduler.store.books import Books
from scheduler.store.rows import PlanRow
from scheduler.store.store import Store

KEPT_PLANS = 3
"""How many plans a process keeps at hand: people ask for one account after another."""


@dataclass(frozen=True)
class _Kept:
    """A plan as it was stored when it was read."""

    plan: PlanRow
    assignments: tuple[Assignment, ...]
    accounts: Accounts


@dataclass(frozen=True)
class Explained:
    """The account of one duty, and the problem it is about."""

    account: Account
    problem: Problem

    @property
    def for_planner(self) -> ForPlanner:
        """In words for HR, which may name everybody."""
        return ForPlanner(self.account, self.problem)

    @property
    def for_person(self) -> ForPerson:
        """In words for the person, about nobody else."""
        return ForPerson(self.account, self.problem.rules)


_kept: WeakKeyDictionary[Store, dict[int, _Kept]] = WeakKeyDictionary()
_lock = Lock()


def explain_duty(store: Store, plan_id: int, duty_id: str) -> Explained:
    """The account of one duty of a plan. Raises `NotFound` where there is no such plan or duty,
    or the plan has not been computed."""
    accounts = _accounts(store, plan_id)
    return Explained(accounts.of(duty_id), accounts.problem)


def explain_own_duty(store: Store, employee_id: str, duty_id: str) -> ForPerson:
    """The published account of a duty in words for the person who owes it. Raises `NotFound` for
    anybody else's duty as for one that is not there."""
    with store.read() as books:
        published = books.plans.published()
    if published is None:
        raise NotFound("Nothing is published yet.")
    explained = explain_duty(store, published.id, duty_id)
    if explained.account.person.id != employee_id:
        raise NotFound(f"There is no duty “{duty_id}” in this plan.")
    return explained.for_person


def _accounts(store: Store, plan_id: int) -> Accounts:
    """The accounts of a plan, kept for whoever asks next, as long as it is stored as it was."""
    with store.read() as books:
        plan = books.plans.plan(plan_id)
        if plan.solve_status is None or not plan.solve_status.has_plan:
            raise NotFound(f"Plan {plan_id} has no dates to explain.")
        assignments = books.plans.assignments(plan_id)
        with _lock:
            mine = _kept.setdefault(store, {})
            found = mine.pop(plan_id, None)
            if found is None or (found.plan, found.assignments) != (plan, assignments):
                found = _Kept(plan, assignments, Accounts(_problem(books, plan_id), assignments))
            mine[plan_id] = found  # the one asked for last is the last to go
            while len(mine) > KEPT_PLANS:
                del mine[next(iter(mine))]
    return found.accounts


def _problem(books: Books, plan_id: int) -> Problem:
    with _without_collection():
        return books.plans.problem(plan_id)


@contextmanager
def _without_collection() -> Iterator[None]:
    """A snapshot is tens of thousands of objects that all stay: looking for garbage among them
    takes longer than reading it."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
