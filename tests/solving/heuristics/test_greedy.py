"""The first plan is legal, whatever the rules say, and useful."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.compiling import compile_problem
from scheduler.model.language import GroupBound
from scheduler.solving.heuristics.greedy import greedy, settle
from tests.solving.companies import a_company, a_crowd
from tests.solving.models import (
    a_model,
    a_random_model,
    choice,
    each_session,
    everybody,
    nowhere,
)
from tests.worlds import a_random_world


@pytest.mark.parametrize("seed", range(50))
def test_it_is_always_legal_and_never_dearer_than_leaving_everybody_out(seed: int) -> None:
    model = compile_problem(a_random_world(seed, people=6))
    verdict = model.judge(settle(model, greedy(model)))
    assert verdict.legal
    assert verdict.cost <= model.judge(nowhere(model)).cost


def test_it_fills_every_seat_of_a_crowded_half_year() -> None:
    model = compile_problem(a_crowd(60, pairs=10, seats=2))
    chosen = greedy(model)
    assert model.judge(chosen).legal
    assert (chosen != NOWHERE).sum() >= 0.8 * min(model.duties, 2 * model.sessions)


def test_it_places_everybody_of_a_company_with_room() -> None:
    model = compile_problem(a_company(60))
    assert (greedy(model) != NOWHERE).all()


def test_the_cheapest_date_is_taken_while_it_is_free() -> None:
    model = a_model(2, 2)
    model.price("due_date", np.array([[0, 5], [0, 5]], np.int64))
    one_seat = np.array([[1, 1]], np.int64)
    model.bound(GroupBound("seats", **everybody(model), **each_session(model), upper=one_seat))
    assert greedy(model).tolist() == [0, 1]
    assert greedy(model, order=np.array([1, 0])).tolist() == [1, 0]


def test_whoever_has_fewest_options_goes_first() -> None:
    model = a_model(2, 2)
    model.forbid("absence", np.array([[False, False], [False, True]]))
    one_seat = np.array([[1, 1]], np.int64)
    model.bound(GroupBound("seats", **everybody(model), **each_session(model), upper=one_seat))
    assert greedy(model).tolist() == [1, 0]


def test_a_date_dearer_than_leaving_is_not_taken() -> None:
    model = a_model(1, 1, unplaced=10)
    model.price("level_load", np.array([[11]], np.int64))
    assert greedy(model).tolist() == [NOWHERE]


def test_who_has_a_place_already_keeps_it() -> None:
    model = a_model(3, 3)
    model.price("due_date", np.array([[0, 5, 9]] * 3, np.int64))
    one_seat = np.array([[1, 1, 1]], np.int64)
    model.bound(GroupBound("seats", **everybody(model), **each_session(model), upper=one_seat))
    start = np.array([NOWHERE, 2, NOWHERE])
    assert greedy(model, start=start).tolist() == [0, 2, 1]
    assert start.tolist() == [NOWHERE, 2, NOWHERE]


def test_at_prices_the_least_price_decides_not_the_cost() -> None:
    model = a_model(1, 3)
    model.price("due_date", np.array([[0, 5, 9]], np.int64))
    assert greedy(model, prices=np.array([[9.0, 8.0, 2.0]])).tolist() == [2]


def test_what_a_soft_bound_charges_now_is_added_to_the_prices() -> None:
    """Two seats at the same price, one of them taken: the other one it is."""
    model = a_model(2, 2)
    one = np.array([[1, 1]], np.int64)
    model.bound(
        GroupBound("level_load", **everybody(model), **each_session(model), upper=one, points=4)
    )
    assert greedy(model, prices=np.array([[0.0, 3.0]] * 2)).tolist() == [0, 1]
    assert greedy(model, prices=np.array([[0.0, 5.0]] * 2)).tolist() == [0, 0]


@pytest.mark.parametrize("seed", range(200))
def test_with_bounds_of_every_kind_no_upper_limit_is_broken(seed: int) -> None:
    model = a_random_model(seed)
    for chosen in (greedy(model), settle(model, greedy(model))):
        placed = np.flatnonzero(chosen != NOWHERE)
        assert model.open[placed, chosen[placed]].all()
        for bound in model.group_bounds:
            if bound.points is None:
                assert (model.use(bound, chosen) <= bound.upper).all()


@pytest.mark.parametrize("seed", range(200))
def test_settled_means_every_switch_is_off_or_on(seed: int) -> None:
    """Where nothing else asks for people that is a legal plan, however few there are."""
    model = a_random_model(seed, kinds=("upper", "switch"))
    assert model.judge(settle(model, greedy(model))).legal


def _at_least(model: CompiledModel, least: int, most: int = 9) -> None:
    """So many in every session, or nobody."""
    ones = np.ones((1, model.sessions), np.int64)
    limits: dict[str, Any] = {"upper": most * ones, "lower": least * ones}
    model.bound(
        GroupBound("group_size", **everybody(model), **each_session(model), **limits, switch=True)
    )


def test_the_emptier_session_is_shut_and_its_people_go_to_the_fuller() -> None:
    model = a_model(5, 2)
    _at_least(model, 4)
    assert settle(model, choice(0, 0, 0, 1, 1)).tolist() == [0, 0, 0, 0, 0]


def test_who_finds_no_other_place_is_left_out() -> None:
    model = a_model(5, 2)
    _at_least(model, 3, most=3)
    assert settle(model, choice(0, 0, 0, 1, 1)).tolist() == [0, 0, 0, NOWHERE, NOWHERE]


def test_where_nobody_is_enough_nobody_comes() -> None:
    model = a_model(3, 2)
    _at_least(model, 4)
    assert settle(model, choice(0, 0, 1)).tolist() == [NOWHERE] * 3


def test_without_switches_settling_changes_nothing() -> None:
    model = a_model(3, 2)
    assert settle(model, choice(0, 0, NOWHERE)).tolist() == [0, 0, NOWHERE]


def test_settling_leaves_the_model_as_it_was() -> None:
    model = a_model(3, 2)
    _at_least(model, 4)
    settle(model, choice(0, 0, 1))
    assert model.open.all()
