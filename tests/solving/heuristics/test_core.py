"""The core: exact over few options, and no claim beyond them."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from scheduler.model.compiling import compile_problem
from scheduler.model.language import GroupBound
from scheduler.solving.block import GenerateColumns
from scheduler.solving.heuristics.core import Core
from scheduler.solving.search import Strategy
from tests.solving.blocks import improved
from tests.solving.companies import a_crowd
from tests.solving.models import (
    a_model,
    each_session,
    everybody,
)


def _only_the_core(options: int) -> tuple[Strategy, ...]:
    """Neither the linear program's own plans nor the search around them."""
    return GenerateColumns(rounding=False), Core(options=options)


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
    solver, reports = improved(model, start, strategies=_only_the_core(1))
    assert solver.proven
    assert (solver.cost, model.judge(solver.choice).by_rule) == (5, {"due_date": 5})
    assert len(reports) > 2, "the first core does not do"


def test_without_any_search_the_core_closes_the_gap() -> None:
    """Larger worlds are mostly solved before; here nothing but the core may find the plan."""
    model = compile_problem(a_crowd(60, pairs=100, seats=1))
    solver, reports = improved(model, strategies=_only_the_core(60))
    assert solver.proven
    assert {phase for phase, _, _ in reports} == {"closing the gap"}
    assert improved(model)[0].cost == solver.cost


def test_a_small_core_does_not_take_its_own_end_for_the_end() -> None:
    """A core of few options may have no plan where all of them have one."""
    model = a_model(3, 3)
    model.price("due_date", np.array([[0, 9, 30], [0, 9, 30], [0, 9, 30]], np.int64))
    limits: dict[str, Any] = {
        "upper": np.array([[0, 9, 9]], np.int64),
        "lower": np.array([[0, 1, 2]], np.int64),
    }
    model.bound(GroupBound("peak", **everybody(model), **each_session(model), **limits))
    solver, reports = improved(model, strategies=_only_the_core(1))
    assert solver.proven
    assert solver.cost == 69
    assert len(reports) > 1, "the first core does not do"
