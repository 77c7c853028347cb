"""Teams and departments keep working: how many may be away on a day, and what one more costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import ValidationError

from scheduler.domain.people import Employee
from scheduler.domain.problem import Mode, Problem
from scheduler.rules.team_floor import TeamFloor
from tests.rules.judging import amounts, points, violations_of, with_mode
from tests.worlds import a_duty, a_person, a_session, a_world, day, only


def a_team(size: int, **changes: Any) -> list[Employee]:
    return [a_person(f"p{n}", **({"team": "red"} | changes)) for n in range(size)]


def world(people: Sequence[Employee], owing: int = 9, **params: Any) -> Problem:
    """Sessions of one day on day 0, of two from day 1, with duties for the first of the people."""
    duties = [a_duty(person.id) for person in people[:owing]]
    sessions = [a_session(0, length=1), a_session(1)]
    return a_world(people, sessions, duties, rules=only("team_floor", **params))


def away(count: int, first: int = 0) -> list[tuple[str, int]]:
    return [(f"p{n}", first) for n in range(count)]


@pytest.mark.parametrize(
    ("size", "share", "allowed"),
    [
        (30, 0.1, 3),  # 0.1 × 30 is a little more than 3 in binary …
        (10, 0.3, 3),
        (70, 0.07, 4),
        (100, 0.07, 7),  # … and 0.07 × 100 more than 7, 0.29 × 100 less than 29
        (100, 0.29, 29),
        (9, 0.2, 1),
        (4, 0.2, 1),
        (1, 0.2, 1),
        (5, 1.0, 5),
        (14, 0.2, 2),
        (15, 0.2, 3),
    ],
)
def test_a_share_is_rounded_down_but_never_by_binary_arithmetic(
    size: int, share: float, allowed: int
) -> None:
    problem = world(a_team(size), owing=size, share=share, department_share=1.0)
    assert not violations_of(problem, "team_floor", *away(allowed))
    if allowed < size:
        assert amounts(problem, "team_floor", *away(allowed + 1)) == [1]


def test_each_day_counts() -> None:
    problem = world(a_team(9))
    assert amounts(problem, "team_floor", *away(3, first=1)) == [2, 2]
    assert not violations_of(problem, "team_floor", ("p0", 0), ("p1", 1))


@pytest.mark.parametrize(("at_least", "broken"), [(1, [2]), (2, [1]), (3, []), (9, [])])
def test_so_many_always_may(at_least: int, broken: list[int]) -> None:
    problem = world(a_team(3), share=0.1, at_least=at_least)
    assert amounts(problem, "team_floor", *away(3)) == broken


def test_a_department_has_a_share_of_its_own_over_its_teams() -> None:
    people = [a_person(f"p{n}", department="sales", team=f"t{n % 2}") for n in range(8)]
    problem = world(people, share=0.5, department_share=0.25)
    assert not violations_of(problem, "team_floor", *away(2))
    (violation,) = violations_of(problem, "team_floor", *away(3))
    assert str(violation.text) == ("3 of 8 in department sales are away on 2027-01-11; 2 may be.")
    assert violation.employee_ids == ("p0", "p1", "p2")


def test_teams_do_not_share() -> None:
    people = [a_person(f"p{n}", team=f"t{n}") for n in range(3)]
    assert not violations_of(world(people), "team_floor", *away(3))


def test_people_without_a_team_or_department_are_none() -> None:
    assert not violations_of(world(a_team(5, team=None)), "team_floor", *away(5))


def test_a_team_of_which_nobody_owes_anything_is_in_nobodys_way() -> None:
    people = [*a_team(2), *(a_person(f"q{n}", team="blue") for n in range(5))]
    assert amounts(world(people, owing=2), "team_floor", *away(2)) == [1]


def test_who_owes_nothing_is_one_of_the_team() -> None:
    assert not violations_of(world(a_team(10), owing=2), "team_floor", *away(2))
    assert amounts(world(a_team(9), owing=2), "team_floor", *away(2)) == [1]


@pytest.mark.parametrize(
    ("hired", "left", "broken"),
    [(0, None, []), (1, None, [1]), (-9, 0, []), (-9, -1, [1]), (5, 9, [1])],
)
def test_people_count_from_the_day_they_join_to_the_day_they_leave(
    hired: int, left: int | None, broken: list[int]
) -> None:
    """Ten of them make room for two."""
    tenth = a_person(
        "p9", team="red", hire_date=day(hired), leave_date=None if left is None else day(left)
    )
    problem = world([*a_team(9), tenth])
    assert amounts(problem, "team_floor", *away(2)) == broken


def test_somebody_joining_between_two_days_makes_room_on_the_second() -> None:
    problem = world([*a_team(9), a_person("p9", team="red", hire_date=day(2))])
    (violation,) = violations_of(problem, "team_floor", *away(2, first=1))
    assert violation.days == (day(1),)


def test_softened_it_costs_its_weight_for_each_too_many_on_each_day() -> None:
    problem = with_mode(world(a_team(9)), "team_floor", Mode.SOFT, weight=7)
    assert points(problem, "team_floor", *away(3, first=1)) == [14, 14]


@pytest.mark.parametrize(
    "params",
    [
        {"share": 0},
        {"share": 1.1},
        {"department_share": 0},
        {"department_share": 1.1},
        {"at_least": 0},
    ],
)
def test_a_team_always_lets_somebody_go_and_never_more_than_all(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(params))):
        TeamFloor.Params.model_validate(params)
