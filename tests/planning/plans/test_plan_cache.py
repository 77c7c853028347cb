"""The plan cache answers at once, and never with what was stored before."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Event, Thread

import pytest

from scheduler import planning
from scheduler.domain.errors import Conflict
from scheduler.domain.plan import Assignment, SolveStatus
from scheduler.planning.plans import plan_cache as at_hand
from scheduler.planning.plans import replanning as revising
from scheduler.planning.plans.plan_cache import CACHED_PLANS, StoredPlan, computed_plan
from scheduler.planning.rules import what_if
from scheduler.store import Store
from scheduler.store.read_models import PlanResult
from scheduler.store.repositories.plans import Plans
from tests.planning.office import AT, HR, ON_SQLITE, draft, open_office, planned, published

pytestmark = ON_SQLITE


def cached(store: Store, plan_id: int) -> StoredPlan:
    """A plan that has been computed, as it is stored now."""
    found = computed_plan(store, plan_id)
    assert found is not None
    return found


def save_again(store: Store, plan_id: int, change: Callable[[Assignment], Assignment]) -> None:
    """Let a run end once more, with other assignments."""
    with store.write() as unit:
        assignments = tuple(change(each) for each in unit.plans.assignments(plan_id))
        result = PlanResult(
            status=SolveStatus.TIME_LIMIT,
            assignments=assignments,
            unassigned=(),
            violations=(),
            cost=1,
            bound=0.0,
            gap=1.0,
            seconds=1.0,
            score={},
            why={},
        )
        unit.plans.save_result(plan_id, result)


def test_what_was_read_and_made_serves_the_next(store: Store) -> None:
    open_office(store)
    plan_id = planned(store)
    first = cached(store, plan_id)
    assert cached(store, plan_id) is first
    assert first.once(_made, 1) is first.once(_made, 1)
    assert first.view is cached(store, plan_id).view


def _made(stored: StoredPlan, about: int) -> list[int]:
    return [about]


def test_asked_about_something_else_it_is_made_anew_and_the_old_is_forgotten(store: Store) -> None:
    open_office(store)
    stored = cached(store, planned(store))
    monday = stored.once(_made, 1)
    assert stored.once(_made, 2) == [2]
    again = stored.once(_made, 1)
    assert again == monday
    assert again is not monday


def test_a_result_that_was_saved_again_is_what_the_next_answer_is_about(store: Store) -> None:
    open_office(store)
    plan_id = planned(store)
    before = cached(store, plan_id)
    duty = before.assignments[0]
    where = planning.explain_duty(store, plan_id, duty.duty_id).account.session
    other = next(each for each in before.problem.sessions if each != where)
    save_again(
        store,
        plan_id,
        lambda each: each.model_copy(update={"session": other.key}) if each == duty else each,
    )
    assert planning.explain_duty(store, plan_id, duty.duty_id).account.session == other
    # The row may look the same although the assignments differ.
    save_again(
        store,
        plan_id,
        lambda each: duty if each.duty_id == duty.duty_id else each,
    )
    assert planning.explain_duty(store, plan_id, duty.duty_id).account.session == where


def test_a_published_plan_is_another_answer_than_its_draft(store: Store) -> None:
    open_office(store)
    plan_id = planned(store)
    before = cached(store, plan_id)
    planning.publish(store, plan_id, actor=HR, at=AT)
    after = cached(store, plan_id)
    assert after.plan.revision == 1
    assert after.problem is before.problem  # the snapshot of a plan never changes


def test_a_plan_that_is_not_computed_is_not_there_yet(store: Store) -> None:
    open_office(store)
    plan_id, _run = draft(store)
    assert computed_plan(store, plan_id) is None


def test_few_plans_are_kept_and_those_asked_for_last(store: Store) -> None:
    open_office(store)
    plans = [planned(store) for _ in range(CACHED_PLANS + 1)]
    first, second, *others = (cached(store, plan_id) for plan_id in plans[:CACHED_PLANS])
    assert cached(store, plans[0]) is first
    cached(store, plans[-1])
    assert cached(store, plans[0]) is first
    assert all(cached(store, each.plan.id) is each for each in others)
    assert cached(store, plans[1]) is not second


def test_of_many_who_ask_at_once_one_reads(store: Store) -> None:
    open_office(store)
    plan_id = planned(store)
    together, found = Barrier(4), list[StoredPlan]()

    def ask() -> None:
        together.wait()
        found.append(cached(store, plan_id))

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [id(each) for each in found] == [id(found[0])] * 4


def test_who_asks_while_it_is_made_waits_for_it(store: Store) -> None:
    open_office(store)
    stored = cached(store, planned(store))
    asking, made_again = Event(), Event()
    found: list[int] = []

    def ask() -> None:
        asking.set()
        found.append(stored.once(make))

    def make(stored: StoredPlan) -> int:
        if asking.is_set():
            made_again.set()
            return 2
        other.start()
        asking.wait()
        assert not made_again.wait(0.1)
        return 1

    other = Thread(target=ask)
    assert stored.once(make) == 1
    other.join()
    assert found == [1]


def other_rules(store: Store) -> None:
    """Ask for a plan under other rules."""
    with store.read() as unit:
        rules = unit.catalogue.rules().settings
    planning.draft_what_if(store, rules, actor=HR, at=AT)


def re_plan(store: Store) -> None:
    """Ask for a plan that follows."""
    planning.revise_plan(store, actor=HR, at=AT)


@pytest.mark.parametrize("ask", [other_rules, re_plan])
def test_what_follows_a_plan_is_not_saved_once_another_is_published(
    store: Store, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Store], None]
) -> None:
    open_office(store)
    published(store)
    other = planned(store)
    with store.read() as unit:
        count = unit.plans.count()

    def meanwhile(*asked: object) -> StoredPlan:
        found = at_hand.stored_plan(*asked)  # type: ignore[arg-type]
        planning.publish(store, other, actor=HR, at=AT)
        return found

    monkeypatch.setattr(what_if, "stored_plan", meanwhile)
    monkeypatch.setattr(revising, "stored_plan", meanwhile)
    with pytest.raises(Conflict, match="published another plan meanwhile"):
        ask(store)
    with store.read() as unit:
        assert unit.plans.count() == count


def test_the_published_plan_is_read_ahead(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    open_office(store)
    planning.be_ready(store)  # nothing is published, nothing to do
    plan_id = published(store)
    planning.be_ready(store)
    duty = cached(store, plan_id).assignments[0].duty_id

    def read_again(_plans: Plans, _plan_id: int) -> None:
        pytest.fail("the snapshot is read again")

    monkeypatch.setattr(Plans, "problem", read_again)
    assert planning.explain_duty(store, plan_id, duty).account.duty.id == duty
