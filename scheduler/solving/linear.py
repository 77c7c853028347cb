"""Programs handed to OR-Tools' linear solvers as whole arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, cast

import numpy as np
from ortools.linear_solver.python import model_builder_helper as helpers
from scipy import sparse

from scheduler.solving.compiled import FloatArray
from scheduler.solving.rows import Program
from scheduler.solving.watching import watching

_OPTIMAL = helpers.SolveStatus.OPTIMAL
_FIRST_TRY = (
    "use_dual_simplex:true perturb_costs_in_dual_simplex:true max_deterministic_time:{work}"
)
"""Most options cost the same. Perturbing the costs helps the dual simplex over that: mostly half
the time of the primal one, but now and then it gets lost, so its work is limited."""
_WORK = 1e-5
"""Deterministic seconds of the first try, for every entry of the matrix."""


@dataclass(frozen=True)
class LinearSolution:
    """An optimal solution of a linear relaxation: values of the columns, prices of the rows
    (never positive for an upper bound, when minimising)."""

    objective: float
    values: FloatArray
    duals: FloatArray


def helper_of(program: Program, *, integral: bool = False) -> helpers.ModelBuilderHelper:
    """The program as OR-Tools' model."""
    helper = helpers.ModelBuilderHelper()
    # The signature says column vectors and the old matrix class; any array and a copy will do.
    cast(Any, helper).fill_model_from_sparse_data(
        np.zeros(len(program.cost)),
        program.largest,
        program.cost,
        program.lower,
        program.upper,
        sparse.csr_matrix(program.matrix),
    )
    if integral:
        for column in np.flatnonzero(program.whole).tolist():
            helper.set_var_integrality(column, True)
    return helper


def solve_relaxation(
    program: Program, seconds: float, stop: Callable[[], bool] = lambda: False
) -> LinearSolution | None:
    """The linear relaxation's optimum, or None when it was stopped or the time was too short.

    GLOP, because its duals are right: those of the HiGHS inside OR-Tools 9.15 are the rows'
    activities.
    """
    deadline = monotonic() + seconds
    helper = helper_of(program)
    work = max(0.5, _WORK * program.matrix.nnz)
    for parameters in (_FIRST_TRY.format(work=work), ""):
        solver = helpers.ModelSolverHelper("glop")
        solver.set_time_limit_in_seconds(max(deadline - monotonic(), 0.01))
        if parameters:
            solver.set_solver_specific_parameters(parameters)
        with watching(stop, solver.interrupt_solve):
            solver.solve(helper)
        if solver.has_solution() and solver.status() == _OPTIMAL:
            return LinearSolution(
                solver.objective_value(),
                np.asarray(solver.variable_values()),
                np.asarray(solver.dual_values()),
            )
        if stop():
            break
    return None
