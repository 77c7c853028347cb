"""A linear program piece by piece: near the optimum, within all limits, whoever does it."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.model.compiled import CompiledModel
from scheduler.model.compiling import compile_problem
from scheduler.model.program import Program, program
from scheduler.solving.heuristics.greedy import greedy
from scheduler.solving.pricing.column_generation import generate_columns
from scheduler.solving.pricing.piecewise import solve_piecewise, split
from scheduler.solving.pricing.tuning import ColumnTuning, PieceTuning
from scheduler.solving.solvers.linear import solve_relaxation
from tests.processes import AMPLE
from tests.solving.companies import a_company, a_crowd
from tests.solving.models import a_random_model, nowhere

SMALL = 1e-6


SMALL_PIECES = PieceTuning(duties=40, small=8)
"""Pieces of about forty duties."""


def _whole(model: CompiledModel) -> Program:
    return program(model, *np.nonzero(model.open), relaxed=True)


@pytest.fixture(scope="module")
def model() -> CompiledModel:
    return compile_problem(a_company(150))


def test_a_program_is_cut_once_two_pieces_are_worth_it() -> None:
    assert [SMALL_PIECES.pieces(duties) for duties in (0, 40, 59, 70, 400)] == [1, 1, 1, 2, 10]


def test_what_comes_out_keeps_all_limits_and_is_near_the_optimum(model: CompiledModel) -> None:
    whole = _whole(model)
    best = solve_relaxation(whole, 60)
    pieced = solve_piecewise(whole, greedy(model), 60, tuning=SMALL_PIECES)
    assert best is not None
    assert pieced is not None
    options = whole.options
    values = pieced[0].values[: options + whole.duties]
    assert (values >= -SMALL).all()
    taken = whole.matrix[:, : len(values)] @ values
    assert taken[: whole.duties] == pytest.approx(np.ones(whole.duties))
    hard = np.diff(whole.matrix[:, len(values) :].tocsr().indptr) == 0
    assert (taken[hard] <= whole.upper[hard] + SMALL).all()
    excess = np.maximum(taken - whole.upper, 0)
    assert whole.cost[: len(values)] @ values >= best.objective - 1000 * excess.sum() - SMALL
    # Leaving one duty out costs as much as a thousand points.
    assert values[options:].sum() < 1


def test_the_choice_is_what_has_more_than_half(model: CompiledModel) -> None:
    whole = _whole(model)
    pieced = solve_piecewise(whole, greedy(model), 60, tuning=SMALL_PIECES)
    assert pieced is not None
    solution, choice = pieced
    placed = np.flatnonzero(choice >= 0)
    weight = np.zeros(model.cost.shape)
    weight[whole.duty, whole.session] = solution.values[: whole.options]
    assert (weight[placed, choice[placed]] > 0.5).all()
    assert len(placed) > 0.9 * model.duties


def test_hands_change_nothing(model: CompiledModel) -> None:
    whole, plan = _whole(model), greedy(model)
    one, two = (
        solve_piecewise(whole, plan, 60, seed=3, threads=threads, tuning=SMALL_PIECES)
        for threads in (1, 2)
    )
    assert one is not None
    assert two is not None
    assert (one[1] == two[1]).all()
    assert (one[0].duals == two[0].duals).all()


def test_no_time_and_a_stop_give_no_answer(model: CompiledModel) -> None:
    whole, plan = _whole(model), greedy(model)
    assert solve_piecewise(whole, plan, 0.0, tuning=SMALL_PIECES) is None
    assert solve_piecewise(whole, plan, 60, stop=lambda: True, tuning=SMALL_PIECES) is None


@pytest.mark.parametrize("seed", range(60))
def test_a_relaxation_begun_in_pieces_is_the_same(seed: int) -> None:
    """With bounds of all kinds, of which most concern several pieces."""
    model = a_random_model(seed)
    at_once = generate_columns(model, greedy(model), seconds=AMPLE).bound
    tuning = ColumnTuning(few=0, pieces=PieceTuning(duties=1, small=0))
    assert generate_columns(
        model, greedy(model), seconds=AMPLE, tuning=tuning
    ).bound == pytest.approx(at_once, abs=1e-3)
    assert generate_columns(
        model, nowhere(model), seconds=AMPLE, tuning=tuning
    ).bound == pytest.approx(at_once, abs=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_a_crowd_too_large_for_its_seats_is_priced_alike(seed: int) -> None:
    model = compile_problem(a_crowd(120, pairs=60, seats=4, seed=seed))
    tuning = ColumnTuning(pieces=SMALL_PIECES)
    begun = generate_columns(model, greedy(model), seconds=AMPLE, tuning=tuning).bound
    assert begun == pytest.approx(
        generate_columns(model, greedy(model), seconds=AMPLE).bound, rel=2e-6
    )


def test_what_is_split_is_whole_and_all_there_is() -> None:
    random = np.random.default_rng(5)
    total = random.integers(0, 30, 200).astype(np.float64)
    weight = random.random((200, 7)) * (random.random((200, 7)) < 0.6)
    parts = split(total, weight, np.arange(200))
    assert (parts == np.rint(parts)).all()
    assert (parts >= 0).all()
    assert (parts.sum(axis=1) == total).all()
    share = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-9) * total[:, None]
    asked = weight.sum(axis=1) > 0
    assert (np.abs(parts - share)[asked] < 1 + SMALL).all()
