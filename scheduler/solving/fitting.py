"""Sessions for the tied duties of all blocks at once, at the prices of their blocks.

Each block says what its tied duties' options add to its bound. Tied duties are few, so that all
of them make one small program under the ties. Its relaxation proves a bound for the whole company;
sessions that it finds are nearly the best ones, as few people hardly change what a seat is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from scheduler.solving.compiled import NOWHERE, BoolArray, CompiledModel, FloatArray, IntArray
from scheduler.solving.exact import solve_exactly
from scheduler.solving.linear import LinearSolution, solve_relaxation
from scheduler.solving.linking import Rests, Tie, joined, parted, together
from scheduler.solving.rows import Program, only_options

UNIT = 1_000
"""Prices are no whole points: they are kept in such parts of one."""
_NEAREST = 20
"""Options of a tied duty to choose from where the relaxation is torn, the nearest ones."""
_DECIDED = 1 - 1e-6
_SECONDS, _SHARE = 10.0, 0.1
"""For those it is torn about: so long at most, and such a share of the time that is left."""


@dataclass(frozen=True)
class TiedPrices:
    """What is known of a block with all its duties free: its bound, and for tied duties a model
    whose costs are what their options add to it, in `UNIT`ths of a point, rounded down."""

    bound: float
    duties: IntArray
    model: CompiledModel


@dataclass(frozen=True)
class Fitted:
    """What the tied duties add to the bounds of their blocks at least, in points; and by block a
    session, or `NOWHERE`, for each of them."""

    added: float
    sessions: dict[int, dict[int, int]]


@dataclass(frozen=True)
class Fit:
    """The tied duties of some blocks, the ties, and the blocks' plans."""

    prices: dict[int, TiedPrices]
    ties: Sequence[Tie]
    choices: Sequence[IntArray]
    workers: int = 1
    seed: int = 0
    stop: Callable[[], bool] = lambda: False

    def solve(self, seconds: float) -> Fitted | None:
        """The bound and the sessions, or None when the time was too short. Who need not move
        keeps the session of the block's plan."""
        rests = self._rests()
        program = joined(rests, self.ties, self.choices)
        relaxed = self._relaxed(program, seconds)
        if relaxed is None:
            return None
        inert = _staying(program, together(rests, self.choices))
        stayed = self._relaxed(inert, seconds) or relaxed
        found = parted(rests, self._whole(program, stayed, min(_SECONDS, _SHARE * seconds)))
        return Fitted(
            added=relaxed.objective,
            sessions={
                block: dict(zip(rests[block][0].tolist(), chosen.tolist(), strict=True))
                for block, chosen in found.items()
            },
        )

    def _relaxed(self, program: Program, seconds: float) -> LinearSolution | None:
        """In points; where such different costs make the solver stumble, as shares of the dearest,
        which it only knows to a few digits. The bound is taken from the prices, so it holds."""
        for unit in (UNIT, max(1.0, float(program.cost.max(initial=1.0)))):
            scaled = replace(program, cost=program.cost / unit)
            found = solve_relaxation(scaled, seconds, self.stop)
            if found is not None:
                duals = found.duals * (unit / UNIT)
                return replace(found, objective=_proven(program, duals), duals=duals)
        return None

    def _rests(self) -> Rests:
        return {block: (mine.duties, mine.model) for block, mine in sorted(self.prices.items())}

    def _whole(self, program: Program, relaxed: LinearSolution, seconds: float) -> IntArray:
        """Sessions for all duties of the program, nearly the cheapest together."""
        weight = relaxed.values[: program.options]
        heavy = np.flatnonzero(weight > 0.5)
        found = np.full(program.duties, NOWHERE)
        found[program.duty[heavy]] = program.session[heavy]
        idle = relaxed.values[program.options : program.options + program.duties]
        if ((weight[heavy] > _DECIDED).sum() + (idle > _DECIDED).sum()) == program.duties:
            return found
        near = only_options(program, _nearest(program, relaxed) | (weight > 1 - _DECIDED))
        better = solve_exactly(
            near, found, seconds=seconds, workers=self.workers, seed=self.seed, stop=self.stop
        )
        return found if better.choice is None else better.choice


def _proven(program: Program, duals: FloatArray) -> float:
    """What no plan undercuts at these prices, in points: Lagrange's bound."""
    prices = np.minimum(duals[program.duties :], 0.0)
    limits = program.upper[program.duties :]
    dear = program.cost / UNIT
    dear -= program.matrix[program.duties :].T @ prices
    least = dear[program.options : program.options + program.duties].copy()
    np.minimum.at(least, program.duty, dear[: program.options])
    return float(least.sum() + prices @ limits)


def _staying(program: Program, choice: IntArray) -> Program:
    """The program in which moving costs the smallest price there is."""
    cost = program.cost.copy()
    cost[: program.options] += choice[program.duty] != program.session
    return replace(program, cost=cost)


def _nearest(program: Program, relaxed: LinearSolution) -> BoolArray:
    """[option] → whether it is among the nearest of its duty, by what it adds to the relaxation."""
    dear = (program.cost / UNIT - program.matrix.T @ relaxed.duals)[: program.options]
    order = np.lexsort((dear, program.duty))
    first = np.searchsorted(program.duty[order], program.duty[order])
    found: BoolArray = np.zeros(program.options, np.bool_)
    found[order] = np.arange(program.options) - first < _NEAREST
    return found
