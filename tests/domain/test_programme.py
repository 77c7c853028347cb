"""Programmes and centres: when sessions take place, how long, with whom, and when they do not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from scheduler.domain.base import Value
from scheduler.domain.calendar import DateRange, Period, Place, WorkPattern
from scheduler.domain.programme import (
    AgendaDay,
    Channel,
    MonthlyPattern,
    Policy,
    Programme,
    ServiceCentre,
    Session,
    WeeklyPattern,
    generate_sessions,
    session_key,
)

BAVARIA = Place(city="Regensburg", country="DE", subdivision="BY", timezone="Europe/Berlin")
HUB = ServiceCentre(key="hub", name="Hub")
"""A centre without public holidays."""
JANUARY = DateRange(first=date(2027, 1, 1), last=date(2027, 1, 31))
YEAR = DateRange(first=date(2027, 1, 1), last=date(2027, 12, 31))


def a_programme(**changes: Any) -> Programme:
    return Programme(**{"key": "days", "title": "Days"} | changes)


def starts(programme: Programme, horizon: DateRange, centre: ServiceCentre = HUB) -> list[str]:
    """First days of the sessions as month-day."""
    sessions = generate_sessions([programme], [centre], horizon)
    return [f"{session.first_day:%m-%d}" for session in sessions]


def monthly(**changes: Any) -> Programme:
    return a_programme(days=1, pattern=MonthlyPattern(**changes))


def weekly(**changes: Any) -> Programme:
    return a_programme(days=1, pattern=WeeklyPattern(**changes))


class TestWeekly:
    def test_begins_on_its_weekdays(self) -> None:
        assert starts(weekly(weekdays=(0, 2)), JANUARY) == [
            *("01-04", "01-06", "01-11", "01-13", "01-18", "01-20", "01-25", "01-27")
        ]

    def test_every_second_week_leaves_one_out(self) -> None:
        found = starts(weekly(weekdays=(0,), every=2), YEAR)
        gaps = {
            date.fromisoformat(f"2027-{b}") - date.fromisoformat(f"2027-{a}")
            for a, b in pairwise(found)
        }
        assert gaps == {timedelta(weeks=2)}

    def test_a_week_is_monday_to_sunday(self) -> None:
        """The Sunday after a Saturday belongs to the same one of two weeks."""
        centre = HUB.model_copy(update={"pattern": WorkPattern(weekdays=frozenset(range(7)))})
        found = starts(weekly(weekdays=(0, 5, 6), every=2), JANUARY, centre)
        mondays = [day for day in found if date.fromisoformat(f"2027-{day}").weekday() == 0]
        for monday in mondays[:-1]:
            begun = date.fromisoformat(f"2027-{monday}")
            for later in (5, 6):
                assert f"{begun + timedelta(days=later):%m-%d}" in found

    def test_a_public_holiday_takes_the_session_away(self) -> None:
        centre = HUB.model_copy(update={"place": BAVARIA})
        assert starts(weekly(weekdays=(2,)), JANUARY, centre) == ["01-13", "01-20", "01-27"]


class TestMonthly:
    def test_begins_on_the_nth_weekday(self) -> None:
        assert starts(monthly(weekday=2, nth=2), YEAR)[:4] == ["01-13", "02-10", "03-10", "04-14"]

    def test_the_fifth_is_the_last_where_there_are_four(self) -> None:
        assert starts(monthly(weekday=2, nth=5), YEAR)[:3] == ["01-27", "02-24", "03-31"]

    def test_may_leave_months_out(self) -> None:
        assert starts(monthly(weekday=0, nth=1, months=(1, 9)), YEAR) == ["01-04", "09-06"]

    def test_a_holiday_moves_it_to_the_next_such_weekday(self) -> None:
        centre = HUB.model_copy(update={"place": BAVARIA})
        assert starts(monthly(weekday=2, nth=1), JANUARY, centre) == ["01-13"]

    def test_at_the_end_of_the_month_it_moves_to_the_nearest_before(self) -> None:
        closed = DateRange(first=date(2027, 1, 25), last=date(2027, 1, 31))
        centre = HUB.model_copy(update={"closed": (closed,)})
        assert starts(monthly(weekday=2, nth=4), JANUARY, centre) == ["01-20"]

    def test_a_month_that_is_closed_has_none(self) -> None:
        centre = HUB.model_copy(update={"closed": (JANUARY,)})
        assert starts(monthly(weekday=2), YEAR, centre)[0] == "02-10"

    def test_three_days_need_three_open_ones(self) -> None:
        """The first Tuesday of 2027 is followed by Epiphany."""
        programme = a_programme(days=3, pattern=MonthlyPattern(weekday=1, nth=1))
        centre = HUB.model_copy(update={"place": BAVARIA})
        assert starts(programme, JANUARY, centre) == ["01-12"]

    def test_the_edge_of_a_horizon_does_not_move_it(self) -> None:
        """Otherwise January had two: one in the plan before, another in this."""
        rest = DateRange(first=date(2027, 1, 14), last=date(2027, 2, 28))
        assert starts(monthly(weekday=2, nth=2), rest) == ["02-10"]
        cut = DateRange(first=date(2027, 1, 1), last=date(2027, 2, 9))
        assert starts(monthly(weekday=2, nth=2), cut) == ["01-13"]

    def test_may_be_on_the_last_day_of_the_horizon(self) -> None:
        horizon = DateRange(first=date(2027, 1, 15), last=date(2027, 2, 1))
        assert starts(monthly(weekday=0, nth=1), horizon) == ["02-01"]

    def test_goes_over_the_turn_of_the_year(self) -> None:
        winter = DateRange(first=date(2026, 12, 1), last=date(2027, 1, 31))
        assert starts(monthly(weekday=2, nth=2), winter) == ["12-09", "01-13"]


class TestDaysInARow:
    def test_a_session_ends_before_the_weekend(self) -> None:
        programme = a_programme(days=2, pattern=WeeklyPattern(weekdays=(3, 4)))
        assert starts(programme, JANUARY) == ["01-07", "01-14", "01-21", "01-28"]

    def test_friday_and_monday_are_in_a_row_only_if_asked_for(self) -> None:
        programme = a_programme(days=2, pattern=WeeklyPattern(weekdays=(4,)), across_weekend=True)
        sessions = generate_sessions([programme], [HUB], JANUARY)
        assert [day.day for day in sessions[0].days] == [1, 4]
        assert len(sessions) == 4  # the last Friday's Monday lies outside

    def test_a_holiday_on_monday_is_no_weekend(self) -> None:
        programme = a_programme(days=2, pattern=WeeklyPattern(weekdays=(4,)), across_weekend=True)
        easter = DateRange(first=date(2027, 4, 2), last=date(2027, 4, 7))
        closed = DateRange(first=date(2027, 4, 5), last=date(2027, 4, 5))
        assert starts(programme, easter) == ["04-02"]
        assert starts(programme, easter, HUB.model_copy(update={"closed": (closed,)})) == []

    def test_it_never_begins_on_a_weekend(self) -> None:
        programme = a_programme(days=2, pattern=WeeklyPattern(weekdays=(5, 6)), across_weekend=True)
        assert starts(programme, JANUARY) == []

    def test_separate_days_are_offered_one_by_one(self) -> None:
        programme = a_programme(days=5, separate=True, pattern=WeeklyPattern(weekdays=(4,)))
        sessions = generate_sessions([programme], [HUB], JANUARY)
        assert [len(session.days) for session in sessions] == [1] * 5

    def test_a_session_lies_wholly_in_the_horizon(self) -> None:
        programme = a_programme(days=2, pattern=WeeklyPattern(weekdays=(0,)))
        week = DateRange(first=date(2027, 1, 4), last=date(2027, 1, 11))
        assert starts(programme, week) == ["01-04"]


class TestSeason:
    def test_over_the_new_year(self) -> None:
        programme = a_programme(season=("11-23", "01-15"))
        inside = [(11, 23), (12, 31), (1, 1), (1, 15)]
        outside = [(11, 22), (1, 16), (7, 1)]
        assert all(programme.in_season(date(2027, *month_day)) for month_day in inside)
        assert not any(programme.in_season(date(2027, *month_day)) for month_day in outside)

    def test_inside_a_year(self) -> None:
        programme = a_programme(season=("06-01", "08-31"))
        assert programme.in_season(date(2027, 6, 1))
        assert programme.in_season(date(2027, 8, 31))
        assert not programme.in_season(date(2027, 5, 31))
        assert not programme.in_season(date(2027, 9, 1))

    def test_may_be_a_single_day(self) -> None:
        programme = a_programme(season=("07-01", "07-01"))
        assert [d for d in YEAR if programme.in_season(d)] == [date(2027, 7, 1)]

    def test_no_session_has_a_day_outside(self) -> None:
        programme = a_programme(
            days=2, pattern=WeeklyPattern(weekdays=(0, 1, 2, 3)), season=("01-11", "01-13")
        )
        assert starts(programme, YEAR) == ["01-11", "01-12"]


class TestOffer:
    def test_comes_in_order_of_day_centre_and_programme(self) -> None:
        one, other = a_programme(key="a"), a_programme(key="b")
        west = HUB.model_copy(update={"key": "a-west"})
        week = DateRange(first=date(2027, 1, 4), last=date(2027, 1, 7))
        assert [s.key for s in generate_sessions([other, one], [HUB, west], week)] == [
            "a.a-west.20270104",
            "b.a-west.20270104",
            "a.hub.20270104",
            "b.hub.20270104",
            "a.a-west.20270106",
            "b.a-west.20270106",
            "a.hub.20270106",
            "b.hub.20270106",
        ]

    def test_a_centre_may_offer_some_programmes_only(self) -> None:
        centre = HUB.model_copy(update={"programmes": ("b",)})
        found = generate_sessions([a_programme(key="a"), a_programme(key="b")], [centre], JANUARY)
        assert {session.programme for session in found} == {"b"}

    def test_hours_are_the_agendas_else_the_centres(self) -> None:
        agenda = (
            AgendaDay(title="Mail", channels=(Channel.MAIL,), starts=time(10)),
            AgendaDay(title="Phone", channels=(Channel.PHONE, Channel.MAIL), ends=time(16)),
        )
        mondays = WeeklyPattern(weekdays=(0,))
        programme = a_programme(days=3, agenda=agenda, seats=4, pattern=mondays)
        session = generate_sessions([programme], [HUB], JANUARY)[0]
        assert session.starts == (time(10), time(9), time(9))
        assert session.ends == (time(17), time(16), time(16))
        assert session.channels == (
            (Channel.MAIL,),
            (Channel.PHONE, Channel.MAIL),
            (Channel.PHONE, Channel.MAIL),
        )
        assert session.seats == 4

    def test_without_an_agenda_a_day_has_the_programmes_title(self) -> None:
        assert a_programme().agenda_of(1) == AgendaDay(title="Days")

    def test_the_last_entry_of_the_agenda_repeats(self) -> None:
        agenda = (AgendaDay(title="First"), AgendaDay(title="Then"))
        programme = a_programme(agenda=agenda)
        assert [programme.agenda_of(n).title for n in range(4)] == ["First", "Then", "Then", "Then"]

    def test_a_key_says_programme_centre_and_day(self) -> None:
        assert session_key("days", "hub", date(2027, 1, 4)) == "days.hub.20270104"

    @pytest.mark.parametrize("key", ["", "Two Days", "-x", "ü", "x" * 41, "a.b"])
    def test_a_key_is_plain(self, key: str) -> None:
        with pytest.raises(ValidationError, match="key"):
            a_programme(key=key)


class TestSession:
    def test_hours_follow_the_clock_of_the_centre_over_a_change(self) -> None:
        programme = a_programme(days=2, pattern=WeeklyPattern(weekdays=(4,)), across_weekend=True)
        centre = HUB.model_copy(update={"place": BAVARIA})
        spring = DateRange(first=date(2027, 10, 29), last=date(2027, 11, 2))
        # Monday, 1 November, is a holiday in Bavaria, so take the clock alone.
        session = generate_sessions(
            [programme],
            [centre.model_copy(update={"place": Place(timezone="Europe/Berlin")})],
            spring,
        )[0]
        assert (session.first_day, session.last_day) == (date(2027, 10, 29), date(2027, 11, 1))
        assert list(session.hours()) == [
            (
                datetime(2027, 10, 29, 7, tzinfo=UTC),
                datetime(2027, 10, 29, 15, tzinfo=UTC),
            ),
            (datetime(2027, 11, 1, 8, tzinfo=UTC), datetime(2027, 11, 1, 16, tzinfo=UTC)),
        ]
        assert generate_sessions([programme], [centre], spring) == ()

    def test_has_a_day(self) -> None:
        with pytest.raises(ValidationError, match="days"):
            Session(key="s", programme="p", centre="c", days=(), starts=(), ends=(), seats=1)


class TestCentre:
    def test_is_open_on_its_weekdays_but_holidays_and_closed_days(self) -> None:
        closed = DateRange(first=date(2027, 1, 4), last=date(2027, 1, 5))
        centre = HUB.model_copy(update={"place": BAVARIA, "closed": (closed,)})
        week = [date(2027, 1, 4 + n) for n in range(7)]
        assert [d.day for d in week if centre.open_on(d)] == [7, 8]  # the 6th is Epiphany


class TestPolicy:
    def test_has_a_cycle(self) -> None:
        with pytest.raises(ValidationError, match="the cycle must be longer than nothing"):
            Policy(start=date(2027, 1, 4), cycle=Period())

    def test_early_is_at_most_a_cycle(self) -> None:
        with pytest.raises(ValidationError, match="must not be longer than the cycle"):
            Policy(start=date(2027, 1, 4), cycle=Period(days=7), early=Period(days=8))
        week = Period(days=7)
        assert Policy(start=date(2027, 1, 4), cycle=week, early=week).early == week

    @given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(1, 60))
    def test_a_whole_cycle_early_is_allowed_whatever_the_start(
        self, start: date, months: int
    ) -> None:
        cycle = Period(months=months)
        assert Policy(start=start, cycle=cycle, early=cycle).early == cycle


@pytest.mark.parametrize(
    ("kind", "field", "least", "most"),
    [
        (WeeklyPattern, "every", 1, 53),
        (MonthlyPattern, "weekday", 0, 6),
        (MonthlyPattern, "nth", 1, 5),
        (a_programme, "days", 1, 10),
        (a_programme, "seats", 1, None),
        (a_programme, "gap_days", 1, None),
        (partial(Policy, start=date(2027, 1, 4)), "long_leave_months", 1, None),
        (partial(Policy, start=date(2027, 1, 4)), "executive_level", 1, None),
        (partial(ServiceCentre, key="hub", name="Hub"), "seats", 0, None),
    ],
)
def test_numbers_have_bounds(
    kind: Callable[..., Value], field: str, least: int, most: int | None
) -> None:
    for good in [least] if most is None else [least, most]:
        assert getattr(kind(**{field: good}), field) == good
    for bad in [least - 1] if most is None else [least - 1, most + 1]:
        with pytest.raises(ValidationError, match=field):
            kind(**{field: bad})


@pytest.mark.parametrize(
    ("kind", "field", "bad"),
    [
        (WeeklyPattern, "weekdays", 7),
        (WeeklyPattern, "weekdays", -1),
        (MonthlyPattern, "months", 0),
        (MonthlyPattern, "months", 13),
    ],
)
def test_weekdays_and_months_are_those_of_the_calendar(
    kind: Callable[..., Value], field: str, bad: int
) -> None:
    with pytest.raises(ValidationError, match=field):
        kind(**{field: (1, bad)})


def test_a_pattern_comes_back_from_json_as_what_it_was() -> None:
    for pattern in (WeeklyPattern(every=2), MonthlyPattern(nth=3, months=(1, 12))):
        programme = a_programme(pattern=pattern)
        assert Programme.model_validate_json(programme.model_dump_json()) == programme


WEEKLY = st.builds(
    WeeklyPattern,
    weekdays=st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True).map(tuple),
    every=st.integers(1, 5),
)
MONTHLY = st.builds(MonthlyPattern, weekday=st.integers(0, 6), nth=st.integers(1, 5))
PROGRAMMES = st.builds(
    Programme,
    key=st.just("days"),
    title=st.just("Days"),
    days=st.integers(1, 4),
    pattern=st.one_of(WEEKLY, MONTHLY),
    across_weekend=st.booleans(),
    separate=st.booleans(),
    season=st.sampled_from([None, ("11-23", "01-15")]),
)
CENTRES = st.builds(
    ServiceCentre,
    key=st.just("hub"),
    name=st.just("Hub"),
    place=st.sampled_from([Place(), BAVARIA, Place(country="US")]),
    pattern=st.sampled_from([WorkPattern(), WorkPattern(weekdays=frozenset(range(1, 7)))]),
)


class TestLaws:
    @settings(max_examples=60)
    @given(PROGRAMMES, CENTRES, st.integers(0, 300), st.integers(0, 200))
    def test_a_horizon_offers_what_a_longer_one_offers_in_it(
        self, programme: Programme, centre: ServiceCentre, skip: int, length: int
    ) -> None:
        """Sessions are the same in every plan: weeks are counted alike, months have one."""
        whole = DateRange(first=date(2026, 11, 5), last=date(2028, 6, 1))
        first = whole.first + timedelta(days=skip)
        part = DateRange(first=first, last=first + timedelta(days=length))
        assert generate_sessions([programme], [centre], part) == tuple(
            session
            for session in generate_sessions([programme], [centre], whole)
            if session.first_day in part and session.last_day in part
        )

    @settings(max_examples=60)
    @given(PROGRAMMES, CENTRES)
    def test_every_day_is_open_in_season_and_in_order(
        self, programme: Programme, centre: ServiceCentre
    ) -> None:
        sessions = generate_sessions([programme], [centre], YEAR)
        assert len({session.key for session in sessions}) == len(sessions)
        for session in sessions:
            assert len(session.days) == (1 if programme.separate else programme.days)
            assert list(session.days) == sorted(set(session.days))
            assert all(centre.open_on(day) and programme.in_season(day) for day in session.days)
            if not programme.across_weekend:
                assert session.last_day - session.first_day == timedelta(len(session.days) - 1)
