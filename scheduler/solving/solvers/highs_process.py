"""A process that solves one mixed-integer program by HiGHS; `highs.py` starts it.

A pickled `MixedProgram` comes in on the standard input; on the standard output goes an `Improved`
for every better solution and an `Ended`, pickled, too. The input stays open as long as somebody
waits: its end ends the process.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO

import numpy as np
from ortools.math_opt import model_pb2  # type: ignore[import-untyped]
from ortools.math_opt.python import mathopt  # type: ignore[import-untyped]
from ortools.math_opt.solvers import highs_pb2  # type: ignore[import-untyped]

from scheduler.solving.solvers.mixed_program import Ended, Improved, MixedProgram

_WITHIN = 0.9
"""Points are whole numbers: a bound so near below a plan proves it."""


def solve(program: MixedProgram, report: Callable[[Improved], None] = lambda better: None) -> Ended:
    """Solve it; every better solution is reported on the way."""
    model = mathopt.Model.from_model_proto(_model(program))
    diary = _Diary(Path(program.diary), report)
    result = mathopt.solve(
        model,
        mathopt.SolverType.HIGHS,
        params=mathopt.SolveParameters(
            time_limit=timedelta(seconds=program.seconds),
            random_seed=program.seed,
            absolute_gap_tolerance=_WITHIN,
            relative_gap_tolerance=0.0,
            highs=_kept_in(program.diary),
        ),
        msg_cb=diary.look,
    )
    ended = result.termination
    solved = result.has_primal_feasible_solution()
    return Ended(
        values=result.variable_values(list(model.variables())) if solved else None,
        bound=ended.objective_bounds.dual_bound,
        optimal=ended.reason is mathopt.TerminationReason.OPTIMAL,
        infeasible=ended.reason is mathopt.TerminationReason.INFEASIBLE,
    )


def _kept_in(diary: str) -> Any:
    """HiGHS writes every better solution down at once: MathOpt has no other way to hear of one."""
    options = highs_pb2.HighsOptionsProto()
    options.string_options["mip_improving_solution_file"] = diary
    options.bool_options["mip_improving_solution_save"] = True
    options.bool_options["mip_improving_solution_report_sparse"] = True
    return options


class _Diary:
    """The file of better solutions, looked into whenever HiGHS says something. Each of them begins
    with `Objective`; a column is a line of its value and its number."""

    def __init__(self, path: Path, report: Callable[[Improved], None]) -> None:
        self._path, self._report = path, report
        self._read = 0

    def look(self, _said: object) -> None:
        """Report the last solution, if it is a new one."""
        if not self._path.exists() or self._path.stat().st_size <= self._read:
            return
        written = self._path.read_text()
        self._read = len(written)
        _, _, last = written.rpartition("Objective")
        pairs = [line.split() for line in last.splitlines()[2:]]
        with suppress(ValueError):  # not written down to its end yet
            self._report(
                Improved(
                    columns=np.array([int(number) for _, number in pairs], np.int64),
                    values=np.array([float(value) for value, _ in pairs], np.float64),
                )
            )


def _model(program: MixedProgram) -> Any:
    model = model_pb2.ModelProto()
    variables, rows, entries = (
        model.variables,
        model.linear_constraints,
        model.linear_constraint_matrix,
    )
    variables.ids.extend(range(len(program.cost)))
    variables.lower_bounds.extend([0.0] * len(program.cost))
    variables.upper_bounds.extend(program.largest.tolist())
    variables.integers.extend(program.whole.tolist())
    priced = np.flatnonzero(program.cost)
    model.objective.linear_coefficients.ids.extend(priced.tolist())
    model.objective.linear_coefficients.values.extend(program.cost[priced].tolist())
    rows.ids.extend(range(len(program.lower)))
    rows.lower_bounds.extend(program.lower.tolist())
    rows.upper_bounds.extend(program.upper.tolist())
    entries.row_ids.extend(program.row.tolist())
    entries.column_ids.extend(program.column.tolist())
    entries.coefficients.extend(program.value.tolist())
    return model


def _end_with(source: BinaryIO) -> None:
    source.read()
    os._exit(1)


def main() -> None:
    """Solve what comes in, and end when nobody waits for it any longer."""
    # HiGHS greets on the standard output; the solutions have it for themselves.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def say(said: Improved | Ended) -> None:
        pickle.dump(said, out)
        out.flush()

    program = pickle.load(sys.stdin.buffer)
    Thread(target=_end_with, args=(sys.stdin.buffer,), daemon=True).start()
    say(solve(program, say))
    # Not by way of an interpreter whose other thread still reads.
    os._exit(0)


if __name__ == "__main__":
    main()
