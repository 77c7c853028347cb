"""On tiny worlds the engine equals trying everything."""

from __future__ import annotations

import pytest

from scheduler.domain.ledger import unplaced_points
from scheduler.domain.plan import SolveStatus
from scheduler.domain.problem import Problem
from scheduler.solving.compiled import compile_problem
from scheduler.solving.engine import solve
from scheduler.verify import verify
from tests.worlds import a_random_world, assignments_of, every_choice


def _cheapest(problem: Problem) -> int:
    """The least points of any legal plan, by the rules' own words."""
    left = compile_problem(problem).unplaced.tolist()
    assert all(
        points >= unplaced_points(duty, problem.horizon)
        for points, duty in zip(left, problem.duties, strict=True)
    )
    best = sum(left)
    for choice in every_choice(len(problem.duties), len(problem.sessions)):
        unassigned = sum(points for points, place in zip(left, choice, strict=True) if place < 0)
        if unassigned >= best:
            continue
        found = verify(problem, assignments_of(problem, choice))
        if not found.hard:
            best = min(best, unassigned + sum(found.score.values()))
    return best


@pytest.mark.parametrize("seed", range(300))
def test_engine_equals_brute_force(seed: int) -> None:
    problem = a_random_world(1000 + seed, people=3, sessions=4)
    result = solve(problem)
    assert result.status is SolveStatus.OPTIMAL
    assert result.cost == result.bound == _cheapest(problem)
    assert not verify(problem, result.assignments).hard
