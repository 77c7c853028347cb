"""One part: greedy, relaxation, dive and core end in the same optimum, whatever they begin with."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from scheduler.solving import part, relaxation
from scheduler.solving.compiled import CompiledModel, IntArray, compile_problem
from scheduler.solving.part import PartSolver, whole_bound
from tests.solving.companies import a_crowd, a_puzzle
from tests.solving.models import a_model, each_session, every_legal_plan, nowhere
from tests.worlds import a_random_world

Heard = list[tuple[str, int, float]]


def _improved(
    model: CompiledModel, warm: IntArray | None = None, *, seconds: float = 30, gap: float = 0
) -> tuple[PartSolver, Heard]:
    solver = PartSolver(model, nowhere(model) if warm is None else warm)
    solver.first()
    heard: Heard = []

    def tell(phase: str, chosen: IntArray, bound: float) -> None:
        verdict = model.judge(chosen)
        assert verdict.legal
        heard.append((phase, verdict.cost, bound))

    solver.improve(seconds=seconds, gap=gap, workers=1, seed=1, stop=lambda: False, tell=tell)
    return solver, heard


@pytest.mark.parametrize(
    ("bound", "whole"),
    [(12.0, 12), (12.1, 13), (12.0000001, 12), (11.9999999, 12), (0.0, 0), (3.4e6 + 1e-3, 3400000)],
)
def test_points_are_whole_and_rounding_never_raises_a_bound(bound: float, whole: int) -> None:
    assert whole_bound(bound) == whole


@pytest.mark.parametrize("seed", range(20))
def test_few_options_and_a_small_core_still_end_in_the_optimum(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaxation, "FIRST_OPTIONS", 1)
    monkeypatch.setattr(relaxation, "MORE_OPTIONS", 1)
    monkeypatch.setattr(part, "_CORE_OPTIONS", 1)
    model = compile_problem(a_random_world(200 + seed, people=3))
    solver, _ = _improved(model)
    assert solver.proven
    assert solver.cost == min(cost for _, cost in every_legal_plan(model))


def test_what_the_core_left_out_is_not_taken_for_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four who never serve together, and three free dates: by thirds all four fit, so the
    relaxation sees no need for a date that costs, and the first core has none but the worst."""
    monkeypatch.setattr(PartSolver, "_round", lambda self, relaxed: None)
    monkeypatch.setattr(PartSolver, "_dive", lambda self, relaxed: None)
    monkeypatch.setattr(part, "_CORE_OPTIONS", 1)
    model = a_model(4, 4)
    model.price("due_date", np.array([[0, 0, 0, points] for points in (5, 30, 40, 50)], np.int64))
    for pair in combinations(range(4), 2):
        together: dict[str, Any] = {"duties": np.array(pair), "groups": np.zeros(2, np.int64)}
        model.bound("deputies", **together, **each_session(model), upper=np.ones((1, 4), np.int64))
    start = np.array([0, 1, 2, 3])
    assert model.judge(start).cost == 50
    solver, heard = _improved(model, start)
    assert solver.proven
    assert (solver.cost, model.judge(solver.choice).by_rule) == (5, {"due_date": 5})
    assert len(heard) > 2, "the first core does not do"


def test_without_a_dive_the_core_closes_the_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Larger worlds are mostly solved before; here nothing but the core may find the plan."""
    monkeypatch.setattr(PartSolver, "_round", lambda self, relaxed: None)
    monkeypatch.setattr(PartSolver, "_dive", lambda self, relaxed: None)
    monkeypatch.setattr(part, "_CORE_OPTIONS", 60)
    model = compile_problem(a_crowd(60, pairs=100, seats=1))
    solver, heard = _improved(model)
    assert solver.proven
    assert {phase for phase, _, _ in heard} == {"pricing options", "closing the gap"}
    monkeypatch.undo()
    assert _improved(model)[0].cost == solver.cost


def test_best_never_rises_and_bound_never_falls() -> None:
    solver, heard = _improved(compile_problem(a_crowd(100, pairs=500, seats=2)), seconds=10)
    costs = [cost for _, cost, _ in heard]
    bounds = [bound for _, _, bound in heard]
    assert costs == sorted(costs, reverse=True)
    assert bounds == sorted(bounds)
    assert bounds[-1] <= solver.bound <= solver.cost <= costs[-1]


def test_a_better_plan_to_start_from_is_kept() -> None:
    model = compile_problem(a_crowd(60, pairs=60, seats=2))
    best = _improved(model)[0]
    again = PartSolver(model, best.choice)
    assert (again.first() == best.choice).all()
    assert again.cost == best.cost


def test_a_worse_plan_to_start_from_gives_way_to_the_greedy_one() -> None:
    model = compile_problem(a_crowd(60, pairs=60, seats=2))
    solver = PartSolver(model, nowhere(model))
    assert solver.cost == model.unplaced.sum()
    solver.first()
    assert solver.cost < model.unplaced.sum()


def test_a_wide_gap_is_soon_reached() -> None:
    solver, heard = _improved(compile_problem(a_puzzle()), gap=1.0)
    assert not heard
    assert not solver.proven


def test_no_time_leaves_the_first_plan() -> None:
    model = compile_problem(a_crowd(60, pairs=60, seats=2))
    solver, heard = _improved(model, seconds=0)
    assert not heard
    assert (solver.choice == PartSolver(model, nowhere(model)).first()).all()


def test_an_impossible_duty_is_proven_at_once() -> None:
    model = compile_problem(a_random_world(3)).part(np.arange(1))
    model.forbid("absence", np.ones((1, model.sessions), np.bool_))
    solver, heard = _improved(model)
    assert solver.proven
    assert not heard
    assert solver.choice.tolist() == nowhere(model).tolist()
