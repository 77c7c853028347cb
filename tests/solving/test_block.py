"""One block: greedy, column generation, search and core end in the same optimum, wherever they
begin."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import inf
from typing import Any

import numpy as np
import pytest

from scheduler.model.compiled import CompiledModel
from scheduler.model.compiling import compile_problem
from scheduler.model.language import GroupBound, IntArray
from scheduler.solving.block import STRATEGIES, BlockSolver, GenerateColumns
from scheduler.solving.heuristics.core import Core
from scheduler.solving.pricing.tuning import COLUMNS, ColumnTuning
from scheduler.solving.search import Strategy, whole_bound
from tests.processes import AMPLE
from tests.solving.companies import a_crowd, a_puzzle
from tests.solving.models import (
    a_model,
    a_random_model,
    cheapest,
    each_session,
    every_legal_plan,
    everybody,
    nowhere,
)
from tests.worlds import a_random_world

Heard = list[tuple[str, int, float]]


def _improved(
    model: CompiledModel,
    warm: IntArray | None = None,
    *,
    seconds: float = 30,
    gap: float = 0,
    strategies: Sequence[Strategy] = STRATEGIES,
    columns: ColumnTuning = COLUMNS,
) -> tuple[BlockSolver, Heard]:
    start = nowhere(model) if warm is None else warm
    solver = BlockSolver(model, start, strategies=strategies, columns=columns)
    solver.first()
    heard: Heard = []

    def tell(phase: str, chosen: IntArray, bound: float) -> None:
        verdict = model.judge(chosen)
        assert verdict.legal == (solver.cost < inf), "told while there is none yet, or legal"
        heard.append((phase, verdict.cost, bound))

    solver.improve(seconds=seconds, gap=gap, workers=1, seed=1, stop=lambda: False, tell=tell)
    return solver, heard


ONE_BY_ONE = ColumnTuning(few=0, first_options=1, more_options=1)
"""One option at a time, however small the model is."""
SMALL_CORE = Core(options=1)


def _only_the_core(options: int) -> tuple[Strategy, ...]:
    """Neither the linear program's own plans nor the search around them."""
    return GenerateColumns(rounding=False), Core(options=options)


def _with_a_small_core() -> tuple[Strategy, ...]:
    return *STRATEGIES[:-1], SMALL_CORE


@pytest.mark.parametrize(
    ("bound", "whole"),
    [(12.0, 12), (12.1, 13), (12.0000001, 12), (11.9999999, 12), (0.0, 0), (3.4e6 + 1e-3, 3400000)],
)
def test_points_are_whole_and_rounding_never_raises_a_bound(bound: float, whole: int) -> None:
    assert whole_bound(bound) == whole


@pytest.mark.parametrize("seed", range(20))
def test_few_options_and_a_small_core_still_end_in_the_optimum(seed: int) -> None:
    model = compile_problem(a_random_world(200 + seed, people=3))
    solver, _ = _improved(model, strategies=_with_a_small_core(), columns=ONE_BY_ONE)
    assert solver.proven
    assert solver.cost == min(cost for _, cost in every_legal_plan(model))


def test_what_the_core_left_out_is_not_taken_for_proven() -> None:
    """Four who never serve together, and three free dates: by thirds all four fit, so the
    linear program sees no need for a date that costs, and the first core has none but the worst."""
    model = a_model(4, 4)
    model.price("due_date", np.array([[0, 0, 0, points] for points in (5, 30, 40, 50)], np.int64))
    for pair in combinations(range(4), 2):
        together: dict[str, Any] = {"duties": np.array(pair), "groups": np.zeros(2, np.int64)}
        model.bound(
            GroupBound(
                "deputies", **together, **each_session(model), upper=np.ones((1, 4), np.int64)
            )
        )
    start = np.array([0, 1, 2, 3])
    assert model.judge(start).cost == 50
    solver, heard = _improved(model, start, strategies=_only_the_core(1))
    assert solver.proven
    assert (solver.cost, model.judge(solver.choice).by_rule) == (5, {"due_date": 5})
    assert len(heard) > 2, "the first core does not do"


def test_without_any_search_the_core_closes_the_gap() -> None:
    """Larger worlds are mostly solved before; here nothing but the core may find the plan."""
    model = compile_problem(a_crowd(60, pairs=100, seats=1))
    solver, heard = _improved(model, strategies=_only_the_core(60))
    assert solver.proven
    assert {phase for phase, _, _ in heard} == {"closing the gap"}
    assert _improved(model)[0].cost == solver.cost


@pytest.mark.parametrize("few", [False, True], ids=["all options", "priced in"])
@pytest.mark.parametrize("seed", range(150))
def test_with_bounds_of_every_kind_it_equals_trying_everything(seed: int, few: bool) -> None:
    """Upper and lower limits, hard and soft, switches. That there is no legal plan is said exactly
    when there is none."""
    model = a_random_model(seed)
    best = cheapest(model)
    if few:
        solver, _ = _improved(model, strategies=_with_a_small_core(), columns=ONE_BY_ONE)
    else:
        solver, _ = _improved(model)
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
    solver, _ = _improved(_impossible(), seconds=0)
    assert not solver.infeasible
    assert solver.cost == inf
    assert not solver.proven


def test_what_nobody_can_keep_is_said_to_be_impossible() -> None:
    solver, _ = _improved(_impossible())
    assert solver.infeasible
    assert solver.cost == inf


def test_a_small_core_does_not_take_its_own_end_for_the_end() -> None:
    """A core of few options may have no plan where all of them have one."""
    model = a_model(3, 3)
    model.price("due_date", np.array([[0, 9, 30], [0, 9, 30], [0, 9, 30]], np.int64))
    limits: dict[str, Any] = {
        "upper": np.array([[0, 9, 9]], np.int64),
        "lower": np.array([[0, 1, 2]], np.int64),
    }
    model.bound(GroupBound("peak", **everybody(model), **each_session(model), **limits))
    solver, heard = _improved(model, strategies=_only_the_core(1))
    assert solver.proven
    assert solver.cost == 69
    assert len(heard) > 1, "the first core does not do"


def test_best_never_rises_and_bound_never_falls() -> None:
    solver, heard = _improved(compile_problem(a_crowd(100, pairs=500, seats=2)), seconds=AMPLE)
    costs = [cost for _, cost, _ in heard]
    bounds = [bound for _, _, bound in heard]
    assert costs == sorted(costs, reverse=True)
    assert bounds == sorted(bounds)
    assert bounds[-1] <= solver.bound <= solver.cost <= costs[-1]


def test_a_better_plan_to_start_from_is_kept() -> None:
    model = compile_problem(a_crowd(60, pairs=60, seats=2))
    best = _improved(model)[0]
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
    solver, heard = _improved(compile_problem(a_puzzle()), gap=1.0)
    assert not heard
    assert not solver.proven


def test_no_time_leaves_the_first_plan() -> None:
    model = compile_problem(a_crowd(60, pairs=60, seats=2))
    solver, heard = _improved(model, seconds=0)
    assert not heard
    assert (solver.choice == BlockSolver(model, nowhere(model)).first()).all()


def test_an_impossible_duty_is_proven_at_once() -> None:
    model = compile_problem(a_random_world(3)).part(np.arange(1))
    model.forbid("absence", np.ones((1, model.sessions), np.bool_))
    solver, heard = _improved(model)
    assert solver.proven
    assert not heard
    assert solver.choice.tolist() == nowhere(model).tolist()
