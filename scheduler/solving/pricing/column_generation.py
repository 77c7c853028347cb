"""Column generation: a bound that holds for all options, from a linear program over few of them,
the restricted master problem.

First prices for what everybody shares; a few options of every duty that look
cheap at these prices; the linear program over those; all others priced by its duals in a handful
of array operations; those that would pay are added, until none would. Every round also yields
the Lagrangian bound, valid whatever the duals are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import BoolArray, IntArray
from scheduler.model.presolve.dominance import without_dominated_rows
from scheduler.model.presolve.pairs import first_of_pairs, with_partner_options
from scheduler.model.presolve.tightening import tighten_coefficients
from scheduler.model.program import Program, elastic_points, program
from scheduler.solving.pricing.first_options import FirstOptions
from scheduler.solving.pricing.initial_duals import initial_duals
from scheduler.solving.pricing.piecewise import solve_piecewise
from scheduler.solving.pricing.pricing import Basis, MasterSolution, PricedOptions, price
from scheduler.solving.pricing.tuning import COLUMNS, ColumnTuning
from scheduler.solving.solvers.linear import LinearSolution, planned, solve_relaxation

_CLOSE = 1e-6
"""Bound and program may be so far apart, as a share: pricing on would be for almost nothing."""
_EPSILON = 1e-6


def generate_columns(
    model: CompiledModel,
    incumbent: IntArray | Callable[[], IntArray],
    *,
    seconds: float,
    near: float = 0.0,
    seed: int = 0,
    threads: int = 1,
    stop: Callable[[], bool] = lambda: False,
    report: Callable[[MasterSolution], None] = lambda master: None,
    start: MasterSolution | None = None,
    tuning: ColumnTuning = COLUMNS,
) -> MasterSolution:
    """Solve the master problem of `model`, starting from a few cheap options of every duty and
    those of `incumbent`, asked for when prices are known; stops early after `seconds`, when the
    bound is so `near` to what could be proven at most, as a share of it, or when `stop` says so,
    with what is proven then. `threads` are threads for what can be done side by side.

    `start` is the solution for a model that has all this one's plans, at the same cost, and the
    same group bounds: its prices, options and basis are begun with.
    """
    limits = _RoundLimits(monotonic() + seconds, near, seed, threads, stop, tuning)
    model = tighten_coefficients(model)
    known = PricedOptions(model.cost.astype(np.float64), 0.0)
    best = known.lagrangian_bound(model)
    if start is not None:
        best, known = _better(model, best, known, start.priced)
    elif best.reduced.size > tuning.few and not stop():
        prices = initial_duals(
            model, seconds=0.5 * seconds, seed=seed, stop=stop, sample=tuning.sample
        )
        shared = PricedOptions(known.cost + prices.by_session, prices.constant)
        best, known = _better(model, best, known, shared)
        report(best)
    plan = incumbent() if callable(incumbent) else incumbent
    first = FirstOptions(model, best, plan, seed, tuning).begun_with(start)
    active = first_of_pairs(model, first, tuning.few)
    basis = None if start is None else start.basis
    rounds = _Rounds(model, limits, report, best, known, active, basis)
    if basis is None and tuning.pieces.pieces(model.duties) > 1:
        plan = rounds.piecewise(plan)
    return rounds.priced_in(plan)


@dataclass(frozen=True)
class _RoundLimits:
    """How long, how far, and how to solve linear programs."""

    deadline: float
    near: float
    seed: int
    threads: int
    stop: Callable[[], bool]
    tuning: ColumnTuning

    @property
    def left(self) -> float:
        """Seconds left; none once it was stopped."""
        return 0.0 if self.stop() else self.deadline - monotonic()


@dataclass
class _Rounds:
    """Linear programs over more and more options, and the best that is known after each."""

    model: CompiledModel
    limits: _RoundLimits
    report: Callable[[MasterSolution], None]
    best: MasterSolution
    known: PricedOptions
    active: BoolArray
    basis: Basis | None

    def __post_init__(self) -> None:
        self.lean = without_dominated_rows(self.model)
        self.gone = _closed(self.model, self.basis)

    def piecewise(self, plan: IntArray) -> IntArray:
        """Solve one program piece by piece: its prices, and a plan to start from."""
        restricted = _restricted(self.lean, self.active, None)
        limits = self.limits
        pieced = solve_piecewise(
            restricted,
            plan,
            limits.left,
            seed=limits.seed,
            threads=limits.threads,
            stop=limits.stop,
            tuning=limits.tuning.pieces,
        )
        if pieced is None:
            return plan
        solution, plan = pieced
        missing = self._learn(restricted, solution, None)
        self.active = with_partner_options(self.model, self.active | missing)
        return plan

    def priced_in(self, plan: IntArray) -> MasterSolution:
        """Solve programs until no option is missing, starting from `plan` if there is no basis."""
        while (left := self.limits.left) > 0:
            restricted = _restricted(self.lean, self.active, self.gone)
            if self.basis is None and (plan != NOWHERE).any():
                self.basis = restricted, planned(restricted, plan)
            solution = solve_relaxation(restricted, left, self.limits.stop, self.basis)
            if solution is None:
                break
            self.basis = restricted, solution
            missing = self._learn(restricted, solution, self.basis)
            enough = max(self.limits.near, _CLOSE) * abs(solution.objective)
            if solution.objective - self.best.bound <= enough or not missing.any():
                if not self._uses_closed(restricted, solution):
                    break
                self.gone = None
            self.active = with_partner_options(self.model, self.active | missing)
        return replace(self.best, active=self.active)

    def _uses_closed(self, restricted: Program, solution: LinearSolution) -> bool:
        """Whether options that there are not are of use all the same."""
        if self.gone is None:
            return False
        closed = self.gone[restricted.duty, restricted.session]
        return bool((solution.values[: restricted.options][closed] > _EPSILON).any())

    def _learn(
        self, restricted: Program, solution: LinearSolution, basis: Basis | None
    ) -> BoolArray:
        """What a program's solution proves, and the options to add."""
        now = price(self.model, restricted, solution)
        inside = self.active[restricted.duty, restricted.session]
        weight = solution.values[: restricted.options][inside]
        best = replace(self.best, solved=self.active, weight=weight, basis=basis)
        missing = self._missing(best, now)
        self.report(self.best)
        return missing

    def _missing(self, best: MasterSolution, now: PricedOptions) -> BoolArray:
        """Take the better of what was known and what the program's duals prove; the options to add.

        The duals of a program over few options swing wildly; those halfway from the best known
        ones prove more and know better which options matter (P. Wentges, 1997). Only where the
        program's own duals miss nothing is it solved for all options.
        """
        missing = self._worth_adding(now)
        best, halfway = _better(self.model, best, self.known, now.halfway(self.known))
        if missing.any():
            missing |= self._worth_adding(halfway)
        self.best, self.known = _better(self.model, best, halfway, now)
        return missing

    def _worth_adding(self, priced: PricedOptions) -> BoolArray:
        proven, most = priced.lagrangian_bound(self.model), self.limits.tuning.more_options
        return _worth_adding(proven, self.active, min(most, self.model.sessions))


def _restricted(model: CompiledModel, active: BoolArray, gone: BoolArray | None) -> Program:
    """The restricted master problem over the active options, and over those of a freer model's
    basis that are closed here: dear enough to be of no use, they keep the basis a solution to start
    from."""
    duty, session = np.nonzero(active if gone is None else active | gone)
    restricted = program(model, duty, session, relaxed=True)
    if gone is None:
        return restricted
    cost = restricted.cost.copy()
    cost[: restricted.options] += np.where(gone[duty, session], elastic_points(model), 0.0)
    return replace(restricted, cost=cost)


def _closed(model: CompiledModel, basis: Basis | None) -> BoolArray | None:
    """Options of a basis that this model has not; None if there are none."""
    if basis is None:
        return None
    gone = np.zeros(model.cost.shape, np.bool_)
    gone[basis[0].duty, basis[0].session] = True
    gone &= ~model.open
    return gone if gone.any() else None


def _better(
    model: CompiledModel, best: MasterSolution, known: PricedOptions, new: PricedOptions
) -> tuple[MasterSolution, PricedOptions]:
    proven = new.lagrangian_bound(model)
    if proven.bound <= best.bound:
        return best, known
    return replace(proven, solved=best.solved, weight=best.weight, basis=best.basis), new


def _worth_adding(now: MasterSolution, active: BoolArray, count: int) -> BoolArray:
    """The `count` cheapest options of every duty that has one cheaper than all its active ones."""
    worth = np.zeros_like(active)
    held = np.where(active, now.reduced, np.inf).min(axis=1, initial=np.inf)
    limit = np.minimum(held, now.left)
    limit -= _EPSILON * np.maximum(1.0, np.abs(limit))
    rows = np.flatnonzero(now.reduced.min(axis=1, initial=np.inf) < limit)
    if not (count and len(rows)):
        return worth
    inactive = np.where(active[rows], np.inf, now.reduced[rows])
    nearest = np.argpartition(inactive, count - 1, axis=1)[:, :count]
    useful = np.take_along_axis(inactive, nearest, axis=1) < limit[rows, None]
    worth[rows[:, None], nearest] = useful
    return worth
