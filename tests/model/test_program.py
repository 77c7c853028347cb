"""The 0–1 program says exactly what the compiled model says."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from scheduler.model.compiled import NOWHERE
from scheduler.model.compiling import compile_problem
from scheduler.model.language import GroupBound
from scheduler.model.program import program
from scheduler.solving.solvers.linear import solve_relaxation
from tests.solving.models import (
    a_model,
    a_random_model,
    all_options,
    cheapest,
    choice,
    columns,
    each_session,
    every_choice,
    everybody,
    said_of,
)
from tests.worlds import a_random_world


@pytest.mark.parametrize("seed", range(20))
def test_a_plan_fits_the_rows_exactly_when_it_is_legal_and_costs_the_same(seed: int) -> None:
    model = compile_problem(a_random_world(seed))
    whole = all_options(model)
    chance = random.Random(seed)
    for _ in range(20):
        chosen = np.array(
            [
                chance.choice([NOWHERE, *np.flatnonzero(model.open[row]).tolist()])
                for row in range(model.duties)
            ],
            np.int64,
        )
        x = columns(model, whole, chosen)
        taken = whole.matrix @ x
        verdict = model.judge(chosen)
        assert bool(((whole.lower <= taken) & (taken <= whole.upper)).all()) == verdict.legal
        assert (x >= 0).all()
        assert (x <= whole.largest).all()
        if verdict.legal:
            assert whole.cost @ x == verdict.cost


@pytest.mark.parametrize("seed", range(200))
def test_it_says_the_same_with_bounds_of_every_kind(seed: int) -> None:
    """Of every plan there is: legal and its points, or no columns that fit."""
    model = a_random_model(seed)
    whole = all_options(model)
    plans = every_choice(model)
    legal, cost = said_of(model, plans)
    for number in random.Random(seed).sample(range(len(plans)), min(30, len(plans))):
        x = columns(model, whole, plans[number])
        taken = whole.matrix @ x
        assert bool(((whole.lower <= taken) & (taken <= whole.upper)).all()) == legal[number]
        assert (x <= whole.largest).all()
        assert not legal[number] or whole.cost @ x == cost[number]


@pytest.mark.parametrize("seed", range(60))
def test_the_relaxed_program_has_a_solution_and_never_costs_more(seed: int) -> None:
    """Even where there is no legal plan: what a hard lower limit lacks has a price there."""
    model = a_random_model(seed)
    duty, session = np.nonzero(model.open)
    solution = solve_relaxation(program(model, duty, session, relaxed=True), 10)
    assert solution is not None
    least = cheapest(model)
    assert least is None or solution.objective <= least + 1e-6


def test_a_switch_is_a_column_and_two_rows() -> None:
    model = a_model(3, 2)
    ones = np.ones((1, 2), np.int64)
    limits: dict[str, Any] = {"upper": 2 * ones, "lower": 2 * ones}
    model.bound(
        GroupBound("group_size", **everybody(model), **each_session(model), **limits, switch=True)
    )
    whole = all_options(model)
    assert whole.matrix.shape == (3 + 4, 6 + 3 + 2)
    assert whole.whole.all()
    assert whole.largest.tolist() == [1] * 11
    relaxed = program(model, whole.duty, whole.session, relaxed=True)
    assert relaxed.matrix.shape == (3 + 2, 6 + 3), "the linear program knows only the upper limit"


def test_a_lower_limit_is_kept_even_where_nobody_can_come() -> None:
    model = a_model(2, 2)
    model.forbid("absence", np.array([[False, True], [False, True]]))
    limits: dict[str, Any] = {
        "upper": np.array([[2, 2]], np.int64),
        "lower": np.array([[0, 1]], np.int64),
    }
    model.bound(GroupBound("peak", **everybody(model), **each_session(model), **limits))
    whole = all_options(model)
    assert [rows.slots.tolist() for rows in whole.bounds] == [[1]]
    assert whole.matrix[2:].sum() == 0
    assert whole.lower[2] == 1


def test_every_duty_has_exactly_one_place_or_none() -> None:
    model = a_model(2, 3)
    whole = all_options(model)
    assert whole.options == 6
    assert whole.matrix.shape == (2, 8)
    assert whole.lower.tolist() == whole.upper.tolist() == [1, 1]
    assert (whole.matrix.sum(axis=1) == 4).all()


def test_rows_that_cannot_bind_are_left_out() -> None:
    """Two options of one duty never fill one seat twice."""
    model = a_model(3, 2)
    upper = np.array([[3, 2]], np.int64)
    model.bound(GroupBound("seats", **everybody(model), **each_session(model), upper=upper))
    whole = all_options(model)
    assert [rows.slots.tolist() for rows in whole.bounds] == [[1]]
    duty, session = np.array([0, 0, 1]), np.array([0, 1, 1])
    assert program(model, duty, session).bounds == ()


def test_a_bound_over_a_week_counts_a_duty_once_however_many_options_it_has_there() -> None:
    model = a_model(2, 3)
    model.bound(
        GroupBound(
            "level_load",
            **everybody(model),
            sessions=np.arange(3),
            slots=np.zeros(3, np.int64),
            upper=np.array([[2]], np.int64),
            points=5,
        )
    )
    assert all_options(model).bounds == ()


def test_without_any_option_there_is_only_leaving() -> None:
    model = a_model(2, 0)
    whole = all_options(model)
    assert (whole.options, whole.matrix.shape) == (0, (2, 2))
    assert whole.cost @ columns(model, whole, choice(NOWHERE, NOWHERE)) == 2000
