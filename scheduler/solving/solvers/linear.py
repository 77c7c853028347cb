"""Programs handed to OR-Tools' linear solvers as whole arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

import numpy as np
from ortools.glop import parameters_pb2 as glop_parameters_pb2  # type: ignore[import-untyped]
from ortools.math_opt import (  # type: ignore[import-untyped]
    callback_pb2,
    model_parameters_pb2,
    model_pb2,
    parameters_pb2,
    result_pb2,
    solution_pb2,
)
from ortools.math_opt.core.python import solver as math_opt  # type: ignore[import-untyped]
from ortools.util.python.solve_interrupter import (  # type: ignore[import-untyped]
    SolveInterrupter,
)
from scipy import sparse

from scheduler.model.language import FloatArray, IntArray
from scheduler.model.program import Program, names
from scheduler.solving.solvers.interrupting import watching

_BRIEF = 0.01
"""So many new options, for every duty, are priced in by few steps of the simplex."""
_WORK = 2e-5
"""Deterministic seconds of the first try, for every entry of the matrix."""


@dataclass(frozen=True)
class LinearSolution:
    """An optimal solution of a linear relaxation: values of the columns, prices of the rows
    (never positive for an upper bound, when minimising), and the basis: the status of every
    column and of every row."""

    objective: float
    values: FloatArray
    duals: FloatArray
    columns: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))
    rows: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))


def planned(program: Program, choice: IntArray) -> LinearSolution:
    """What a plan is as a solution to start from: its options are the basis, with whatever makes up
    for soft bounds that it breaks. It has no duals."""
    basic, fixed = solution_pb2.BASIS_STATUS_BASIC, solution_pb2.BASIS_STATUS_FIXED_VALUE
    height, width = program.matrix.shape
    columns = np.full(width, solution_pb2.BASIS_STATUS_AT_LOWER_BOUND)
    rows = np.full(height, basic)
    rows[: program.duties] = fixed
    chosen = np.flatnonzero(choice[program.duty] == program.session)
    left = np.ones(program.duties, np.bool_)
    left[program.duty[chosen]] = False
    columns[chosen] = basic
    columns[program.options : program.options + program.duties][left] = basic
    values = (columns == basic).astype(np.float64)
    use = program.matrix @ values
    own = sparse.csc_array(program.matrix[:, program.options + program.duties :])
    made_up = np.where(
        own.data < 0,
        use[own.indices] > program.upper[own.indices],
        use[own.indices] < program.lower[own.indices],
    )
    columns[program.options + program.duties :][made_up] = basic
    rows[own.indices[made_up]] = np.where(
        own.data[made_up] < 0,
        solution_pb2.BASIS_STATUS_AT_UPPER_BOUND,
        solution_pb2.BASIS_STATUS_AT_LOWER_BOUND,
    )
    return LinearSolution(float(program.cost @ values), values, np.zeros(height), columns, rows)


def solve_relaxation(
    program: Program,
    seconds: float,
    stop: Callable[[], bool] = lambda: False,
    start: tuple[Program, LinearSolution] | None = None,
) -> LinearSolution | None:
    """The linear relaxation's optimum, or None when there is none, it was stopped, or the time was
    too short.

    `start` is a program of which most is the same and its optimum: the simplex goes on from its
    basis (10,000 people: rounds of 2.0, 1.3 and 1.1 s after a first one of 5.2 s).

    GLOP, because its duals are right: those of the HiGHS inside OR-Tools 9.15 are the rows'
    activities.
    """
    if (program.lower > program.upper).any():
        return None
    deadline = monotonic() + seconds
    model = _model(program)
    basis = None if start is None else _basis(program, *start)
    tries = [_dual_simplex(program), parameters_pb2.SolveParametersProto()]
    if start is not None:
        new = program.options - start[0].options
        brief = start[0] is not program and new < _BRIEF * program.duties
        tries = [_from_basis(brief=brief), *tries]
    for parameters in tries:
        parameters.time_limit.FromTimedelta(timedelta(seconds=max(deadline - monotonic(), 0.01)))
        result = _solve(model, parameters, basis, stop)
        if result.termination.reason == result_pb2.TERMINATION_REASON_OPTIMAL:
            return _solution(program, result)
        if stop():
            break
    return None


def _dual_simplex(program: Program) -> parameters_pb2.SolveParametersProto:
    """Most options cost the same. Perturbing the costs helps the dual simplex over that: mostly
    half the time of the primal one, but now and then it gets lost, so its work is limited."""
    parameters = parameters_pb2.SolveParametersProto()
    parameters.glop.use_dual_simplex = True
    parameters.glop.perturb_costs_in_dual_simplex = True
    parameters.glop.max_deterministic_time = max(0.5, _WORK * program.matrix.nnz)
    return parameters


def _from_basis(*, brief: bool) -> parameters_pb2.SolveParametersProto:
    """A basis is only taken as it is where nothing is presolved. Where few steps are left the
    simplest way to choose them is the quickest: the best way first has to learn about all columns
    (10,000 people: 0.3 s instead of 0.6 s)."""
    parameters = parameters_pb2.SolveParametersProto()
    parameters.glop.use_preprocessing = False
    if brief:
        simplest = glop_parameters_pb2.GlopParameters.DANTZIG
        parameters.glop.feasibility_rule = parameters.glop.optimization_rule = simplest
    return parameters


def _model(program: Program) -> model_pb2.ModelProto:
    """The program as MathOpt's model: its solvers take and give a basis."""
    model = model_pb2.ModelProto()
    matrix = sparse.csr_matrix(program.matrix)
    matrix.sort_indices()
    height, width = matrix.shape
    model.variables.ids.extend(range(width))
    model.variables.lower_bounds.extend([0.0] * width)
    model.variables.upper_bounds.extend(program.largest.tolist())
    model.variables.integers.extend([False] * width)
    priced = np.flatnonzero(program.cost)
    model.objective.linear_coefficients.ids.extend(priced.tolist())
    model.objective.linear_coefficients.values.extend(program.cost[priced].tolist())
    model.linear_constraints.ids.extend(range(height))
    model.linear_constraints.lower_bounds.extend(program.lower.tolist())
    model.linear_constraints.upper_bounds.extend(program.upper.tolist())
    entries = model.linear_constraint_matrix
    entries.row_ids.extend(np.repeat(np.arange(height), np.diff(matrix.indptr)).tolist())
    entries.column_ids.extend(matrix.indices.tolist())
    entries.coefficients.extend(matrix.data.tolist())
    return model


def _basis(program: Program, smaller: Program, solution: LinearSolution) -> solution_pb2.BasisProto:
    """The basis of another program in this one: what is new stays out of use."""
    basis = solution_pb2.BasisProto()
    columns, rows = solution.columns, solution.rows
    if smaller is not program:
        columns, rows = (
            _looked_up(now, before, status, new)
            for now, before, status, new in zip(
                names(program),
                names(smaller),
                (solution.columns, solution.rows),
                (solution_pb2.BASIS_STATUS_AT_LOWER_BOUND, solution_pb2.BASIS_STATUS_BASIC),
                strict=True,
            )
        )
        _fill(columns, rows)
    basis.variable_status.ids.extend(range(len(columns)))
    basis.variable_status.values.extend(columns.tolist())
    basis.constraint_status.ids.extend(range(len(rows)))
    basis.constraint_status.values.extend(rows.tolist())
    return basis


def _fill(columns: IntArray, rows: IntArray) -> None:
    """A basis has as many members as there are rows: where a row is gone a column leaves with it,
    where a column is gone a row is not used up."""
    basic, out = solution_pb2.BASIS_STATUS_BASIC, solution_pb2.BASIS_STATUS_AT_LOWER_BOUND
    many = int((columns == basic).sum() + (rows == basic).sum()) - len(rows)
    if many > 0:
        columns[np.flatnonzero(columns == basic)[-many:]] = out
    elif many < 0:
        rows[np.flatnonzero(rows != basic)[many:]] = basic


def _looked_up(now: IntArray, before: IntArray, status: IntArray, new: int) -> IntArray:
    order = np.argsort(before)
    place = np.minimum(np.searchsorted(before, now, sorter=order), len(before) - 1)
    statuses: IntArray = np.where(before[order[place]] == now, status[order[place]], new)
    return statuses


def _solve(
    model: model_pb2.ModelProto,
    parameters: parameters_pb2.SolveParametersProto,
    basis: solution_pb2.BasisProto | None,
    stop: Callable[[], bool],
) -> result_pb2.SolveResultProto:
    start = model_parameters_pb2.ModelSolveParametersProto()
    if basis is not None:
        start.initial_basis.CopyFrom(basis)
    interrupter = SolveInterrupter()
    with watching(stop, interrupter.interrupt):
        return math_opt.solve(
            model,
            parameters_pb2.SOLVER_TYPE_GLOP,
            parameters_pb2.SolverInitializerProto(),
            parameters,
            start,
            None,
            callback_pb2.CallbackRegistrationProto(),
            None,
            interrupter.pybind_interrupter,
        )


def _solution(program: Program, result: result_pb2.SolveResultProto) -> LinearSolution:
    solution = result.solutions[0]
    values = np.asarray(solution.primal_solution.variable_values.values, np.float64)
    return LinearSolution(
        objective=float(program.cost @ values),
        values=values,
        duals=np.asarray(solution.dual_solution.dual_values.values, np.float64),
        columns=np.asarray(solution.basis.variable_status.values, np.int64),
        rows=np.asarray(solution.basis.constraint_status.values, np.int64),
    )
