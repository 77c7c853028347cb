"""A session mixes departments and levels: how many of one kind, and what one more costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import ValidationError

from scheduler.domain.problem import Mode, Problem
from scheduler.model.compiling import compile_problem
from scheduler.rules.cohort_mix import CohortMix
from tests.rules.judging import amounts, points, violations_of, with_mode
from tests.worlds import a_duty, a_person, a_session, a_world, days, only


def world(
    departments: Sequence[str | None], seats: int = 6, levels: Sequence[int] = (), **params: Any
) -> Problem:
    """People p0, p1, … of these departments; three days from day 0, two days from day 7."""
    people = [
        a_person(f"p{n}", department=name, level=levels[n] if levels else n + 1)
        for n, name in enumerate(departments)
    ]
    sessions = [a_session(0, length=3, seats=seats), a_session(7, seats=seats)]
    duties = [a_duty(person.id) for person in people]
    return a_world(people, sessions, duties, rules=only("cohort_mix", **params))


def coming(count: int, first: int = 0) -> list[tuple[str, int]]:
    return [(f"p{n}", first) for n in range(count)]


@pytest.mark.parametrize(
    ("seats", "share", "at_least", "allowed"),
    [
        (8, 0.5, 2, 4),
        (9, 0.5, 2, 4),  # rounded down …
        (10, 0.3, 2, 3),  # … but not by binary arithmetic
        (100, 0.07, 2, 7),
        (100, 0.29, 2, 29),
        (3, 0.5, 2, 2),
        (3, 0.5, 1, 1),
    ],
)
def test_a_share_of_the_seats_may_be_of_one_department(
    seats: int, share: float, at_least: int, allowed: int
) -> None:
    problem = world(["sales"] * (allowed + 2), seats, share=share, at_least=at_least)
    assert not violations_of(problem, "cohort_mix", *coming(allowed))
    assert points(problem, "cohort_mix", *coming(allowed + 1)) == [5]


def test_all_seats_may_be_anybodys() -> None:
    for problem in (world(["sales"] * 6, share=1.0), world(["sales"] * 2, seats=2)):
        assert not violations_of(problem, "cohort_mix", *coming(len(problem.duties)))
        said = {bound.rule for bound in compile_problem(problem).group_bounds}
        assert "cohort_mix" not in said


def test_the_share_is_of_the_seats_not_of_those_who_come() -> None:
    assert not violations_of(world(["sales"] * 3), "cohort_mix", *coming(3))


def test_each_department_has_its_share_and_nobodys_is_none() -> None:
    problem = world(["sales", "works"] * 3)
    assert not violations_of(problem, "cohort_mix", *coming(6))
    assert not violations_of(world([None] * 6), "cohort_mix", *coming(6))


def test_a_session_of_two_days_mixes_only_where_that_is_asked_for() -> None:
    assert not violations_of(world(["sales"] * 5), "cohort_mix", *coming(5, 7))
    assert points(world(["sales"] * 5, days=2), "cohort_mix", *coming(5, 7)) == [10]


def test_levels_mix_where_that_is_asked_for() -> None:
    departments, levels = ["a", "b", "c", "d", "e"], [4, 4, 4, 4, 1]
    assert not violations_of(world(departments, levels=levels), "cohort_mix", *coming(5))
    problem = world(departments, levels=levels, level_share=0.5)
    (violation,) = violations_of(problem, "cohort_mix", *coming(5))
    assert (violation.amount, violation.points) == (1, 5)
    assert violation.employee_ids == ("p0", "p1", "p2", "p3")
    assert str(violation.text) == (
        "4 in the session of 2027-01-11 at berlin are of level 4; 3 may be."
    )


def test_each_session_is_its_own_cohort() -> None:
    problem = world(["sales"] * 6, days=1)
    assert not violations_of(problem, "cohort_mix", *coming(3), ("p3", 7), ("p4", 7), ("p5", 7))


def test_made_hard_it_says_when() -> None:
    problem = with_mode(world(["sales"] * 5), "cohort_mix", Mode.HARD)
    assert amounts(problem, "cohort_mix", *coming(5)) == [2]
    (violation,) = violations_of(problem, "cohort_mix", *coming(5))
    assert violation.days == tuple(days(0, 2))


@pytest.mark.parametrize(
    "params", [{"share": 0}, {"share": 1.1}, {"level_share": 0}, {"at_least": 0}, {"days": 0}]
)
def test_somebody_always_may_come(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(params))):
        CohortMix.Params.model_validate(params)
