"""A linear relaxation over few of a program's options, until no other one would pay.

The rows stay; only columns come in. So each round goes on from the basis of the one before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import monotonic

import numpy as np
from scipy import sparse

from scheduler.model.language import BoolArray, FloatArray, IntArray
from scheduler.model.program import Program
from scheduler.solving.solvers.linear import LinearSolution, solve_relaxation

FIRST, MORE = 12, 6
"""Options of every duty at first, and in each round those that would pay, at most."""
_EPSILON = 1e-6
_LITTLE = 1e-5
"""Of what is dearest in a program, that is about a point."""


def nearest(program: Program, dear: FloatArray, count: int) -> BoolArray:
    """[option] → whether it is among the `count` nearest of its duty, of so dear ones."""
    order = np.lexsort((dear, program.duty))
    duty = program.duty[order]
    among: BoolArray = np.zeros(program.options, np.bool_)
    among[order] = np.arange(program.options) - np.searchsorted(duty, duty) < count
    return among


def reduced(program: Program, duals: FloatArray) -> FloatArray:
    """[column] → what it costs more than its rows pay for it."""
    dear: FloatArray = program.cost - program.matrix.T @ duals
    return dear


def sift(
    program: Program,
    seconds: float,
    *,
    wanted: IntArray | None = None,
    seed: int = 0,
    stop: Callable[[], bool] = lambda: False,
) -> LinearSolution | None:
    """The optimum of the program's linear relaxation, which must have a solution whatever options
    there are; None when the time was too short. `wanted` are options to begin with."""
    deadline = monotonic() + seconds
    random = np.random.default_rng(seed).random(program.options)
    active = nearest(program, program.cost[: program.options] + _spread(program) * random, FIRST)
    if wanted is not None:
        active[wanted] = True
    before: tuple[Program, LinearSolution] | None = None
    while (left := deadline - monotonic()) > 0 and not stop():
        columns = _columns(program, active)
        few = _only(program, columns)
        solution = solve_relaxation(few, left, stop, before)
        if solution is None:
            return None
        before = few, solution
        missing = _missing(program, solution.duals, active)
        if not missing.any():
            values = np.zeros(len(program.cost))
            values[columns] = solution.values
            return replace(solution, values=values)
        active |= missing
    return None


def _spread(program: Program) -> float:
    """So little as makes those differ who cost about the same: not all may want the same ones."""
    return _LITTLE * float(program.cost.max(initial=1.0))


def _columns(program: Program, active: BoolArray) -> IntArray:
    rest = np.arange(program.options, len(program.cost))
    return np.concatenate([np.flatnonzero(active), rest])


def _only(program: Program, columns: IntArray) -> Program:
    """The program with some of its columns and all of its rows."""
    options = columns[columns < program.options]
    return replace(
        program,
        duty=program.duty[options],
        session=program.session[options],
        cost=program.cost[columns],
        matrix=sparse.csr_array(program.matrix[:, columns]),
        largest=program.largest[columns],
        whole=program.whole[columns],
    )


def _missing(program: Program, duals: FloatArray, active: BoolArray) -> BoolArray:
    """The cheapest few of every duty that would pay."""
    dear = reduced(program, duals)[: program.options]
    scale = np.maximum(1.0, np.abs(duals[program.duty]))
    useful = (dear < -_EPSILON * scale) & ~active
    missing: BoolArray = useful & nearest(program, np.where(active, np.inf, dear), MORE)
    return missing
