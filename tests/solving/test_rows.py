"""The 0–1 program says exactly what the compiled model says."""

from __future__ import annotations

import random

import numpy as np
import pytest

from scheduler.solving.compiled import NOWHERE, compile_problem
from scheduler.solving.rows import program
from tests.solving.models import a_model, all_options, choice, columns, each_session, everybody
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
    model.bound("seats", **everybody(model), **each_session(model), upper=upper)
    whole = all_options(model)
    assert [rows.slots.tolist() for rows in whole.bounds] == [[1]]
    duty, session = np.array([0, 0, 1]), np.array([0, 1, 1])
    assert program(model, duty, session).bounds == ()


def test_a_bound_over_a_week_counts_a_duty_once_however_many_options_it_has_there() -> None:
    model = a_model(2, 3)
    model.bound(
        "level_load",
        **everybody(model),
        sessions=np.arange(3),
        slots=np.zeros(3, np.int64),
        upper=np.array([[2]], np.int64),
        points=5,
    )
    assert all_options(model).bounds == ()


def test_without_any_option_there_is_only_leaving() -> None:
    model = a_model(2, 0)
    whole = all_options(model)
    assert (whole.options, whole.matrix.shape) == (0, (2, 2))
    assert whole.cost @ columns(model, whole, choice(NOWHERE, NOWHERE)) == 2000
