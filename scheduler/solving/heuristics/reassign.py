"""Some duties placed anew while everybody else stays where they are, one objective after another.

The objectives: the fewest unassigned, then the fewest people who change, then the fewest points.
CP-SAT solves them in turn, each with the ones before held at their best.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

import numpy as np
from ortools.sat.python import cp_model

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.incidence import touched_rows
from scheduler.model.language import BoolArray, GroupBound, IntArray
from scheduler.solving.solvers.interrupting import watching


@dataclass(frozen=True)
class Objectives:
    """How good a reassignment is, or how good one can be: unassigned duties in their points,
    how many people change, and points."""

    unplaced: int
    changed: int
    points: int


@dataclass(frozen=True)
class Reassignment:
    """Which `duties` may move to which of `options` [place in duties, session]. `taken` says how
    much of every group bound all others take, [group, slot]. A duty that leaves its `home`
    session changes its `person`, once however many of their duties move; where the home is
    `NOWHERE` moving is free. `only_changes` leaves the lower limits and the points alone: it only
    asks who has to go."""

    model: CompiledModel
    duties: IntArray
    options: BoolArray
    taken: list[IntArray]
    home: IntArray
    person: IntArray
    only_changes: bool = False


@dataclass(frozen=True)
class Reassigned:
    """The best choice found, a session for each of the asked duties (None if none was), and
    how many of the objectives, in their order, are proven: 0 to 3. `impossible` if there is
    none."""

    choice: IntArray | None
    objectives: Objectives
    proven: int
    impossible: bool = False


@dataclass
class _Objective:
    """A sum to make small."""

    terms: list[cp_model.IntVar] = field(default_factory=list)
    weights: list[int] = field(default_factory=list)

    def add(self, term: cp_model.IntVar, weight: int) -> None:
        if weight:
            self.terms.append(term)
            self.weights.append(weight)

    @property
    def sum(self) -> cp_model.LinearExprT:
        return cp_model.LinearExpr.weighted_sum(self.terms, self.weights)


class _ReassignmentProgram:
    """The reassignment as CP-SAT's variables."""

    def __init__(self, reassignment: Reassignment) -> None:
        self.reassignment = reassignment
        self.cp = cp_model.CpModel()
        self.place, self.session = np.nonzero(reassignment.options)
        self.options = [self.cp.new_bool_var("") for _ in self.place.tolist()]
        self.unassigned = [self.cp.new_bool_var("") for _ in reassignment.duties.tolist()]
        self.unplaced, self.changed, self.points = _Objective(), _Objective(), _Objective()
        self._one_each()
        self._changes()
        for bound, taken in zip(reassignment.model.group_bounds, reassignment.taken, strict=True):
            if bound.points is None or not reassignment.only_changes:
                self._bounds(bound, taken)

    def _one_each(self) -> None:
        model, duties = self.reassignment.model, self.reassignment.duties
        mine = [[literal] for literal in self.unassigned]
        for option, place in zip(self.options, self.place.tolist(), strict=True):
            mine[place].append(option)
        for literals in mine:
            self.cp.add_exactly_one(literals)
        if self.reassignment.only_changes:
            return
        for literal, points in zip(self.unassigned, model.unplaced[duties].tolist(), strict=True):
            self.unplaced.add(literal, points)
        costs = model.cost[duties[self.place], self.session].tolist()
        for option, points in zip(self.options, costs, strict=True):
            self.points.add(option, points)

    def _changes(self) -> None:
        """A person changes if one of their duties is not at home."""
        home, person = self.reassignment.home, self.reassignment.person
        changed: dict[int, cp_model.IntVar] = {}
        at_home = self.session == home[self.place]
        stays = dict(zip(self.place[at_home].tolist(), np.flatnonzero(at_home), strict=True))
        for place in np.flatnonzero(home != NOWHERE).tolist():
            who = int(person[place])
            if who not in changed:
                changed[who] = self.cp.new_bool_var("")
                self.changed.add(changed[who], 1)
            stay = self.options[stays[place]] if place in stays else False
            self.cp.add_bool_or([changed[who], stay])

    def _bounds(self, bound: GroupBound, taken: IntArray) -> None:
        duties, used = self.reassignment.duties, taken.ravel()
        rows, choice = touched_rows(
            self.reassignment.model, bound, duties[self.place], self.session.astype(np.int64)
        )
        order = np.argsort(rows, kind="stable")
        rows, choice = rows[order], choice[order]
        # A row that no option touches can still be short of people.
        row = np.union1d(rows, self._short(bound, taken))
        first = np.searchsorted(rows, row, side="left").tolist()
        last = np.searchsorted(rows, row, side="right").tolist()
        upper, lower = _limits(bound, row)
        there = used[row]
        over = there + self._able(rows, choice, row) > upper
        short = (there < lower) & (not self.reassignment.only_changes)
        for n in np.flatnonzero(over | short).tolist():
            literals = [self.options[k] for k in choice[first[n] : last[n]].tolist()]
            if over[n]:
                self._at_most(literals, int(there[n]), int(upper[n]), bound.points)
            if short[n]:
                self._at_least(literals, int(there[n]), int(lower[n]), bound)

    def _able(self, rows: IntArray, choice: IntArray, row: IntArray) -> IntArray:
        """How many of the duties could be in each row: at most one option of each is chosen."""
        width = max(1, len(self.reassignment.duties))
        pairs = np.unique(rows * width + self.place[choice])
        return np.bincount(np.searchsorted(row, pairs // width), minlength=len(row))

    def _short(self, bound: GroupBound, taken: IntArray) -> IntArray:
        if bound.lower is None or self.reassignment.only_changes:
            return np.zeros(0, np.int64)
        short = taken < bound.lower
        return np.flatnonzero(short & (taken > 0) if bound.switch else short)

    def _at_most(
        self, literals: list[cp_model.IntVar], there: int, most: int, points: int | None
    ) -> None:
        taken = cp_model.LinearExpr.sum(literals) + there
        if points is None:
            self.cp.add(taken <= most)
            return
        over = self.cp.new_int_var(0, there + len(literals), "")
        self.points.add(over, points)
        self.cp.add(taken - over <= most)

    def _at_least(
        self, literals: list[cp_model.IntVar], there: int, least: int, bound: GroupBound
    ) -> None:
        """At least so many; where the group has a switch, only if anybody is there."""
        taken = cp_model.LinearExpr.sum(literals) + there
        wanted: cp_model.LinearExprT = least
        if bound.switch and not there:
            on = self.cp.new_bool_var("")
            for literal in literals:
                self.cp.add_implication(literal, on)
            wanted = least * on
        if bound.points is None:
            self.cp.add(taken >= wanted)
            return
        lacking = self.cp.new_int_var(0, least, "")
        self.points.add(lacking, bound.points)
        self.cp.add(taken + lacking >= wanted)

    def hint(self, choice: IntArray) -> None:
        """Start from this choice."""
        self.cp.clear_hints()  # type: ignore[no-untyped-call]
        chosen = choice[self.place] == self.session
        for option, wanted in zip(self.options, chosen.tolist(), strict=True):
            self.cp.add_hint(option, wanted)
        for literal, place in zip(self.unassigned, choice.tolist(), strict=True):
            self.cp.add_hint(literal, place == NOWHERE)

    def read(self, solver: cp_model.CpSolver) -> IntArray:
        """The choice a solver found."""
        choice = np.full(len(self.reassignment.duties), NOWHERE, np.int64)
        for n, option in enumerate(self.options):
            if solver.boolean_value(option):
                choice[self.place[n]] = self.session[n]
        return choice


def _limits(bound: GroupBound, row: IntArray) -> tuple[IntArray, IntArray]:
    """The upper and lower limits of some rows."""
    group, slot = row // bound.shape[1], row % bound.shape[1]
    if bound.lower is None:
        return bound.limit(group, slot), np.zeros(len(row), np.int64)
    lower = bound.lower[group if bound.lower.shape[0] > 1 else 0, slot]
    return bound.limit(group, slot), lower


def reassign(
    reassignment: Reassignment,
    hint: IntArray,
    *,
    seconds: float,
    seed: int = 0,
    stop: Callable[[], bool] = lambda: False,
    effort: float = float("inf"),
) -> Reassigned:
    """The best reassignment in the order of the objectives, starting from `hint`. The points get
    at most so much `effort`, in CP-SAT's deterministic seconds: the same on any machine."""
    model = _ReassignmentProgram(reassignment)
    deadline = monotonic() + seconds
    choice: IntArray | None = None
    values = [0, 0, 0]
    model.hint(hint)
    for number, objective in enumerate((model.unplaced, model.changed, model.points)):
        if not objective.terms and (choice is not None or number < 2):
            continue
        solver = _solver(deadline - monotonic(), seed)
        if objective is model.points:
            solver.parameters.max_deterministic_time = effort
        model.cp.minimize(objective.sum)
        with watching(stop, solver.stop_search):
            status = solver.solve(model.cp)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            choice = model.read(solver)
            values[number] = round(solver.objective_value)
        if status != cp_model.OPTIMAL:
            none = status == cp_model.INFEASIBLE
            return Reassigned(
                choice, Objectives(*values), number if choice is not None else 0, none
            )
        model.cp.add(objective.sum <= values[number])
        model.hint(model.read(solver))
    return Reassigned(choice, Objectives(*values), 3)


def _solver(seconds: float, seed: int) -> cp_model.CpSolver:
    """One thread: the same question gets the same answer, however often it is asked."""
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(seconds, 0.01)
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.catch_sigint_signal = False
    return solver
