"""How a duty arises: the window rules, one sentence each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from scheduler.domain.calendar import DateRange, Period, WorkPattern
from scheduler.domain.duties import History, next_window, owed
from scheduler.domain.ledger import (
    Duty,
    ServiceRecord,
    ServiceStatus,
    last_service,
    unplaced_points,
)
from scheduler.domain.people import Absence, Employee, Exemption
from scheduler.domain.programme import Policy, Programme

START = date(2023, 1, 1)
TWO_DAYS = Programme(key="two_days", title="Two days")
TWO_YEARS = DateRange(first=date(2027, 1, 1), last=date(2028, 12, 31))


def policy(**changes: Any) -> Policy:
    return Policy.model_validate({"start": START, **changes})


def person(name: str = "ada", **changes: Any) -> Employee:
    return Employee.model_validate({"id": name, "name": name, "hire_date": "2015-01-01", **changes})


def served(on: date, status: ServiceStatus = ServiceStatus.ATTENDED) -> ServiceRecord:
    return ServiceRecord(employee_id="ada", programme="two_days", days=(on,), status=status)


def duties(
    *people: Employee,
    records: tuple[ServiceRecord, ...] = (),
    terms: Policy | None = None,
    horizon: DateRange = TWO_YEARS,
    programmes: tuple[Programme, ...] = (TWO_DAYS,),
    **exceptions: Any,
) -> tuple[Duty, ...]:
    return owed(people, records, terms or policy(), programmes, horizon, **exceptions)


def test_the_next_service_is_due_one_cycle_after_the_last_and_may_come_a_little_earlier() -> None:
    (duty,) = duties(person(), records=(served(date(2025, 6, 15)),))
    assert (duty.opens, duty.due, duty.first) == (date(2026, 12, 15), date(2027, 6, 15), False)


def test_only_attendance_discharges_a_duty() -> None:
    records = (
        served(date(2025, 6, 15)),
        served(date(2026, 6, 15), ServiceStatus.MISSED),
        served(date(2026, 7, 15), ServiceStatus.EXCUSED),
    )
    assert last_service(records) == {"ada": date(2025, 6, 15)}


def test_who_never_served_is_due_a_cycle_after_the_start_or_an_onboarding_after_hire() -> None:
    old, new = duties(person("old"), person("new", hire_date="2027-03-01"), horizon=TWO_YEARS)
    assert (old.due, old.opens, old.first) == (date(2024, 12, 31), START, True)
    assert (new.due, new.opens, new.first) == (date(2028, 3, 1), date(2027, 3, 1), True)


def test_somebody_overdue_owes_one_service_and_not_one_for_every_cycle_missed() -> None:
    assert len(duties(person(), records=(served(date(2020, 1, 1)),))) == 1


def test_who_is_due_only_after_the_horizon_owes_nothing_in_it() -> None:
    assert not duties(person(), records=(served(date(2027, 1, 1)),))


def test_a_cycle_shorter_than_the_horizon_makes_several_duties() -> None:
    terms = policy(cycle={"months": 6}, early={"months": 1})
    found = duties(person(), records=(served(date(2026, 12, 1)),), terms=terms)
    assert [duty.due for duty in found] == [
        date(2027, 6, 1),
        date(2027, 12, 1),
        date(2028, 6, 1),
        date(2028, 12, 1),
    ]


def test_a_leaver_whose_last_day_comes_before_the_window_owes_nothing() -> None:
    records = (served(date(2026, 6, 15)),)  # opens on 15 December 2027
    assert not duties(person(leave_date="2027-12-14"), records=records)
    assert duties(person(leave_date="2027-12-15"), records=records)


def test_long_leave_stops_the_clock_and_short_leave_does_not() -> None:
    def due(last: date) -> date:
        days = DateRange(first=date(2026, 1, 1), last=last)
        away = (Absence(employee_id="ada", days=days),)
        return duties(person(), records=(served(date(2025, 6, 15)),), absences=away)[0].due

    assert due(date(2026, 3, 30)) == date(2027, 6, 15)
    assert due(date(2026, 3, 31)) == date(2027, 6, 15) + timedelta(days=90)


def test_part_time_staff_owe_in_full_or_pro_rata_as_the_policy_says() -> None:
    half = person(pattern=WorkPattern(weekdays=frozenset({0, 1})))
    records = (served(date(2023, 6, 15)),)
    assert duties(half, records=records)[0].due == date(2025, 6, 15)
    (duty,) = duties(half, records=records, terms=policy(pro_rata=True))
    assert duty.due == date(2028, 6, 15)  # two of five days: two and a half times the cycle


def test_an_exemption_on_the_due_date_or_throughout_the_horizon_releases() -> None:
    def exempt(first: date, last: date) -> tuple[Duty, ...]:
        days = DateRange(first=first, last=last)
        release = Exemption(employee_id="ada", category="health", approver="hr", days=days)
        records = (served(date(2025, 6, 15)),)
        return duties(person(), records=records, exemptions=(release,))

    assert not exempt(date(2027, 6, 1), date(2027, 6, 30))
    assert not exempt(TWO_YEARS.first, TWO_YEARS.last)
    assert exempt(date(2027, 7, 1), date(2027, 7, 31))


def test_the_first_plan_of_a_company_takes_everybody_over_the_whole_cycle() -> None:
    people = [person(f"p{n}", team=f"t{n % 4}") for n in range(40)]
    found = duties(*people, terms=policy(start=TWO_YEARS.first))
    assert len(found) == 40
    assert {(duty.opens, duty.due) for duty in found} == {(TWO_YEARS.first, TWO_YEARS.last)}


@pytest.mark.parametrize("months", [3, 6, 12])
def test_a_shorter_first_plan_takes_its_share_of_every_team(months: int) -> None:
    people = [person(f"p{n}", team=f"t{n % 4}") for n in range(160)]
    last = Period(months=months).after(TWO_YEARS.first) - timedelta(days=1)
    found = duties(
        *people,
        terms=policy(start=TWO_YEARS.first),
        horizon=DateRange(first=TWO_YEARS.first, last=last),
    )
    assert len(found) == pytest.approx(160 * months / 24, abs=1)
    teams = [int(duty.employee_id[1:]) % 4 for duty in found]
    assert max(map(teams.count, range(4))) - min(map(teams.count, range(4))) <= 1


def test_separate_days_make_one_duty_for_each_day() -> None:
    apart = TWO_DAYS.model_copy(update={"separate": True})
    found = duties(person(), records=(served(date(2025, 6, 15)),), programmes=(apart,))
    assert [(duty.part, duty.parts) for duty in found] == [(1, 2), (2, 2)]
    assert len({duty.whole for duty in found}) == 1


def test_next_window_says_when_a_person_is_due() -> None:
    window = next_window(person(), History(served=date(2025, 6, 15)), policy())
    assert window == (1, date(2026, 12, 15), date(2027, 6, 15), False)


def test_the_longest_overdue_is_the_worst_to_leave() -> None:
    late, later = (
        Duty(id="x", employee_id="ada", opens=START, due=due, programmes=("two_days",))
        for due in (date(2028, 1, 1), date(2027, 1, 1))
    )
    assert unplaced_points(later, TWO_YEARS) > unplaced_points(late, TWO_YEARS)
