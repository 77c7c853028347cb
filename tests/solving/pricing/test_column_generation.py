"""The bound of column generation holds for every plan, however early it was stopped."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.compiling import compile_problem
from scheduler.model.language import GroupBound, IntArray
from scheduler.solving.heuristics.greedy import greedy
from scheduler.solving.pricing.column_generation import generate_columns
from scheduler.solving.pricing.pricing import MasterSolution
from scheduler.solving.pricing.tuning import ColumnTuning
from scheduler.solving.solvers.linear import solve_relaxation
from tests.processes import AMPLE
from tests.solving.companies import a_crowd
from tests.solving.models import (
    a_model,
    a_random_model,
    all_options,
    each_session,
    every_choice,
    every_legal_plan,
    everybody,
    nowhere,
    said_of,
)
from tests.worlds import a_random_world

SMALL = 1e-6


PRICED_IN = ColumnTuning(few=0)
"""However small the model is, its options are priced in."""
ONE_BY_ONE = ColumnTuning(few=0, first_options=1, more_options=1)
"""First prices, then one option of every duty at first and one more at a time: all pricing has to
be right."""


def _holds(model: CompiledModel, proven: MasterSolution) -> None:
    for chosen, cost in every_legal_plan(model):
        assert cost >= proven.bound - SMALL
        for row, place in enumerate(chosen.tolist()):
            dearer = proven.left[row] if place == NOWHERE else proven.reduced[row, place]
            assert cost >= proven.bound + dearer - SMALL, (row, place)


@pytest.mark.parametrize("seed", range(20))
def test_no_plan_costs_less_than_the_bound_and_what_its_options_add(seed: int) -> None:
    model = compile_problem(a_random_world(seed, people=3))
    _holds(model, generate_columns(model, nowhere(model), seconds=AMPLE, tuning=ONE_BY_ONE))


def _holds_for_all(model: CompiledModel, proven: MasterSolution) -> None:
    """The same for models with bounds of all kinds, counted plan by plan."""
    plans = every_choice(model)
    legal, cost = said_of(model, plans)
    dearer = np.column_stack([proven.reduced, proven.left])
    for duty in range(model.duties):
        least = proven.bound + dearer[duty, plans[legal, duty]]
        assert (cost[legal] >= least - SMALL).all(), duty


@pytest.mark.parametrize("seed", range(200))
def test_it_holds_with_bounds_of_every_kind(seed: int) -> None:
    """Upper and lower limits, hard and soft, switches, several groups, sessions in two slots."""
    model = a_random_model(seed)
    reports: list[MasterSolution] = []
    reports.append(
        generate_columns(
            model, nowhere(model), seconds=AMPLE, report=reports.append, tuning=ONE_BY_ONE
        )
    )
    for proven in reports:
        _holds_for_all(model, proven)


@pytest.mark.parametrize("seed", range(100))
def test_begun_with_what_is_known_of_a_freer_model_it_is_the_same(seed: int) -> None:
    """Fewer options, in the prices, options and basis of the model that has them all."""
    model = a_random_model(seed)
    freer = generate_columns(model, greedy(model), seconds=AMPLE, tuning=ONE_BY_ONE)
    random = np.random.default_rng(seed)
    model.forbid("absence", random.random(model.cost.shape) < 0.3)
    begun = generate_columns(model, nowhere(model), seconds=AMPLE, start=freer, tuning=ONE_BY_ONE)
    _holds_for_all(model, begun)
    assert begun.bound == pytest.approx(
        generate_columns(model, nowhere(model), seconds=AMPLE, tuning=ONE_BY_ONE).bound, abs=1e-3
    )


@pytest.mark.parametrize("seed", range(60))
def test_all_options_at_once_prove_no_less_and_no_more(seed: int) -> None:
    model = a_random_model(seed)
    at_once = generate_columns(model, nowhere(model), seconds=AMPLE)
    _holds_for_all(model, at_once)
    tuning = ColumnTuning(few=0, first_options=1)
    assert generate_columns(
        model, nowhere(model), seconds=AMPLE, tuning=tuning
    ).bound == pytest.approx(at_once.bound, abs=1e-3)


def test_a_lower_limit_has_its_price() -> None:
    """Three are wanted where it is dear: without the limit nobody would be there."""
    model = a_model(4, 2)
    model.price("due_date", np.array([[0, 5]] * 4, np.int64))
    day = np.array([[9, 9]], np.int64), np.array([[0, 3]], np.int64)
    model.bound(
        GroupBound("peak", **everybody(model), **each_session(model), upper=day[0], lower=day[1])
    )
    proven = generate_columns(model, nowhere(model), seconds=AMPLE)
    assert proven.bound == pytest.approx(15)
    assert proven.reduced == pytest.approx(np.zeros((4, 2)))


def test_a_soft_lower_limit_is_worth_no_more_than_its_points() -> None:
    model = a_model(4, 2)
    model.price("due_date", np.array([[0, 5]] * 4, np.int64))
    limits: dict[str, Any] = {
        "upper": np.array([[9, 9]], np.int64),
        "lower": np.array([[0, 3]], np.int64),
    }
    model.bound(GroupBound("peak", **everybody(model), **each_session(model), **limits, points=2))
    proven = generate_columns(model, nowhere(model), seconds=AMPLE)
    assert proven.bound == pytest.approx(6)
    assert proven.reduced == pytest.approx(np.array([[0, 3]] * 4))


@pytest.mark.parametrize("seed", range(10))
def test_what_holds_without_any_time_holds_too(seed: int) -> None:
    model = compile_problem(a_random_world(seed, people=3))
    proven = generate_columns(model, nowhere(model), seconds=0)
    assert not proven.solved.any(), "no linear program was solved"
    _holds(model, proven)


@pytest.mark.parametrize("seed", range(60))
def test_without_any_time_it_holds_with_bounds_of_every_kind(seed: int) -> None:
    model = a_random_model(seed)
    _holds_for_all(model, generate_columns(model, nowhere(model), seconds=0))


@pytest.mark.parametrize("seed", range(3))
def test_few_options_priced_in_prove_as_much_as_all_of_them(seed: int) -> None:
    model = compile_problem(a_crowd(40, pairs=60, seats=2, seed=seed))
    all_at_once = solve_relaxation(all_options(model), 60)
    assert all_at_once is not None
    reported: list[MasterSolution] = []
    proven = generate_columns(
        model, greedy(model), seconds=AMPLE, report=reported.append, tuning=ONE_BY_ONE
    )
    assert proven.bound == pytest.approx(all_at_once.objective, rel=2e-6)
    assert proven.active.sum() < model.open.sum()
    bounds = [now.bound for now in reported]
    assert bounds == sorted(bounds), "a bound never falls"


def test_the_last_program_is_told_option_by_option() -> None:
    """Everybody's weights over the options that were in it sum to one, or they are left out."""
    model = compile_problem(a_crowd(40, pairs=60, seats=2))
    reported: list[MasterSolution] = []
    generate_columns(model, greedy(model), seconds=AMPLE, report=reported.append, tuning=PRICED_IN)
    assert not reported[0].solved.any(), "first prices come before any program"
    assert len(reported) > 1
    for now in reported[1:]:
        weight = np.zeros(now.solved.shape)
        weight[now.solved] = now.weight
        assert (weight.sum(axis=1) <= 1 + SMALL).all()
        assert (now.weight >= -SMALL).all()
        assert weight[~model.open].sum() == 0
        assert weight.sum() > 0


def test_a_stop_ends_it_with_what_is_proven() -> None:
    model = compile_problem(a_crowd(40, pairs=60, seats=2))
    reported: list[MasterSolution] = []
    proven = generate_columns(
        model, nowhere(model), seconds=AMPLE, stop=lambda: bool(reported), report=reported.append
    )
    assert len(reported) == 1
    assert proven.bound == reported[0].bound


def test_the_incumbents_options_are_among_the_first() -> None:
    """However dear they are, so that the first program has a plan."""
    tuning = ColumnTuning(few=0, near=np.inf)
    model = a_model(1, 30)
    model.price("due_date", np.arange(30, dtype=np.int64)[None, :])
    proven = generate_columns(model, np.array([29]), seconds=0, tuning=tuning)
    assert proven.active[0, 29]
    assert proven.active.sum() == tuning.first_options + 1


def test_of_the_first_options_only_those_near_the_cheapest_are_taken_and_the_fewest() -> None:
    model = a_model(2, 30)
    far = np.where(np.arange(30) < 5, 0, 100)
    model.price("due_date", np.array([far, 100 * np.arange(30)], np.int64))
    active = generate_columns(model, nowhere(model), seconds=0, tuning=PRICED_IN).active
    assert np.flatnonzero(active[0]).tolist() == [0, 1, 2, 3, 4]
    assert np.flatnonzero(active[1]).tolist() == list(range(PRICED_IN.fewest_options))


def test_few_options_are_all_taken_in_at_once() -> None:
    model = a_model(3, 40)
    model.forbid("absence", np.arange(120).reshape(3, 40) % 7 == 0)
    proven = generate_columns(model, nowhere(model), seconds=AMPLE)
    assert (proven.active == model.open).all()
    assert (proven.solved == model.open).all()


def test_the_same_seed_starts_with_the_same_options() -> None:
    model = a_model(50, 40)

    def first(seed: int) -> IntArray:
        return np.flatnonzero(
            generate_columns(model, nowhere(model), seconds=0, seed=seed, tuning=PRICED_IN).active
        )

    assert (first(1) == first(1)).all()
    assert (first(1) != first(2)).any()


def test_without_sessions_everybody_is_left_out() -> None:
    model = a_model(3, 0)
    proven = generate_columns(model, nowhere(model), seconds=AMPLE)
    assert proven.bound == 3000
    assert proven.left.tolist() == [0, 0, 0]


@pytest.mark.parametrize("seed", range(40))
def test_what_is_closed_helps_to_begin_and_has_no_weight(seed: int) -> None:
    """Options of the freer model's basis stay in the program, at a price that keeps them out."""
    model = a_random_model(seed)
    freer = generate_columns(model, greedy(model), seconds=AMPLE, tuning=ONE_BY_ONE)
    closed = freer.active & (np.random.default_rng(seed).random(model.cost.shape) < 0.5)
    model.forbid("absence", closed)
    reported: list[MasterSolution] = []
    generate_columns(
        model, nowhere(model), seconds=AMPLE, start=freer, report=reported.append, tuning=ONE_BY_ONE
    )
    for now in reported:
        assert not (now.solved & ~model.open).any()
        assert len(now.weight) == now.solved.sum()


def test_near_enough_is_enough() -> None:
    """The bound is at most so much below what the last program allows."""
    model = compile_problem(a_crowd(120, pairs=120, seats=4))
    whole = generate_columns(model, greedy(model), seconds=AMPLE)
    near = generate_columns(model, greedy(model), seconds=AMPLE, near=0.2)
    assert 0.8 * whole.bound - SMALL <= near.bound <= whole.bound + SMALL
    assert near.active.sum() <= whole.active.sum()
