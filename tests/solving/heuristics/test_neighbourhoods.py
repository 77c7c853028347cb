"""Who may change places: those who stand wrong, and those in their way."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.compiling import compile_problem
from scheduler.model.language import GroupBound, IntArray
from scheduler.solving.heuristics.greedy import greedy
from scheduler.solving.heuristics.neighbourhoods import neighbourhood
from scheduler.solving.pricing.column_generation import generate_columns
from tests.processes import AMPLE
from tests.solving.companies import a_crowd
from tests.solving.models import a_model, each_session, everybody


def some_of(model: CompiledModel, plan: IntArray, size: int, seed: int = 1) -> IntArray:
    master = generate_columns(model, plan, seconds=AMPLE)
    return neighbourhood(model, plan, master, size, np.random.default_rng(seed))


def crossed() -> tuple[CompiledModel, IntArray]:
    """Forty with a seat each. The last two hold what the other would rather have, and all others
    stand where they stand best."""
    model = a_model(40, 40)
    cost = np.full((40, 40), 500, np.int64)
    cost[np.arange(40), np.arange(40)] = 0
    model.price("due_date", cost)
    model.bound(
        GroupBound(
            "seats", **everybody(model), **each_session(model), upper=np.ones((1, 40), np.int64)
        )
    )
    plan = np.arange(40)
    plan[[38, 39]] = [39, 38]
    return model, plan


@pytest.mark.parametrize("seed", range(10))
def test_who_stands_wrong_and_who_holds_their_place_are_among_them(seed: int) -> None:
    model, plan = crossed()
    assert {38, 39} <= set(some_of(model, plan, 12, seed).tolist())


def test_who_holds_a_place_that_others_would_rather_have_may_move_too() -> None:
    """To them it is all the same: by chance alone they would hardly ever be among them."""
    model, plan = crossed()
    even = np.zeros((40, 40), np.int64)
    even[39, 38] = 500
    model.cost -= even
    among = [39 in some_of(model, plan, 12, seed) for seed in range(20)]
    assert sum(among) >= 8


@pytest.mark.parametrize("size", [1, 8, 20, 60])
def test_there_are_at_most_so_many_each_once(size: int) -> None:
    model = compile_problem(a_crowd(50, pairs=60, seats=1))
    rows = some_of(model, greedy(model), size)
    assert 0 < len(rows) <= max(size, 2)
    assert len(np.unique(rows)) == len(rows)
    assert set(rows.tolist()) <= set(range(model.duties))


def test_who_has_no_place_counts_as_standing_wrong() -> None:
    model, plan = crossed()
    plan = np.arange(40)
    plan[7] = NOWHERE
    assert all(7 in some_of(model, plan, 12, seed) for seed in range(10))


def test_the_same_chance_finds_the_same_and_another_others() -> None:
    model = compile_problem(a_crowd(50, pairs=60, seats=1))
    plan = greedy(model)
    assert some_of(model, plan, 20, 1).tolist() == some_of(model, plan, 20, 1).tolist()
    assert some_of(model, plan, 20, 1).tolist() != some_of(model, plan, 20, 2).tolist()


def test_in_a_plan_without_fault_some_are_tried_all_the_same() -> None:
    model, _ = crossed()
    assert len(some_of(model, np.arange(40), 12)) > 0
