"""Publishing: only what keeps the rules, once, and without a calendar losing an event."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from scheduler import planning
from scheduler.domain.calendar import DateRange
from scheduler.domain.errors import Conflict, NotFound, NotPublishable
from scheduler.domain.plan import PlanStatus, SolveStatus
from scheduler.domain.revision import DayStatus, ServiceDay
from scheduler.store import PlanResult, Store
from tests.planning.office import (
    AT,
    HR,
    STAYING,
    YEARS,
    compute,
    draft,
    import_absences,
    import_roster,
    open_office,
    planned,
    published,
)

FIRST_YEAR = DateRange(first=date(2027, 1, 1), last=date(2027, 12, 31))
SECOND_YEAR = DateRange(first=date(2028, 1, 1), last=date(2028, 12, 31))
Days = dict[tuple[str, int], ServiceDay]


def _days(store: Store) -> Days:
    with store.read() as unit:
        return {(day.employee_id, day.number): day for day in unit.calendar.days()}


def _publish(store: Store, plan_id: int, days_later: int = 1, **options: int) -> int:
    at = AT + timedelta(days=days_later)
    return planning.publish(store, plan_id, actor=HR, at=at, **options)


def _away_when_serving(store: Store, employee_id: str) -> None:
    """Somebody falls ill on the very days of their service."""
    day = _days(store)[employee_id, 0].starts.date()
    first, last = day - timedelta(days=3), day + timedelta(days=3)
    import_absences(store, f"employee id,first,last\n{employee_id},{first},{last}\n")


def test_a_published_plan_is_on_everybodys_calendar(store: Store) -> None:
    open_office(store)
    plan_id = planned(store)
    assert _publish(store, plan_id) == 1
    with store.read() as unit:
        plan, latest = unit.plans.plan(plan_id), unit.audit.entries(limit=1)[0]
    assert (plan.status, plan.revision, plan.published_by) == (PlanStatus.PUBLISHED, 1, HR)
    days = _days(store)
    assert {who for who, _ in days} == set(STAYING)
    assert len(days) == 16
    assert {(day.status, day.sequence, day.revision) for day in days.values()} == {
        (DayStatus.CONFIRMED, 0, 1)
    }
    assert len({day.uid for day in days.values()}) == 16
    assert (latest.action, latest.details) == (
        "published plan",
        {"revision": 1, "given": 8, "moved": 0, "cancelled": 0, "kept": 0, "told late": 0},
    )


def test_it_is_said_who_learns_of_a_date_too_late(store: Store) -> None:
    open_office(store)
    plan_id = planned(store)
    with store.read() as unit:
        session = unit.plans.problem(plan_id).session
        starts = sorted(session[a.session].first_day for a in unit.plans.assignments(plan_id))
    today = starts[0] - timedelta(days=13)  # two weeks are promised
    late = sum(day < today + timedelta(weeks=2) for day in starts)
    told = _effect(store, plan_id, today)
    assert (told.late, told.first_late) == (late, starts[0])
    assert _effect(store, plan_id, today - timedelta(days=1)).late == 0
    # What is published already is no news.
    _publish(store, plan_id)
    assert _effect(store, plan_id, today).late == 0


def _effect(store: Store, plan_id: int, today: date) -> planning.Effect:
    at = datetime.combine(today, AT.timetz())
    effect = planning.effect_of_publishing(store, plan_id, at)
    assert effect is not None
    return effect


def test_a_plan_that_is_not_finished_is_not_published(store: Store) -> None:
    open_office(store)
    plan_id, _ = draft(store)
    with pytest.raises(NotPublishable, match="not finished") as caught:
        _publish(store, plan_id)
    assert "Wait" in caught.value.hint
    assert _days(store) == {}


def test_a_plan_that_breaks_a_hard_rule_is_not_published(store: Store) -> None:
    """Whatever its figures say: the rules are asked again."""
    open_office(store)
    plan_id = planned(store)
    with store.read() as unit:
        before = unit.plans.assignments(plan_id)
    session = before[0].session
    spoilt = tuple(a.model_copy(update={"session": session}) for a in before)
    with store.write() as unit:
        unit.plans.save_result(
            plan_id, PlanResult(status=SolveStatus.OPTIMAL, assignments=spoilt, cost=0, bound=0)
        )
    found = planning.verify_plan(store, plan_id)
    assert {violation.rule for violation in found.hard} >= {"structure", "executive_cover"}
    with pytest.raises(NotPublishable, match="hard rules; the first: ") as caught:
        _publish(store, plan_id)
    assert caught.value.hint == "Draft a new plan."
    assert _days(store) == {}
    with store.read() as unit:
        assert unit.plans.plan(plan_id).status is PlanStatus.DRAFT


def test_a_plan_that_keeps_every_rule_is_verified(store: Store) -> None:
    open_office(store)
    assert planning.verify_plan(store, planned(store)).hard == ()


def test_a_plan_is_published_once(store: Store) -> None:
    open_office(store)
    plan_id = published(store)
    before = _days(store)
    with pytest.raises(Conflict, match="no draft any more"):
        _publish(store, plan_id)
    assert _days(store) == before


def test_of_two_who_publish_the_second_is_told_what_the_first_did(store: Store) -> None:
    open_office(store)
    one, other = planned(store), planned(store)
    assert _publish(store, one, follows=0) == 1
    with pytest.raises(Conflict, match="Somebody else published revision 1"):
        _publish(store, other, follows=0)
    assert _publish(store, other, follows=1) == 2
    with store.read() as unit:
        assert unit.plans.plan(one).status is PlanStatus.SUPERSEDED


def test_an_unknown_plan_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        _publish(store, 7)
    with pytest.raises(NotFound):
        planning.verify_plan(store, 7)


def test_a_moved_day_stays_the_same_event_and_nobody_else_moves(store: Store) -> None:
    open_office(store)
    published(store)
    before = _days(store)
    _away_when_serving(store, "s1")
    plan_id, _run = planning.revise_plan(store, actor=HR, at=AT)
    assert compute(store)
    assert _publish(store, plan_id) == 2
    after = _days(store)
    for number in (0, 1):
        old, new = before["s1", number], after["s1", number]
        assert new.uid == old.uid
        assert new.sequence == old.sequence + 1
        assert new.starts != old.starts
        assert (new.revision, new.status) == (2, DayStatus.CONFIRMED)
    others = {key: day for key, day in before.items() if key[0] != "s1"}
    assert others == {key: day for key, day in after.items() if key[0] != "s1"}


def test_the_days_of_somebody_who_leaves_are_cancelled(store: Store) -> None:
    open_office(store)
    published(store)
    before = _days(store)
    import_roster(store, "id,name,hire date,leave date\ns1,Dee Seller,2015-03-01,2026-12-15\n")
    _publish(store, planned(store))
    after = _days(store)
    assert {day.status for (who, _), day in after.items() if who == "s1"} == {DayStatus.CANCELLED}
    assert after["s1", 0].uid == before["s1", 0].uid
    assert after["s1", 0].sequence == before["s1", 0].sequence + 1
    assert {day.status for (who, _), day in after.items() if who != "s1"} == {DayStatus.CONFIRMED}


def test_a_plan_of_another_horizon_cancels_nothing(store: Store) -> None:
    open_office(store)
    published(store, FIRST_YEAR)
    before = _days(store)
    assert before
    _publish(store, planned(store, SECOND_YEAR))
    after = _days(store)
    assert {key: after[key] for key in before} == before
    assert {who for who, _ in after} == set(STAYING)


def test_a_plan_of_one_centre_leaves_the_days_of_others_alone(store: Store) -> None:
    open_office(store)
    published(store)
    before = _days(store)
    _away_when_serving(store, "s1")
    _publish(store, planned(store, centres=("berlin",)))
    after = _days(store)
    auckland = {(who, number) for who in ("lead2", "w1", "w2") for number in (0, 1)}
    assert {key: after[key] for key in auckland} == {key: before[key] for key in auckland}
    assert after["s1", 0].sequence == 1


def test_the_first_morning_of_the_horizon_belongs_to_it_everywhere(store: Store) -> None:
    """On 1 March at nine in Auckland it is still February in UTC."""
    open_office(store)
    march = DateRange(first=date(2027, 3, 1), last=date(2027, 3, 2))
    first = published(store, march, centres=("auckland",))
    before = _days(store)
    assert {day.starts.date() for (_, number), day in before.items() if number == 0} == {
        date(2027, 2, 28)
    }
    second = planned(store, march, centres=("auckland",))
    _publish(store, second)
    assert _days(store) == before, "nothing moved"
    with store.read() as unit:
        assert unit.plans.assignments(first) == unit.plans.assignments(second)
        assert len(unit.calendar.days()) == len(before)


def test_days_that_are_over_are_not_written_again(store: Store) -> None:
    open_office(store)
    published(store)
    before = _days(store)
    summer = YEARS.first + timedelta(days=200)
    past = {key for key, day in before.items() if day.starts.date() < summer}
    assert past
    _publish(store, planned(store), days_later=(summer - AT.date()).days)
    after = _days(store)
    assert {key: after[key] for key in past} == {key: before[key] for key in past}
    assert len(after) == len(before)
