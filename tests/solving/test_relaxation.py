"""The relaxation's bound holds for every plan, however early it was stopped."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.solving import relaxation
from scheduler.solving.compiled import NOWHERE, CompiledModel, IntArray, compile_problem
from scheduler.solving.greedy import greedy
from scheduler.solving.linear import solve_relaxation
from scheduler.solving.relaxation import Relaxation, relax
from tests.solving.companies import a_crowd
from tests.solving.models import a_model, all_options, every_legal_plan, nowhere
from tests.worlds import a_random_world

SMALL = 1e-6


@pytest.fixture
def few_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """One option of every duty at first and one more at a time: all pricing has to be right."""
    monkeypatch.setattr(relaxation, "FIRST_OPTIONS", 1)
    monkeypatch.setattr(relaxation, "MORE_OPTIONS", 1)


def _holds(model: CompiledModel, proven: Relaxation) -> None:
    for chosen, cost in every_legal_plan(model):
        assert cost >= proven.bound - SMALL
        for row, place in enumerate(chosen.tolist()):
            dearer = proven.left[row] if place == NOWHERE else proven.reduced[row, place]
            assert cost >= proven.bound + dearer - SMALL, (row, place)


@pytest.mark.usefixtures("few_options")
@pytest.mark.parametrize("seed", range(20))
def test_no_plan_costs_less_than_the_bound_and_what_its_options_add(seed: int) -> None:
    model = compile_problem(a_random_world(seed, people=3))
    _holds(model, relax(model, nowhere(model), seconds=10))


@pytest.mark.parametrize("seed", range(10))
def test_what_holds_without_any_time_holds_too(seed: int) -> None:
    model = compile_problem(a_random_world(seed, people=3))
    proven = relax(model, nowhere(model), seconds=0)
    assert not proven.proven
    _holds(model, proven)


@pytest.mark.usefixtures("few_options")
@pytest.mark.parametrize("seed", range(3))
def test_few_options_priced_in_prove_as_much_as_all_of_them(seed: int) -> None:
    model = compile_problem(a_crowd(40, pairs=60, seats=2, seed=seed))
    all_at_once = solve_relaxation(all_options(model), 60)
    assert all_at_once is not None
    told: list[float] = []
    proven = relax(model, greedy(model), seconds=60, report=told.append)
    assert proven.proven
    assert proven.bound == pytest.approx(all_at_once.objective, rel=1e-6)
    assert proven.active.sum() < model.open.sum()
    assert told == sorted(told), "a bound never falls"


def test_a_stop_ends_it_with_what_is_proven() -> None:
    model = compile_problem(a_crowd(40, pairs=60, seats=2))
    told: list[float] = []
    proven = relax(model, nowhere(model), seconds=60, stop=lambda: bool(told), report=told.append)
    assert len(told) == 1
    assert proven.bound == told[0]


def test_the_incumbents_options_are_among_the_first() -> None:
    """However dear they are, so that the first program has a plan."""
    model = a_model(1, 30)
    model.price("due_date", np.arange(30, dtype=np.int64)[None, :])
    proven = relax(model, np.array([29]), seconds=0)
    assert proven.active[0, 29]
    assert proven.active.sum() == relaxation.FIRST_OPTIONS + 1


def test_the_same_seed_starts_with_the_same_options() -> None:
    model = a_model(50, 40)

    def first(seed: int) -> IntArray:
        return np.flatnonzero(relax(model, nowhere(model), seconds=0, seed=seed).active)

    assert (first(1) == first(1)).all()
    assert (first(1) != first(2)).any()


def test_without_sessions_everybody_is_left_out() -> None:
    model = a_model(3, 0)
    proven = relax(model, nowhere(model), seconds=10)
    assert (proven.bound, proven.proven) == (3000, True)
