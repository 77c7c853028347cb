"""A new draft with a repair, of a draft and of what is published."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from scheduler import planning
from scheduler.domain.calendar import DateRange
from scheduler.domain.errors import Conflict
from scheduler.domain.people import Absence
from scheduler.planning.plans import repairs
from scheduler.planning.plans.plan_cache import StoredPlan, computed_plan
from scheduler.planning.plans.repairs import draft_repaired, open_questions
from scheduler.repairs import Chance
from scheduler.store import Store
from scheduler.store.mapping.exceptions import ABSENCES
from tests.planning.office import (
    AT,
    HR,
    ON_SQLITE,
    STAYING,
    YEARS,
    compute,
    open_office,
)
from tests.processes import AMPLE

pytestmark = ON_SQLITE
THERE = DateRange(first=date(2027, 3, 4), last=date(2027, 3, 5))
"""The only days of somebody: a Thursday and a Friday, when no session begins."""
LATER = THERE.last + timedelta(days=1)


def computed(store: Store, ids: tuple[int, int]) -> int:
    """Let a worker compute a run; the plan's number comes back."""
    plan_id, run_id = ids
    assert compute(store, run_id)
    return plan_id


@pytest.fixture
def short(store: Store) -> int:
    """A plan of the small office that leaves out whom no session suits."""
    open_office(store)
    with store.write() as unit:
        policy = unit.catalogue.policy()
        assert policy is not None
        # Such an absence would stop the clock.
        unit.catalogue.save_policy(policy.model_copy(update={"long_leave_months": 99}))
        unit.exceptions.add(
            ABSENCES,
            [
                Absence(employee_id="s1", days=DateRange(first=first, last=last))
                for first, last in (
                    (YEARS.first, THERE.first - timedelta(days=1)),
                    (LATER, YEARS.last),
                )
            ],
        )
    request = planning.PlanRequest(name="Plan", horizon=YEARS, time_limit=AMPLE)
    return computed(store, planning.draft_plan(store, request, actor=HR, at=AT))


def test_a_repaired_draft_is_the_same_plan_with_one_thing_changed(store: Store, short: int) -> None:
    found = open_questions(store, short, today=AT.date())
    [mine] = found.duties
    assert (mine.person.id, mine.blocking.rules) == ("s1", ("absence",))
    assert (mine.chance, found.total, found.together) == (Chance.INSTEAD, 1, ())
    key = mine.repairs[0].key
    draft = computed(store, draft_repaired(store, short, key, actor=HR, at=AT))
    with store.read() as unit:
        plan, problem = unit.plans.plan(draft), unit.plans.problem(draft)
        before = unit.plans.problem(short)
    assert (plan.placed, plan.unassigned, plan.name) == (len(STAYING), 0, "Plan (repaired)")
    [added] = [each for each in problem.sessions if each not in before.sessions]
    assert added.days == (THERE.first, THERE.last)
    assert problem.model_copy(update={"sessions": before.sessions}) == before
    planning.publish(store, draft, actor=HR, at=AT)


def test_of_a_published_plan_the_repaired_one_changes_nobody(store: Store, short: int) -> None:
    planning.publish(store, short, actor=HR, at=AT)
    key = open_questions(store, short, today=AT.date()).duties[0].repairs[0].key
    draft = computed(store, draft_repaired(store, short, key, actor=HR, at=AT))
    changes = planning.plan_changes(store, draft, AT)
    assert changes.followed
    assert [each.employee_id for each in changes.changes] == []
    with store.read() as unit:
        assert unit.plans.plan(draft).placed == len(STAYING)
        assert set(unit.plans.assignments(short)) < set(unit.plans.assignments(draft))


def test_what_is_over_is_not_repaired(store: Store, short: int) -> None:
    planning.publish(store, short, actor=HR, at=AT)
    [mine] = open_questions(store, short, today=LATER).duties
    assert mine.repairs == ()


def test_a_repair_that_is_not_offered_any_more(store: Store, short: int) -> None:
    with pytest.raises(Conflict, match="no such repair"):
        draft_repaired(store, short, "made up", actor=HR, at=AT)


def test_a_repair_is_of_the_plan_that_was_looked_at(
    store: Store, short: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = open_questions(store, short, today=AT.date()).duties[0].repairs[0].key

    def meanwhile(store: Store, plan_id: int) -> StoredPlan | None:
        found = computed_plan(store, plan_id)
        planning.publish(store, plan_id, actor=HR, at=AT)
        return found

    monkeypatch.setattr(repairs, "computed_plan", meanwhile)
    with pytest.raises(Conflict, match="no such repair"):
        draft_repaired(store, short, key, actor=HR, at=AT)


def test_a_plan_that_is_not_computed_has_no_questions(store: Store, short: int) -> None:
    request = planning.PlanRequest(name="Plan", horizon=YEARS)
    plan_id, _run = planning.draft_plan(store, request, actor=HR, at=AT)
    found = open_questions(store, plan_id, today=AT.date())
    assert (found.total, found.duties) == (0, ())
