"""Re-planning what is published: what has changed since, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from scheduler import planning
from scheduler.domain.calendar import DateRange
from scheduler.domain.errors import BadInput, Conflict, NotFound
from scheduler.domain.ledger import ServiceRecord
from scheduler.domain.plan import Assignment, PlanStatus, SolveStatus
from scheduler.domain.problem import Problem
from scheduler.domain.revision import DayStatus
from scheduler.planning.plans import replanning as revising
from scheduler.replan import Why
from scheduler.store import Store
from tests.planning.office import (
    AT,
    HR,
    ON_SQLITE,
    START,
    STAYING,
    Clock,
    compute,
    draft,
    import_absences,
    import_roster,
    open_office,
    published,
)
from tests.processes import AMPLE

SOON = AT + timedelta(days=1)


def _plan(store: Store, plan_id: int) -> dict[str, str]:
    """Everybody's session."""
    with store.read() as unit:
        return {a.employee_id: a.session for a in unit.plans.assignments(plan_id)}


def _problem(store: Store, plan_id: int) -> Problem:
    with store.read() as unit:
        return unit.plans.problem(plan_id)


def _days(store: Store, plan_id: int, who: str) -> tuple[date, ...]:
    return _problem(store, plan_id).session[_plan(store, plan_id)[who]].days


def _away(store: Store, who: str, first: date, last: date) -> None:
    import_absences(store, f"employee id,first,last\n{who},{first},{last}\n")


def _revised(store: Store, *, at: datetime = SOON, freeze_until: date | None = None) -> int:
    """A computed draft that follows what is published."""
    plan_id, _ = planning.revise_plan(
        store, actor=HR, at=at, freeze_until=freeze_until, time_limit=AMPLE
    )
    assert compute(store, clock=Clock(at))
    return plan_id


def _why(store: Store, plan_id: int) -> dict[str, Why]:
    return {
        each.employee_id: each.why for each in planning.plan_changes(store, plan_id, SOON).changes
    }


def test_where_nothing_happened_nobody_changes(store: Store) -> None:
    open_office(store)
    before = published(store)
    after = _revised(store)
    assert _plan(store, after) == _plan(store, before)
    assert _why(store, after) == {}
    with store.read() as unit:
        plan = unit.plans.plan(after)
    assert (plan.status, plan.solve_status) == (PlanStatus.DRAFT, SolveStatus.OPTIMAL)
    assert (plan.bound, plan.gap, plan.hard_violations) == (None, None, 0)


def test_only_who_is_away_moves_and_publishing_moves_their_days(store: Store) -> None:
    open_office(store)
    before = published(store)
    days = _days(store, before, "s1")
    _away(store, "s1", days[0], days[-1])
    after = _revised(store)
    assert _why(store, after) == {"s1": Why.IMPOSSIBLE}
    assert {who for who in STAYING if _plan(store, after)[who] != _plan(store, before)[who]} == {
        "s1"
    }
    assert planning.publish(store, after, actor=HR, at=SOON) == 2
    with store.read() as unit:
        calendar = {(d.employee_id, d.number): d for d in unit.calendar.days()}
    assert {who for (who, _), day in calendar.items() if day.sequence} == {"s1"}
    assert all(day.status is DayStatus.CONFIRMED for day in calendar.values())


def test_a_draft_tells_what_it_follows(store: Store) -> None:
    open_office(store)
    before = published(store)
    plan_id, run_id = planning.revise_plan(store, before, actor=HR, at=SOON, time_limit=7)
    with store.read() as unit:
        follows = unit.plans.problem(plan_id).follows
        plan, run, last = (
            unit.plans.plan(plan_id),
            unit.runs.run(run_id),
            unit.audit.entries(1)[0],
        )
    assert follows is not None
    assert (follows.plan, follows.freeze) == (before, SOON.date() + timedelta(days=1))
    assert {a.employee_id for a in follows.published} == set(STAYING)
    assert (plan.name, plan.author, run.time_limit) == ("A plan", HR, 7)
    assert (last.action, last.subject) == ("re-planned", f"plan {plan_id}")


def test_a_joiner_comes_in_and_a_leaver_drops_out(store: Store) -> None:
    open_office(store)
    before = published(store)
    import_roster(
        store,
        "employee id,name,manager id,department,team,hire date,leave date,country,centre\n"
        "s1,Dee Seller,lead1,Sales,sales,2015-03-01,2026-12-31,DE,berlin\n"
        "new,Jo New,lead1,Sales,sales,2026-11-01,,DE,berlin\n",
    )
    after = _revised(store)
    assert _why(store, after) == {"s1": Why.NOT_OWED}
    assert set(_plan(store, after)) == {*STAYING, "new"} - {"s1"}
    kept = set(STAYING) - {"s1"}
    assert all(_plan(store, after)[who] == _plan(store, before)[who] for who in kept)


@pytest.mark.parametrize("early", [True, False])
def test_of_a_first_cycle_those_planned_stay_and_those_waiting_wait(
    store: Store, early: bool
) -> None:
    """A year takes half of everybody; which half does not change because time has passed."""
    open_office(store)
    before = published(store, DateRange(first=START, last=date(2027, 12, 31)))
    taken = _plan(store, before)
    assert 0 < len(taken) < len(STAYING)
    sessions = _problem(store, before).session
    ends = sorted({sessions[key].last_day for key in taken.values()})
    over = ends[0] if early else ends[-2]
    after = _revised(store, at=_noon(over + timedelta(days=1)))
    left = {who for who, key in taken.items() if sessions[key].last_day > over}
    assert left
    assert set(_plan(store, after)) == left
    assert _why(store, after) == {}


@ON_SQLITE
def test_who_was_planned_is_not_pushed_out_by_who_comes_in(store: Store) -> None:
    """Those employed longest come first in a cycle; somebody taken over from elsewhere has been."""
    open_office(store)
    before = published(store, DateRange(first=START, last=date(2027, 12, 31)))
    newcomers = "".join(
        f"{team}{n},Jo {team} {n},{lead},{team},{team},2001-01-01,,DE,\n"
        for team, lead in (("sales", "lead1"), ("works", "lead2"), ("board", "boss"))
        for n in range(4)
    )
    import_roster(
        store,
        "employee id,name,manager id,department,team,hire date,leave date,country,centre\n"
        + newcomers,
    )
    after = _revised(store)
    assert set(_plan(store, after)) > set(_plan(store, before))
    assert _why(store, after) == {}


def _noon(day: date) -> datetime:
    return AT.replace(year=day.year, month=day.month, day=day.day, hour=12)


def test_what_is_over_is_history(store: Store) -> None:
    """After the first services nobody who has served changes, whether written down or not."""
    open_office(store)
    before = published(store)
    sessions = _problem(store, before).session
    order = sorted(_plan(store, before).items(), key=lambda pair: sessions[pair[1]].first_day)
    written, _ = order[0]
    last = sessions[order[1][1]].last_day
    with store.write() as unit:
        unit.ledger.add(
            [
                ServiceRecord(
                    employee_id=written,
                    programme="two_days",
                    days=_days(store, before, written),
                )
            ]
        )
    after = _revised(store, at=_noon(last + timedelta(days=1)))
    assert _why(store, after) == {}
    early = {who for who, key in order if sessions[key].last_day <= last}
    assert set(_plan(store, after)) == set(STAYING) - early


def test_who_is_serving_now_and_is_written_down_does_not_change(store: Store) -> None:
    open_office(store)
    before = published(store)
    who = min(_plan(store, before), key=lambda each: _days(store, before, each)[0])
    days = _days(store, before, who)
    with store.write() as unit:
        record = ServiceRecord(employee_id=who, programme="two_days", days=days)
        unit.ledger.add([record])
    assert who not in _why(store, _revised(store, at=_noon(days[-1])))


def test_who_is_serving_now_goes_on_and_nobody_joins_them(store: Store) -> None:
    open_office(store)
    before = published(store)
    who, key = min(_plan(store, before).items(), key=lambda pair: pair[1][-8:])
    today = _days(store, before, who)[0]
    plan_id, _ = planning.revise_plan(store, actor=HR, at=_noon(today))
    problem = _problem(store, plan_id)
    there = [a for a in _plan(store, before).values() if a == key]
    assert problem.session[key].seats == len(there)
    begun = {s.key for s in problem.sessions if s.first_day <= today}
    assert begun == {a.session for a in _followed(problem) if a.session in begun}
    after = _revised_of(store, plan_id, _noon(today))
    assert _plan(store, after)[who] == key
    planning.publish(store, after, actor=HR, at=_noon(today))
    with store.read() as unit:
        mine = [day for day in unit.calendar.days() if day.employee_id == who]
    assert {(day.status, day.sequence) for day in mine} == {(DayStatus.CONFIRMED, 0)}


def _followed(problem: Problem) -> tuple[Assignment, ...]:
    assert problem.follows is not None
    return problem.follows.published


def _revised_of(store: Store, plan_id: int, at: datetime) -> int:
    assert compute(store, clock=Clock(at))
    return plan_id


@ON_SQLITE
def test_what_is_frozen_stays(store: Store) -> None:
    open_office(store)
    before = published(store)
    after = _revised(store, freeze_until=date(2028, 1, 1))
    follows = _problem(store, after).follows
    assert follows is not None
    assert follows.freeze == date(2028, 1, 1)
    assert _plan(store, after) == _plan(store, before)


@ON_SQLITE
def test_a_plan_that_does_not_follow_is_compared_without_reasons(store: Store) -> None:
    open_office(store)
    before = published(store)
    day = _days(store, before, "s1")[0]
    _away(store, "s1", day, day)
    plan_id, _ = draft(store)
    compute(store)
    found = planning.plan_changes(store, plan_id, SOON)
    assert not found.followed
    assert "s1" in {each.employee_id for each in found.changes}


@ON_SQLITE
def test_what_is_impossible_is_asked_of_the_rules(store: Store) -> None:
    open_office(store)
    before = published(store)
    days = _days(store, before, "s2")
    _away(store, "s2", days[0], days[0])
    problem = _problem(store, _revised(store))
    [duty] = [a.duty_id for a in _followed(problem) if a.employee_id == "s2"]
    assert revising.impossible(problem, _followed(problem)) == {duty}


def _nothing(store: Store) -> None:
    """Nothing is published."""


def _draft_only(store: Store) -> None:
    draft(store)


@ON_SQLITE
@pytest.mark.parametrize("prepare", [_nothing, _draft_only])
def test_without_a_published_plan_there_is_nothing_to_follow(
    store: Store, prepare: Callable[[Store], None]
) -> None:
    open_office(store)
    prepare(store)
    with pytest.raises(BadInput, match="Nothing is published yet"):
        planning.revise_plan(store, actor=HR, at=AT)


@ON_SQLITE
def test_only_the_published_plan_is_followed(store: Store) -> None:
    open_office(store)
    published(store)
    other, _ = draft(store)
    with pytest.raises(Conflict, match=f"Plan {other} is not the published one"):
        planning.revise_plan(store, other, actor=HR, at=AT)
    with pytest.raises(NotFound):
        planning.revise_plan(store, 99, actor=HR, at=AT)


@ON_SQLITE
def test_a_plan_that_is_over_is_not_followed(store: Store) -> None:
    open_office(store)
    published(store)
    with pytest.raises(BadInput, match="ended on 2028-12-31"):
        planning.revise_plan(store, actor=HR, at=_noon(date(2028, 12, 31)))
