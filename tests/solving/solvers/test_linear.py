"""The linear solver's answers are what they are taken for: duals above all."""

from __future__ import annotations

import numpy as np
import pytest
from ortools.math_opt.solution_pb2 import (  # type: ignore[import-untyped]
    BASIS_STATUS_BASIC,
)
from scipy import sparse

from scheduler.model.compiled import NOWHERE
from scheduler.model.compiling import compile_problem
from scheduler.model.presolve.dominance import without_dominated_rows
from scheduler.model.program import Program, names, program
from scheduler.solving.heuristics.greedy import greedy
from scheduler.solving.solvers.linear import planned, solve_relaxation
from tests.solving.companies import a_crowd
from tests.solving.models import a_random_model, all_options


def two_variables() -> Program:
    """Minimise x + 2y with x + y = 3 and x ≤ 1."""
    nothing = np.zeros(0, np.int64)
    return Program(
        duty=nothing,
        session=nothing,
        cost=np.array([1.0, 2.0]),
        matrix=sparse.csr_array(np.array([[1.0, 1.0], [1.0, 0.0]])),
        lower=np.array([3.0, -np.inf]),
        upper=np.array([3.0, 1.0]),
        largest=np.array([np.inf, np.inf]),
        whole=np.array([True, True]),
        bounds=(),
        duties=2,
    )


def test_the_duals_are_prices_not_activities() -> None:
    """What each row's right-hand side is worth: 2, and −1. HiGHS inside OR-Tools says 3 and 1."""
    solution = solve_relaxation(two_variables(), 10)
    assert solution is not None
    assert solution.objective == pytest.approx(5)
    assert solution.values == pytest.approx([1, 2])
    assert solution.duals == pytest.approx([2, -1])


def test_duals_and_costs_tell_the_same_objective() -> None:
    """Strong duality: the prices of the rows at their limits, and what the columns save."""
    whole = all_options(compile_problem(a_crowd(60, pairs=60, seats=2)))
    solution = solve_relaxation(whole, 30)
    assert solution is not None
    duals = solution.duals
    assert (duals[whole.duties :] <= 1e-9).all(), "an upper bound never has a positive price"
    owed = duals[duals != 0] @ whole.upper[duals != 0]
    saved = np.minimum(whole.cost - whole.matrix.T @ duals, 0)
    finite = np.where(np.isfinite(whole.largest), whole.largest, 0)
    assert solution.objective == pytest.approx(owed + saved @ finite, rel=1e-7)


def test_a_basis_leads_from_some_options_to_all() -> None:
    """The optimum of all options, whether the simplex starts afresh or from that of some."""
    model = compile_problem(a_crowd(60, pairs=60, seats=2))
    duty, session = np.nonzero(model.open)
    some = program(model, duty[::8], session[::8], relaxed=True)
    whole = program(model, duty, session, relaxed=True)
    first, afresh = solve_relaxation(some, 30), solve_relaxation(whole, 30)
    assert first is not None
    assert afresh is not None
    led = solve_relaxation(whole, 30, start=(some, first))
    assert led is not None
    assert led.objective == pytest.approx(afresh.objective)
    assert led.objective < first.objective


def test_a_basis_leads_from_all_options_to_some() -> None:
    """Where options and rows are gone the basis is filled up, or thinned out."""
    model = compile_problem(a_crowd(60, pairs=60, seats=2))
    duty, session = np.nonzero(model.open)
    some = program(model, duty[::8], session[::8], relaxed=True)
    whole = program(model, duty, session, relaxed=True)
    before, afresh = solve_relaxation(whole, 30), solve_relaxation(some, 30)
    assert before is not None
    assert afresh is not None
    assert len(some.lower) < len(whole.lower)
    warm = solve_relaxation(some, 30, start=(whole, before))
    assert warm is not None
    assert warm.objective == pytest.approx(afresh.objective)


def test_a_basis_leads_on_where_only_rows_are_gone() -> None:
    """A row that was used up leaves a column too many behind."""
    model = compile_problem(a_crowd(60, pairs=60, seats=2))
    duty, session = np.nonzero(model.open)
    whole = program(model, duty, session, relaxed=True)
    lean = program(without_dominated_rows(model), duty, session, relaxed=True)
    before, afresh = solve_relaxation(whole, 30), solve_relaxation(lean, 30)
    assert before is not None
    assert afresh is not None
    gone = ~np.isin(names(whole)[1], names(lean)[1])
    assert (before.rows[gone] != BASIS_STATUS_BASIC).any()
    warm = solve_relaxation(lean, 30, start=(whole, before))
    assert warm is not None
    assert warm.objective == pytest.approx(afresh.objective)


@pytest.mark.parametrize("seed", range(100))
def test_a_plan_is_a_basis_and_leads_to_the_same_optimum(seed: int) -> None:
    model = a_random_model(seed)
    duty, session = np.nonzero(model.open)
    whole = program(model, duty, session, relaxed=True)
    plan = greedy(model)
    basis = planned(whole, plan)
    statuses = np.concatenate([basis.columns, basis.rows])
    assert (statuses == BASIS_STATUS_BASIC).sum() == len(whole.lower)
    placed = np.flatnonzero(plan != NOWHERE)
    assert basis.values[: whole.options].sum() == len(placed)
    warm, afresh = solve_relaxation(whole, 30, start=(whole, basis)), solve_relaxation(whole, 30)
    assert (warm is None) == (afresh is None)
    if warm is not None and afresh is not None:
        assert warm.objective == pytest.approx(afresh.objective)


def test_a_plan_itself_is_found_in_no_step() -> None:
    """Its own options are all there are: the simplex begins where it ends."""
    model = compile_problem(a_crowd(60, pairs=60, seats=2))
    plan = greedy(model)
    placed = np.flatnonzero(plan != NOWHERE)
    own = program(model, placed, plan[placed], relaxed=True)
    solution = solve_relaxation(own, 30, start=(own, planned(own, plan)))
    assert solution is not None
    assert solution.values == pytest.approx(planned(own, plan).values)


def test_columns_and_rows_keep_their_names_when_options_are_added() -> None:
    model = compile_problem(a_crowd(60, pairs=60, seats=2))
    duty, session = np.nonzero(model.open)
    some = names(program(model, duty[::2], session[::2], relaxed=True))
    whole = names(program(model, duty, session, relaxed=True))
    for fewer, more in zip(some, whole, strict=True):
        assert len(np.unique(more)) == len(more)
        assert np.isin(fewer, more).all()


def test_no_time_and_a_stop_give_no_answer() -> None:
    whole = all_options(compile_problem(a_crowd(250, pairs=1000, seats=5)))
    assert solve_relaxation(whole, 0.0) is None
    assert solve_relaxation(whole, 60, stop=lambda: True) is None
