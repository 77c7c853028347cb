"""Wrong answers are found, whoever gives them."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.domain.ledger import unplaced_points
from scheduler.domain.problem import Problem
from tests.benchmarks.judging import assignments_of, disagreements, judge
from tests.benchmarks.talk import SideAnswer
from tests.worlds import a_person, a_session, a_world, only


@pytest.fixture
def world() -> Problem:
    """Two people, and a session for each of them; or one of them twice as late."""
    people = [a_person("ann"), a_person("bob")]
    sessions = [a_session(0, seats=1), a_session(7, seats=1)]
    return a_world(people, sessions, rules=only("seats", "due_date"))


def _answer(cost: int | None = 0, bound: int | None = 0, status: str = "optimal") -> SideAnswer:
    return SideAnswer(status=status, seconds=1, cost=cost, bound=bound)


def _early(world: Problem, choice: list[int]) -> int:
    """What the rules charge for a plan."""
    return judge([world], _answer(None, None), [np.array(choice)]).soft


def test_a_right_answer_passes(world: Problem) -> None:
    cost = _early(world, [0, 1])
    verdict = judge([world], _answer(cost, cost), [np.array([0, 1])])
    assert verdict.wrong == ()
    assert (verdict.duties, verdict.sessions, verdict.placed) == (2, 2, 2)


def test_too_many_people_in_a_session_are_found(world: Problem) -> None:
    verdict = judge([world], _answer(None, None), [np.array([0, 0])])
    assert any(text.startswith("seats:") for text in verdict.wrong)


def test_points_that_the_rules_do_not_charge_are_found(world: Problem) -> None:
    cost = _early(world, [0, 1]) + 1
    (complaint,) = judge([world], _answer(cost, cost), [np.array([0, 1])]).wrong
    assert "points claimed" in complaint


def test_duties_left_out_must_be_paid_for(world: Problem) -> None:
    soft, left = _early(world, [0, -1]), unplaced_points(world.duties[1], world.horizon)
    fair = judge([world], _answer(soft + left, 0, "time_limit"), [np.array([0, -1])])
    assert fair.wrong == ()
    assert (fair.placed, fair.left) == (1, left)
    for cost in (soft, soft + left - 1, soft + left + 1):
        cheat = judge([world], _answer(cost, 0, "time_limit"), [np.array([0, -1])])
        assert cheat.wrong, cost


def test_a_bound_above_the_own_plan_is_found(world: Problem) -> None:
    cost = _early(world, [0, 1])
    wrong = judge([world], _answer(cost, cost + 1, "time_limit"), [np.array([0, 1])]).wrong
    assert any("above its own plan" in text for text in wrong)


def test_an_optimum_without_a_proof_is_found(world: Problem) -> None:
    cost = _early(world, [0, 1])
    wrong = judge([world], _answer(cost, cost - 1), [np.array([0, 1])]).wrong
    assert any("said to be optimal" in text for text in wrong)


@pytest.mark.parametrize("numbers", [[0], [0, 2], [0, -2]])
def test_numbers_that_are_no_plan_are_found(world: Problem, numbers: list[int]) -> None:
    (complaint,) = judge([world], _answer(None, None), [np.array(numbers)]).wrong
    assert complaint.startswith("no plan")
    with pytest.raises(ValueError, match="number"):
        assignments_of(world, np.array(numbers))


def test_what_ties_centres_together_is_asked_of_all_of_them() -> None:
    """Each centre keeps the rule by itself, both together do not."""
    rules = only("executive_cover", most=1)
    apart = [
        a_world([a_person(name, executive=True)], [a_session(0, length=1)], rules=rules)
        for name in ("ann", "bob")
    ]
    alone = judge(apart[:1], _answer(None, None), [np.array([0])])
    assert alone.wrong == ()
    (complaint,) = judge(apart, _answer(None, None), [np.array([0])] * 2).wrong
    assert "2 executives" in complaint


def test_different_optima_are_a_disagreement() -> None:
    assert disagreements({"a": _answer(5, 5), "b": _answer(5, 5)}) == []
    assert disagreements({"a": _answer(5, 5), "b": _answer(6, 6)}) == ["a calls 5 optimal, b 6"]


def test_a_bound_above_another_ones_plan_is_a_disagreement() -> None:
    fine = {"a": _answer(9, 4, "time_limit"), "b": _answer(5, 5)}
    assert disagreements(fine) == []
    false = {"a": _answer(9, 6, "time_limit"), "b": _answer(5, 5)}
    assert disagreements(false) == ["a says nothing is below 6, b has 5"]
