"""The core: options of which a better plan could be made, solved exactly.

With the gap g left, an option whose reduced cost exceeds g is in no better plan. What remains
proves the optimum for all options.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from scheduler.model.compiled import NOWHERE
from scheduler.model.language import BoolArray, FloatArray, IntArray
from scheduler.model.presolve.pairs import with_pair_cuts
from scheduler.model.program import program
from scheduler.solving.search import Search
from scheduler.solving.solvers.cp_sat import Exact, solve_exactly

_PHASE = "closing the gap"


@dataclass(frozen=True)
class Core:
    """Strategy: the nearest options are solved exactly, more of them each time they turn out not
    to be enough."""

    options: int = 40_000
    """So many at first; four times as many each time."""
    usual: float = 3.0
    """Seconds that CP-SAT's usual search gets at least."""

    def improve(self, search: Search) -> None:
        """Solve cores until nothing can be better. What the usual search does not prove soon, one
        with more linear programs in it may: they take turns."""
        most, hard = self.options, False
        while not search.done():
            options, everything = _core_of(search, most)
            seconds = search.left() if hard else max(self.usual, 0.25 * search.left())
            exact = _solve(search, options, min(seconds, search.left()), hard=hard)
            _learn(search, exact, options, everything=everything)
            if exact.optimal or exact.infeasible:
                if everything:
                    return
                most *= 4
            elif hard:
                return
            hard = not hard


def _core_of(search: Search, most: int) -> tuple[BoolArray, bool]:
    """[duty, session] → at most so many of the options that a better plan could use, and whether
    these are all."""
    master = search.master
    useful = master.reduced < search.cost - master.bound
    options = useful & (master.reduced <= _cut(master.reduced[useful], most))
    return options, not (useful & ~options).any()


def _cut(values: FloatArray, most: int) -> float:
    return np.inf if len(values) <= most else float(np.partition(values, most)[most])


def _learn(search: Search, exact: Exact, options: BoolArray, *, everything: bool) -> None:
    """A plan that uses an option left out costs at least the least of these."""
    search.infeasible = exact.infeasible and everything and search.cost == inf
    master = search.master
    outside = master.reduced[~options & search.model.open]
    elsewhere = master.bound + float(outside.min(initial=np.inf))
    search.raise_bound(min(exact.bound, elsewhere))
    search.report(_PHASE)


def _solve(search: Search, options: BoolArray, seconds: float, *, hard: bool) -> Exact:
    placed = np.flatnonzero(search.choice != NOWHERE)
    options = options.copy()
    options[placed, search.choice[placed]] = True

    def better(choice: IntArray) -> None:
        if search.offer(choice):
            search.report(_PHASE)

    exact = solve_exactly(
        program(with_pair_cuts(search.model), *np.nonzero(options & search.model.open)),
        search.choice,
        seconds=seconds,
        workers=search.workers,
        seed=search.seed,
        stop=search.done,
        report=better,
        switching=lambda: search.report("deciding switches"),
        linear=hard,
    )
    if exact.choice is not None:
        better(exact.choice)
    return exact
