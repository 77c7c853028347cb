"""Sessions for linked duties of all blocks at once: a bound that holds, and what links is kept."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import GroupBound
from scheduler.model.linking import LinkingConstraint, linking_constraints
from scheduler.model.program import Program
from scheduler.solving.decomposition.linking_master import (
    UNIT,
    LinkedPrices,
    LinkingMaster,
    LinkingSolution,
)
from scheduler.solving.pricing.sifting import sift
from scheduler.solving.solvers.linear import LinearSolution
from tests.solving.models import a_model, choice, each_session, everybody, nowhere


def linked_duties(seed: int, duties: int = 2, sessions: int = 3) -> CompiledModel:
    """Executives of one block, of whom one may be in a session, at random prices."""
    random = np.random.default_rng(seed)
    model = a_model(duties, sessions, unplaced=50 * UNIT)
    model.price("due_date", random.integers(0, 20 * UNIT, (duties, sessions)))
    model.forbid("absence", random.random((duties, sessions)) < 0.2)
    upper = np.ones((1, sessions), np.int64)
    model.bound(
        GroupBound(
            "executive_cover",
            **everybody(model),
            **each_session(model),
            upper=upper,
            names=("all",),
        )
    )
    return model


def _itself(model: CompiledModel) -> CompiledModel:
    return model


def a_master(
    models: list[CompiledModel],
) -> LinkingMaster:
    """All duties of these blocks are linked; nobody has a place yet."""
    return LinkingMaster(
        prices={n: LinkedPrices(0.0, np.arange(m.duties), m) for n, m in enumerate(models)},
        linking=linking_constraints([partial(_itself, model) for model in models]),
        choices=[nowhere(model) for model in models],
    )


def best_of(models: list[CompiledModel], linking: tuple[LinkingConstraint, ...]) -> float:
    """Points of the cheapest sessions that keep what links them, by trying all."""
    least = np.inf
    each = [list(product(*([NOWHERE, *np.flatnonzero(row)] for row in m.open))) for m in models]
    for places in product(*each):
        choices = [choice(*mine) for mine in places]
        if not any(constraint.over(choices).any() for constraint in linking):
            verdicts = [m.judge(mine) for m, mine in zip(models, choices, strict=True)]
            if all(verdict.legal for verdict in verdicts):
                least = min(least, sum(verdict.cost for verdict in verdicts))
    return least / UNIT


def cost_of(models: list[CompiledModel], solution: LinkingSolution) -> float:
    costs = [m.judge(choice(*solution.sessions[n].values())).cost for n, m in enumerate(models)]
    return sum(costs) / UNIT


@pytest.mark.parametrize("seed", range(60))
def test_they_are_the_cheapest_sessions_that_keep_what_links_them(seed: int) -> None:
    models = [linked_duties(2 * seed), linked_duties(2 * seed + 1)]
    master = a_master(models)
    solution = master.solve(20)
    assert solution is not None
    best = best_of(models, tuple(master.linking))
    assert solution.added <= best + 1e-6
    assert cost_of(models, solution) == pytest.approx(best)
    chosen = [choice(*solution.sessions[n].values()) for n in range(2)]
    assert not any(constraint.over(chosen).any() for constraint in master.linking)


def test_who_need_not_move_stays() -> None:
    """All sessions cost the same."""
    models = [a_model(2, 6), a_model(2, 6)]
    for model in models:
        upper = np.ones((1, 6), np.int64)
        model.bound(
            GroupBound(
                "executive_cover",
                **everybody(model),
                **each_session(model),
                upper=upper,
                names=("all",),
            )
        )
    master = a_master(models)
    plans = [choice(4, 1), choice(1, 3)]
    solution = LinkingMaster(master.prices, master.linking, plans).solve(20)
    assert solution is not None
    stayed = [solution.sessions[n][d] == plans[n][d] for n in range(2) for d in range(2)]
    assert sum(stayed) == 3, "two are in session 1: one of them moves"


def test_where_the_solver_stumbles_over_large_costs_they_are_made_small() -> None:
    master = a_master([linked_duties(0), linked_duties(1)])
    tried: list[float] = []

    def stumbling(program: Program, seconds: float, **settings: Any) -> LinearSolution | None:
        tried.append(program.cost.max())
        return sift(program, seconds, **settings) if program.cost.max() <= 1 else None

    expected = master.solve(20)
    solution = replace(master, relaxed=stumbling).solve(20)
    assert expected is not None
    assert solution is not None
    assert solution.added == pytest.approx(expected.added)
    assert tried[0] > 1


def test_without_time_nothing_is_found() -> None:
    master = a_master([linked_duties(0), linked_duties(1)])
    late = replace(master, stop=lambda: True)
    assert late.solve(0) in (None, master.solve(9))
