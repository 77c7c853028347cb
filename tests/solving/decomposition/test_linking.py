"""Linked blocks at the engine's door: legal, bounded, and in line however the run ends."""

from __future__ import annotations

import pytest

from scheduler.domain.plan import SolveStatus
from scheduler.domain.problem import Problem
from scheduler.model.blocks import Blocks
from scheduler.model.compiling import compile_problem
from scheduler.solving.engine import solve
from scheduler.solving.result import Limits, Result
from scheduler.verify import verify
from tests.processes import AMPLE
from tests.solving.companies import APART, a_random_company
from tests.solving.models import cheapest


def _is_legal_and_bounded(problem: Problem, result: Result) -> None:
    """By the rules' own words, with a bound and points that hold against all plans there are."""
    verified = verify(problem, result.assignments)
    assert not verified.hard
    assert result.score == verified.score
    best = cheapest(compile_problem(problem))
    assert best is not None
    assert result.bound <= best <= result.cost
    assert compile_problem(problem).judge(result.choice).cost == result.cost


def _company(seed: int) -> Problem:
    count = 2 + seed % 2
    return a_random_company(seed, count=count, people=3 if count == 2 else 2)


@pytest.mark.parametrize("seed", range(40))
def test_blocks_kept_apart_have_a_legal_plan_and_a_bound_together(seed: int) -> None:
    """Executives, pairs, sets and teams across two or three centres, hard and soft."""
    problem = _company(seed)
    result = solve(problem, Limits(seconds=AMPLE, gap=0), cutting=APART)
    _is_legal_and_bounded(problem, result)
    assert result.status is SolveStatus.OPTIMAL
    assert result.cost == cheapest(compile_problem(problem))


@pytest.mark.slow
def test_about_half_of_these_companies_are_linked() -> None:
    blocks = [Blocks.of(_company(seed), cutting=APART) for seed in range(120)]
    assert sum(any(constraint.points is None for constraint in b.linking) for b in blocks) > 50
    assert sum(any(constraint.points is not None for constraint in b.linking) for b in blocks) > 20


@pytest.mark.parametrize("seed", range(60))
def test_small_blocks_made_one_equal_trying_everything(seed: int) -> None:
    problem = _company(seed)
    result = solve(problem, Limits(seconds=AMPLE, gap=0))
    _is_legal_and_bounded(problem, result)
    assert result.status is SolveStatus.OPTIMAL
    assert result.cost == cheapest(compile_problem(problem))


@pytest.mark.parametrize("seconds", [0, 0.0001])
@pytest.mark.parametrize("seed", range(15))
def test_out_of_time_they_are_in_line_all_the_same(seed: int, seconds: float) -> None:
    problem = _company(seed)
    result = solve(problem, Limits(seconds=seconds), cutting=APART)
    assert result.status.has_plan
    _is_legal_and_bounded(problem, result)


@pytest.mark.parametrize("seed", range(15))
def test_stopped_they_are_in_line_all_the_same(seed: int) -> None:
    problem = _company(seed)
    result = solve(problem, Limits(stop=lambda: True), cutting=APART)
    assert result.status in (SolveStatus.STOPPED, SolveStatus.OPTIMAL)
    _is_legal_and_bounded(problem, result)


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
@pytest.mark.slow
def test_in_processes_of_their_own_they_do_the_same(seed: int) -> None:
    problem = _company(seed)
    result = solve(problem, Limits(seconds=AMPLE, gap=0, processes=2), cutting=APART)
    _is_legal_and_bounded(problem, result)
    assert (
        result.assignments
        == solve(problem, Limits(seconds=AMPLE, gap=0), cutting=APART).assignments
    )
