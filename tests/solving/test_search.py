"""What strategies share: whole points, the best plan, the bound, the limits."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.solving.search import Search, whole_bound
from tests.solving.models import (
    a_model,
    choice,
    nowhere,
)


@pytest.mark.parametrize(
    ("bound", "whole"),
    [(12.0, 12), (12.1, 13), (12.0000001, 12), (11.9999999, 12), (0.0, 0), (3.4e6 + 1e-3, 3400000)],
)
def test_points_are_whole_and_rounding_never_raises_a_bound(bound: float, whole: int) -> None:
    assert whole_bound(bound) == whole


def test_only_a_legal_and_better_plan_is_taken() -> None:
    model = a_model(2, 2)
    model.forbid("absence", np.array([[True, False], [False, False]]))
    model.price("due_date", np.array([[0, 0], [0, 7]]))
    search = Search(model, choice(1, 1))
    assert not search.offer(choice(0, 0)), "it is forbidden"
    assert search.offer(choice(1, 0))
    assert not search.offer(choice(1, 1)), "it costs more"
    assert (search.choice.tolist(), search.cost) == ([1, 0], 0)


def test_a_bound_never_falls_and_is_no_more_than_the_best_plan() -> None:
    model = a_model(1, 1)
    model.price("due_date", np.array([[7]]))
    search = Search(model, choice(0))
    search.bound = 3.0
    search.raise_bound(2.0)
    assert search.bound == 3
    search.raise_bound(9.0)
    assert search.bound == 7
    assert search.proven


def test_it_is_done_at_the_gap_out_of_time_or_when_stopped() -> None:
    model = a_model(1, 1, unplaced=100)
    model.price("due_date", np.array([[50]]))
    search = Search(model, choice(0))
    search.bound = 40.0
    assert not search.done()
    search.limit(seconds=60, gap=0.19)
    assert not search.done()
    search.limit(seconds=60, gap=0.21)
    assert search.done()
    search.limit(seconds=0)
    assert search.done()
    search.limit(seconds=60)
    search.stop = lambda: True
    assert search.done()


def test_before_column_generation_the_costs_alone_say_what_is_dearer() -> None:
    model = a_model(1, 2, unplaced=100)
    model.price("due_date", np.array([[5, 9]]))
    master = Search(model, nowhere(model)).master
    assert (master.bound, master.reduced.tolist(), master.left.tolist()) == (5, [[0, 4]], [95])
