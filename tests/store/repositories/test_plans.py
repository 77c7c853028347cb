"""Drafts are made, filled by runs, and published; of several publishers one wins."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from threading import Barrier

import pytest

from scheduler.domain.errors import Conflict, FrontlineError, NotFound
from scheduler.domain.ledger import ServiceRecord
from scheduler.domain.people import Absence, Blackout, Scope, StandIns, Wish, WishKind
from scheduler.domain.plan import Block, PlanStatus, SolveStatus, Unassigned, Violation
from scheduler.domain.problem import Mode, Problem, RuleSetting
from scheduler.domain.revision import DayStatus
from scheduler.domain.run import RunState
from scheduler.domain.words import say
from scheduler.store import PlanResult, Store
from tests.publishing import publish_as_is
from tests.store.examples import (
    AUCKLAND,
    HORIZON,
    MINUTE,
    NOW,
    assignment,
    days,
    draft,
    drafted,
    duty,
    everybody_in,
    on_record,
    person,
    problem,
    published,
    session,
)

ANNA, BORIS = person("anna", "Anna"), person("boris", "Boris")
MARCH, JUNE = session(date(2027, 3, 1)), session(date(2027, 6, 1))
GIVEN = problem([ANNA, BORIS], [MARCH, JUNE])


def test_a_draft_tells_what_it_is_for(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    with store.write() as unit:
        plan_id, run_id = unit.plans.create(
            "2027",
            GIVEN,
            author="hr@example.org",
            at=NOW,
            programmes=("two-days",),
            rules_version=4,
            time_limit=12.5,
        )
    with store.read() as unit:
        plan, run = unit.plans.plan(plan_id), unit.runs.run(run_id)
    assert (plan.name, plan.status, plan.revision) == ("2027", PlanStatus.DRAFT, None)
    assert (plan.horizon, plan.programmes, plan.centres) == (HORIZON, ("two-days",), ("berlin",))
    assert (plan.author, plan.created_at, plan.duties) == ("hr@example.org", NOW, 2)
    assert (plan.rules_version, plan.time_limit, plan.solve_status) == (4, 12.5, None)
    assert (plan.placed, plan.cost, plan.score) == (None, None, {})
    assert (run.plan_id, run.state, run.time_limit) == (plan_id, RunState.QUEUED, 12.5)


def test_the_snapshot_of_a_plan_comes_back_as_it_was(store: Store) -> None:
    may = days(date(2027, 5, 1), date(2027, 5, 9))
    whole = Problem(
        **{
            **dict(GIVEN),
            "absences": (Absence(employee_id="anna", days=may),),
            "blackouts": (Blackout(scope=Scope.TEAM, name="Päyments", days=may),),
            "wishes": (Wish(employee_id="anna", kind=WishKind.UNWISHED, days=may),),
            "stand_ins": (StandIns(one="anna", other="boris"),),
            "records": (
                ServiceRecord(employee_id="anna", programme="x", days=(date(2025, 1, 1),)),
            ),
            "rules": (RuleSetting(key="spacing", mode=Mode.SOFT, params={"share": 0.2}),),
            "seed": 7,
        }
    )
    plan_id = drafted(store, whole)
    with store.read() as unit:
        assert unit.plans.problem(plan_id) == whole


def test_only_plans_that_exist_can_be_seen(store: Store) -> None:
    with store.read() as unit:
        with pytest.raises(NotFound, match="99"):
            unit.plans.plan(99)
        with pytest.raises(NotFound, match="99"):
            unit.plans.problem(99)
        assert unit.plans.published() is None


def test_plans_come_the_newest_first(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    with store.write() as unit:
        first, second, third = (draft(unit, GIVEN, name) for name in "abc")
    with store.read() as unit:
        assert [plan.id for plan in unit.plans.plans()] == [third, second, first]
        assert [plan.id for plan in unit.plans.plans(limit=1, offset=1)] == [second]
        assert unit.plans.count() == 3


def test_what_a_run_found_is_kept(store: Store) -> None:
    late = Violation(
        rule="due_date",
        amount=3,
        points=30,
        text=say("late by {weeks} weeks", weeks=3),
        employee_ids=("anna",),
        sessions=(MARCH.key,),
        days=MARCH.days,
    )
    broken = Violation(rule="seats", amount=1, points=None, text=say("too many"))
    left = Unassigned(
        duty_id=duty(BORIS).id,
        employee_id="boris",
        due=HORIZON.last,
        blocks=(
            Block(rule="absence", sessions=2, text=say("away until {day}", day=MARCH.last_day)),
        ),
    )
    result = PlanResult(
        status=SolveStatus.TIME_LIMIT,
        assignments=(assignment(ANNA, MARCH),),
        unassigned=(left,),
        violations=(late, broken),
        cost=3_000_000_000,
        bound=2_999_999_999.5,
        gap=0.01,
        seconds=59.9,
        score={"due_date": 30},
        why={duty(ANNA).id: say("due by {day}", day=HORIZON.last)},
    )
    plan_id = drafted(store, GIVEN, result)
    with store.read() as unit:
        plan = unit.plans.plan(plan_id)
        assert unit.plans.assignments(plan_id) == result.assignments
        assert unit.plans.unassigned(plan_id) == (left,)
        assert unit.plans.violations(plan_id) == (late, broken)
    assert (plan.solve_status, plan.placed, plan.unassigned) == (SolveStatus.TIME_LIMIT, 1, 1)
    assert (plan.cost, plan.bound, plan.gap) == (3_000_000_000, 2_999_999_999.5, 0.01)
    assert (plan.seconds, plan.hard_violations, plan.score) == (59.9, 1, {"due_date": 30})


def test_a_later_result_takes_the_place_of_an_earlier_one(store: Store) -> None:
    plan_id = drafted(store, GIVEN, everybody_in(GIVEN, MARCH))
    later = PlanResult(SolveStatus.OPTIMAL, assignments=(assignment(BORIS, JUNE),))
    with store.write() as unit:
        unit.plans.save_result(plan_id, later)
    with store.read() as unit:
        assert unit.plans.assignments(plan_id) == later.assignments
        assert unit.plans.plan(plan_id).placed == 1


def test_a_result_with_a_session_of_another_plan_is_refused(store: Store) -> None:
    plan_id = drafted(store, problem([ANNA], [MARCH]))
    with pytest.raises(NotFound, match="20270601"), store.write() as unit:
        unit.plans.save_result(plan_id, everybody_in(problem([ANNA]), JUNE))
    with store.read() as unit:
        assert unit.plans.plan(plan_id).solve_status is None


def test_publishing_makes_the_next_revision(store: Store) -> None:
    result = everybody_in(GIVEN, MARCH)
    plan_id = published(store, GIVEN, result)
    with store.read() as unit:
        plan = unit.plans.published()
        days = unit.calendar.days()
    assert [(day.starts, day.ends) for day in days] == [
        hours for hours in MARCH.hours() for _ in (ANNA, BORIS)
    ]
    assert plan is not None
    assert (plan.id, plan.status, plan.revision) == (plan_id, PlanStatus.PUBLISHED, 1)
    assert (plan.published_at, plan.published_by) == (NOW, "hr@example.org")


def test_a_revision_supersedes_the_one_before_and_keeps_the_days_identity(store: Store) -> None:
    first = published(store, GIVEN, everybody_in(GIVEN, MARCH))
    moved = everybody_in(problem([ANNA]), JUNE)
    second = drafted(store, GIVEN, moved)
    with store.read() as unit:
        before = unit.calendar.days("anna")
    with store.write() as unit:
        assert publish_as_is(unit, second, GIVEN, author="hr", at=NOW + MINUTE) == 2
    with store.read() as unit:
        assert unit.plans.plan(first).status is PlanStatus.SUPERSEDED
        assert unit.plans.plan(first).revision == 1
        assert [plan.id for plan in [unit.plans.published()] if plan] == [second]
        annas, boriss = unit.calendar.days("anna"), unit.calendar.days("boris")
    assert [(day.uid, day.sequence) for day in annas] == [(day.uid, 1) for day in before]
    assert {day.status for day in boriss} == {DayStatus.CANCELLED}
    assert {day.starts.date() for day in annas} == set(JUNE.days)


def test_a_published_plan_is_never_edited(store: Store) -> None:
    plan_id = published(store, GIVEN, everybody_in(GIVEN, MARCH))
    with pytest.raises(Conflict, match="published"), store.write() as unit:
        unit.plans.save_result(plan_id, PlanResult(SolveStatus.OPTIMAL))
    with pytest.raises(Conflict, match="no draft"), store.write() as unit:
        unit.plans.publish(plan_id, author="hr", at=NOW)
    with store.read() as unit:
        assert len(unit.plans.assignments(plan_id)) == 2
        plan = unit.plans.published()
    assert plan is not None
    assert plan.revision == 1


def test_who_saw_an_older_revision_does_not_publish(store: Store) -> None:
    published(store, GIVEN, everybody_in(GIVEN, MARCH))
    late = drafted(store, GIVEN, everybody_in(GIVEN, JUNE))
    with pytest.raises(Conflict, match="revision 1"), store.write() as unit:
        unit.plans.publish(late, author="hr", at=NOW, follows=0)
    with store.write() as unit:
        assert unit.plans.publish(late, author="hr", at=NOW, follows=1) == 2


def test_the_date_of_a_day_is_the_one_at_the_centre(store: Store) -> None:
    down_under = session(date(2027, 3, 1), AUCKLAND)
    given = problem([ANNA], [down_under], [AUCKLAND])
    published(store, given, everybody_in(given, down_under))
    with store.read() as unit:
        (row,) = unit.people.search(today=NOW.date()).rows
        assert unit.calendar.days()[0].starts.date() == date(2027, 2, 28)
    assert row.next_service == date(2027, 3, 1)


def test_of_many_publishers_at_once_exactly_one_wins(store: Store) -> None:
    """Each follows the same revision, which all of them saw."""
    publishers = 8
    result = everybody_in(GIVEN, MARCH)
    on_record(store, ANNA, BORIS)
    with store.write() as unit:
        plans = [draft(unit, GIVEN, f"Plan {n}") for n in range(publishers)]
        for plan_id in plans:
            unit.plans.save_result(plan_id, result)
    for revision in (1, 2, 3):
        outcomes = all_at_once([publisher(store, plan_id, revision) for plan_id in plans])
        winners = [
            plan for plan, outcome in zip(plans, outcomes, strict=True) if outcome == revision
        ]
        assert len(winners) == 1
        assert all(isinstance(o, Conflict) for o in outcomes if o != revision)
        with store.read() as unit:
            holding = [p for p in unit.plans.plans() if p.status is PlanStatus.PUBLISHED]
            assert [(p.id, p.revision) for p in holding] == [(winners[0], revision)]
            assert len(unit.calendar.days()) == 4
            assert {day.sequence for day in unit.calendar.days()} == {0}


def publisher(store: Store, plan_id: int, revision: int) -> Callable[[], int]:
    def publish() -> int:
        with store.write() as unit:
            unit.plans.next_revision()
            return publish_as_is(unit, plan_id, GIVEN, author="hr", at=NOW, follows=revision - 1)

    return publish


def test_publishers_who_ask_for_the_next_revision_take_turns(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    with store.write() as unit:
        plans = [draft(unit, GIVEN, f"Plan {n}") for n in range(4)]

    def publish(plan_id: int) -> int:
        with store.write() as unit:
            unit.plans.next_revision()
            return publish_as_is(unit, plan_id, GIVEN, author="hr", at=NOW)

    outcomes = all_at_once([partial(publish, plan) for plan in plans])
    assert sorted(outcomes, key=str) == [1, 2, 3, 4]


def test_only_one_of_many_workers_claims_a_run(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    with store.write() as unit:
        wanted = [draft(unit, GIVEN) for _ in range(3)]

    def claim(worker: str) -> int:
        with store.write() as unit:
            run = unit.runs.claim(worker, at=NOW, lease=MINUTE)
            return run.plan_id if run else 0

    outcomes = all_at_once([partial(claim, f"worker {n}") for n in range(6)])
    assert sorted(outcomes, key=str) == [0, 0, 0, *wanted]


def test_audit_entries_of_many_at_once_make_one_chain(store: Store) -> None:
    def tell(n: int) -> int:
        with store.write() as unit:
            unit.audit.record(f"admin {n}", "did", "something", NOW)
            return n

    assert len(all_at_once([partial(tell, n) for n in range(8)])) == 8
    with store.read() as unit:
        assert unit.audit.count() == 8
        assert unit.audit.verify()


def all_at_once(actions: list[Callable[[], int]]) -> list[int | FrontlineError]:
    """Run all actions at the same time; what each returned, or the error it ended with."""
    start = Barrier(len(actions))

    def run(action: Callable[[], int]) -> int | FrontlineError:
        start.wait(timeout=30)
        try:
            return action()
        except FrontlineError as error:
            return error

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))
