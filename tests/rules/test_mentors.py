"""A session takes so many people as its mentors can accompany."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.domain.calendar import WorkPattern
from scheduler.domain.people import Mentor
from scheduler.domain.problem import Mode, Problem
from scheduler.domain.programme import Session
from tests.rules.judging import amounts, points, violations_of, with_mode
from tests.worlds import TWO_DAYS, a_duty, a_person, a_session, a_world, day, days, only

PEOPLE = [a_person(name) for name in ("ann", "bob", "cem", "dan")]
EVERYBODY = [(person.id, 0) for person in PEOPLE]


def a_mentor(name: str, **changes: Any) -> Mentor:
    """Somebody of Berlin who is there Monday to Friday and does all that is wanted."""
    fields: dict[str, Any] = {"id": name, "name": name, "centre": "berlin", "most": 31}
    return Mentor(**(fields | changes))


def a_week(first: int, *mentors: str, **changes: Any) -> Session:
    """Three days with these mentors on the rota."""
    return a_session(first, length=3, programme="cew", mentors=mentors, **changes)


def world(
    sessions: list[Session],
    *mentors: Mentor,
    guests: int | None = 2,
    centres: int = 1,
    strict: bool = False,
) -> Problem:
    """Sessions of two days need no mentors, those of three one for so many `guests`."""
    week = TWO_DAYS.model_copy(
        update={"key": "cew", "days": 3, "guests_per_mentor": guests, "mentor_centres": centres}
    )
    duties = [a_duty(person.id, programmes=("two_days", "cew")) for person in PEOPLE]
    return a_world(
        PEOPLE,
        sessions,
        duties,
        rules=only("mentors", strict=strict),
        programmes=(TWO_DAYS, week),
        mentors=mentors,
    )


MIA, MAX = a_mentor("mia"), a_mentor("max")


@pytest.mark.parametrize(
    ("accompanying", "broken"),
    [(("mia", "max"), []), (("mia",), [2]), ((), [4]), (("stranger",), [4])],
)
def test_a_session_is_broken_by_the_people_that_no_mentor_accompanies(
    accompanying: tuple[str, ...], broken: list[int]
) -> None:
    assert amounts(world([a_week(0, *accompanying)], MIA, MAX), "mentors", *EVERYBODY) == broken


def test_says_how_many_could_be_accompanied() -> None:
    (violation,) = violations_of(world([a_week(0, "mia")], MIA), "mentors", *EVERYBODY[:3])
    assert str(violation.text) == (
        "3 people in the session of 2027-01-11 at berlin, where 1 mentor can accompany 2."
    )
    assert violation.employee_ids == ("ann", "bob", "cem")


def test_a_programme_that_needs_no_mentors_takes_everybody() -> None:
    assert not violations_of(world([a_session(0)], MIA), "mentors", *EVERYBODY)
    assert not violations_of(world([a_week(0)], MIA, guests=None), "mentors", *EVERYBODY)


def test_without_any_mentors_on_record_it_speaks_only_where_it_is_strict() -> None:
    assert not violations_of(world([a_week(0)]), "mentors", *EVERYBODY)
    assert amounts(world([a_week(0)], strict=True), "mentors", *EVERYBODY) == [4]


@pytest.mark.parametrize(("other", "broken"), [("berlin", [4]), ("regensburg", [])])
def test_mentors_come_from_as_many_centres_as_the_programme_asks_for(
    other: str, broken: list[int]
) -> None:
    mentors = MIA, a_mentor("max", centre=other)
    problem = world([a_week(0, "mia", "max")], *mentors, centres=2)
    assert amounts(problem, "mentors", *EVERYBODY) == broken


@pytest.mark.parametrize(
    ("changes", "there"),
    [
        ({"away": (days(2),)}, False),
        ({"away": (days(-9, 0),)}, False),
        ({"away": (days(-9, -1), days(3, 9))}, True),
        ({"pattern": WorkPattern(weekdays=frozenset({0, 1}))}, False),
        ({"pattern": WorkPattern(weekdays=frozenset({0, 1, 2}))}, True),
        ({"most": 0}, False),
    ],
)
def test_a_mentor_is_there_on_all_days_of_the_session(changes: dict[str, Any], there: bool) -> None:
    problem = world([a_week(0, "mia")], a_mentor("mia", **changes))
    assert bool(violations_of(problem, "mentors", ("ann", 0))) is not there


def test_beyond_their_most_in_a_month_a_mentor_does_not_count() -> None:
    """Days 0, 7 and 14 lie in January, day 21 in February."""
    weeks = [a_week(first, "mia") for first in (21, 14, 7, 0)]
    problem = world(weeks, a_mentor("mia", most=2))
    everyone = [("ann", 0), ("bob", 7), ("cem", 14), ("dan", 21)]
    (violation,) = violations_of(problem, "mentors", *everyone)
    assert violation.employee_ids == ("cem",)
    assert not violations_of(problem, "mentors", ("dan", 21))


def test_a_session_they_cannot_accompany_does_not_use_up_a_month() -> None:
    weeks = [a_week(first, "mia") for first in (0, 7, 14)]
    problem = world(weeks, a_mentor("mia", most=2, away=(days(8),)))
    (violation,) = violations_of(problem, "mentors", ("ann", 0), ("bob", 7), ("cem", 14))
    assert violation.employee_ids == ("bob",)


@pytest.mark.parametrize(
    ("first", "rest", "accompanied"),
    [(2, 0, False), (3, 0, True), (9, 1, False), (10, 1, True), (16, 2, False), (17, 2, True)],
)
def test_whole_weeks_of_rest_lie_between_two_sessions(
    first: int, rest: int, accompanied: bool
) -> None:
    """The first of them takes days 0 to 2."""
    always = WorkPattern(weekdays=frozenset(range(7)))
    weeks = [a_week(0, "mia"), a_week(first, "mia")]
    problem = world(weeks, a_mentor("mia", rest=rest, pattern=always))
    assert bool(violations_of(problem, "mentors", ("ann", first))) is not accompanied


def test_rest_is_counted_from_what_was_accompanied() -> None:
    weeks = [a_week(first, "mia") for first in (0, 7, 14)]
    problem = world(weeks, a_mentor("mia", rest=1))
    (violation,) = violations_of(problem, "mentors", ("ann", 0), ("bob", 7), ("cem", 14))
    assert violation.days == (day(7), day(8), day(9))


def test_at_one_time_a_mentor_is_at_one_place_the_first_by_name() -> None:
    here, there = a_week(0, "mia"), a_week(0, "mia", centre="regensburg")
    problem = world([there, here], MIA)
    assert not violations_of(problem, "mentors", ("ann", here.key))
    assert amounts(problem, "mentors", ("ann", there.key)) == [1]


def test_softened_each_one_too_many_costs_its_weight() -> None:
    problem = with_mode(world([a_week(0, "mia")], MIA), "mentors", Mode.SOFT, weight=7)
    assert points(problem, "mentors", *EVERYBODY) == [14]
