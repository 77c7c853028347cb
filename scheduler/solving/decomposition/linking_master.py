"""The linking master: sessions for the linked duties of all blocks at once, at the prices of their
blocks.

Each block says what its linked duties' options add to its bound. Linked duties are few, so that all
of them make one small program under the linking constraints. Its relaxation proves a bound for the
whole company; sessions that it finds are nearly the best ones, as few people hardly change what a
seat is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Protocol

import numpy as np

from scheduler.model.compiled import NOWHERE, STRUCTURE, CompiledModel
from scheduler.model.language import BoolArray, FloatArray, IntArray
from scheduler.model.linking import LinkingConstraint
from scheduler.model.program import Program, only_options
from scheduler.solving.decomposition.joint_program import (
    Residuals,
    by_block,
    joint_choice,
    joint_program,
)
from scheduler.solving.pricing.pricing import PricedOptions
from scheduler.solving.pricing.sifting import nearest, reduced, sift
from scheduler.solving.solvers.cp_sat import solve_exactly
from scheduler.solving.solvers.linear import LinearSolution

UNIT = 1_000
"""Prices are no whole points: they are kept in such parts of one."""
_NEAREST = 20
"""Options of a linked duty to choose from where the relaxation is fractional, the nearest ones."""
_DECIDED = 1 - 1e-6
_NEAR = 1e-4
"""So much dearer than the relaxation, as a share, they may be."""
_SECONDS, _SHARE = 10.0, 0.1
"""For those with fractional options: so long at most, and such a share of the time that is left."""


class Relaxed(Protocol):
    """Solves a program's linear relaxation: see `sift`."""

    def __call__(
        self,
        program: Program,
        seconds: float,
        *,
        wanted: IntArray | None = None,
        seed: int = 0,
        stop: Callable[[], bool] = lambda: False,
    ) -> LinearSolution | None:
        """The optimum, or None when the time was too short."""


@dataclass(frozen=True)
class LinkedPrices:
    """What is known of a block with all its duties free: its bound, and for linked duties a model
    whose costs are what their options add to it, in `UNIT`ths of a point, rounded down."""

    bound: float
    duties: IntArray
    model: CompiledModel

    @classmethod
    def of(cls, model: CompiledModel, duties: IntArray, priced: PricedOptions) -> LinkedPrices:
        """What the prices of a block's options prove of these duties."""
        proven = priced.lagrangian_bound(model)
        mine = model.only(duties)
        dear = np.where(mine.open, proven.reduced[duties], 0.0)
        linked = CompiledModel(
            len(duties), mine.sessions, np.floor(UNIT * proven.left[duties]).astype(np.int64)
        )
        linked.forbid(STRUCTURE, ~mine.open)
        linked.price(STRUCTURE, np.floor(UNIT * dear).astype(np.int64))
        # A soft bound's price is in the costs already; a hard bound may be asked for twice.
        linked.group_bounds = [
            bound for bound in mine.group_bounds if bound.points is None and bound.lower is None
        ]
        return cls(proven.bound, duties, linked)


@dataclass(frozen=True)
class LinkingSolution:
    """What the linked duties add to the bounds of their blocks at least, in points; and by block a
    session, or `NOWHERE`, for each of them."""

    added: float
    sessions: dict[int, dict[int, int]]


@dataclass(frozen=True)
class LinkingMaster:
    """The linked duties of some blocks, what links these, and the blocks' plans."""

    prices: dict[int, LinkedPrices]
    linking: Sequence[LinkingConstraint]
    choices: Sequence[IntArray]
    workers: int = 1
    seed: int = 0
    stop: Callable[[], bool] = lambda: False
    relaxed: Relaxed = sift

    def solve(self, seconds: float) -> LinkingSolution | None:
        """The bound and the sessions, or None when the time was too short. Who need not move
        keeps the session of the block's plan."""
        residuals = self._residuals()
        program = joint_program(residuals, self.linking, self.choices)
        relaxed = self._relaxation(program, seconds)
        if relaxed is None:
            return None
        inert = _staying(program, joint_choice(residuals, self.choices))
        used = np.flatnonzero(relaxed.values[: program.options] > 1 - _DECIDED)
        stayed = self._relaxation(inert, seconds, used) or relaxed
        chosen = by_block(residuals, self._whole(program, stayed, min(_SECONDS, _SHARE * seconds)))
        return LinkingSolution(
            added=relaxed.objective,
            sessions={
                block: dict(zip(residuals[block][0].tolist(), mine.tolist(), strict=True))
                for block, mine in chosen.items()
            },
        )

    def _relaxation(
        self, program: Program, seconds: float, wanted: IntArray | None = None
    ) -> LinearSolution | None:
        """In points; where such different costs make the solver stumble, as shares of the dearest,
        which it only knows to a few digits. The bound is taken from the prices, so it holds."""
        for unit in (UNIT, max(1.0, float(program.cost.max(initial=1.0)))):
            scaled = replace(program, cost=program.cost / unit)
            solution = self.relaxed(scaled, seconds, wanted=wanted, seed=self.seed, stop=self.stop)
            if solution is not None:
                duals = solution.duals * (unit / UNIT)
                return replace(solution, objective=_proven(program, duals), duals=duals)
        return None

    def _residuals(self) -> Residuals:
        return {block: (mine.duties, mine.model) for block, mine in sorted(self.prices.items())}

    def _whole(self, program: Program, relaxed: LinearSolution, seconds: float) -> IntArray:
        """Sessions for all duties of the program, nearly the cheapest together."""
        weight = relaxed.values[: program.options]
        heavy = np.flatnonzero(weight > 0.5)
        choice = np.full(program.duties, NOWHERE)
        choice[program.duty[heavy]] = program.session[heavy]
        idle = relaxed.values[program.options : program.options + program.duties]
        if ((weight[heavy] > _DECIDED).sum() + (idle > _DECIDED).sum()) == program.duties:
            return choice
        good = (1 + _NEAR) * float(relaxed.values @ program.cost)
        deadline = monotonic() + seconds
        for options in _chances(program, relaxed, weight):
            better = solve_exactly(
                only_options(program, options),
                choice,
                seconds=deadline - monotonic(),
                workers=self.workers,
                seed=self.seed,
                stop=self.stop,
            )
            choice = choice if better.choice is None else better.choice
            if better.cost <= good or self.stop():
                break
        return choice


def _chances(program: Program, relaxed: LinearSolution, weight: FloatArray) -> Iterator[BoolArray]:
    """[option] → whether to try it: at first who is decided stays, then anybody may give way."""
    used = weight > 1 - _DECIDED
    fractional = np.ones(program.duties, np.bool_)
    fractional[program.duty[weight > _DECIDED]] = False
    dear = reduced(program, relaxed.duals)[: program.options]
    near = nearest(program, dear, _NEAREST)
    yield used | (near & fractional[program.duty])
    yield used | near


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
