"""Nobody serves while away: given an absence, by how many days is it broken?"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from scheduler.domain.people import Absence, Blackout, Scope
from scheduler.domain.problem import Mode, Problem
from tests.rules.judging import amounts, points, violations_of, with_mode
from tests.worlds import a_person, a_session, a_world, day, days

ANN = a_person("ann", team="red", department="sales")


def away(*leave: tuple[str, int, int], blackouts: Sequence[Blackout] = ()) -> Problem:
    """Ann and sessions on days 0–1 and 7–9, with leave written as (who, first, last)."""
    absences = tuple(Absence(employee_id=who, days=days(a, b)) for who, a, b in leave)
    sessions = [a_session(0), a_session(7, length=3)]
    people = [ANN, a_person("idle")]
    problem = a_world(people, sessions, absences=absences, blackouts=tuple(blackouts))
    return problem.model_copy(update={"duties": problem.duties[:1]})


@pytest.mark.parametrize(
    ("first", "last", "broken"),
    [(6, 6, []), (7, 7, [1]), (6, 8, [2]), (8, 8, [1]), (0, 30, [3]), (9, 9, [1]), (10, 10, [])],
)
def test_leave_counts_by_the_days_of_the_session_in_it(
    first: int, last: int, broken: list[int]
) -> None:
    assert amounts(away(("ann", first, last)), "absence", ("ann", 7)) == broken


def test_the_days_broken_are_named() -> None:
    (violation,) = violations_of(away(("ann", 8, 30)), "absence", ("ann", 7))
    assert violation.days == (day(8), day(9))
    assert str(violation.text) == "Ann is unavailable on 2027-01-19."
    assert violation.employee_ids == ("ann",)


def test_two_rows_of_leave_over_the_same_day_count_it_once() -> None:
    assert amounts(away(("ann", 7, 8), ("ann", 8, 9)), "absence", ("ann", 7)) == [3]


def test_leave_of_others_is_theirs() -> None:
    problem = away(("idle", 0, 30), ("nobody on the roster", 0, 30))
    assert not violations_of(problem, "absence", ("ann", 0))


@pytest.mark.parametrize(
    ("scope", "name", "broken"),
    [
        (Scope.TEAM, "red", [1]),
        (Scope.TEAM, "sales", []),
        (Scope.DEPARTMENT, "sales", [1]),
        (Scope.DEPARTMENT, "red", []),
        (Scope.COMPANY, "", [1]),
    ],
)
def test_a_blackout_counts_for_those_it_concerns(
    scope: Scope, name: str, broken: list[int]
) -> None:
    blackout = Blackout(scope=scope, name=name, days=days(9, 20))
    assert amounts(away(blackouts=[blackout]), "absence", ("ann", 7)) == broken


def test_a_blackout_that_ends_the_day_before_is_over() -> None:
    blackout = Blackout(scope=Scope.COMPANY, days=days(2, 6))
    assert not violations_of(away(blackouts=[blackout]), "absence", ("ann", 7))
    assert not violations_of(away(blackouts=[blackout]), "absence", ("ann", 0))


@pytest.mark.parametrize(
    ("hired", "left", "broken"),
    [(0, 1, []), (1, 1, [1]), (0, 0, [1]), (2, 9, [2]), (-9, -2, [2])],
)
def test_service_lies_between_the_first_and_the_last_day_of_employment(
    hired: int, left: int, broken: list[int]
) -> None:
    person = a_person("ann", hire_date=day(hired), leave_date=day(left))
    assert amounts(a_world([person], [a_session(0)]), "absence", ("ann", 0)) == broken


@pytest.mark.parametrize("mode", [Mode.SOFT, Mode.OFF])
def test_no_admin_can_soften_it(mode: Mode) -> None:
    problem = with_mode(away(("ann", 0, 0)), "absence", mode)
    assert points(problem, "absence", ("ann", 0)) == [None]
