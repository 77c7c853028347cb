"""A process that solves one mixed-integer program by HiGHS; `mixed.py` starts it.

A pickled `Asked` comes in on the standard input, a pickled `Answer` goes out on the standard
output. The input stays open as long as somebody waits: its end ends the process.
"""

from __future__ import annotations

import os
import pickle
import sys
from datetime import timedelta
from threading import Thread
from typing import Any, BinaryIO

import numpy as np
from ortools.math_opt import model_pb2  # type: ignore[import-untyped]
from ortools.math_opt.python import mathopt  # type: ignore[import-untyped]

from scheduler.solving.asked import Answer, Asked

_WITHIN = 0.9
"""Points are whole numbers: a bound so near below a plan proves it."""


def answer(asked: Asked) -> Answer:
    """Solve what is asked."""
    model = mathopt.Model.from_model_proto(_model(asked))
    result = mathopt.solve(
        model,
        mathopt.SolverType.HIGHS,
        params=mathopt.SolveParameters(
            time_limit=timedelta(seconds=asked.seconds),
            random_seed=asked.seed,
            absolute_gap_tolerance=_WITHIN,
            relative_gap_tolerance=0.0,
        ),
    )
    ended = result.termination
    found = result.has_primal_feasible_solution()
    return Answer(
        values=result.variable_values(list(model.variables())) if found else None,
        bound=ended.objective_bounds.dual_bound,
        optimal=ended.reason is mathopt.TerminationReason.OPTIMAL,
        infeasible=ended.reason is mathopt.TerminationReason.INFEASIBLE,
    )


def _model(asked: Asked) -> Any:
    model = model_pb2.ModelProto()
    variables, rows, entries = (
        model.variables,
        model.linear_constraints,
        model.linear_constraint_matrix,
    )
    variables.ids.extend(range(len(asked.cost)))
    variables.lower_bounds.extend([0.0] * len(asked.cost))
    variables.upper_bounds.extend(asked.largest.tolist())
    variables.integers.extend(asked.whole.tolist())
    priced = np.flatnonzero(asked.cost)
    model.objective.linear_coefficients.ids.extend(priced.tolist())
    model.objective.linear_coefficients.values.extend(asked.cost[priced].tolist())
    rows.ids.extend(range(len(asked.lower)))
    rows.lower_bounds.extend(asked.lower.tolist())
    rows.upper_bounds.extend(asked.upper.tolist())
    entries.row_ids.extend(asked.row.tolist())
    entries.column_ids.extend(asked.column.tolist())
    entries.coefficients.extend(asked.value.tolist())
    return model


def _end_with(source: BinaryIO) -> None:
    source.read()
    os._exit(1)


def main() -> None:
    """Answer what comes in, and end when nobody waits for it any longer."""
    # HiGHS greets on the standard output; the answer has it for itself.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    asked = pickle.load(sys.stdin.buffer)
    Thread(target=_end_with, args=(sys.stdin.buffer,), daemon=True).start()
    pickle.dump(answer(asked), out)
    out.flush()
    # Not by way of an interpreter whose other thread still reads.
    os._exit(0)


if __name__ == "__main__":
    main()
