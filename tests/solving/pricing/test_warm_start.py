"""A warm start of few bytes says what column generation said."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.compiling import compile_problem
from scheduler.model.language import IntArray
from scheduler.model.program import program
from scheduler.solving.pricing.column_generation import generate_columns
from scheduler.solving.pricing.pricing import MasterSolution
from scheduler.solving.pricing.warm_start import warm_start_of
from scheduler.solving.solvers.linear import solve_relaxation
from tests.processes import AMPLE
from tests.solving.companies import a_crowd
from tests.solving.models import a_model, a_random_model, every_choice, nowhere, said_of


def _crowd() -> CompiledModel:
    return compile_problem(a_crowd(120, pairs=60, seats=3))


def _relaxed(model: CompiledModel, plan: IntArray | None = None) -> MasterSolution:
    return generate_columns(model, nowhere(model) if plan is None else plan, seconds=AMPLE)


def test_it_opens_as_what_it_was() -> None:
    model = _crowd()
    known = _relaxed(model)
    opened = pickle.loads(pickle.dumps(warm_start_of(model, known))).opened(model)
    assert opened.bound == pytest.approx(known.bound, abs=1e-3)
    assert (opened.active == known.active).all()
    assert opened.reduced[model.open] == pytest.approx(known.reduced[model.open], abs=1e-3)


def test_it_is_small() -> None:
    model = _crowd()
    known = _relaxed(model)
    small, whole = (len(pickle.dumps(each)) for each in (warm_start_of(model, known), known))
    assert small < whole / 3


@pytest.mark.parametrize("seed", range(60))
def test_it_proves_no_more_than_is_true(seed: int) -> None:
    model = a_random_model(seed)
    opened = warm_start_of(model, _relaxed(model)).opened(model)
    plans = every_choice(model)
    legal, cost = said_of(model, plans)
    mine = plans[legal]
    rows = np.arange(model.duties)
    added = np.where(mine == NOWHERE, opened.left, opened.reduced[rows, mine])
    assert (cost[legal] >= opened.bound + added.max(axis=1, initial=0.0) - 1e-9).all()


def test_the_simplex_goes_on_from_its_basis() -> None:
    """Nothing is left to do where the program is the same one."""
    model = _crowd()
    known = _relaxed(model)
    start = warm_start_of(model, known).opened(model).basis
    assert start is not None
    assert known.basis is not None
    whole, before = known.basis
    duty, session = np.nonzero(known.solved)
    assert (start[0].duty == duty).all()
    assert (start[0].session == session).all()
    again = solve_relaxation(whole, 60, lambda: False, start)
    assert again is not None
    assert (again.columns == before.columns).all()
    assert (again.rows == before.rows).all()


def test_without_a_program_there_is_no_basis() -> None:
    model = a_model(2, 3)
    known = generate_columns(model, nowhere(model), seconds=0.0)
    assert known.basis is None
    opened = warm_start_of(model, known).opened(model)
    assert opened.basis is None
    assert program(model, *np.nonzero(model.open)).duties == model.duties
