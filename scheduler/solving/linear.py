"""Programs handed to OR-Tools' linear solvers as whole arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from ortools.linear_solver.python import model_builder_helper as helpers
from scipy import sparse

from scheduler.solving.compiled import FloatArray
from scheduler.solving.rows import Program
from scheduler.solving.watching import watching

_OPTIMAL = helpers.SolveStatus.OPTIMAL


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
        for column in range(program.options + program.duties):
            helper.set_var_integrality(column, True)
    return helper


def solve_relaxation(
    program: Program, seconds: float, stop: Callable[[], bool] = lambda: False
) -> LinearSolution | None:
    """The linear relaxation's optimum, or None when it was stopped or the time was too short.

    GLOP, because its duals are right: those of the HiGHS inside OR-Tools 9.15 are the rows'
    activities.
    """
    solver = helpers.ModelSolverHelper("glop")
    solver.set_time_limit_in_seconds(max(seconds, 0.01))
    with watching(stop, solver.interrupt_solve):
        solver.solve(helper_of(program))
    if not solver.has_solution() or solver.status() != _OPTIMAL:
        return None
    return LinearSolution(
        solver.objective_value(),
        np.asarray(solver.variable_values()),
        np.asarray(solver.dual_values()),
    )
