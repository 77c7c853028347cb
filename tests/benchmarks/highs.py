"""The whole model in HiGHS: a mixed-integer program as anybody could write and solve it.

Reads the MPS file that the product exports; shares no code with the engine. It stops at a gap
below one point: all points are whole numbers, so that is the optimum.
"""

from __future__ import annotations

from datetime import timedelta
from math import ceil, isfinite
from pathlib import Path
from time import monotonic

import numpy as np
from ortools.math_opt.io.python import mps_converter  # type: ignore[import-untyped]
from ortools.math_opt.python import mathopt  # type: ignore[import-untyped]

from tests.benchmarks.talk import MPS, Request, SessionIndices, SideAnswer

BELOW_ONE = 0.999
_STATUS = {
    mathopt.TerminationReason.OPTIMAL: "optimal",
    mathopt.TerminationReason.INFEASIBLE: "infeasible",
    mathopt.TerminationReason.FEASIBLE: "time_limit",
    mathopt.TerminationReason.NO_SOLUTION_FOUND: "time_limit",
}


def read(folder: Path) -> mathopt.Model:
    """The model in `folder`."""
    proto = mps_converter.mps_to_model_proto((folder / MPS).read_text("utf-8"))
    return mathopt.Model.from_model_proto(proto)


def solve(request: Request, model: mathopt.Model) -> tuple[SideAnswer, list[SessionIndices]]:
    """The best plan within the limit."""
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=request.seconds),
        relative_gap_tolerance=0.0,
        absolute_gap_tolerance=BELOW_ONE,
    )
    parameters.highs.int_options["threads"] = request.threads
    parameters.highs.int_options["random_seed"] = request.seed
    began = monotonic()
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    seconds = monotonic() - began
    bounds = result.termination.objective_bounds
    has_plan = result.has_primal_feasible_solution()
    answer = SideAnswer(
        status=_STATUS.get(result.termination.reason, "error"),
        seconds=seconds,
        cost=round(result.objective_value()) if has_plan else None,
        bound=ceil(bounds.dual_bound - 1e-6) if isfinite(bounds.dual_bound) else None,
        options=sum(variable.name.startswith("x_") for variable in model.variables()),
    )
    return answer, [_choice(result.variable_values())] if has_plan else []


def _choice(values: dict[mathopt.Variable, float]) -> SessionIndices:
    """From columns `x_d_s` (duty d has session s) and `u_d` (duty d has none)."""
    names = [variable.name.split("_") for variable, value in values.items() if value > 0.5]
    duties = sum(variable.name.startswith("u_") for variable in values)
    choice = np.full(duties, -1, np.int64)
    for kind, *numbers in names:
        if kind == "x":
            choice[int(numbers[0])] = int(numbers[1])
    return choice
