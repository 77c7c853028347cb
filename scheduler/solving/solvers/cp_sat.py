"""A 0–1 program to its optimum: small worlds whole, and what a linear program leaves open.

By CP-SAT; a program with switches, which it seldom proves, by HiGHS after a glance of CP-SAT's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from time import monotonic

import numpy as np
from ortools.sat.python import cp_model

from scheduler.model.compiled import NOWHERE
from scheduler.model.language import FloatArray, IntArray
from scheduler.model.program import BindingRows, Program
from scheduler.solving.solvers.highs import Mixed, solve_mixed
from scheduler.solving.solvers.interrupting import watching

GLANCE = 0.3
"""Deterministic seconds of CP-SAT for a program with switches: enough for the tiny ones."""


@dataclass(frozen=True)
class Exact:
    """How it ended: the best choice found (None if none was), the bound proven for the program,
    and whether the choice is proven to be its optimum, or that there is none; what it costs."""

    choice: IntArray | None
    bound: float
    optimal: bool
    infeasible: bool = False
    cost: float = inf


class _Model:
    """The program as CP-SAT's variables."""

    def __init__(self, program: Program, hint: IntArray) -> None:
        self.program = program
        self.cp = cp_model.CpModel()
        self.options = [self.cp.new_bool_var("") for _ in range(program.options)]
        self.unassigned = [self.cp.new_bool_var("") for _ in range(program.duties)]
        self.priced: list[tuple[cp_model.IntVar, int]] = []
        self._exactly_one()
        for rows in program.bounds:
            for row in range(len(rows.groups)):
                self._bound(rows, row)
        self._minimise()
        self._hint(hint)

    def _exactly_one(self) -> None:
        mine: list[list[cp_model.IntVar]] = [[u] for u in self.unassigned]
        for option, duty in enumerate(self.program.duty.tolist()):
            mine[duty].append(self.options[option])
        for literals in mine:
            self.cp.add_exactly_one(literals)

    def _bound(self, rows: BindingRows, row: int) -> None:
        first, last = rows.matrix.indptr[row : row + 2]
        members = [self.options[n] for n in rows.matrix.indices[first:last].tolist()]
        counts = rows.matrix.data[first:last].astype(np.int64).tolist()
        taken = cp_model.LinearExpr.weighted_sum(members, counts)
        lower, upper = int(rows.lower[row]), int(rows.upper[row])
        if rows.switch:
            on = self.cp.new_bool_var("")
            short = 0 if rows.points is None else self._priced(lower, rows.points)
            self.cp.add(taken + short >= lower * on)
            self.cp.add(taken <= len(members) * on)
            for member in members:
                self.cp.add_implication(member, on)
        elif lower > 0:
            short = 0 if rows.points is None else self._priced(lower, rows.points)
            self.cp.add(taken + short >= lower)
        if rows.points is not None:
            taken = taken - self._priced(len(members), rows.points)
        self.cp.add(taken <= upper)

    def _priced(self, most: int, points: int) -> cp_model.IntVar:
        """How many too many, or too few, at so many points each."""
        count = self.cp.new_int_var(0, most, "")
        self.priced.append((count, points))
        return count

    def _minimise(self) -> None:
        columns = [*self.options, *self.unassigned, *(column for column, _ in self.priced)]
        cost = self.program.cost[: self.program.options + self.program.duties].astype(np.int64)
        points = [points for _, points in self.priced]
        self.cp.minimize(cp_model.LinearExpr.weighted_sum(columns, [*cost.tolist(), *points]))

    def _hint(self, hint: IntArray) -> None:
        wanted = hint[self.program.duty] == self.program.session
        for option, chosen in zip(self.options, wanted.tolist(), strict=True):
            self.cp.add_hint(option, chosen)


class _Reporter(cp_model.CpSolverSolutionCallback):
    """Passes every better choice on."""

    def __init__(self, model: _Model, report: Callable[[IntArray], None]) -> None:
        super().__init__()
        self._model, self._report = model, report

    def on_solution_callback(self) -> None:
        chosen = [n for n, option in enumerate(self._model.options) if self.boolean_value(option)]
        self._report(_choice(self._model.program, chosen))


def _choice(program: Program, chosen: list[int]) -> IntArray:
    choice = np.full(program.duties, NOWHERE, np.int64)
    choice[program.duty[chosen]] = program.session[chosen]
    return choice


def _chosen(program: Program, values: FloatArray) -> IntArray:
    """The choice that some values of the columns stand for."""
    return _choice(program, np.flatnonzero(values[: program.options] > 0.5).tolist())


def solve_exactly(
    program: Program,
    hint: IntArray,
    *,
    seconds: float,
    workers: int = 1,
    seed: int = 0,
    stop: Callable[[], bool] = lambda: False,
    report: Callable[[IntArray], None] = lambda choice: None,
    switching: Callable[[], None] = lambda: None,
    linear: bool = False,
    glance: float = GLANCE,
) -> Exact:
    """Solve `program`, starting from `hint` (a session for every duty), within `seconds`.

    Every better choice is reported while it works; `stop` ends it within a tenth of a second, and
    `switching` is called when HiGHS begins, after a `glance` of CP-SAT's. `linear` makes it lean on
    linear relaxations, which proves what the usual search does not.
    """
    if linear or not any(rows.switch for rows in program.bounds):
        limits = _Effort(seconds, workers, seed, linear=linear)
        return _searched(program, hint, limits, stop, report)
    deadline = monotonic() + seconds
    glanced = _searched(program, hint, _Effort(seconds, workers, seed, glance, True), stop, report)
    left = deadline - monotonic()
    if glanced.optimal or glanced.infeasible or left <= 0 or stop():
        return glanced
    switching()

    def better(values: FloatArray) -> None:
        report(_chosen(program, values))

    mixed = solve_mixed(program, seconds=left, seed=seed, stop=stop, report=better)
    return _better(program, glanced, mixed)


def _better(program: Program, glanced: Exact, mixed: Mixed) -> Exact:
    """What both solvers together know."""
    if mixed.infeasible:
        return Exact(None, inf, optimal=False, infeasible=True)
    known = replace(glanced, bound=max(glanced.bound, mixed.bound))
    if mixed.values is None:
        return known
    cost = float(program.cost @ mixed.values)
    if cost > glanced.cost:
        return known
    choice = _chosen(program, mixed.values)
    return replace(known, choice=choice, optimal=mixed.optimal, cost=cost)


@dataclass(frozen=True)
class _Effort:
    """How long and how CP-SAT searches; `work` are deterministic seconds."""

    seconds: float
    workers: int
    seed: int
    work: float = inf
    linear: bool = False


def _searched(
    program: Program,
    hint: IntArray,
    limits: _Effort,
    stop: Callable[[], bool],
    report: Callable[[IntArray], None],
) -> Exact:
    """What CP-SAT finds."""
    model = _Model(program, hint)
    solver = _solver(limits)
    with watching(stop, solver.stop_search):
        status = solver.solve(model.cp, _Reporter(model, report))
    if status == cp_model.INFEASIBLE:
        return Exact(None, inf, optimal=False, infeasible=True)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Exact(None, float(solver.best_objective_bound), False)
    chosen = [n for n, option in enumerate(model.options) if solver.boolean_value(option)]
    return Exact(
        _choice(program, chosen),
        float(solver.best_objective_bound),
        status == cp_model.OPTIMAL,
        cost=float(solver.objective_value),
    )


def _solver(limits: _Effort) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(limits.seconds, 0.01)
    solver.parameters.max_deterministic_time = limits.work
    solver.parameters.num_workers = limits.workers
    solver.parameters.random_seed = limits.seed % 2**31
    if limits.linear:
        solver.parameters.linearization_level = 2
    # Control-C is the program's: CP-SAT would swallow it, and abort where it runs in a thread.
    solver.parameters.catch_sigint_signal = False
    return solver
