"""One block: greedy, column generation, search and core end in the same optimum, wherever they
begin."""

from __future__ import annotations

from itertools import combinations
from math import inf
from typing import Any

import numpy as np
import pytest

from scheduler.model.compiled import CompiledModel
from scheduler.model.compiling import compile_problem
from scheduler.model.language import GroupBound
from scheduler.solving.block import STRATEGIES, BlockSolver
from scheduler.solving.heuristics.core import Core
from scheduler.solving.pricing.tuning import ColumnTuning
from scheduler.solving.search import Strategy
from tests.processes import AMPLE
from tests.solving.blocks import improved
from tests.solving.companies import a_crowd, a_puzzle
from tests.solving.models import (
    a_model,
    a_random_model,
    cheapest,
    every_legal_plan,
    nowhere,
)
from tests.worlds import a_random_world

ONE_BY_ONE = ColumnTuning(few=0, first_options=1, more_options=1)
"""One option at a time, however small the model is."""
SMALL_CORE = Core(options=1)


def _with_a_small_core() -> tuple[Strategy, ...]:
    return *STRATEGIES[:-1], SMALL_CORE


@pytest.mark.parametrize("seed", range(20))
def test_few_options_and_a_small_core_still_end_in_the_optimum(seed: int) -> None:
    model = compile_problem(a_random_world(200 + seed, people=3))
    solver, _ = improved(model, strategies=_with_a_small_core(), columns=ONE_BY_ONE)
    assert solver.proven
    assert solver.cost == min(cost for _, cost in every_legal_plan(model))


@pytest.mark.parametrize("few", [False, True], ids=["all options", "priced in"])
@pytest.mark.parametrize("seed", range(150))
def test_with_bounds_of_every_kind_it_equals_trying_everything(seed: int, few: bool) -> None:
    """Upper and lower limits, hard and soft, switches. That there is no legal plan is said exactly
    when there is none."""
    model = a_random_model(seed)
    best = cheapest(model)
    if few:
        solver, _ = improved(model, strategies=_with_a_small_core(), columns=ONE_BY_ONE)
    else:
        solver, _ = improved(model)
    assert solver.infeasible == (best is None)
    assert solver.cost == (inf if best is None else best)
    assert best is None or solver.proven


def test_there_are_possible_and_impossible_ones_among_them() -> None:
    impossible = sum(cheapest(a_random_model(seed)) is None for seed in range(150))
    assert 20 < impossible < 100


def _impossible() -> CompiledModel:
    """Two are asked for on each of two days at once, and there are three; by halves it can be
    done, so only the search sees that it cannot."""
    model = a_model(3, 3)
    for pair in combinations(range(3), 2):
        two: dict[str, Any] = {"duties": np.array(pair), "groups": np.zeros(2, np.int64)}
        limit: dict[str, Any] = {
            "upper": np.array([[1]], np.int64),
            "lower": np.array([[1]], np.int64),
        }
        model.bound(
            GroupBound(
                "pairs", **two, sessions=np.array([0, 1]), slots=np.zeros(2, np.int64), **limit
            )
        )
    return model


def test_no_time_does_not_mean_no_plan() -> None:
    solver, _ = improved(_impossible(), seconds=0)
    assert not solver.infeasible
    assert solver.cost == inf
    assert not solver.proven


def test_what_nobody_can_keep_is_said_to_be_impossible() -> None:
    solver, _ = improved(_impossible())
    assert solver.infeasible
    assert solver.cost == inf


def test_best_never_rises_and_bound_never_falls() -> None:
    solver, reports = improved(compile_problem(a_crowd(100, pairs=500, seats=2)), seconds=AMPLE)
    costs = [cost for _, cost, _ in reports]
    bounds = [bound for _, _, bound in reports]
    assert costs == sorted(costs, reverse=True)
    assert bounds == sorted(bounds)
    assert bounds[-1] <= solver.bound <= solver.cost <= costs[-1]


def test_a_better_plan_to_start_from_is_kept() -> None:
    model = compile_problem(a_crowd(60, pairs=60, seats=2))
    best = improved(model)[0]
    again = BlockSolver(model, best.choice)
    assert (again.first() == best.choice).all()
    assert again.cost == best.cost


def test_a_worse_plan_to_start_from_gives_way_to_the_greedy_one() -> None:
    model = compile_problem(a_crowd(60, pairs=60, seats=2))
    solver = BlockSolver(model, nowhere(model))
    assert solver.cost == model.unplaced.sum()
    solver.first()
    assert solver.cost < model.unplaced.sum()


def test_a_wide_gap_is_soon_reached() -> None:
    solver, reports = improved(compile_problem(a_puzzle()), gap=1.0)
    assert not reports
    assert not solver.proven


def test_no_time_leaves_the_first_plan() -> None:
    model = compile_problem(a_crowd(60, pairs=60, seats=2))
    solver, reports = improved(model, seconds=0)
    assert not reports
    assert (solver.choice == BlockSolver(model, nowhere(model)).first()).all()


def test_an_impossible_duty_is_proven_at_once() -> None:
    model = compile_problem(a_random_world(3)).only(np.arange(1))
    model.forbid("absence", np.ones((1, model.sessions), np.bool_))
    solver, reports = improved(model)
    assert solver.proven
    assert not reports
    assert solver.choice.tolist() == nowhere(model).tolist()
