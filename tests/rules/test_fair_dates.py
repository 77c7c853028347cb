"""Unpopular dates: which they are, and what they cost who had them before."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from scheduler.domain.calendar import Place
from scheduler.domain.ledger import ServiceRecord, ServiceStatus
from scheduler.domain.problem import Mode, Problem
from scheduler.rules.fair_dates import is_bridge_day
from tests.rules.judging import amounts, points, violations_of, with_mode
from tests.worlds import BERLIN, a_person, a_session, a_world, day, only

BAVARIA = Place(city="Regensburg", country="DE", subdivision="BY", timezone="Europe/Berlin")
EPIPHANY_BRIDGE = date(2026, 1, 5)
"""A Monday before a holiday in Bavaria that Berlin does not have."""


def served(*on: date | int, who: str = "ann", **changes: Any) -> ServiceRecord:
    """A service on these days, of the calendar or numbered."""
    fields: dict[str, Any] = {
        "employee_id": who,
        "programme": "two_days",
        "centre": "berlin",
        "days": tuple(day(each) if isinstance(each, int) else each for each in on),
    }
    return ServiceRecord(**(fields | changes))


def world(*records: ServiceRecord, **params: Any) -> Problem:
    """Two days each from Monday (0), Thursday (10) and Saturday (12, in theory); three from
    Thursday at Regensburg (17), whose place is in Bavaria."""
    return a_world(
        [a_person("ann"), a_person("bob")],
        [
            a_session(0),
            a_session(10),
            a_session(12),
            a_session(17, length=3, centre="regensburg"),
            a_session(114, centre="regensburg"),
        ],
        rules=only("fair_dates", **params),
        records=records,
        centres=(
            BERLIN,
            BERLIN.model_copy(update={"key": "regensburg", "place": BAVARIA}),
        ),
    )


FRIDAYS = (-3, -10, -17)


@pytest.mark.parametrize(
    ("before", "broken"), [((), []), (FRIDAYS[:1], [1]), (FRIDAYS, [3]), ((-4, -3, -2), [1])]
)
def test_each_friday_before_counts_for_a_friday_now(
    before: tuple[int, ...], broken: list[int]
) -> None:
    problem = world(*(served(each) for each in before))
    assert amounts(problem, "fair_dates", ("ann", 10)) == broken
    assert not violations_of(problem, "fair_dates", ("ann", 0), ("bob", 10))


def test_every_unpopular_day_of_the_session_counts() -> None:
    problem = world(served(-3), served(-10), weekdays=[3, 4])
    assert amounts(problem, "fair_dates", ("ann", 10)) == [4]
    assert points(problem, "fair_dates", ("ann", 10)) == [8]


def test_the_weight_multiplies() -> None:
    problem = with_mode(world(served(-3, -10)), "fair_dates", Mode.SOFT, weight=7)
    assert points(problem, "fair_dates", ("ann", 10)) == [14]


def test_it_says_which_day_and_how_many_before() -> None:
    (violation,) = violations_of(world(served(-3)), "fair_dates", ("ann", 10))
    assert str(violation.text) == (
        "Ann serves on 2027-01-22, an unpopular date, and has served on 1 such day already."
    )
    assert violation.days == (day(11),)


@pytest.mark.parametrize("status", ["missed", "excused"])
def test_only_attendance_counts(status: str) -> None:
    record = served(-3, status=ServiceStatus(status))
    assert not violations_of(world(record), "fair_dates", ("ann", 10))


def test_what_others_served_is_theirs() -> None:
    problem = world(served(-3, who="bob"), served(-3, who="gone"))
    assert not violations_of(problem, "fair_dates", ("ann", 10))
    assert amounts(problem, "fair_dates", ("ann", 10), ("bob", 10)) == [1]


@pytest.mark.parametrize(("weekdays", "broken"), [([], []), ([0, 1], [4]), ([0], [1]), ([4], [])])
def test_the_weekdays_are_a_parameter(weekdays: list[int], broken: list[int]) -> None:
    problem = world(served(-7, -6), weekdays=weekdays)  # Monday and Tuesday
    assert amounts(problem, "fair_dates", ("ann", 0)) == broken


@pytest.mark.parametrize(
    ("first", "last", "broken"),
    [(-6, 0, [1]), (-7, -6, []), (0, 1, []), (-6, 1, [2]), (-7, 0, [2]), (-7, 1, [4])],
)
def test_peaks_are_unpopular_then_and_now(first: int, last: int, broken: list[int]) -> None:
    peak = {"first": day(first).isoformat(), "last": day(last).isoformat()}
    problem = world(served(-7, -6), peaks=[peak], weekdays=[])
    assert amounts(problem, "fair_dates", ("ann", 0)) == broken


@pytest.mark.parametrize(
    ("years", "on", "counts"),
    [
        (6, date(2021, 1, 15), True),
        (6, date(2021, 1, 8), False),  # a Friday, three days more than six years ago
        (1, date(2026, 1, 16), True),
        (1, date(2026, 1, 9), False),
        (7, date(2021, 1, 8), True),
    ],
)
def test_what_is_longer_ago_is_forgotten(years: int, on: date, counts: bool) -> None:
    problem = world(served(on), years=years)
    assert amounts(problem, "fair_dates", ("ann", 10)) == ([1] if counts else [])


def test_the_very_day_so_many_years_ago_is_remembered() -> None:
    """The horizon begins on 11 January 2027."""
    for on, broken in ((date(2026, 1, 11), [1]), (date(2026, 1, 10), [])):
        problem = world(served(on), years=1, weekdays=[5, 6, 4])
        assert amounts(problem, "fair_dates", ("ann", 10)) == broken


class TestBridgeDays:
    @pytest.mark.parametrize(
        ("on", "bridge"),
        [
            (date(2027, 5, 7), True),  # Friday after Ascension Day
            (date(2027, 5, 6), False),  # the holiday itself
            (date(2027, 5, 5), False),
            (date(2027, 5, 14), False),
            (EPIPHANY_BRIDGE, True),
            (date(2027, 5, 8), False),  # Saturday
            (date(2027, 3, 25), False),  # Thursday before Good Friday
        ],
    )
    def test_lie_alone_between_days_off(self, on: date, bridge: bool) -> None:
        assert is_bridge_day(on, BAVARIA) is bridge

    def test_are_those_of_the_place(self) -> None:
        assert not is_bridge_day(EPIPHANY_BRIDGE, BERLIN.place)
        assert not is_bridge_day(EPIPHANY_BRIDGE, Place())

    @pytest.mark.parametrize(
        ("centre", "broken"), [("regensburg", [1]), ("berlin", []), ("gone", []), ("", [])]
    )
    def test_count_by_the_centre_where_somebody_served(
        self, centre: str, broken: list[int]
    ) -> None:
        problem = world(served(EPIPHANY_BRIDGE, centre=centre))
        assert amounts(problem, "fair_dates", ("ann", 10)) == broken

    @pytest.mark.parametrize(("bridges", "broken"), [(True, [1]), (False, [])])
    def test_may_count_or_not(self, bridges: bool, broken: list[int]) -> None:
        """The last session begins on 5 May 2027, so its second day is Ascension Day and no
        bridge; what counts is the bridge served before."""
        problem = world(served(EPIPHANY_BRIDGE, centre="regensburg"), bridge_days=bridges)
        assert amounts(problem, "fair_dates", ("ann", 17)) == broken
        assert not violations_of(problem, "fair_dates", ("ann", 114))

    def test_that_are_fridays_count_once(self) -> None:
        problem = world(served(date(2026, 5, 15)))  # after Ascension Day
        assert amounts(problem, "fair_dates", ("ann", 10)) == [1]


def test_hard_nobody_has_two() -> None:
    problem = with_mode(world(served(-3)), "fair_dates", Mode.HARD)
    assert points(problem, "fair_dates", ("ann", 10)) == [None]
    assert not violations_of(problem, "fair_dates", ("ann", 0), ("bob", 10))
