"""First prices: a bound by themselves, and nearly the best that shared bounds can prove."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from scheduler.model.compiled import CompiledModel
from scheduler.model.compiling import compile_problem
from scheduler.model.language import FloatArray, GroupBound, IntArray
from scheduler.solving.pricing.initial_duals import InitialDuals, initial_duals
from scheduler.solving.solvers.linear import solve_relaxation
from tests.processes import AMPLE
from tests.solving.companies import a_company
from tests.solving.models import (
    a_model,
    a_random_model,
    all_options,
    cheapest,
    each_session,
    every_choice,
    everybody,
    said_of,
)


def bound_of(model: CompiledModel, prices: InitialDuals) -> float:
    """What the prices prove: the least of cost + price of every duty, less the constant."""
    priced = np.where(model.open, model.cost + prices.by_session, np.inf)
    least: FloatArray = np.minimum(priced.min(axis=1, initial=np.inf), model.unplaced)
    return float(least.sum()) - prices.constant


def a_shortage(seats: int = 2, **bound: Any) -> CompiledModel:
    """Six duties and three sessions, the first one the cheapest; so many seats in each."""
    model = a_model(6, 3)
    model.price("due_date", np.array([[0, 10, 30]] * 6, np.int64))
    limits: dict[str, Any] = {"upper": np.full((1, 3), seats, np.int64)} | bound
    model.bound(GroupBound("seats", **everybody(model), **each_session(model), **limits))
    return model


@pytest.mark.parametrize("seed", range(200))
def test_no_plan_costs_less_than_they_prove(seed: int) -> None:
    model = a_random_model(seed)
    best = cheapest(model)
    bound = bound_of(model, initial_duals(model, seconds=AMPLE, seed=seed))
    assert best is None or bound <= best + 1e-6


@pytest.mark.parametrize("seed", range(60))
def test_every_option_adds_what_it_costs_more_at_these_prices(seed: int) -> None:
    model = a_random_model(seed)
    prices = initial_duals(model, seconds=AMPLE)
    priced = np.column_stack([model.cost + prices.by_session, model.unplaced])
    dear = priced - np.where(
        np.column_stack([model.open, np.ones((model.duties, 1))]) > 0, priced, np.inf
    ).min(axis=1, keepdims=True)
    bound = bound_of(model, prices)
    plans: IntArray = every_choice(model)
    legal, cost = said_of(model, plans)
    added = dear[np.arange(model.duties), plans[legal]].sum(axis=1)
    assert (cost[legal] >= bound + added - 1e-6).all()


def test_a_seat_costs_what_the_next_best_one_costs_more() -> None:
    """Two seats each for six: the last session is free, and the others cost what they save."""
    model = a_shortage()
    prices = initial_duals(model, seconds=AMPLE)
    assert prices.by_session == pytest.approx([30, 20, 0], abs=1.0)
    assert bound_of(model, prices) == pytest.approx(80, abs=1.0)


def test_where_there_is_room_seats_are_free() -> None:
    prices = initial_duals(a_shortage(seats=9), seconds=AMPLE)
    assert prices.by_session.tolist() == [0, 0, 0]
    assert prices.constant == 0


def test_a_soft_bound_costs_no_more_than_its_points() -> None:
    prices = initial_duals(a_shortage(points=4), seconds=AMPLE)
    assert (prices.by_session <= 4).all()
    assert prices.by_session[0] == pytest.approx(4)


def test_a_lower_limit_makes_seats_cheaper() -> None:
    lower = np.array([[0, 0, 2]], np.int64)
    model = a_shortage(seats=9, lower=lower)
    prices = initial_duals(model, seconds=AMPLE)
    assert prices.by_session == pytest.approx([0, 0, -30], abs=1.0)
    assert bound_of(model, prices) == pytest.approx(60, abs=2.0)


def test_a_soft_lower_limit_is_worth_no_more_than_its_points() -> None:
    model = a_shortage(seats=9, lower=np.array([[0, 0, 2]], np.int64), points=7)
    assert initial_duals(model, seconds=AMPLE).by_session == pytest.approx([0, 0, -7], abs=0.1)


def test_a_switch_and_groups_of_some_have_no_first_price() -> None:
    model = a_shortage(seats=9, lower=np.array([[0, 0, 2]], np.int64), switch=True)
    members: dict[str, Any] = {"duties": np.array([0, 1]), "groups": np.array([0, 0])}
    model.bound(
        GroupBound("deputies", **members, **each_session(model), upper=np.ones((1, 3), np.int64))
    )
    assert initial_duals(model, seconds=AMPLE).by_session.tolist() == [0, 0, 0]


def test_sessions_of_two_days_pay_for_both() -> None:
    model = a_model(6, 2)
    model.price("due_date", np.array([[0, 50]] * 6, np.int64))
    two_days: dict[str, Any] = {"sessions": np.array([0, 0]), "slots": np.array([0, 1])}
    model.bound(
        GroupBound("seats", **everybody(model), **two_days, upper=np.array([[3, 2]], np.int64))
    )
    prices = initial_duals(model, seconds=AMPLE)
    # At the last temperature, a point or two, the fall from 50 is still a little rounded.
    assert prices.by_session == pytest.approx([50, 0], abs=1.0)
    assert bound_of(model, prices) == pytest.approx(4 * 50, abs=2.0)


@pytest.mark.parametrize("seats", [None, 2, 1])
def test_they_prove_nearly_what_the_linear_program_over_shared_bounds_does(
    seats: int | None,
) -> None:
    """At the lowest temperature a fraction of a point is lost for every duty."""
    model = compile_problem(a_company(150, months=12, seats=seats))
    model.group_bounds = [bound for bound in model.group_bounds if bound.shape[0] == 1]
    exact = solve_relaxation(all_options(model), 60)
    assert exact is not None
    proven = bound_of(model, initial_duals(model, seconds=AMPLE))
    assert proven <= exact.objective + 1e-6
    assert proven >= exact.objective - 0.5 * model.duties - 0.001 * exact.objective


def test_a_sample_of_the_duties_is_nearly_as_good() -> None:
    model = compile_problem(a_company(300, months=12, seats=4))
    everyone = bound_of(model, initial_duals(model, seconds=AMPLE))
    some = [initial_duals(model, seconds=AMPLE, seed=seed, sample=50) for seed in (1, 1, 2)]
    assert bound_of(model, some[0]) == pytest.approx(everyone, rel=0.02, abs=5)
    assert (some[0].by_session == some[1].by_session).all(), "the same seed, the same prices"
    assert (some[0].by_session != some[2].by_session).any()


@pytest.mark.parametrize("cut", [{"seconds": 0.0}, {"seconds": 30.0, "stop": lambda: True}])
def test_cut_short_they_still_hold(cut: dict[str, Any]) -> None:
    model = a_shortage()
    assert bound_of(model, initial_duals(model, **cut)) <= 80


def test_without_shared_bounds_everything_is_free() -> None:
    prices = initial_duals(a_model(3, 4), seconds=AMPLE)
    assert prices.by_session.tolist() == [0] * 4
    assert prices.constant == 0
