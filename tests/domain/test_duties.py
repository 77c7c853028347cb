"""Who owes service when: every window rule, one by one, and the laws of the first cycle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from math import ceil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.calendar import DAY, DateRange, Period, WorkPattern
from scheduler.domain.duties import History, next_window, owed
from scheduler.domain.ledger import (
    Duty,
    ServiceRecord,
    ServiceStatus,
)
from scheduler.domain.people import Absence, Employee, Exemption
from scheduler.domain.programme import Policy, Programme
from scheduler.domain.rota import EventDay, Service, ServiceState, duty_id
from tests.worlds import TWO_DAYS, a_person

START = date(2027, 1, 4)
POLICY = Policy(start=START)
"""Every 24 months, up to 6 early, 12 to arrive; more than 3 months of leave stop the clock."""
CYCLE = DateRange(first=START, last=date(2029, 1, 3))
LONG = DateRange(first=START, last=date(2029, 12, 31))
YEAR = DateRange(first=START, last=date(2028, 1, 3))
ANN = a_person("ann")


def on(text: str) -> date:
    return date.fromisoformat(text)


def span(text: str) -> DateRange:
    """Days written as first..last."""
    first, last = text.split("..")
    return DateRange(first=on(first), last=on(last))


def served(*days: str, who: str = "ann", status: str = "attended") -> ServiceRecord:
    return ServiceRecord(
        employee_id=who,
        programme="two_days",
        days=tuple(on(day) for day in days),
        status=ServiceStatus(status),
    )


def leave(text: str, who: str = "ann") -> Absence:
    return Absence(employee_id=who, days=span(text))


def exempt(text: str, who: str = "ann") -> Exemption:
    return Exemption(employee_id=who, category="health", approver="hr", days=span(text))


def duties(
    person: Employee,
    *records: ServiceRecord,
    policy: Policy = POLICY,
    horizon: DateRange = CYCLE,
    programmes: Sequence[Programme] = (TWO_DAYS,),
    **others: Any,
) -> tuple[Duty, ...]:
    return owed([person], records, policy, programmes, horizon, **others)


def due(person: Employee, *records: ServiceRecord, **others: Any) -> list[str]:
    """Due dates of what the person owes."""
    return [duty.due.isoformat() for duty in duties(person, *records, **others)]


def window(person: Employee, *records: ServiceRecord, **others: Any) -> tuple[str, str]:
    """Opening and due date of the only duty."""
    (duty,) = duties(person, *records, **others)
    return duty.opens.isoformat(), duty.due.isoformat()


class TestWithAHistory:
    def test_due_one_cycle_after_the_last_attended_service(self) -> None:
        assert due(ANN, served("2025-03-09", "2025-03-10")) == ["2027-03-10"]

    def test_may_be_served_from_the_early_allowance_on(self) -> None:
        assert window(ANN, served("2025-03-10")) == ("2026-09-10", "2027-03-10")

    def test_only_the_latest_counts(self) -> None:
        records = [served("2025-03-10"), served("2025-09-10"), served("2023-01-10")]
        assert due(ANN, *records) == ["2027-09-10"]

    @pytest.mark.parametrize("status", ["missed", "excused"])
    def test_only_attendance_discharges(self, status: str) -> None:
        records = [served("2025-03-10"), served("2026-09-10", status=status)]
        assert due(ANN, *records) == ["2027-03-10"]
        assert duties(ANN, served("2026-09-10", status=status))[0].first

    def test_somebody_elses_service_discharges_nothing(self) -> None:
        assert due(ANN, served("2025-03-10"), served("2026-09-10", who="bob")) == ["2027-03-10"]

    def test_is_no_first_service(self) -> None:
        assert not duties(ANN, served("2025-03-10"))[0].first

    def test_is_planned_when_due_by_the_last_day_of_the_horizon(self) -> None:
        assert due(ANN, served("2027-01-03")) == ["2029-01-03"]
        assert due(ANN, served("2027-01-04")) == []

    def test_due_on_leap_day_every_two_years(self) -> None:
        record = served("2026-02-28"), served("2024-02-29")
        assert due(ANN, record[1], horizon=YEAR) == ["2026-02-28"]
        assert due(ANN, record[0]) == ["2028-02-28"]


class TestNeverServed:
    def test_due_at_the_end_of_the_first_cycle(self) -> None:
        assert window(ANN) == ("2027-01-04", "2029-01-03")
        assert duties(ANN)[0].first

    def test_or_after_onboarding_where_that_is_later(self) -> None:
        bob = a_person("bob", hire_date=on("2028-06-01"))
        longer = CYCLE.model_copy(update={"last": on("2029-12-31")})
        assert window(bob, horizon=longer) == ("2028-06-01", "2029-06-01")

    def test_onboarding_before_the_end_of_the_first_cycle_changes_nothing(self) -> None:
        bob = a_person("bob", hire_date=on("2028-01-03"))
        assert window(bob) == ("2028-01-03", "2029-01-03")
        bob = a_person("bob", hire_date=on("2028-01-04"))
        assert next_window(bob, History(), POLICY)[1:3] == (on("2028-01-04"), on("2029-01-04"))

    def test_hired_after_the_horizon_owes_nothing_yet(self) -> None:
        assert due(a_person("bob", hire_date=on("2028-01-04")), horizon=YEAR) == []

    def test_left_out_so_far_is_overdue_and_still_a_first_service(self) -> None:
        late = Policy(start=on("2020-01-01"))
        (duty,) = duties(ANN, policy=late)
        assert (duty.due, duty.first) == (on("2021-12-31"), True)


class TestOverdue:
    def test_owes_one_service_not_two(self) -> None:
        assert due(ANN, served("2019-05-02")) == ["2021-05-02"]

    def test_and_the_next_is_counted_from_the_horizon(self) -> None:
        long = DateRange(first=START, last=on("2031-12-31"))
        assert due(ANN, served("2019-05-02"), horizon=long) == [
            "2021-05-02",
            "2029-01-04",
            "2031-01-04",
        ]


class TestShortCycles:
    def test_owe_several_times_in_a_horizon(self) -> None:
        monthly = Policy(start=START, cycle=Period(months=1), early=Period(days=10))
        found = duties(ANN, served("2026-12-20"), policy=monthly, horizon=YEAR)
        assert [f"{duty.due:%m-%d}" for duty in found] == [f"{n:02}-20" for n in range(1, 13)]
        assert [duty.opens for duty in found] == [duty.due - timedelta(10) for duty in found]
        assert len({duty.id for duty in found}) == 12

    def test_begin_with_one_first_service(self) -> None:
        monthly = Policy(
            start=START, cycle=Period(months=1), early=Period(days=10), onboarding=Period()
        )
        found = duties(ANN, policy=monthly, horizon=YEAR)
        assert [duty.first for duty in found] == [True] + [False] * 11
        assert found[0].due == on("2027-02-03")


class TestLeavers:
    @pytest.mark.parametrize(
        ("last_day", "owes"),
        [("2026-12-31", False), ("2027-01-03", False), ("2027-01-04", True), ("2028-01-01", True)],
    )
    def test_who_are_gone_before_the_horizon_owe_nothing(self, last_day: str, owes: bool) -> None:
        leaver = a_person("ann", leave_date=on(last_day))
        assert bool(due(leaver, served("2025-03-10"))) is owes
        assert bool(due(leaver)) is owes

    def test_who_are_gone_before_the_window_opens_owe_nothing(self) -> None:
        record = served("2026-06-01")  # opens on 1 December 2027
        assert due(a_person("ann", leave_date=on("2027-11-30")), record) == []
        assert due(a_person("ann", leave_date=on("2027-12-01")), record) == ["2028-06-01"]

    def test_owe_only_the_cycles_that_they_see(self) -> None:
        monthly = Policy(start=START, cycle=Period(months=1), early=Period(days=10))
        leaver = a_person("ann", leave_date=on("2027-03-15"))
        assert due(leaver, served("2026-12-20"), policy=monthly) == [
            "2027-01-20",
            "2027-02-20",
            "2027-03-20",
        ]


class TestLongLeave:
    RECORD = served("2025-06-01")  # due on 1 June 2027, opens half a year before

    def test_stops_the_clock(self) -> None:
        assert window(ANN, self.RECORD, absences=[leave("2026-01-01..2026-06-30")]) == (
            "2027-05-31",  # 181 days
            "2027-11-29",
        )

    def test_a_short_one_does_not(self) -> None:
        assert due(ANN, self.RECORD, absences=[leave("2026-01-01..2026-03-30")]) == ["2027-06-01"]

    def test_the_limit_is_a_parameter(self) -> None:
        policy = Policy(start=START, long_leave_months=7)
        absences = [leave("2026-01-01..2026-06-30")]
        assert due(ANN, self.RECORD, policy=policy, absences=absences) == ["2027-06-01"]

    @pytest.mark.parametrize(
        "before_or_after", ["2024-01-01..2025-05-31", "2027-06-02..2027-12-31"]
    )
    def test_outside_the_cycle_it_does_not(self, before_or_after: str) -> None:
        assert due(ANN, self.RECORD, absences=[leave(before_or_after)]) == ["2027-06-01"]

    @pytest.mark.parametrize(
        ("first", "moved"), [("2027-06-01", "2027-10-01"), ("2027-06-02", "2027-06-01")]
    )
    def test_counts_if_it_begins_on_the_due_date_but_not_later(
        self, first: str, moved: str
    ) -> None:
        absences = [leave(f"{first}..2027-09-30")]
        assert due(ANN, self.RECORD, absences=absences) == [moved]

    def test_begun_before_the_last_service_it_counts_from_there(self) -> None:
        """Somebody served while on leave, by their own wish."""
        absences = [leave("2025-01-01..2025-12-31")]
        assert due(ANN, self.RECORD, absences=absences) == ["2028-01-01"]  # 214 days

    def test_somebody_elses_does_not(self) -> None:
        absences = [leave("2026-01-01..2026-06-30", who="bob")]
        assert due(ANN, self.RECORD, absences=absences) == ["2027-06-01"]

    def test_two_of_them_add_up_even_if_the_second_begins_in_what_the_first_added(self) -> None:
        absences = [leave("2027-07-01..2027-12-31"), leave("2026-01-01..2026-06-30")]
        assert due(ANN, self.RECORD, absences=absences) == ["2028-05-31"]  # 181 + 184 days

    def test_written_in_several_rows_it_is_one(self) -> None:
        rows = [leave("2026-03-01..2026-06-30"), leave("2026-01-01..2026-02-28")]
        assert due(ANN, self.RECORD, absences=rows) == ["2027-11-29"]

    def test_no_day_counts_twice(self) -> None:
        rows = [
            leave("2026-01-01..2026-06-30"),
            leave("2026-01-01..2026-06-30"),
            leave("2026-02-01..2026-05-31"),
            leave("2026-03-01..2026-06-30"),
        ]
        assert due(ANN, self.RECORD, absences=rows) == ["2027-11-29"]

    def test_a_gap_makes_two(self) -> None:
        rows = [leave("2026-01-01..2026-02-28"), leave("2026-03-02..2026-04-30")]
        assert due(ANN, self.RECORD, absences=rows) == ["2027-06-01"]

    @pytest.mark.parametrize("end", ["9999-12-31", "9999-01-01", "2999-12-31"])
    def test_without_an_end_nothing_is_ever_due(self, end: str) -> None:
        absences = [leave(f"2026-05-01..{end}")]
        assert due(ANN, self.RECORD, absences=absences) == []
        window = next_window(ANN, History(served=on("2025-06-01")), POLICY, absences)
        assert window.due > on("2999-12-31")

    def test_and_without_an_end_an_exemption_changes_nothing(self) -> None:
        absences, exemptions = [leave("2027-02-01..9999-12-31")], [exempt("2027-01-01..2029-12-31")]
        assert due(ANN, absences=absences, exemptions=exemptions) == []

    def test_moves_the_first_due_date_but_not_the_first_day(self) -> None:
        longer = DateRange(first=START, last=on("2029-12-31"))
        absences = [leave("2027-03-01..2027-08-31")]
        assert window(ANN, horizon=longer, absences=absences) == ("2027-01-04", "2029-07-06")

    def test_before_the_programme_began_it_does_not(self) -> None:
        assert due(ANN, absences=[leave("2026-01-01..2026-12-31")]) == ["2029-01-03"]

    def test_in_a_later_cycle_moves_that_one(self) -> None:
        yearly = Policy(start=START, cycle=Period(months=12))
        absences = [leave("2028-01-01..2028-06-30")]
        long = DateRange(first=START, last=on("2029-12-31"))
        assert due(ANN, served("2026-06-01"), policy=yearly, horizon=long, absences=absences) == [
            "2027-06-01",
            "2028-11-30",
            "2029-11-30",
        ]


class TestPartTime:
    THREE_DAYS = a_person("ann", pattern=WorkPattern(weekdays=frozenset([0, 1, 2])))

    def test_owes_as_much_as_everybody_by_default(self) -> None:
        assert due(self.THREE_DAYS, served("2025-03-10")) == ["2027-03-10"]

    def test_owes_less_often_pro_rata(self) -> None:
        pro_rata = Policy(start=START, pro_rata=True)
        assert due(self.THREE_DAYS, served("2024-03-10"), policy=pro_rata) == ["2027-07-10"]
        assert next_window(self.THREE_DAYS, History(), pro_rata).due == on(
            "2030-05-03"
        )  # 40 months
        assert due(ANN, served("2025-03-10"), policy=pro_rata) == ["2027-03-10"]


class TestExemptions:
    RECORD = served("2025-06-01")  # due on 1 June 2027

    @pytest.mark.parametrize(
        ("days", "owes"),
        [
            ("2027-05-01..2027-06-30", False),
            ("2027-06-01..2027-06-01", False),
            ("2027-01-04..2027-05-31", True),
            ("2027-06-02..2028-12-31", True),
            ("2027-06-02..2029-12-31", True),
        ],
    )
    def test_on_the_due_date_release(self, days: str, owes: bool) -> None:
        assert bool(due(ANN, self.RECORD, exemptions=[exempt(days)])) is owes

    def test_throughout_the_horizon_release(self) -> None:
        overdue = served("2024-01-10")
        assert due(ANN, overdue, horizon=YEAR) == ["2026-01-10"]
        assert due(ANN, overdue, horizon=YEAR, exemptions=[exempt("2027-01-04..2028-01-03")]) == []
        assert due(ANN, overdue, horizon=YEAR, exemptions=[exempt("2027-01-05..2028-01-03")]) == [
            "2026-01-10"
        ]

    def test_of_somebody_else_release_nobody(self) -> None:
        exemptions = [exempt("2027-01-04..2029-12-31", who="bob")]
        assert due(ANN, self.RECORD, exemptions=exemptions) == ["2027-06-01"]

    def test_release_from_the_first_service_too(self) -> None:
        assert due(ANN, exemptions=[exempt("2027-01-04..2029-12-31")]) == []
        assert due(ANN, horizon=YEAR, exemptions=[exempt("2029-01-01..2029-01-31")]) == []

    def test_release_from_one_cycle_not_from_the_next(self) -> None:
        yearly = Policy(start=START, cycle=Period(months=12))
        exemptions = [exempt("2027-05-01..2027-07-31")]
        record = served("2026-06-01")
        assert due(ANN, record, policy=yearly, exemptions=exemptions) == ["2028-06-01"]

    @pytest.mark.parametrize("first", ["2027-01-04", "2027-07-05", "2028-01-03"])
    def test_that_are_over_do_not_release_for_ever(self, first: str) -> None:
        """The cycle after the released one is due at the same time, whatever plan asks."""
        horizon = DateRange(first=on(first), last=Period(months=12).after(on(first)))
        record, exemptions = served("2024-06-01"), [exempt("2026-01-01..2026-12-31")]
        expected = ["2028-06-01"] if on("2028-06-01") in horizon else []
        assert due(ANN, record, horizon=horizon, exemptions=exemptions) == expected


class TestParts:
    SPREAD = TWO_DAYS.model_copy(
        update={"key": "spread", "days": 3, "separate": True, "gap_days": 14}
    )

    def test_separate_days_are_duties_of_their_own(self) -> None:
        found = duties(ANN, served("2025-03-10"), programmes=[self.SPREAD])
        assert [(duty.id, duty.part, duty.parts) for duty in found] == [
            ("ann@1#1", 1, 3),
            ("ann@1#2", 2, 3),
            ("ann@1#3", 3, 3),
        ]
        assert {duty.whole for duty in found} == {"ann@1"}

    def test_days_in_a_row_are_one_duty(self) -> None:
        (duty,) = duties(ANN, served("2025-03-10"))
        assert (duty.part, duty.parts, duty.whole) == (1, 1, duty.id)

    def test_a_programme_that_discharges_nothing_makes_no_parts(self) -> None:
        policy = Policy(start=START, programmes=("two_days",))
        found = duties(ANN, policy=policy, programmes=[TWO_DAYS, self.SPREAD])
        assert [duty.programmes for duty in found] == [("two_days",)]


class TestProgrammes:
    CEW = TWO_DAYS.model_copy(update={"key": "cew"})

    def test_all_discharge_unless_the_policy_names_some(self) -> None:
        (duty,) = duties(ANN, programmes=[TWO_DAYS, self.CEW])
        assert duty.programmes == ("two_days", "cew")

    def test_the_policy_may_name_some(self) -> None:
        policy = Policy(start=START, programmes=("cew", "unknown"))
        (duty,) = duties(ANN, policy=policy, programmes=[TWO_DAYS, self.CEW])
        assert duty.programmes == ("cew",)


class TestNextWindow:
    def test_is_what_a_plan_over_it_would_owe(self) -> None:
        absences = [leave("2026-01-01..2026-06-30")]
        next_one = next_window(ANN, History(served=on("2025-06-01")), POLICY, absences)
        assert (next_one.opens.isoformat(), next_one.due.isoformat()) == window(
            ANN, served("2025-06-01"), absences=absences
        )

    def test_of_a_new_company_is_the_first_cycle(self) -> None:
        assert next_window(ANN, History(), POLICY) == (1, CYCLE.first, CYCLE.last, True)


def test_comes_in_order_of_due_date_then_person() -> None:
    people = [a_person(name) for name in ("cat", "bob", "ann")]
    records = [served("2025-03-10", who="cat"), served("2025-02-10", who="bob")]
    records.append(served("2025-03-10", who="ann"))
    found = owed(people, records, POLICY, [TWO_DAYS], CYCLE)
    assert [duty.employee_id for duty in found] == ["bob", "ann", "cat"]


# The first cycle: nobody has a history, and the horizon is shorter than the cycle.


def a_company(*sizes: int) -> list[Employee]:
    """Teams t0, t1, … of the given sizes; those with smaller numbers were hired earlier."""
    return [
        a_person(f"t{team}p{n:02}", team=f"t{team}", hire_date=on("2010-01-01") + n * DAY)
        for team, size in enumerate(sizes)
        for n in range(size)
    ]


def chosen(people: Sequence[Employee], horizon: DateRange) -> list[str]:
    return [duty.employee_id for duty in owed(people, [], POLICY, [TWO_DAYS], horizon)]


def part_of_cycle(first: int, last: int, of: int) -> DateRange:
    """The days from the first to the last of so many equal pieces of the first cycle."""
    total = len(CYCLE)
    return DateRange(
        first=START + timedelta(days=total * first // of),
        last=START + timedelta(days=total * last // of - 1),
    )


class TestFirstCycle:
    def test_a_quarter_of_it_takes_a_quarter_of_the_people(self) -> None:
        assert len(chosen(a_company(40), part_of_cycle(0, 1, 4))) == 10

    def test_the_longest_employed_of_a_team_come_first(self) -> None:
        found = chosen(list(reversed(a_company(8, 8))), part_of_cycle(0, 1, 4))
        assert sorted(found) == ["t0p00", "t0p01", "t1p00", "t1p01"]

    def test_small_teams_take_turns(self) -> None:
        """Forty teams of one: a quarter of the people, not one of every team."""
        assert len(chosen(a_company(*[1] * 40), part_of_cycle(0, 1, 4))) == 10

    def test_people_without_a_team_are_one(self) -> None:
        people = [a_person(f"p{n}") for n in range(8)]
        assert len(chosen(people, part_of_cycle(0, 1, 4))) == 2

    def test_all_of_it_takes_everybody(self) -> None:
        assert len(chosen(a_company(9, 3), CYCLE)) == 12

    def test_what_is_left_of_it_decides_not_the_whole(self) -> None:
        """In the last quarter but one, a half of those who are left."""
        assert len(chosen(a_company(40), part_of_cycle(2, 3, 4))) == 20

    def test_their_due_date_stays_the_end_of_the_cycle(self) -> None:
        found = owed(a_company(4), [], POLICY, [TWO_DAYS], part_of_cycle(0, 1, 4))
        assert [(duty.due, duty.first) for duty in found] == [(CYCLE.last, True)]

    @settings(deadline=None, max_examples=60)
    @given(st.lists(st.integers(1, 12), min_size=1, max_size=12), st.integers(1, 8))
    def test_every_team_gives_its_share_to_within_one_person(
        self, sizes: list[int], pieces: int
    ) -> None:
        people, horizon = a_company(*sizes), part_of_cycle(0, 1, pieces)
        found = chosen(people, horizon)
        share = len(horizon) / len(CYCLE)
        given_by = Counter(name.partition("p")[0] for name in found)
        for team, size in enumerate(sizes):
            assert abs(given_by[f"t{team}"] - size * share) < 1
        assert len(found) == ceil(len(people) * share - 1e-6)

    @settings(deadline=None, max_examples=40)
    @given(
        st.lists(st.integers(1, 9), min_size=1, max_size=9),
        st.lists(st.integers(1, 23), max_size=5, unique=True),
    )
    def test_horizons_one_after_another_take_everybody_once_and_evenly(
        self, sizes: list[int], cuts: list[int]
    ) -> None:
        people, records, taken = a_company(*sizes), list[ServiceRecord](), list[str]()
        edges = [0, *sorted(cuts), 24]
        for first, last in pairwise(edges):
            horizon = part_of_cycle(first, last, 24)
            found = owed(people, records, POLICY, [TWO_DAYS], horizon)
            records += [
                ServiceRecord(employee_id=duty.employee_id, programme="x", days=(horizon.last,))
                for duty in found
            ]
            taken += [duty.employee_id for duty in found]
            even = len(people) * last / 24  # each horizon rounds up, to less than one more
            assert even - 1e-6 < len(taken) < even + edges.index(last)
        assert sorted(taken) == sorted(person.id for person in people)


# What stands in the rota.


def in_rota(number: int, *days: str, state: str = "confirmed", part: int | None = None) -> Service:
    """A service of Ann's `number`-th duty on these days."""
    name = duty_id("ann", number) + (f"#{part}" if part else "")
    dates = [on(day) for day in days]
    return Service(
        id=f"{name} {days[0]}",
        employee_id="ann",
        duty_id=name,
        session=f"two_days.berlin.{dates[0]:%Y%m%d}",
        programme="two_days",
        centre="berlin",
        state=ServiceState(state),
        days=tuple(
            EventDay(
                uid=f"{name} {day}",
                number=place,
                of=len(dates),
                date=day,
                starts=datetime.combine(day, time(8), UTC),
                ends=datetime.combine(day, time(16), UTC),
                changed_at=datetime(2027, 1, 1, tzinfo=UTC),
            )
            for place, day in enumerate(dates)
        ),
    )


def numbers(*services: Service, **others: Any) -> list[str]:
    """The duties that Ann owes besides these services."""
    return [duty.id for duty in duties(ANN, rota=services, **others)]


class TestIdentity:
    def test_is_a_number_not_a_due_date(self) -> None:
        for hired in ("2020-01-01", "2020-01-02", "2026-12-01"):
            assert numbers(policy=POLICY) == ["ann@1"], hired
            (duty,) = duties(a_person("ann", hire_date=on(hired)))
            assert duty.id == "ann@1"

    def test_a_moved_due_date_leaves_the_duty_what_it_is(self) -> None:
        absences = [leave("2027-02-01..2027-08-31")]
        assert [each.id for each in duties(ANN, absences=absences, horizon=LONG)] == ["ann@1"]

    def test_the_next_one_follows_the_last_that_was_attended(self) -> None:
        attended = in_rota(1, "2027-03-01", "2027-03-02", state="attended")
        (duty,) = duties(ANN, rota=[attended], horizon=LONG)
        assert (duty.id, duty.due, duty.first) == ("ann@2", on("2029-03-02"), False)

    @pytest.mark.parametrize("state", ["missed", "excused", "cancelled"])
    def test_what_was_not_attended_leaves_the_same_duty_open(self, state: str) -> None:
        (duty,) = duties(ANN, rota=[in_rota(1, "2027-03-01", state=state)])
        assert (duty.id, duty.due, duty.first) == ("ann@1", CYCLE.last, True)

    def test_a_duty_missed_before_one_attended_is_settled_by_it(self) -> None:
        services = [
            in_rota(1, "2027-03-01", state="missed"),
            in_rota(2, "2027-05-03", state="attended"),
        ]
        (duty,) = duties(ANN, rota=services, horizon=LONG)
        assert (duty.id, duty.due) == ("ann@3", on("2029-05-03"))


class TestStanding:
    def test_a_duty_with_a_date_may_be_planned_anew(self) -> None:
        assert numbers(in_rota(1, "2027-03-01", "2027-03-02")) == ["ann@1"]

    def test_unless_its_service_is_not_the_plans_to_move(self) -> None:
        service = in_rota(1, "2027-03-01", "2027-03-02")
        assert numbers(service, movable=lambda each: each.centre != "berlin") == []

    def test_it_keeps_its_date_however_late_it_is_due(self) -> None:
        service = in_rota(1, "2027-03-01", "2027-03-02")
        first = DateRange(first=START, last=on("2027-03-31"))
        assert numbers(service, horizon=first) == ["ann@1"]

    def test_and_however_early_its_date_now_is(self) -> None:
        served_late = served("2026-12-01")
        service = in_rota(1, "2027-03-01", "2027-03-02")
        (duty,) = duties(ANN, served_late, rota=[service])
        assert (duty.opens, duty.due) == (on("2027-03-01"), on("2028-12-01"))

    def test_the_next_is_counted_from_its_last_day(self) -> None:
        service = in_rota(1, "2027-03-01", "2027-03-02")
        found = duties(ANN, rota=[service], horizon=LONG)
        assert [(duty.id, duty.due) for duty in found] == [
            ("ann@1", CYCLE.last),
            ("ann@2", on("2029-03-02")),
        ]

    def test_short_cycles_count_from_one_service_to_the_next(self) -> None:
        weeks = Policy(start=START, cycle=Period(days=56), early=Period(days=14))
        services = [in_rota(1, "2027-02-01"), in_rota(2, "2027-03-22"), in_rota(3, "2027-05-10")]
        found = duties(ANN, policy=weeks, rota=services, horizon=YEAR)
        assert [duty.id for duty in found][:4] == ["ann@1", "ann@2", "ann@3", "ann@4"]
        assert found[3].due == on("2027-07-05")

    def test_an_exemption_releases_a_duty_with_a_date(self) -> None:
        service = in_rota(1, "2027-03-01", "2027-03-02")
        assert numbers(service, exemptions=[exempt("2028-12-01..2029-02-01")]) == []

    def test_a_leaver_loses_what_comes_after_the_last_day(self) -> None:
        leaver = a_person("ann", leave_date=on("2026-12-31"))
        assert duties(leaver, rota=[in_rota(1, "2027-03-01")]) == ()


class TestPartsInTheRota:
    SPREAD = TestParts.SPREAD

    def test_those_attended_are_not_owed_again(self) -> None:
        services = [
            in_rota(1, "2027-03-01", part=1, state="attended"),
            in_rota(1, "2027-04-05", part=2, state="missed"),
        ]
        held = numbers(
            *services,
            programmes=[self.SPREAD],
            movable=lambda service: service.state is ServiceState.CONFIRMED,
        )
        assert held == ["ann@1#2", "ann@1#3"]

    def test_all_of_them_discharge_the_duty(self) -> None:
        services = [
            in_rota(1, day, part=part, state="attended")
            for part, day in enumerate(("2027-03-01", "2027-04-05", "2027-05-03"), 1)
        ]
        found = duties(ANN, rota=services, programmes=[self.SPREAD], horizon=LONG)
        assert [(duty.id, duty.due) for duty in found] == [
            (f"ann@2#{part}", on("2029-05-03")) for part in (1, 2, 3)
        ]

    def test_days_in_a_row_discharge_it_even_after_a_part(self) -> None:
        services = [
            in_rota(1, "2027-03-01", part=1, state="attended"),
            in_rota(1, "2027-04-05", "2027-04-06", state="attended"),
        ]
        found = duties(ANN, rota=services, programmes=[self.SPREAD], horizon=LONG)
        assert {duty.whole for duty in found} == {"ann@2"}


class TestShareOfTheFirstCycle:
    def test_those_with_a_date_are_part_of_it(self) -> None:
        people = a_company(8)
        half = part_of_cycle(0, 1, 2)
        latest = people[-1].id
        service = in_rota(1, "2027-03-01").model_copy(
            update={"employee_id": latest, "duty_id": duty_id(latest, 1)}
        )
        found = owed(people, [], POLICY, [TWO_DAYS], half, rota=[service])
        assert len(found) == 4
        assert latest in {duty.employee_id for duty in found}

    def test_nobody_loses_a_date_to_keep_to_it(self) -> None:
        people = a_company(8)
        services = [
            in_rota(1, "2027-03-01").model_copy(
                update={"employee_id": each.id, "duty_id": duty_id(each.id, 1)}
            )
            for each in people
        ]
        found = owed(people, [], POLICY, [TWO_DAYS], part_of_cycle(0, 1, 4), rota=services)
        assert len(found) == 8
