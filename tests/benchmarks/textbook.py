"""The textbook's way: one Boolean for every person and session in CP-SAT.

Built straight from what the rules say: the open options, their costs, and every group bound as a
plain linear constraint, but for those that have no more options than they allow.
"""

from __future__ import annotations

from math import ceil, isfinite
from time import monotonic

import numpy as np
from ortools.sat.python import cp_model

from scheduler.domain.problem import Problem
from scheduler.model.compiled import CompiledModel
from scheduler.model.compiling import compile_problem
from scheduler.model.language import GroupBound
from tests.benchmarks.talk import Request, SessionIndices, SideAnswer

_STATUS = {
    cp_model.OPTIMAL: "optimal",
    cp_model.INFEASIBLE: "infeasible",
    cp_model.FEASIBLE: "time_limit",
    cp_model.UNKNOWN: "time_limit",
}
Term = tuple[cp_model.IntVar, int]


class Textbook:
    """The model while it is being written."""

    def __init__(self, compiled: CompiledModel) -> None:
        self.compiled = compiled
        self.cp = cp_model.CpModel()
        self.duty, self.session = np.nonzero(compiled.open)
        self.serves = [self.cp.new_bool_var("") for _ in range(len(self.duty))]
        costs = compiled.cost[self.duty, self.session].tolist()
        self.priced: list[Term] = [(x, c) for x, c in zip(self.serves, costs, strict=True) if c]
        self._every_duty_once()
        for bound in compiled.group_bounds:
            self._bound(bound)
        self.cp.minimize(_sum(self.priced))

    def _every_duty_once(self) -> None:
        options: list[list[cp_model.IntVar]] = [[] for _ in range(self.compiled.duties)]
        for serves, duty in zip(self.serves, self.duty.tolist(), strict=True):
            options[duty].append(serves)
        for mine, points in zip(options, self.compiled.unplaced.tolist(), strict=True):
            unassigned = self.cp.new_bool_var("")
            self.priced.append((unassigned, points))
            self.cp.add_exactly_one([*mine, unassigned])

    def _bound(self, bound: GroupBound) -> None:
        """One constraint for every group and slot."""
        members = bound.membership(self.compiled.duties)
        touched = bound.incidence(self.compiled.sessions)
        rows: dict[tuple[int, int], list[cp_model.IntVar]] = {}
        if bound.lower is not None and not bound.switch:
            # A group that nobody can be chosen for may be missing people, too.
            groups, slots = bound.shape
            rows = {(group, slot): [] for group in range(groups) for slot in range(slots)}
        pairs = zip(self.serves, self.duty.tolist(), self.session.tolist(), strict=True)
        for serves, duty, session in pairs:
            for group in members.indices[members.indptr[duty] : members.indptr[duty + 1]].tolist():
                first, last = touched.indptr[session : session + 2]
                for slot in touched.indices[first:last].tolist():
                    rows.setdefault((group, slot), []).append(serves)
        for (group, slot), serving in rows.items():
            self._row(bound, group, slot, serving)

    def _row(
        self, bound: GroupBound, group: int, slot: int, serving: list[cp_model.IntVar]
    ) -> None:
        upper, most = _at(bound.upper, group, slot), len(serving)
        taken: list[Term] = [(serves, 1) for serves in serving]
        if most > upper:
            self.cp.add(_sum([*taken, *self._slack(bound, most, -1)]) <= upper)
        lower = 0 if bound.lower is None else _at(bound.lower, group, slot)
        if lower <= 0:
            return
        taken += self._slack(bound, lower, 1)
        if not bound.switch:
            self.cp.add(_sum(taken) >= lower)
            return
        on = self.cp.new_bool_var("")
        self.cp.add(_sum([*((serves, 1) for serves in serving), (on, -most)]) <= 0)
        self.cp.add(_sum([*taken, (on, -lower)]) >= 0)

    def _slack(self, bound: GroupBound, most: int, sign: int) -> list[Term]:
        """How much a soft bound may be missed by, at its price; nothing for a hard one."""
        if bound.points is None:
            return []
        slack = self.cp.new_int_var(0, most, "")
        self.priced.append((slack, bound.points))
        return [(slack, sign)]


def _sum(terms: list[Term]) -> cp_model.LinearExpr:
    variables, factors = zip(*terms, strict=True) if terms else ((), ())
    return cp_model.LinearExpr.weighted_sum(list(variables), list(factors))


def _at(limits: np.ndarray[tuple[int, ...], np.dtype[np.int64]], group: int, slot: int) -> int:
    return int(limits[group if limits.shape[0] > 1 else 0, slot])


class _Watch(cp_model.CpSolverSolutionCallback):
    """Notes when there was which plan."""

    def __init__(self, began: float) -> None:
        super().__init__()
        self.began = began
        self.trace: list[tuple[float, int]] = []

    def on_solution_callback(self) -> None:
        """Called by CP-SAT."""
        self.trace.append((monotonic() - self.began, round(self.objective_value)))


def solve(request: Request, problem: Problem) -> tuple[SideAnswer, list[SessionIndices]]:
    """The best plan within the limit, from which writing the model is taken."""
    began = monotonic()
    model = Textbook(compile_problem(problem))
    built = monotonic() - began
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.1, request.seconds - built)
    solver.parameters.num_workers = request.threads
    solver.parameters.random_seed = request.seed
    watch = _Watch(began)
    status = solver.solve(model.cp, watch)
    seconds = monotonic() - began
    has_plan = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    bound = solver.best_objective_bound
    answer = SideAnswer(
        status=_STATUS.get(status, "error"),
        seconds=seconds,
        cost=round(solver.objective_value) if has_plan else None,
        bound=ceil(bound - 1e-6) if isfinite(bound) else None,
        first=watch.trace[0][0] if watch.trace else None,
        trace=tuple(watch.trace),
        options=len(model.serves),
        notes={"building": built},
    )
    return answer, [_choice(model, solver)] if has_plan else []


def _choice(model: Textbook, solver: cp_model.CpSolver) -> SessionIndices:
    choice = np.full(model.compiled.duties, -1, np.int64)
    chosen = np.array([solver.boolean_value(x) for x in model.serves], np.bool_)
    choice[model.duty[chosen]] = model.session[chosen]
    return choice
