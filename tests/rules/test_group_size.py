"""A session takes place with enough people, or not at all."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from scheduler.domain.problem import Mode, Problem
from scheduler.model.compiling import compile_problem
from scheduler.model.world import World
from scheduler.rules.group_size import GroupSize
from tests.rules.judging import amounts, points, violations_of, with_mode
from tests.rules.recording import recorded
from tests.worlds import TWO_DAYS, a_duty, a_person, a_session, a_world, day, only

WEEK = TWO_DAYS.model_copy(update={"key": "cew", "days": 3, "least": 3})
PEOPLE = [a_person(name) for name in ("ann", "bob", "cem", "dan")]


def world(at_least: int = 1) -> Problem:
    """Two customer days on days 0 and 7, and a week that needs three on day 14."""
    return a_world(
        PEOPLE,
        [a_session(0), a_session(7), a_session(14, length=3, programme="cew")],
        [a_duty(person.id, programmes=("two_days", "cew")) for person in PEOPLE],
        rules=only("group_size", at_least=at_least),
        programmes=(TWO_DAYS, WEEK),
    )


@pytest.mark.parametrize(("at_least", "broken"), [(1, []), (2, []), (3, [1]), (4, [2])])
def test_a_session_is_broken_by_the_people_it_lacks(at_least: int, broken: list[int]) -> None:
    assert amounts(world(at_least), "group_size", ("ann", 0), ("bob", 0)) == broken


def test_a_session_that_nobody_comes_to_lacks_nobody() -> None:
    everybody = [(person.id, 7) for person in PEOPLE]
    assert not violations_of(world(4), "group_size", *everybody)
    assert not violations_of(world(4), "group_size")


def test_one_session_does_not_lend_people_to_another() -> None:
    problem = world(3)
    assert amounts(problem, "group_size", ("ann", 0), ("bob", 0), ("cem", 7), ("dan", 7)) == [1, 1]


@pytest.mark.parametrize(("at_least", "broken"), [(1, [1]), (2, [1]), (3, [1]), (4, [2])])
def test_the_larger_of_rule_and_programme_holds(at_least: int, broken: list[int]) -> None:
    problem = world(at_least)
    assert amounts(problem, "group_size", ("ann", 14), ("bob", 14)) == broken


def test_says_who_is_too_few_and_when() -> None:
    (violation,) = violations_of(world(), "group_size", ("ann", 14), ("bob", 14))
    assert violation.employee_ids == ("ann", "bob")
    assert violation.days == (day(14), day(15), day(16))
    assert str(violation.text) == (
        "2 people in the session of 2027-01-25 at berlin, which needs 3."
    )


def test_softened_each_one_missing_costs_its_weight_where_there_is_anybody() -> None:
    problem = with_mode(world(3), "group_size", Mode.SOFT, weight=7)
    assert points(problem, "group_size", ("ann", 0), ("bob", 7), ("cem", 7)) == [14, 7]
    assert not violations_of(problem, "group_size", ("ann", 0), ("bob", 0), ("cem", 0))


def test_where_one_is_enough_the_model_hears_nothing() -> None:
    problem = world().model_copy(
        update={"programmes": (TWO_DAYS, WEEK.model_copy(update={"least": 1}))}
    )
    again = a_world(PEOPLE, [a_session(0)], rules=problem.rules, programmes=problem.programmes)
    assert not [f for f in compile_problem(again).group_bounds if f.rule == "group_size"]


def test_only_sessions_that_need_several_have_a_switch() -> None:
    (bound,) = recorded(World(world())).bounds["group_size"]
    assert [(limit.lower, limit.switch, set(limit.sessions)) for limit in bound.limits] == [
        (3, True, {2})
    ]


def test_a_session_needs_somebody() -> None:
    with pytest.raises(ValidationError, match="at_least"):
        GroupSize.Params(at_least=0)
