"""Service on working days: of the person, where they work, and of the centre."""

from __future__ import annotations

import pytest

from scheduler.domain.calendar import Place, WorkPattern
from scheduler.domain.problem import Mode
from tests.rules.judging import amounts, points, violations_of, with_mode
from tests.worlds import BERLIN, a_person, a_session, a_world, day, days

EPIPHANY = -5
"""Wednesday, 6 January 2027: a holiday in Bavaria, not in Berlin."""
KING = 7
"""Monday, 18 January 2027: a federal holiday in the United States."""
WOMEN = 56
"""Monday, 8 March 2027: a holiday in Berlin, not in Bavaria."""
GOOD_FRIDAY = 74
"""26 March 2027."""
JULY_5 = 175
"""Monday, 5 July 2027: the Fourth is a Sunday, so the United States rest today."""
UNKNOWN = Place(city="Somewhere")


@pytest.mark.parametrize(
    ("place", "first", "broken"),
    [
        (Place(country="DE", subdivision="BY"), EPIPHANY, [1]),
        (Place(country="DE", subdivision="BY"), EPIPHANY - 1, [1]),
        (Place(country="DE", subdivision="BY"), EPIPHANY + 1, []),
        (Place(country="DE", subdivision="BE"), EPIPHANY, []),
        (Place(country="DE"), EPIPHANY, []),
        (Place(country="US", subdivision="WA"), KING, [1]),
        (Place(country="DE", subdivision="BE"), KING, []),
        (Place(country="US"), JULY_5, [1]),
        (UNKNOWN, JULY_5, []),
        (Place(country="XX"), KING, []),
    ],
)
def test_public_holidays_are_those_where_the_person_works(
    place: Place, first: int, broken: list[int]
) -> None:
    problem = a_world([a_person("ann", place=place)], [a_session(first)])
    assert amounts(problem, "working_days", ("ann", first)) == broken


@pytest.mark.parametrize(
    ("subdivision", "told"),
    [
        ("BY", "Berlin is closed on 2027-03-08."),
        ("BE", "2027-03-08 is no working day of Ann."),
    ],
)
def test_the_centre_has_its_own_holidays(subdivision: str, told: str) -> None:
    """Where both are off, the person's day is told."""
    ann = a_person("ann", place=Place(country="DE", subdivision=subdivision))
    (violation,) = violations_of(a_world([ann], [a_session(WOMEN)]), "working_days", ("ann", WOMEN))
    assert (violation.amount, str(violation.text)) == (1, told)


@pytest.mark.parametrize(
    ("weekdays", "first", "broken"),
    [
        ([0, 1, 2], 1, []),
        ([0, 1, 2], 2, [1]),
        ([0, 1, 2], 3, [2]),
        ([0, 2, 4], 0, [1]),
        ([0, 1, 2, 3, 4], 3, []),
    ],
)
def test_part_time_staff_serve_on_their_own_days(
    weekdays: list[int], first: int, broken: list[int]
) -> None:
    ann = a_person("ann", pattern=WorkPattern(weekdays=frozenset(weekdays)))
    assert amounts(a_world([ann], [a_session(first)]), "working_days", ("ann", first)) == broken


def test_the_weekend_between_friday_and_monday_is_no_day_of_the_session() -> None:
    session = a_session(4, days=(day(4), day(7)))
    assert not violations_of(a_world([a_person("ann")], [session]), "working_days", ("ann", 4))
    saturday = a_session(4)
    assert amounts(a_world([a_person("ann")], [saturday]), "working_days", ("ann", 4)) == [1]


def test_good_friday_is_off_for_person_and_centre_and_counts_once() -> None:
    problem = a_world([a_person("ann")], [a_session(GOOD_FRIDAY - 1)])
    assert amounts(problem, "working_days", ("ann", GOOD_FRIDAY - 1)) == [1]


@pytest.mark.parametrize(("closed", "broken"), [((-3, -1), []), ((1, 1), [1]), ((0, 9), [2])])
def test_closed_days_of_the_centre_count_each(closed: tuple[int, int], broken: list[int]) -> None:
    shut = BERLIN.model_copy(update={"closed": (days(*closed),)})
    problem = a_world([a_person("ann", place=UNKNOWN)], [a_session(0)], centres=(shut,))
    assert amounts(problem, "working_days", ("ann", 0)) == broken


def test_a_centre_may_open_on_saturday_for_those_who_work_then() -> None:
    six_days = WorkPattern(weekdays=frozenset(range(6)))
    centre = BERLIN.model_copy(update={"pattern": six_days})
    people = [a_person("ann", pattern=six_days), a_person("bob")]
    problem = a_world(people, [a_session(4)], centres=(centre,))
    assert not violations_of(problem, "working_days", ("ann", 4))
    assert amounts(problem, "working_days", ("ann", 4), ("bob", 4)) == [1]


def test_no_admin_can_soften_it() -> None:
    problem = with_mode(a_world([a_person("ann")], [a_session(5)]), "working_days", Mode.OFF)
    assert points(problem, "working_days", ("ann", 5)) == [None]
