"""On tiny worlds the engine equals trying everything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

import pytest

from scheduler.domain.ledger import unplaced_points
from scheduler.domain.plan import SolveStatus
from scheduler.domain.problem import Mode, Problem, RuleSetting
from scheduler.model.compiled import NOWHERE
from scheduler.model.compiling import compile_problem
from scheduler.rules import in_force, registry
from scheduler.solving.engine import solve
from scheduler.solving.result import Limits
from scheduler.verify import verify
from tests.worlds import IN_COMPANY, a_random_world, assignments_of

Choice = tuple[int, ...]
ALONE = 5
"""In so many worlds each rule is tried alone."""


def _unplaced(problem: Problem) -> list[int]:
    """What leaving each duty costs: the model's figures, which rules have no say in."""
    left: list[int] = compile_problem(problem).unplaced.tolist()
    assert all(
        points >= unplaced_points(duty, problem.horizon)
        for points, duty in zip(left, problem.duties, strict=True)
    )
    return left


def _choices(problem: Problem, left: list[int]) -> Iterator[tuple[int, Choice]]:
    """Every plan whose assignments are legal one by one, with the points for those left out, the
    cheapest first. An assignment that is illegal alone is so in company: the second test."""
    options = [
        [NOWHERE]
        + [place for place in range(len(problem.sessions)) if not _alone(problem, row, place)]
        for row in range(len(problem.duties))
    ]
    plans = [
        (sum(points for points, place in zip(left, choice, strict=True) if place < 0), choice)
        for choice in product(*options)
    ]
    yield from sorted(plans)


def _alone(problem: Problem, row: int, place: int) -> bool:
    """Whether duty `row` alone in session `place` breaks a hard rule, but for those that it may
    keep in company."""
    choice = [NOWHERE] * len(problem.duties)
    choice[row] = place
    verdict = verify(problem, assignments_of(problem, choice))
    return any(violation.rule not in IN_COMPANY for violation in verdict.hard)


def _cheapest(problem: Problem) -> int:
    """The least points of any legal plan, by the rules' own words."""
    left = _unplaced(problem)
    best = sum(left)
    rules = in_force(problem.rules)
    for unassigned, choice in _choices(problem, left):
        if unassigned >= best:
            break
        verdict = verify(problem, assignments_of(problem, choice), rules)
        if not verdict.hard:
            best = min(best, unassigned + sum(verdict.score.values()))
    return best


@pytest.mark.every_world
@pytest.mark.parametrize("seed", range(500))
def test_engine_equals_brute_force(seed: int) -> None:
    problem = a_random_world(1000 + seed, people=3, sessions=4)
    result = solve(problem, Limits(gap=0))
    assert result.status is SolveStatus.OPTIMAL
    assert result.cost == result.bound == _cheapest(problem)
    assert not verify(problem, result.assignments).hard


@pytest.mark.parametrize("key", registry())
def test_engine_equals_brute_force_with_one_rule_alone(key: str) -> None:
    """Beside it only what is always on."""
    for seed in range(ALONE):
        world = a_random_world(seed, people=3, sessions=4)
        problem = world.changed(rules=tuple(_alone_on(each, key) for each in world.rules))
        result = solve(problem, Limits(gap=0))
        assert result.status is SolveStatus.OPTIMAL
        assert result.cost == result.bound == _cheapest(problem), seed


def _alone_on(setting: RuleSetting, key: str) -> RuleSetting:
    """A rule off but for one, which is on."""
    if setting.key != key:
        return setting.model_copy(update={"mode": Mode.OFF, "variants": ()})
    default = registry()[key].default_mode
    mode = setting.mode if setting.mode is not Mode.OFF else default
    return setting.model_copy(update={"mode": mode if mode is not Mode.OFF else Mode.HARD})


@pytest.mark.parametrize("seed", range(60))
def test_what_is_illegal_alone_is_illegal_in_company(seed: int) -> None:
    """Otherwise the enumeration above would leave out legal plans."""
    problem = a_random_world(1000 + seed, people=3, sessions=4)
    chance = random.Random(seed)
    for _ in range(30):
        choice = [chance.randrange(-1, len(problem.sessions)) for _ in problem.duties]
        if any(_alone(problem, row, place) for row, place in enumerate(choice) if place >= 0):
            assert verify(problem, assignments_of(problem, choice)).hard
