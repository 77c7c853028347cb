"""One part: a first plan at once, a bound for all options, then the optimum between them.

1. Greedy: something useful straight away.
2. The relaxation, options priced in until none is missing: the bound. Mostly it comes out
   integral, and then it is the optimum.
3. A dive: duties the relaxation decided keep their date, CP-SAT places the few others.
4. The core: with the gap g left, an option whose reduced cost exceeds g is in no better plan.
   CP-SAT solves what remains; that proves the optimum for all options.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from time import monotonic

import numpy as np

from scheduler.solving.compiled import NOWHERE, BoolArray, CompiledModel, IntArray
from scheduler.solving.exact import Exact, solve_exactly
from scheduler.solving.greedy import greedy
from scheduler.solving.relaxation import Relaxation, relax
from scheduler.solving.rows import program

Heard = Callable[[str, IntArray, float], None]

_DECIDED = 1 - 1e-6
"""A weight of the relaxation from which on it counts as one."""
_CORE_OPTIONS = 40_000
"""At first CP-SAT gets only so many options, the nearest ones; four times as many each time
they turn out not to be enough."""


def whole_bound(bound: float) -> int:
    """The bound as points: they are whole numbers, so 12.1 means 13. What a sum in double
    precision may be off by is given away first."""
    return ceil(bound - 1e-6 - 1e-9 * abs(bound))


class PartSolver:
    """Solves the duties of one part; `choice` and `bound` are the best known at any time."""

    def __init__(self, model: CompiledModel, warm: IntArray) -> None:
        self.model = model
        self.choice = warm
        self.cost = model.judge(warm).cost
        cheapest = np.where(model.open, model.cost, model.unplaced[:, None])
        self.bound = float(
            np.minimum(cheapest.min(axis=1, initial=np.iinfo(np.int64).max), model.unplaced).sum()
        )

    @property
    def proven(self) -> bool:
        """Whether nothing can be better than `choice`."""
        return self.cost <= whole_bound(self.bound)

    def first(self) -> IntArray:
        """A useful plan at once: greedy, unless a better one was given to start from. That one is
        completed first, so that nobody moves where nobody has to."""
        if (self.choice != NOWHERE).any():
            self._offer(greedy(self.model, start=self.choice))
        if not self.proven:
            self._offer(greedy(self.model))
        return self.choice

    def improve(
        self,
        *,
        seconds: float,
        gap: float,
        workers: int,
        seed: int,
        stop: Callable[[], bool],
        tell: Heard,
    ) -> None:
        """Search until proven, within `gap`, out of time, or stopped."""
        self._deadline = monotonic() + seconds
        self._workers, self._seed, self._gap = workers, seed, gap
        self._stop, self._tell = stop, tell
        self._core_options = _CORE_OPTIONS
        if self._done():
            return
        relaxed = self._relax()
        self._round(relaxed)
        if not self._done():
            self._dive(relaxed)
        while not self._done() and self._core(relaxed):
            pass

    def _left(self) -> float:
        return self._deadline - monotonic()

    def _done(self) -> bool:
        near = self.cost - self.bound <= self._gap * self.cost
        return self.proven or near or self._left() <= 0 or self._stop()

    def _offer(self, choice: IntArray) -> bool:
        """Take `choice` if it is legal and better."""
        verdict = self.model.judge(choice)
        if not verdict.legal or verdict.cost >= self.cost:
            return False
        self.choice, self.cost = choice, verdict.cost
        return True

    def _raise(self, bound: float) -> None:
        self.bound = max(self.bound, min(bound, float(self.cost)))

    def _relax(self) -> Relaxation:
        def report(bound: float) -> None:
            self._raise(bound)
            self._tell("pricing options", self.choice, self.bound)

        relaxed = relax(
            self.model,
            self.choice,
            # What is left over must suffice to make a plan of the relaxation.
            seconds=0.8 * self._left(),
            seed=self._seed,
            stop=self._stop,
            report=report,
        )
        self._raise(relaxed.bound)
        return relaxed

    def _round(self, relaxed: Relaxation) -> None:
        """Take the relaxation's plan where it has one: every duty's heaviest option."""
        if not len(relaxed.weight):
            return
        weight = np.zeros(self.model.cost.shape)
        weight[relaxed.solved] = relaxed.weight
        heaviest = weight.argmax(axis=1)
        decided = weight[np.arange(self.model.duties), heaviest] > 0.5
        if self._offer(np.where(decided, heaviest, NOWHERE)):
            self._tell("rounding", self.choice, self.bound)

    def _dive(self, relaxed: Relaxation) -> None:
        """Keep what the relaxation decided, and place the others as well as possible."""
        if not len(relaxed.weight):
            return
        weight = np.zeros(self.model.cost.shape)
        weight[relaxed.solved] = relaxed.weight
        decided = np.asarray(weight > _DECIDED, np.bool_)
        settled = decided.any(axis=1, keepdims=True)
        options = np.where(settled, decided, relaxed.active)
        self._search("placing the rest", options, seconds=0.3 * self._left())

    def _core(self, relaxed: Relaxation) -> bool:
        """Solve over all options that a better plan could use; False when that is as far as it
        goes."""
        room = self.cost - relaxed.bound
        useful = relaxed.reduced < room
        options = useful & (relaxed.reduced <= self._cut(relaxed, useful))
        found = self._search("closing the gap", options, seconds=self._left())
        # A plan that uses an option left out costs at least this much.
        outside = relaxed.reduced[~options & self.model.open]
        elsewhere = relaxed.bound + float(outside.min(initial=np.inf))
        self._raise(min(found.bound, elsewhere))
        self._tell("closing the gap", self.choice, self.bound)
        self._core_options *= 4
        return found.optimal and bool((useful & ~options).any())

    def _cut(self, relaxed: Relaxation, useful: BoolArray) -> float:
        values = relaxed.reduced[useful]
        if len(values) <= self._core_options:
            return np.inf
        return float(np.partition(values, self._core_options)[self._core_options])

    def _search(self, phase: str, options: BoolArray, seconds: float) -> Exact:
        placed = np.flatnonzero(self.choice != NOWHERE)
        options = options.copy()
        options[placed, self.choice[placed]] = True
        duty, session = np.nonzero(options & self.model.open)

        def better(choice: IntArray) -> None:
            if self._offer(choice):
                self._tell(phase, self.choice, self.bound)

        found = solve_exactly(
            program(self.model, duty, session),
            self.choice,
            seconds=seconds,
            workers=self._workers,
            seed=self._seed,
            stop=self._done,
            tell=better,
        )
        if found.choice is not None:
            better(found.choice)
        return found
