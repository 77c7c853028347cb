"""A mixed-integer program by HiGHS, in a process of its own.

CP-SAT proves little where a session takes place with so many people or not at all; cuts over rows
and switches together do. HiGHS inside OR-Tools 9.15 cannot be interrupted, and SCIP there only now
and then; a process can be ended at any moment.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite
from subprocess import DEVNULL, PIPE, Popen
from time import monotonic

import numpy as np
from scipy import sparse

from scheduler.solving.asked import Answer, Asked
from scheduler.solving.compiled import FloatArray
from scheduler.solving.rows import Program
from scheduler.solving.watching import watching

_GRACE = 2.0
"""Seconds that the process may take longer than its limit before it is ended."""


@dataclass(frozen=True)
class Mixed:
    """The values of the columns (None if no solution was found), the bound proven, and whether
    the solution is proven to be the optimum, or that there is none."""

    values: FloatArray | None
    bound: float
    optimal: bool = False
    infeasible: bool = False


def solve_mixed(
    program: Program,
    *,
    seconds: float,
    seed: int = 0,
    stop: Callable[[], bool] = lambda: False,
) -> Mixed:
    """Solve `program` within `seconds`. Ended early by `stop`, it has found nothing."""
    deadline = monotonic() + seconds + _GRACE
    command = [sys.executable, "-m", "scheduler.solving.highs"]
    with Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_environment()) as process:
        try:
            with watching(lambda: stop() or monotonic() > deadline, process.kill):
                said = _talk(process, _asked(program, seconds, seed))
        finally:
            process.kill()
    if said is None:
        return Mixed(None, -inf)
    if said.infeasible:
        return Mixed(None, inf, infeasible=True)
    values = None if said.values is None else np.asarray(said.values, np.float64)
    return Mixed(values, said.bound if isfinite(said.bound) else -inf, said.optimal)


def _environment() -> dict[str, str]:
    """This process's, in which modules are found where they are found here."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _asked(program: Program, seconds: float, seed: int) -> Asked:
    rows = sparse.csr_array(program.matrix, copy=True)
    rows.sum_duplicates()  # in the order of rows and columns, as MathOpt wants the entries
    entries = sparse.coo_array(rows)
    return Asked(
        cost=program.cost,
        largest=program.largest,
        whole=program.whole,
        lower=program.lower,
        upper=program.upper,
        row=entries.row,
        column=entries.col,
        value=entries.data,
        seconds=max(seconds, 0.01),
        seed=seed % 2**31,
    )


def _talk(process: Popen[bytes], asked: Asked) -> Answer | None:
    """The answer; None from a process that was ended."""
    if process.stdin is None or process.stdout is None:
        return None
    try:
        pickle.dump(asked, process.stdin)
        process.stdin.flush()
        said: Answer = pickle.load(process.stdout)
    except (BrokenPipeError, EOFError, pickle.UnpicklingError):
        return None
    return said
