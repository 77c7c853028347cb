"""On time: what lateness and earliness cost, and where they are forbidden."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.problem import Mode, Problem
from tests.rules.judging import amounts, points, rule_of, violations_of, with_mode
from tests.worlds import a_duty, a_person, a_session, a_world, day, only


def late(days: int, *, mode: Mode = Mode.SOFT, weight: int = 1, **params: Any) -> Problem:
    """A session that ends so many days after the due date, or before it."""
    duties = [a_duty("ann", due=101 - days, opens=-3000)]
    rules = only("due_date", **params)
    problem = a_world([a_person("ann")], [a_session(100)], duties, rules=rules)
    return with_mode(problem, "due_date", mode, weight)


def opening(on: int, **duty: Any) -> Problem:
    """A session from day 7 on, and a window that opens on some day."""
    duties = [a_duty("ann", opens=on, **duty)]
    rules = only("due_date")
    return a_world([a_person("ann")], [a_session(7)], duties, rules=rules)


ANN = ("ann", 100)


@pytest.mark.parametrize(
    ("days", "weeks", "cost"),
    [
        (1, 1, 1),
        (7, 1, 1),
        (8, 2, 3),
        (14, 2, 3),
        (15, 3, 6),
        (26 * 7, 26, 351),
        (27 * 7, 27, 377),  # from here on every week costs 26
        (28 * 7, 28, 403),
        (520 * 7, 520, 351 + 494 * 26),
    ],
)
def test_every_week_begun_costs_more_than_the_one_before(days: int, weeks: int, cost: int) -> None:
    (violation,) = violations_of(late(days), "due_date", ANN)
    assert (violation.amount, violation.points) == (weeks, cost)


def test_the_due_date_itself_is_on_time() -> None:
    assert not violations_of(late(0), "due_date", ANN)


def test_it_is_the_last_day_of_the_session_that_counts() -> None:
    """Day 100 is due, day 101 a week late."""
    assert amounts(late(1), "due_date", ANN) == [1]


def test_the_weight_multiplies() -> None:
    assert points(late(15, weight=7), "due_date", ANN) == [42]


@settings(max_examples=30)
@given(st.integers(1, 600), st.integers(1, 600))
def test_two_late_for_a_while_are_better_than_one_for_all_of_it(one: int, other: int) -> None:
    def cost(days: int) -> int:
        return sum(n or 0 for n in points(late(days), "due_date", ANN))

    assert cost(7 * one) + cost(7 * other) <= cost(7 * (one + other))
    assert cost(7 * one) < cost(7 * one + 1)


class TestNeverLaterThan:
    @pytest.mark.parametrize(("days", "hard"), [(14, False), (15, True), (400, True)])
    def test_a_limit_in_weeks_is_hard(self, days: int, hard: bool) -> None:
        (violation,) = violations_of(late(days, never_later_than=2), "due_date", ANN)
        assert violation.hard is hard

    def test_no_week_at_all_may_be_the_limit(self) -> None:
        assert not violations_of(late(0, never_later_than=0), "due_date", ANN)
        assert points(late(1, never_later_than=0), "due_date", ANN) == [None]

    def test_up_to_the_limit_lateness_costs(self) -> None:
        assert points(late(14, never_later_than=2), "due_date", ANN) == [3]


class TestHard:
    def test_nobody_serves_late_by_a_day(self) -> None:
        assert points(late(1, mode=Mode.HARD), "due_date", ANN) == [None]
        assert not violations_of(late(0, mode=Mode.HARD), "due_date", ANN)

    def test_early_costs_nothing(self) -> None:
        assert not violations_of(late(-400, mode=Mode.HARD), "due_date", ANN)

    def test_an_escalation_limit_changes_nothing(self) -> None:
        assert points(late(1, mode=Mode.HARD, never_later_than=9), "due_date", ANN) == [None]


class TestEarly:
    @pytest.mark.parametrize(
        ("days", "cost"), [(27, []), (28, [3]), (55, [3]), (56, [6]), (180, [18])]
    )
    def test_every_four_weeks_cost_their_points_and_not_the_weight(
        self, days: int, cost: list[int]
    ) -> None:
        assert points(late(-days, weight=50, early=3), "due_date", ANN) == cost

    def test_it_may_cost_nothing(self) -> None:
        assert not violations_of(late(-180, early=0), "due_date", ANN)

    def test_the_first_service_ever_is_never_too_early(self) -> None:
        problem = late(-180)
        first = problem.duties[0].model_copy(update={"first": True})
        problem = problem.model_copy(update={"duties": (first,)})
        assert not violations_of(problem, "due_date", ANN)

    def test_but_may_be_late(self) -> None:
        problem = opening(-400, first=True, due=1)
        assert amounts(problem, "due_date", ("ann", 7)) == [1]


class TestWindow:
    @pytest.mark.parametrize(("first", "broken"), [(7, []), (8, [1]), (9, [2]), (37, [30])])
    def test_opens_on_its_first_day(self, first: int, broken: list[int]) -> None:
        assert amounts(opening(first, due=400, first=True), "due_date", ("ann", 7)) == broken

    @pytest.mark.parametrize("mode", [Mode.HARD, Mode.SOFT])
    def test_is_closed_before_whatever_the_mode(self, mode: Mode) -> None:
        problem = with_mode(opening(8, first=True), "due_date", mode)
        (violation,) = violations_of(problem, "due_date", ("ann", 7))
        assert violation.hard
        assert violation.days == (day(7), day(8))


def test_its_sentence_names_the_limit_only_where_there_is_one() -> None:
    assert "later than" not in str(rule_of(late(0), "due_date").sentence())
    limited = rule_of(late(0, never_later_than=9), "due_date")
    assert "later than 9 weeks is not allowed" in str(limited.sentence())
