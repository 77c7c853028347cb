"""Travel: what time difference and another country cost."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.domain.calendar import Place
from scheduler.domain.problem import Mode, Problem
from tests.rules.judging import amounts, points, violations_of, with_mode
from tests.worlds import BERLIN, a_person, a_session, a_world, only


def place(timezone: str, country: str | None = None) -> Place:
    return Place(country=country, timezone=timezone)


GERMANY = place("Europe/Berlin", "DE")


def world(home: Place, centre: Place = GERMANY, first: int = 0, **params: Any) -> Problem:
    return a_world(
        [a_person("ann", place=home)],
        [a_session(first)],
        rules=only("travel", **params),
        centres=(
            BERLIN.model_copy(update={"place": centre}),
            BERLIN.model_copy(update={"key": "next_door", "place": home}),
        ),
    )


@pytest.mark.parametrize(
    ("home", "hours"),
    [
        (place("Europe/Berlin", "DE"), []),
        (place("Europe/Lisbon", "DE"), [1]),
        (place("Europe/Helsinki", "DE"), [1]),
        (place("America/New_York", "DE"), [6]),
        (place("Asia/Kolkata", "DE"), [5]),  # four and a half
        (place("Asia/Kathmandu", "DE"), [5]),  # four and three quarters
        (place("Pacific/Kiritimati", "DE"), [11]),  # thirteen the long way
        (place("Pacific/Honolulu", "DE"), [11]),
        (place("Europe/Lisbon"), [1]),
        (place("UTC", "DE"), []),  # a roster with countries only
        (place("UTC"), []),
    ],
)
def test_every_hour_begun_of_time_difference_counts(home: Place, hours: list[int]) -> None:
    assert amounts(world(home), "travel", ("ann", 0)) == hours


@pytest.mark.parametrize(
    ("home", "centre", "hours"),
    [
        ("America/New_York", "Europe/Berlin", [6]),  # summer time there, not yet here: still six
        ("Europe/Dublin", "Europe/London", []),
        ("Australia/Sydney", "Australia/Brisbane", []),
        ("Pacific/Auckland", "Pacific/Honolulu", [2]),
    ],
)
@pytest.mark.parametrize("first", [0, 63, 175])
def test_summer_time_changes_nothing(home: str, centre: str, hours: list[int], first: int) -> None:
    problem = world(place(home), place(centre), first)
    assert amounts(problem, "travel", ("ann", first)) == hours


@pytest.mark.parametrize(
    ("home", "centre", "cost"),
    [
        (place("Europe/Paris", "FR"), GERMANY, [5]),
        (place("Europe/Lisbon", "PT"), GERMANY, [3, 5]),
        (place("Europe/Paris"), GERMANY, []),
        (place("Europe/Paris", "FR"), place("Europe/Berlin"), []),
        (place("Europe/Lisbon", "PT"), place("Europe/Berlin"), [3]),
        (place("Europe/Lisbon", "PT"), place("UTC"), []),
        (place("UTC"), place("UTC", "GB"), []),
    ],
)
def test_another_country_costs_but_a_remote_centre_is_in_none(
    home: Place, centre: Place, cost: list[int]
) -> None:
    problem = with_mode(world(home, centre), "travel", Mode.SOFT, weight=3)
    assert points(problem, "travel", ("ann", 0)) == cost


def test_what_is_far_is_said() -> None:
    hours, country = violations_of(world(place("Europe/Lisbon", "PT")), "travel", ("ann", 0))
    assert str(hours.text) == "Ann serves at Berlin, 1 hour of time difference further than needed."
    assert str(country.text) == "Ann serves at Berlin, in another country."


def test_what_nobody_can_choose_costs_nothing() -> None:
    problem = world(place("America/New_York", "US"))
    bound = problem.model_copy(
        update={
            "employees": tuple(
                each.model_copy(update={"centre": "berlin"}) for each in problem.employees
            )
        }
    )
    assert points(problem, "travel", ("ann", 0)) == [6, 5]
    assert not violations_of(bound, "travel", ("ann", 0))
    assert not violations_of(
        problem.model_copy(update={"centres": problem.centres[:1]}), "travel", ("ann", 0)
    )


def test_only_what_is_further_than_the_nearest_centre_counts() -> None:
    problem = world(place("America/New_York", "US"))
    nearer = BERLIN.model_copy(update={"key": "next_door", "place": place("Europe/London", "GB")})
    problem = problem.model_copy(update={"centres": (problem.centres[0], nearer)})
    assert points(problem, "travel", ("ann", 0)) == [1]  # both are abroad


def test_another_country_may_cost_nothing() -> None:
    assert not violations_of(world(place("Europe/Paris", "FR"), abroad=0), "travel", ("ann", 0))


@pytest.mark.parametrize(("most", "cost"), [(0, [None]), (5, [None]), (6, [6]), (None, [6])])
def test_a_limit_in_hours_is_hard(most: int | None, cost: list[int | None]) -> None:
    problem = world(place("America/New_York", "DE"), most_hours=most)
    assert points(problem, "travel", ("ann", 0)) == cost


class TestHard:
    def _points(self, home: Place, **params: Any) -> list[int | None]:
        problem = with_mode(world(home, **params), "travel", Mode.HARD)
        return points(problem, "travel", ("ann", 0))

    def test_nobody_serves_in_another_time_zone_or_country(self) -> None:
        assert self._points(place("Europe/Lisbon", "DE")) == [None]
        assert self._points(place("Europe/Paris", "FR"), abroad=0) == [None]
        assert self._points(place("Europe/Paris", "DE")) == []

    def test_but_some_hours_may_be_allowed(self) -> None:
        assert self._points(place("Europe/Lisbon", "DE"), most_hours=1) == []
        assert self._points(place("Atlantic/Azores", "DE"), most_hours=1) == [None]
