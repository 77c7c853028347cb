"""Bounds left out say nothing: the same plans are legal without them."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.model.compiling import compile_problem
from scheduler.model.language import GroupBound
from scheduler.model.presolve.dominance import without_dominated_rows
from tests.solving.companies import a_crowd
from tests.solving.models import a_model, a_random_model, every_choice, everybody, said_of


@pytest.mark.parametrize("seed", range(200))
def test_the_same_plans_are_legal_at_the_same_points(seed: int) -> None:
    model = a_random_model(seed)
    plans = every_choice(model)
    legal, cost = said_of(model, plans)
    still, same = said_of(without_dominated_rows(model), plans)
    assert (legal == still).all()
    assert (cost[legal] == same[legal]).all()


def limits_left(upper: list[int], touches: list[tuple[int, int]]) -> list[bool]:
    """Whether a limit is left on each slot, of four duties and so many (session, slot)."""
    model = a_model(4, 3)
    sessions, slots = np.array(touches, np.int64).T
    limits = np.array([upper], np.int64)
    model.bound(
        GroupBound("seats", **everybody(model), sessions=sessions, slots=slots, upper=limits)
    )
    left = without_dominated_rows(model).group_bounds[0].upper[0]
    return [limit <= model.duties for limit in left.tolist()]


def test_a_slot_within_another_is_left_out_only_where_the_other_is_as_tight() -> None:
    touches = [(0, 0), (0, 1), (1, 1)]
    assert limits_left([2, 2], touches) == [False, True]
    assert limits_left([3, 2], touches) == [False, True]
    assert limits_left([1, 2], touches) == [True, True]


def test_of_two_slots_of_the_same_sessions_the_tighter_is_kept() -> None:
    touches = [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert limits_left([2, 2], touches) == [True, False]
    assert limits_left([2, 1], touches) == [False, True]
    assert limits_left([1, 2], touches) == [True, False]


def test_slots_that_only_overlap_keep_their_limits() -> None:
    assert limits_left([1, 1], [(0, 0), (1, 0), (1, 1), (2, 1)]) == [True, True]


def test_sessions_of_two_days_need_fewer_limits_and_the_model_stays_as_it_was() -> None:
    model = compile_problem(a_crowd(60, pairs=60, seats=2))
    before = [bound.upper.copy() for bound in model.group_bounds]
    lean = without_dominated_rows(model)
    lifted = [
        bool((now.upper > bound.upper).any())
        for now, bound in zip(lean.group_bounds, model.group_bounds, strict=True)
    ]
    assert any(lifted)
    for bound, upper in zip(model.group_bounds, before, strict=True):
        assert (bound.upper == upper).all()
