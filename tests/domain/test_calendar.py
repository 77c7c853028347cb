"""Days: the laws of ranges and periods, public holidays, and clocks that change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from scheduler.domain.calendar import (
    FULL_TIME,
    DateRange,
    Period,
    Place,
    WorkPattern,
    instant,
    public_holidays,
)

DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
RANGES = st.tuples(DAYS, st.integers(0, 400)).map(
    lambda pair: DateRange(first=pair[0], last=pair[0] + timedelta(days=pair[1]))
)
PERIODS = st.builds(Period, months=st.integers(0, 120), days=st.integers(0, 100))
BERLIN = "Europe/Berlin"


class TestDateRange:
    def test_holds_both_ends(self) -> None:
        week = DateRange(first=date(2027, 1, 4), last=date(2027, 1, 10))
        assert len(week) == 7
        assert week.first in week
        assert week.last in week
        assert date(2027, 1, 3) not in week
        assert date(2027, 1, 11) not in week
        assert "2027-01-05" not in week

    def test_may_be_a_single_day(self) -> None:
        day = date(2028, 2, 29)
        assert list(DateRange(first=day, last=day)) == [day]

    def test_ends_no_sooner_than_it_begins(self) -> None:
        with pytest.raises(ValidationError, match="2027-01-03 is before the first day 2027-01-04"):
            DateRange(first=date(2027, 1, 4), last=date(2027, 1, 3))

    @settings(deadline=None)
    @given(RANGES)
    def test_goes_through_every_day_once_in_order(self, days: DateRange) -> None:
        listed = list(days)
        assert len(listed) == len(days)
        assert listed == sorted(set(listed))
        assert all(day in days for day in listed)

    @settings(deadline=None)
    @given(RANGES, RANGES)
    def test_overlaps_exactly_when_a_day_is_shared(self, one: DateRange, other: DateRange) -> None:
        shared = bool(set(one) & set(other))
        assert one.overlaps(other) is shared
        assert other.overlaps(one) is shared

    @settings(deadline=None)
    @given(RANGES)
    def test_touching_is_not_overlapping(self, days: DateRange) -> None:
        after = DateRange(first=days.last + timedelta(days=1), last=days.last + timedelta(days=9))
        assert not days.overlaps(after)
        assert days.overlaps(DateRange(first=days.last, last=after.last))


class TestPeriod:
    @pytest.mark.parametrize(
        ("day", "months", "after"),
        [
            (date(2027, 1, 31), 1, date(2027, 2, 28)),
            (date(2028, 1, 31), 1, date(2028, 2, 29)),
            (date(2027, 3, 31), 1, date(2027, 4, 30)),
            (date(2028, 2, 29), 12, date(2029, 2, 28)),
            (date(2028, 2, 29), 48, date(2032, 2, 29)),
            (date(2027, 12, 15), 1, date(2028, 1, 15)),
            (date(2027, 11, 30), 3, date(2028, 2, 29)),
        ],
    )
    def test_a_month_later_is_the_same_day_or_the_last_of_the_month(
        self, day: date, months: int, after: date
    ) -> None:
        assert Period(months=months).after(day) == after

    @pytest.mark.parametrize(
        ("day", "months", "before"),
        [
            (date(2027, 3, 31), 1, date(2027, 2, 28)),
            (date(2028, 3, 30), 1, date(2028, 2, 29)),
            (date(2027, 1, 15), 1, date(2026, 12, 15)),
            (date(2028, 2, 29), 12, date(2027, 2, 28)),
        ],
    )
    def test_a_month_before_likewise(self, day: date, months: int, before: date) -> None:
        assert Period(months=months).before(day) == before

    def test_months_come_first_then_days(self) -> None:
        assert Period(months=1, days=1).after(date(2027, 1, 31)) == date(2027, 3, 1)
        assert Period(months=1, days=1).before(date(2027, 3, 31)) == date(2027, 2, 27)

    def test_is_never_negative(self) -> None:
        with pytest.raises(ValidationError, match="greater than or equal to 0"):
            Period(days=-1)

    def test_nothing_is_false(self) -> None:
        assert not Period()
        assert Period(days=1)
        assert Period(months=1)

    @settings(deadline=None)
    @given(DAYS, PERIODS)
    def test_after_never_goes_back_and_before_never_forward(
        self, day: date, period: Period
    ) -> None:
        assert period.after(day) >= day >= period.before(day)

    @settings(deadline=None)
    @given(DAYS, DAYS, PERIODS)
    def test_keeps_the_order_of_days(self, one: date, other: date, period: Period) -> None:
        first, last = sorted((one, other))
        assert period.after(first) <= period.after(last)
        assert period.before(first) <= period.before(last)

    @settings(deadline=None)
    @given(DAYS, PERIODS)
    def test_there_and_back_loses_only_the_ends_of_months(self, day: date, period: Period) -> None:
        lost = day - Period(days=0, months=period.months).before(
            Period(months=period.months).after(day)
        )
        assert lost == timedelta(0) or (day.day > 28 and lost <= timedelta(days=3))

    @pytest.mark.parametrize(
        ("period", "factor", "stretched"),
        [
            (Period(months=24), 1.0, Period(months=24)),
            (Period(months=24), 1 / 0.8, Period(months=30)),
            (Period(months=24), 1 / 0.6, Period(months=40)),
            (Period(months=24), 2.0, Period(months=48)),
            (Period(months=1), 1.25, Period(months=1, days=8)),
            (Period(days=56), 1.25, Period(days=70)),
        ],
    )
    def test_stretches(self, period: Period, factor: float, stretched: Period) -> None:
        assert period.stretched(factor) == stretched

    @settings(deadline=None)
    @given(st.integers(1, 5), st.integers(1, 120))
    def test_whole_months_survive_part_time(self, weekdays: int, cycles: int) -> None:
        share = WorkPattern(weekdays=frozenset(range(weekdays))).share
        assert Period(months=weekdays * cycles).stretched(1 / share) == Period(months=5 * cycles)


class TestPlace:
    def test_epiphany_is_a_holiday_in_bavaria_and_not_in_berlin(self) -> None:
        epiphany = date(2027, 1, 6)
        assert Place(country="DE", subdivision="BY").is_public_holiday(epiphany)
        assert not Place(country="DE", subdivision="BE").is_public_holiday(epiphany)
        assert not Place(country="DE").is_public_holiday(epiphany)

    def test_womens_day_is_a_holiday_in_berlin_and_not_in_bavaria(self) -> None:
        womens_day = date(2027, 3, 8)
        assert Place(country="DE", subdivision="BE").is_public_holiday(womens_day)
        assert not Place(country="DE", subdivision="BY").is_public_holiday(womens_day)

    def test_a_holiday_on_a_sunday_may_be_observed_on_monday(self) -> None:
        assert Place(country="US").is_public_holiday(date(2027, 7, 5))
        assert not Place(country="DE").is_public_holiday(date(2027, 7, 5))

    def test_the_next_years_holiday_may_be_observed_in_this_year(self) -> None:
        assert Place(country="US").is_public_holiday(date(2021, 12, 31))

    def test_an_unknown_subdivision_has_the_holidays_of_the_country(self) -> None:
        assert public_holidays("DE", "nowhere", 2027) == public_holidays("DE", None, 2027)

    @pytest.mark.parametrize(
        "place", [Place(), Place(country="XX"), Place(country="XX", subdivision="Y")]
    )
    def test_a_place_nobody_knows_has_no_holidays(self, place: Place) -> None:
        assert not any(place.is_public_holiday(date(2027, 1, n)) for n in range(1, 32))

    @pytest.mark.parametrize("country", ["de", "DEU", "Germany", ""])
    def test_a_country_is_its_two_letters(self, country: str) -> None:
        with pytest.raises(ValidationError, match="country"):
            Place(country=country)

    @pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "Europe", "Europe/\0"])
    def test_a_time_zone_is_one_of_the_iana_database(self, zone: str) -> None:
        with pytest.raises(ValidationError, match="write one like Europe/Berlin"):
            Place(timezone=zone)


class TestWorkPattern:
    def test_is_monday_to_friday_unless_said_otherwise(self) -> None:
        assert [date(2027, 1, 4 + n) in FULL_TIME for n in range(7)] == [True] * 5 + [False] * 2
        assert str(FULL_TIME) == "Mon Tue Wed Thu Fri"

    def test_needs_a_day(self) -> None:
        with pytest.raises(ValidationError, match="at least one weekday"):
            WorkPattern(weekdays=frozenset())

    @pytest.mark.parametrize("weekday", [-1, 7])
    def test_knows_seven_days(self, weekday: int) -> None:
        with pytest.raises(ValidationError, match="weekdays"):
            WorkPattern(weekdays=frozenset([weekday]))

    @pytest.mark.parametrize(("days", "share"), [(1, 0.2), (3, 0.6), (5, 1.0), (6, 1.0), (7, 1.0)])
    def test_a_share_is_of_five_days(self, days: int, share: float) -> None:
        assert WorkPattern(weekdays=frozenset(range(days))).share == share

    def test_holds_days_only(self) -> None:
        assert "Monday" not in FULL_TIME


class TestInstant:
    def test_follows_the_clock_of_the_place(self) -> None:
        assert instant(date(2027, 1, 11), time(9), BERLIN) == datetime(2027, 1, 11, 8, tzinfo=UTC)
        assert instant(date(2027, 7, 12), time(9), BERLIN) == datetime(2027, 7, 12, 7, tzinfo=UTC)
        assert instant(date(2027, 1, 11), time(9), "UTC") == datetime(2027, 1, 11, 9, tzinfo=UTC)

    def test_a_time_that_spring_skips_is_read_with_the_offset_before(self) -> None:
        found = instant(date(2027, 3, 28), time(2, 30), BERLIN)
        assert found == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
        assert found.astimezone(ZoneInfo(BERLIN)).time() == time(3, 30)

    def test_a_time_that_autumn_repeats_is_its_first_occurrence(self) -> None:
        assert instant(date(2027, 10, 31), time(2, 30), BERLIN) == datetime(
            2027, 10, 31, 0, 30, tzinfo=UTC
        )

    @settings(deadline=None)
    @given(
        DAYS,
        st.times().map(lambda at: at.replace(fold=0)),
        st.sampled_from([BERLIN, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
    )
    def test_the_wall_clock_shows_the_time_wherever_it_exists(
        self, day: date, at: time, zone: str
    ) -> None:
        shown = instant(day, at, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        skipped = shown - datetime.combine(day, at)
        assert skipped in (timedelta(0), timedelta(minutes=30), timedelta(hours=1))
        if skipped:  # only in the gap itself
            offsets = [
                datetime.combine(day + timedelta(days=n), time(12), ZoneInfo(zone)).utcoffset()
                for n in (-1, 1)
            ]
            assert offsets[0] != offsets[1]
