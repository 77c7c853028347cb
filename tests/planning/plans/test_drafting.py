"""Drafting: one snapshot of everything, and clear words about what is missing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from scheduler import planning
from scheduler.domain.calendar import DateRange
from scheduler.domain.errors import BadInput
from scheduler.domain.ledger import ServiceRecord, ServiceStatus
from scheduler.domain.people import Exemption
from scheduler.domain.problem import Problem
from scheduler.domain.run import RunState
from scheduler.rules import registry
from scheduler.store import Store
from scheduler.store.mapping.exceptions import EXEMPTIONS
from tests.planning.office import (
    AT,
    HR,
    ON_SQLITE,
    ROSTER,
    STAYING,
    YEARS,
    draft,
    import_absences,
    import_blackouts,
    import_centres,
    import_roster,
    open_office,
    published,
)

pytestmark = ON_SQLITE
LATER = DateRange(first=date(2029, 1, 1), last=date(2030, 12, 31))


def _snapshot(
    store: Store, horizon: DateRange = YEARS, at: datetime = AT, **options: tuple[str, ...]
) -> Problem:
    with store.read() as unit:
        request = planning.PlanRequest("A plan", horizon, **options)  # type: ignore[arg-type]
        return planning.snapshot(unit, request, at)


def test_a_draft_is_saved_with_its_snapshot_and_waits_for_a_worker(store: Store) -> None:
    open_office(store)
    plan_id, run_id = draft(store, time_limit=7.5)
    with store.read() as unit:
        plan, run = unit.plans.plan(plan_id), unit.runs.run(run_id)
        problem, latest = unit.plans.problem(plan_id), unit.audit.entries(limit=1)[0]
    assert problem == _snapshot(store)
    assert (plan.author, plan.duties, plan.programmes) == (HR, 8, ("two_days",))
    assert (plan.solve_status, plan.placed, plan.rules_version) == (None, None, 1)
    assert (run.plan_id, run.state, run.time_limit) == (plan_id, RunState.QUEUED, 7.5)
    assert (latest.action, latest.subject) == ("drafted plan", f"plan {plan_id}")


def test_the_snapshot_is_not_changed_by_what_comes_later(store: Store) -> None:
    open_office(store)
    plan_id, _ = draft(store)
    import_absences(store, "employee id,first,last\ns1,2027-01-01,2027-06-30\n")
    with store.read() as unit:
        assert unit.plans.problem(plan_id).absences == ()


def test_everything_a_plan_needs_is_in_it(store: Store) -> None:
    open_office(store)
    import_absences(
        store,
        "employee id,first,last,kind\ns1,2027-01-04,2027-01-08,absent\n"
        "gone,2026-01-04,2026-01-08,absent\ns2,2027-03-01,2027-03-31,wished\n",
    )
    import_blackouts(store, "scope,name,first,last\nteam,sales,2027-01-04,2027-01-08\n")
    problem = _snapshot(store)
    assert {a.employee_id for a in problem.absences} == {"s1"}, "who has left is not in it"
    assert {w.employee_id for w in problem.wishes} == {"s2"}
    assert len(problem.blackouts) == 1
    assert {s.key for s in problem.rules} == {"spacing"}
    assert {s.centre for s in problem.sessions} == {"berlin", "auckland"}


def test_who_leaves_before_the_horizon_owes_nothing(store: Store) -> None:
    open_office(store)
    problem = _snapshot(store)
    assert sorted(problem.employee) == sorted(STAYING)
    assert {duty.employee_id for duty in problem.duties} == set(STAYING)
    last_day = DateRange(first=date(2026, 6, 30), last=date(2026, 12, 31))
    before = datetime(2026, 6, 1, tzinfo=UTC)
    assert "gone" in _snapshot(store, last_day, at=before).employee


def test_what_is_over_is_not_planned(store: Store) -> None:
    open_office(store)
    begun = DateRange(first=AT.date() - timedelta(days=30), last=date(2026, 12, 31))
    assert _snapshot(store, begun).horizon.first == AT.date() + timedelta(days=1)
    over = DateRange(first=date(2026, 1, 1), last=AT.date())
    with pytest.raises(BadInput, match="are over"):
        _snapshot(store, over)


def test_an_exempt_person_owes_nothing(store: Store) -> None:
    open_office(store)
    release = Exemption(employee_id="s1", category="medical", approver=HR, days=YEARS)
    with store.write() as unit:
        unit.exceptions.add(EXEMPTIONS, [release])
    assert {d.employee_id for d in _snapshot(store).duties} == set(STAYING) - {"s1"}


def test_a_plan_for_one_centre_leaves_the_people_of_others_alone(store: Store) -> None:
    open_office(store)
    problem = _snapshot(store, centres=("berlin",))
    assert {session.centre for session in problem.sessions} == {"berlin"}
    assert {duty.employee_id for duty in problem.duties} == {"boss", "lead1", "s1", "s2", "s3"}
    assert set(problem.employee) == set(STAYING), "they still count in their teams"


def test_programmes_are_those_of_the_policy_and_of_the_request(store: Store) -> None:
    planning.initialise(store, "amazon", at=AT, start=YEARS.first)
    import_centres(store)
    import_roster(store, ROSTER)
    assert set(_snapshot(store).programme) == {"cew", "two_days"}
    only = _snapshot(store, programmes=("cew",))
    assert set(only.programme) == {"cew"}
    assert all(duty.programmes == ("cew",) for duty in only.duties)


def test_what_is_published_before_the_horizon_is_taken_as_served(store: Store) -> None:
    open_office(store)
    plan_id = published(store)
    with store.read() as unit:
        served = {a.employee_id: a.session for a in unit.plans.assignments(plan_id)}
        sessions = unit.plans.problem(plan_id).session
    duties = {duty.employee_id: duty for duty in _snapshot(store, LATER).duties}
    for person, key in served.items():
        last = sessions[key].last_day
        assert duties[person].due == date(last.year + 2, last.month, last.day)
        assert not duties[person].first


def test_a_day_of_service_is_a_date_where_it_takes_place(store: Store) -> None:
    """At nine in Auckland it is still the day before in UTC."""
    open_office(store)
    plan_id = published(store, centres=("auckland",))
    with store.read() as unit:
        problem = unit.plans.problem(plan_id)
        sessions = {problem.session[a.session].days for a in unit.plans.assignments(plan_id)}
    assert {record.days for record in _snapshot(store, LATER).records} == sessions


def test_the_ledger_knows_better_than_what_was_published(store: Store) -> None:
    open_office(store)
    plan_id = published(store)
    with store.read() as unit:
        problem = unit.plans.problem(plan_id)
        choice = next(a for a in unit.plans.assignments(plan_id) if a.employee_id == "s1")
    days = problem.session[choice.session].days
    missed = ServiceRecord(
        employee_id="s1", programme="two_days", days=days, status=ServiceStatus.MISSED
    )
    with store.write() as unit:
        unit.ledger.add([missed])
    later = _snapshot(store, LATER)
    assert [record for record in later.records if record.employee_id == "s1"] == [missed]
    assert next(d for d in later.duties if d.employee_id == "s1").first


def test_services_inside_the_horizon_are_planned_anew(store: Store) -> None:
    open_office(store)
    published(store)
    assert _snapshot(store).records == ()


def test_the_rules_of_the_day_are_in_it(store: Store) -> None:
    open_office(store)
    setting = registry()["team_floor"].default_setting()
    planning.change_rules(store, [setting], expected_version=1, actor=HR, at=AT)
    plan_id, _ = draft(store)
    with store.read() as unit:
        assert unit.plans.plan(plan_id).rules_version == 2
    assert _snapshot(store).rules == (setting,)


def _no_policy(store: Store) -> None:
    import_roster(store, ROSTER.replace(",berlin", ",").replace(",auckland", ","))


def _no_centre(store: Store) -> None:
    planning.initialise(store, "amazon_days", at=AT)


def _nobody(store: Store) -> None:
    planning.initialise(store, "amazon_days", at=AT)
    import_centres(store)


@pytest.mark.parametrize(
    ("prepare", "says", "hint"),
    [
        (_no_policy, "No policy", "frontline init"),
        (_no_centre, "no service centre yet", "add one"),
        (_nobody, "Nobody is on the roster", "Import a roster"),
    ],
)
def test_what_is_not_there_yet_is_said_with_what_mends_it(
    store: Store, prepare: object, says: str, hint: str
) -> None:
    prepare(store)  # type: ignore[operator]
    with pytest.raises(BadInput, match=says) as caught:
        draft(store)
    assert hint in caught.value.hint
    with store.read() as unit:
        assert unit.plans.count() == 0


@pytest.mark.parametrize(
    ("options", "says", "hint"),
    [
        ({"centres": ("rome",)}, "no service centre “rome”", "auckland, berlin"),
        ({"programmes": ("cew",)}, "no programme “cew”", "two_days"),
    ],
)
def test_an_unknown_key_is_told_with_the_known_ones(
    store: Store, options: dict[str, Any], says: str, hint: str
) -> None:
    open_office(store)
    with pytest.raises(BadInput, match=says) as caught:
        draft(store, **options)
    assert hint in caught.value.hint


def test_a_horizon_without_any_session_is_told(store: Store) -> None:
    open_office(store)
    with pytest.raises(BadInput, match="No session takes place"):
        draft(store, DateRange(first=date(2027, 1, 9), last=date(2027, 1, 9) + timedelta(days=1)))
