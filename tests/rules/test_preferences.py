"""Wishes: what an unwished date and a wish not granted cost."""

from __future__ import annotations

import pytest

from scheduler.domain.people import Wish, WishKind
from scheduler.domain.problem import Mode, Problem
from tests.rules.judging import amounts, points, violations_of, with_mode
from tests.worlds import a_duty, a_person, a_session, a_world, days, only


def wishing(
    *wishes: tuple[str, int, int], missed: int = 5, who: str = "ann", opens: int = -400
) -> Problem:
    """Sessions on days 0–1 and 7–8 of a horizon of 90, and wishes as ("+" or "-", first, last)."""
    kinds = {"+": WishKind.WISHED, "-": WishKind.UNWISHED}
    return a_world(
        [a_person("ann"), a_person("bob")],
        [a_session(0), a_session(7)],
        [a_duty("ann", opens=opens), a_duty("bob")],
        rules=only("preferences", missed=missed),
        wishes=tuple(
            Wish(employee_id=who, kind=kinds[sign], days=days(first, last))
            for sign, first, last in wishes
        ),
    )


@pytest.mark.parametrize(
    ("first", "last", "cost"), [(6, 6, []), (7, 7, [10]), (8, 30, [10]), (9, 30, []), (0, 60, [10])]
)
def test_an_unwished_date_costs_the_weight_once(first: int, last: int, cost: list[int]) -> None:
    assert points(wishing(("-", first, last)), "preferences", ("ann", 7)) == cost


def test_the_unwished_day_is_named() -> None:
    (violation,) = violations_of(wishing(("-", 8, 30)), "preferences", ("ann", 7))
    assert str(violation.text) == "Ann serves on 2027-01-19, which they did not wish."


def test_two_unwished_ranges_over_one_session_cost_no_more() -> None:
    assert points(wishing(("-", 7, 7), ("-", 8, 8)), "preferences", ("ann", 7)) == [10]


@pytest.mark.parametrize(
    ("first", "last", "cost"), [(6, 7, []), (8, 8, []), (9, 30, [5]), (0, 6, [5])]
)
def test_a_wish_is_granted_by_a_day_of_the_session(first: int, last: int, cost: list[int]) -> None:
    assert points(wishing(("+", first, last)), "preferences", ("ann", 7)) == cost


def test_one_of_several_wishes_is_enough() -> None:
    problem = wishing(("+", 8, 8), ("+", 30, 40))
    assert not violations_of(problem, "preferences", ("ann", 7))
    assert points(problem, "preferences", ("ann", 0)) == [5]


def test_a_wish_not_granted_may_cost_nothing() -> None:
    assert not violations_of(wishing(("+", 30, 40), missed=0), "preferences", ("ann", 7))


def test_wished_and_unwished_at_once_costs_for_both() -> None:
    assert points(wishing(("-", 7, 7), ("+", 30, 40)), "preferences", ("ann", 7)) == [10, 5]


@pytest.mark.parametrize(
    ("first", "last", "cost"), [(-30, -1, []), (-30, 0, [5]), (89, 99, [5]), (90, 99, [])]
)
def test_a_wish_outside_the_horizon_is_about_another_plan(
    first: int, last: int, cost: list[int]
) -> None:
    assert points(wishing(("+", first, last)), "preferences", ("ann", 7)) == cost


@pytest.mark.parametrize(("opens", "cost"), [(5, [5]), (4, [5]), (6, [])])
def test_a_wish_before_the_window_opens_is_about_another_duty(opens: int, cost: list[int]) -> None:
    problem = wishing(("+", 2, 5), opens=opens)
    assert points(problem, "preferences", ("ann", 7)) == cost


def test_wishes_of_others_are_theirs() -> None:
    assert not violations_of(
        wishing(("-", 7, 7), ("+", 30, 40), who="bob"), "preferences", ("ann", 7)
    )
    assert not violations_of(wishing(("-", 7, 7), who="gone"), "preferences", ("ann", 7))


def test_hard_forbids_unwished_dates_only() -> None:
    problem = with_mode(wishing(("-", 7, 7), ("+", 30, 40)), "preferences", Mode.HARD)
    assert points(problem, "preferences", ("ann", 7)) == [None]
    assert not violations_of(problem, "preferences", ("ann", 0))


def test_the_amount_is_the_people_whose_wish_is_broken() -> None:
    assert amounts(wishing(("-", 0, 30)), "preferences", ("ann", 7), ("bob", 7)) == [1]
    assert amounts(wishing(("+", 30, 40)), "preferences", ("ann", 7), ("bob", 7)) == [1]
