"""Sessions for tied duties of all blocks at once: a bound that holds, and ties that are kept."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import GroupBound
from scheduler.model.linking import LinkingConstraint, linking_constraints
from scheduler.solving.decomposition.linking_master import UNIT, Fitted, LinkingMaster, TiedPrices
from scheduler.solving.pricing import sifting
from scheduler.solving.solvers.linear import solve_relaxation
from tests.solving.models import a_model, choice, each_session, everybody, nowhere


def a_share(seed: int, duties: int = 2, sessions: int = 3) -> CompiledModel:
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


def a_fit(
    models: list[CompiledModel], ties: tuple[LinkingConstraint, ...] | None = None
) -> LinkingMaster:
    """All duties of these blocks are tied; nobody has a place yet."""
    return LinkingMaster(
        prices={n: TiedPrices(0.0, np.arange(m.duties), m) for n, m in enumerate(models)},
        ties=linking_constraints([lambda m=m: m for m in models]) if ties is None else ties,  # type: ignore[misc]
        choices=[nowhere(model) for model in models],
    )


def best_of(models: list[CompiledModel], ties: tuple[LinkingConstraint, ...]) -> float:
    """Points of the cheapest sessions that keep the ties, by trying all."""
    found = np.inf
    each = [list(product(*([NOWHERE, *np.flatnonzero(row)] for row in m.open))) for m in models]
    for places in product(*each):
        choices = [choice(*mine) for mine in places]
        if not any(tie.over(choices).any() for tie in ties):
            verdicts = [m.judge(mine) for m, mine in zip(models, choices, strict=True)]
            if all(verdict.legal for verdict in verdicts):
                found = min(found, sum(verdict.cost for verdict in verdicts))
    return found / UNIT


def cost_of(models: list[CompiledModel], found: Fitted) -> float:
    costs = [m.judge(choice(*found.sessions[n].values())).cost for n, m in enumerate(models)]
    return sum(costs) / UNIT


@pytest.mark.parametrize("seed", range(60))
def test_they_are_the_cheapest_sessions_that_keep_the_ties(seed: int) -> None:
    models = [a_share(2 * seed), a_share(2 * seed + 1)]
    fit = a_fit(models)
    found = fit.solve(20)
    assert found is not None
    best = best_of(models, tuple(fit.ties))
    assert found.added <= best + 1e-6
    assert cost_of(models, found) == pytest.approx(best)
    chosen = [choice(*found.sessions[n].values()) for n in range(2)]
    assert not any(tie.over(chosen).any() for tie in fit.ties)


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
    fit = a_fit(models)
    plans = [choice(4, 1), choice(1, 3)]
    found = LinkingMaster(fit.prices, fit.ties, plans).solve(20)
    assert found is not None
    stayed = [found.sessions[n][d] == plans[n][d] for n in range(2) for d in range(2)]
    assert sum(stayed) == 3, "two are in session 1: one of them moves"


def test_where_the_solver_stumbles_over_large_costs_they_are_made_small(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    models = [a_share(0), a_share(1)]
    sound, tried = solve_relaxation, []

    def stumbling(program, seconds, stop, start):  # type: ignore[no-untyped-def]
        tried.append(program.cost.max())
        return sound(program, seconds, stop, start) if program.cost.max() <= 1 else None

    expected = a_fit(models).solve(20)
    monkeypatch.setattr(sifting, "solve_relaxation", stumbling)
    found = a_fit(models).solve(20)
    assert expected is not None
    assert found is not None
    assert found.added == pytest.approx(expected.added)
    assert tried[0] > 1


def test_without_time_nothing_is_found() -> None:
    fit = a_fit([a_share(0), a_share(1)])
    assert LinkingMaster(fit.prices, fit.ties, fit.choices, stop=lambda: True).solve(0) in (
        None,
        fit.solve(9),
    )
