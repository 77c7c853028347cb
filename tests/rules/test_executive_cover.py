"""Executives serve like everybody else, but not all together."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from scheduler.domain.problem import Mode, Problem
from scheduler.rules.executive_cover import ExecutiveCover
from tests.rules.judging import amounts, points, violations_of, with_mode
from tests.worlds import a_person, a_session, a_world, day, only

BOARD = ("eve", "fay", "gil")


def world(**params: Any) -> Problem:
    """Three executives and two others; sessions on days 0–1, 1–2 and 2–3."""
    people = [*(a_person(name, executive=True) for name in BOARD), a_person("ann"), a_person("bob")]
    sessions = [a_session(first) for first in (0, 1, 2)]
    return a_world(people, sessions, rules=only("executive_cover", **params))


@pytest.mark.parametrize(("most", "broken"), [(1, [2, 2]), (2, [1, 1]), (3, [])])
def test_so_many_may_be_away_on_a_day(most: int, broken: list[int]) -> None:
    everybody = [(name, 0) for name in BOARD]
    assert amounts(world(most=most), "executive_cover", *everybody) == broken


def test_only_days_in_common_count() -> None:
    (violation,) = violations_of(world(most=1), "executive_cover", ("eve", 0), ("fay", 1))
    assert violation.days == (day(1),)
    assert violation.employee_ids == ("eve", "fay")
    assert not violations_of(world(most=1), "executive_cover", ("eve", 0), ("fay", 2))


def test_others_are_as_many_as_they_like() -> None:
    assert not violations_of(world(most=1), "executive_cover", ("eve", 0), ("ann", 0), ("bob", 0))


def test_a_set_holds_for_whoever_is_listed() -> None:
    problem = world(most=9, sets=[["eve", "ann", "bob"], ["fay", "bob"]])
    assert amounts(problem, "executive_cover", ("eve", 0), ("ann", 0), ("bob", 0)) == [2, 2]
    assert amounts(problem, "executive_cover", ("fay", 0), ("bob", 1)) == [1]
    assert not violations_of(problem, "executive_cover", ("eve", 0), ("fay", 0))


def test_a_set_of_strangers_and_an_empty_one_bind_nobody() -> None:
    problem = world(most=9, sets=[["gone", "eve"], []])
    assert not violations_of(problem, "executive_cover", ("eve", 0), ("fay", 0))


def test_both_limits_may_be_broken_at_once() -> None:
    problem = world(most=1, sets=[["eve", "fay"]])
    assert amounts(problem, "executive_cover", ("eve", 0), ("fay", 1)) == [1, 1]


def test_softened_it_costs_its_weight_for_each_too_many() -> None:
    problem = with_mode(world(most=1), "executive_cover", Mode.SOFT, weight=7)
    everybody = [(name, 0) for name in BOARD]
    assert points(problem, "executive_cover", *everybody) == [14, 14]


def test_one_executive_may_always_serve() -> None:
    with pytest.raises(ValidationError, match="most"):
        ExecutiveCover.Params(most=0)
