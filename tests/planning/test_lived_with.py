"""A plan that is lived with: beside others, half served, missed, corrected, re-planned."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from scheduler import planning
from scheduler.domain.calendar import DateRange
from scheduler.domain.errors import BadInput, NotPublishable
from scheduler.domain.revision import DayStatus, ServiceDay
from scheduler.domain.rota import Service, ServiceState
from scheduler.store import Store
from tests.planning.office import (
    AT,
    HR,
    ON_SQLITE,
    ROSTER,
    STAYING,
    YEARS,
    Clock,
    compute,
    import_absences,
    import_centres,
    import_roster,
    open_office,
    published,
)
from tests.processes import AMPLE

pytestmark = ON_SQLITE


def on(day: date, hour: int = 12) -> datetime:
    """A moment of a day."""
    return datetime.combine(day, time(hour), UTC)


def draft_at(store: Store, at: datetime, horizon: DateRange, *centres: str) -> int:
    """A computed draft of a day."""
    request = planning.PlanRequest("A plan", horizon, centres=centres, time_limit=AMPLE)
    plan_id, run_id = planning.draft_plan(store, request, actor=HR, at=at)
    assert compute(store, run_id, clock=Clock(at))
    return plan_id


def publish_at(store: Store, at: datetime, horizon: DateRange, *centres: str) -> int:
    """A plan drafted and published on a day."""
    plan_id = draft_at(store, at, horizon, *centres)
    planning.publish(store, plan_id, actor=HR, at=at)
    return plan_id


def replan_at(store: Store, at: datetime, plan_id: int | None = None) -> int:
    """What is in force, re-planned on a day."""
    draft_id, run_id = planning.revise_plan(store, plan_id, actor=HR, at=at, time_limit=AMPLE)
    assert compute(store, run_id, clock=Clock(at))
    return draft_id


def changed(store: Store, draft_id: int, at: datetime) -> dict[str, str]:
    """Who changes in a draft, and why."""
    found = planning.plan_changes(store, draft_id, at).changes
    return {each.employee_id: each.why.value for each in found}


def services(store: Store, employee_id: str | None = None) -> tuple[Service, ...]:
    """The services of one person, or of all."""
    with store.read() as unit:
        return unit.rota.services(employee_id)


def confirmed(store: Store, employee_id: str) -> Service:
    """The only confirmed service of a person."""
    (service,) = (
        each for each in services(store, employee_id) if each.state is ServiceState.CONFIRMED
    )
    return service


def calendar(store: Store) -> dict[str, ServiceDay]:
    """Everybody's days by their UID."""
    with store.read() as unit:
        return {day.uid: day for day in unit.calendar.days()}


@pytest.mark.parametrize("preset", ["basecamp", "doordash", "automattic"])
def test_cycles_shorter_than_the_horizon_change_nobody_where_nothing_changed(
    store: Store, preset: str
) -> None:
    """A duty's identity does not hang on when it is due."""
    planning.initialise(store, preset, at=AT, start=date(2026, 8, 1))
    import_centres(store)
    import_roster(store, ROSTER)
    september, december = on(date(2026, 9, 1)), on(date(2026, 12, 1))
    publish_at(store, september, DateRange(first=date(2026, 10, 5), last=date(2027, 3, 31)))
    before = calendar(store)
    draft_id = replan_at(store, december)
    assert changed(store, draft_id, december) == {}
    planning.publish(store, draft_id, actor=HR, at=december)
    after = calendar(store)
    assert {uid: after[uid] for uid in before} == before


def test_a_corrected_hire_date_changes_nobodys_date(store: Store) -> None:
    open_office(store)
    published(store)
    before = calendar(store)
    import_roster(store, ROSTER.replace("2015-03-01", "2015-03-02"))
    draft_id = replan_at(store, AT)
    assert changed(store, draft_id, AT) == {}
    planning.publish(store, draft_id, actor=HR, at=AT)
    assert calendar(store) == before


def test_plans_of_two_centres_stand_side_by_side(store: Store) -> None:
    open_office(store)
    berlin = publish_at(store, AT, YEARS, "berlin")
    first = calendar(store)
    auckland = publish_at(store, AT, YEARS, "auckland")
    assert {uid: day for uid, day in calendar(store).items() if uid in first} == first
    with store.read() as unit:
        assert {plan.id for plan in unit.plans.in_force()} == {berlin, auckland}
    draft_id = replan_at(store, AT)
    assert changed(store, draft_id, AT) == {}, "all that is in force is re-planned together"


def test_next_years_plan_leaves_this_years_in_force(store: Store) -> None:
    open_office(store)
    this = DateRange(first=date(2027, 1, 1), last=date(2027, 12, 31))
    following = DateRange(first=date(2028, 1, 1), last=date(2028, 12, 31))
    first = publish_at(store, AT, this)
    before = calendar(store)
    second = publish_at(store, AT, following)
    after = calendar(store)
    assert {uid: after[uid] for uid in before} == before
    with store.read() as unit:
        assert {plan.id for plan in unit.plans.in_force()} == {first, second}
    assert changed(store, replan_at(store, AT, first), AT) == {}


def test_an_absence_after_the_draft_keeps_it_from_being_published(store: Store) -> None:
    open_office(store)
    plan_id = draft_at(store, AT, YEARS)
    with store.read() as unit:
        problem = unit.plans.problem(plan_id)
        chosen = next(a for a in unit.plans.assignments(plan_id) if a.employee_id == "s1")
    day = problem.session[chosen.session].first_day
    import_absences(store, f"employee id,first,last\ns1,{day},{day}\n")
    effect = planning.effect_of_publishing(store, plan_id, AT)
    assert effect is not None
    assert "Dee Seller" in str(effect.obstacles[0])
    with pytest.raises(NotPublishable, match="Dee Seller") as refused:
        planning.publish(store, plan_id, actor=HR, at=AT)
    assert "Re-plan" in refused.value.hint
    assert calendar(store) == {}


def test_a_leaver_after_the_draft_is_named(store: Store) -> None:
    open_office(store)
    plan_id = draft_at(store, AT, YEARS)
    import_roster(store, "id,name,hire date,leave date\ns1,Dee Seller,2015-03-01,2026-12-15\n")
    with pytest.raises(NotPublishable, match="Dee Seller is no longer here on"):
        planning.publish(store, plan_id, actor=HR, at=AT)


def test_a_week_half_served_stays_and_the_rest_is_published(store: Store) -> None:
    open_office(store)
    published(store)
    service = confirmed(store, "s1")
    other = max(
        (each for each in services(store) if each.employee_id != "s1"),
        key=lambda each: each.first_day,
    )
    day = other.first_day
    import_absences(store, f"employee id,first,last\n{other.employee_id},{day},{day}\n")
    between = on(service.first_day, 20)
    draft_id = replan_at(store, between)
    planning.publish(store, draft_id, actor=HR, at=between)
    assert confirmed(store, "s1") == service
    assert confirmed(store, other.employee_id).first_day != day


def test_who_missed_the_days_gets_others_for_the_same_duty(store: Store) -> None:
    open_office(store)
    published(store)
    missed = confirmed(store, "s1")
    after = on(missed.last_day + timedelta(days=1))
    planning.note_attendance(store, missed.id, ServiceState.MISSED, actor=HR, at=after)
    draft_id = replan_at(store, after)
    planning.publish(store, draft_id, actor=HR, at=after)
    again = confirmed(store, "s1")
    assert (again.duty_id, again.id == missed.id) == (missed.duty_id, False)
    assert again.first_day > after.date()
    kept = next(each for each in services(store, "s1") if each.id == missed.id)
    assert (kept.state, kept.days) == (ServiceState.MISSED, missed.days)
    uids = {day.uid for day in missed.days}
    assert not uids & {day.uid for day in again.days}


def test_attendance_starts_the_next_cycle_and_a_mistake_is_undone(store: Store) -> None:
    open_office(store)
    published(store)
    service = confirmed(store, "s1")
    after = on(service.last_day + timedelta(days=1))

    def due() -> date | None:
        with store.read() as unit:
            (row,) = (
                row
                for row in unit.people.search(today=after.date(), size=50).rows
                if row.id == "s1"
            )
            return row.due

    before = due()
    planning.note_attendance(store, service.id, ServiceState.ATTENDED, actor=HR, at=after)
    last = service.last_day
    assert due() == date(last.year + 2, last.month, last.day)
    planning.note_attendance(store, service.id, ServiceState.CONFIRMED, actor=HR, at=after)
    assert due() == before
    with store.read() as unit:
        kinds = [change.kind.value for change in unit.rota.changes("s1")]
    assert kinds == ["given", "attended", "reopened"]


def test_silence_counts_as_the_policy_says_once_its_time_is_over(store: Store) -> None:
    open_office(store)
    published(store)
    last = confirmed(store, "s1").last_day
    with store.read() as unit:
        policy = unit.catalogue.policy()
    assert policy is not None
    for days, attended in ((14, False), (15, True)):
        at = on(last + timedelta(days=days))
        planning.bring_up_to_date(store, at)
        with store.read() as unit:
            (row,) = (
                row for row in unit.people.search(today=at.date(), size=50).rows if row.id == "s1"
            )
        assert (row.last_served == last) is attended


def test_nobody_is_overdue_two_years_later_who_served_and_was_not_asked(store: Store) -> None:
    open_office(store)
    published(store)
    later = on(date(2029, 1, 20))
    planning.bring_up_to_date(store, later)
    with store.read() as unit:
        rows = unit.people.search(today=later.date(), size=50).rows
    served = {row.id: row.last_served for row in rows if row.id in STAYING}
    assert all(served.values()), served


def test_nothing_is_planned_or_published_for_days_that_are_over(store: Store) -> None:
    open_office(store)
    summer = DateRange(first=date(2027, 3, 1), last=date(2027, 5, 31))
    plan_id = draft_at(store, AT, summer)
    with pytest.raises(NotPublishable, match="days that are over"):
        planning.publish(store, plan_id, actor=HR, at=on(date(2027, 6, 1)))
    with pytest.raises(BadInput, match="are over"):
        draft_at(store, on(date(2027, 6, 1)), summer)
    assert calendar(store) == {}


def test_no_uid_comes_back_over_all_of_this(store: Store) -> None:
    open_office(store)
    published(store)
    gone = confirmed(store, "s1")
    import_roster(store, "id,name,hire date,leave date\ns1,Dee Seller,2015-03-01,2026-12-15\n")
    planning.publish(store, replan_at(store, AT), actor=HR, at=AT)
    assert {day.status for day in services(store, "s1")[0].days} == {DayStatus.CANCELLED}
    import_roster(store, "id,name,hire date,leave date\ns1,Dee Seller,2015-03-01,\n")
    planning.publish(store, draft_at(store, AT, YEARS), actor=HR, at=AT)
    back = confirmed(store, "s1")
    assert not {day.uid for day in gone.days} & {day.uid for day in back.days}
