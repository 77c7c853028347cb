"""Two guards over every rule: the compiled model accepts exactly what `check` calls legal, and
charges exactly what `check` counts."""

from __future__ import annotations

import random

import numpy as np
import pytest

from scheduler.domain.problem import Problem
from scheduler.rules import registry
from scheduler.solving.compiled import compile_problem
from scheduler.verify import verify
from tests.worlds import a_random_world, assignments_of


def _random_choices(problem: Problem, count: int, seed: int) -> list[list[int]]:
    chance = random.Random(seed)
    return [
        [chance.randrange(-1, len(problem.sessions)) for _ in problem.duties] for _ in range(count)
    ]


@pytest.mark.parametrize("seed", range(300))
def test_model_and_check_agree_on_every_plan_of_a_random_world(seed: int) -> None:
    problem = a_random_world(seed)
    model = compile_problem(problem)
    for choice in _random_choices(problem, 30, seed):
        found = verify(problem, assignments_of(problem, choice))
        verdict = model.judge(np.array(choice))
        assert verdict.legal == (not found.hard), [str(v.text) for v in found.hard]
        if verdict.legal:
            charged = {rule: points for rule, points in verdict.by_rule.items() if points}
            assert charged == found.score


def test_the_random_worlds_break_every_rule_now_and_then() -> None:
    """Otherwise the agreement above would say nothing about some rule."""
    hard: set[str] = set()
    soft: set[str] = set()
    for seed in range(150):
        problem = a_random_world(seed)
        for choice in _random_choices(problem, 30, seed):
            for violation in verify(problem, assignments_of(problem, choice)).violations:
                (hard if violation.hard else soft).add(violation.rule)
    assert set(registry()) <= hard
    assert {key for key, rule in registry().items() if not rule.always_on} <= soft
