"""CP-SAT over a program: the optimum, better plans on the way, a quick end when told."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.model.compiling import compile_problem
from scheduler.model.language import IntArray
from scheduler.solving.heuristics.greedy import greedy
from scheduler.solving.solvers.cp_sat import solve_exactly
from tests.processes import AMPLE
from tests.solving.companies import a_crowd, a_puzzle
from tests.solving.models import (
    a_random_model,
    all_options,
    cheapest,
    every_legal_plan,
    nowhere,
)
from tests.worlds import a_random_world


@pytest.mark.parametrize("seed", range(15))
def test_it_finds_and_proves_the_optimum_of_a_tiny_program(seed: int) -> None:
    model = compile_problem(a_random_world(seed, people=3))
    exact = solve_exactly(all_options(model), nowhere(model), seconds=AMPLE)
    assert exact.optimal
    assert exact.choice is not None
    verdict = model.judge(exact.choice)
    assert verdict.legal
    assert verdict.cost == min(cost for _, cost in every_legal_plan(model))
    assert exact.bound == pytest.approx(verdict.cost)


@pytest.mark.parametrize("seed", range(200))
def test_it_equals_trying_everything_with_bounds_of_every_kind(seed: int) -> None:
    """And says that there is no plan exactly where there is none."""
    model = a_random_model(seed)
    best = cheapest(model)
    exact = solve_exactly(all_options(model), nowhere(model), seconds=AMPLE)
    assert exact.infeasible == (best is None)
    assert exact.optimal == (best is not None)
    if best is None:
        assert exact.choice is None
        return
    assert exact.choice is not None
    verdict = model.judge(exact.choice)
    assert (verdict.legal, verdict.cost) == (True, best)
    assert exact.bound == pytest.approx(best)


SWITCHED = [seed for seed in range(40) if any(f.switch for f in a_random_model(seed).group_bounds)][
    :12
]


@pytest.mark.parametrize("seed", SWITCHED)
def test_a_glance_that_shows_nothing_leaves_switches_to_the_other_solver(seed: int) -> None:
    model = a_random_model(seed)
    best = cheapest(model)
    exact = solve_exactly(all_options(model), nowhere(model), seconds=AMPLE, glance=0.0)
    assert exact.infeasible == (best is None)
    if exact.choice is not None:
        verdict = model.judge(exact.choice)
        assert (verdict.legal, verdict.cost, exact.optimal) == (True, best, True)


def test_it_never_ends_worse_than_the_plan_it_was_given() -> None:
    model = compile_problem(a_crowd(30, pairs=30, seats=1))
    start = greedy(model)
    reported: list[IntArray] = []
    exact = solve_exactly(all_options(model), start, seconds=AMPLE, report=reported.append)
    assert exact.choice is not None
    assert model.judge(exact.choice).cost <= model.judge(start).cost
    costs = [model.judge(chosen).cost for chosen in reported]
    assert costs == sorted(costs, reverse=True)
    assert all(model.judge(chosen).legal for chosen in reported)


def test_no_time_is_not_the_same_as_no_plan() -> None:
    model = compile_problem(a_crowd(150, pairs=500, seats=4))
    exact = solve_exactly(all_options(model), nowhere(model), seconds=0)
    assert (exact.choice, exact.optimal, exact.infeasible) == (None, False, False)
    assert exact.bound <= model.judge(greedy(model)).cost


def test_a_stop_ends_it_and_keeps_the_best() -> None:
    """Hardly asked again once it was told."""
    model = compile_problem(a_puzzle())
    reported, asked = list[IntArray](), list[bool]()

    def stop() -> bool:
        asked.append(bool(reported))
        return asked[-1]

    exact = solve_exactly(
        all_options(model), greedy(model), seconds=AMPLE, stop=stop, report=reported.append
    )
    assert 1 <= sum(asked) < 5
    assert exact.choice is not None
    assert model.judge(exact.choice).legal


def test_leaving_everybody_out_is_a_plan_too() -> None:
    model = compile_problem(a_random_world(3)).only(np.arange(1))
    model.forbid("absence", np.ones((1, model.sessions), np.bool_))
    exact = solve_exactly(all_options(model), nowhere(model), seconds=AMPLE)
    assert exact.choice is not None
    assert exact.choice.tolist() == nowhere(model).tolist()
