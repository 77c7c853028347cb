"""What all strategies for one block share: its model, the best plan and bound so far, the limits.

A strategy improves one or the other, as far as the time goes.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, inf
from time import monotonic
from typing import Protocol

import numpy as np

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import IntArray
from scheduler.solving.pricing.pricing import MasterSolution, PricedOptions
from scheduler.solving.pricing.tuning import COLUMNS, ColumnTuning

Report = Callable[[str, IntArray, float], None]
"""Is told of the phase, the best choice and the bound."""

ALMOST = 1e-6
"""For so small a share of the points of dates no plan is looked for any longer: one point in a
million, which only the largest companies can tell from the optimum."""
NEAR = 0.2
"""Share of the gap asked for up to which a linear program may be from its own optimum."""


def whole_bound(bound: float) -> int:
    """The bound as points: they are whole numbers, so 12.1 means 13. What a sum in double
    precision may be off by is given away first."""
    return ceil(bound - 1e-6 - 1e-9 * abs(bound))


class Search:
    """One block's search; `choice` and `bound` are the best known at any time."""

    def __init__(
        self, model: CompiledModel, choice: IntArray, columns: ColumnTuning = COLUMNS
    ) -> None:
        self.model, self.columns = model, columns
        self.choice = choice
        verdict = model.judge(choice)
        self.cost = float(verdict.cost) if verdict.legal else inf
        self.infeasible = False
        self.priced = PricedOptions(model.cost.astype(np.float64), 0.0)
        cheapest = np.where(model.open, model.cost, model.unplaced[:, None])
        self.bound = float(
            np.minimum(cheapest.min(axis=1, initial=np.iinfo(np.int64).max), model.unplaced).sum()
        )
        self.stop: Callable[[], bool] = lambda: False
        self.start: MasterSolution | None = None
        self._master: MasterSolution | None = None
        self.limit(seconds=inf)

    def limit(
        self,
        *,
        seconds: float,
        gap: float = 0.0,
        workers: int = 1,
        seed: int = 0,
        threads: int = 1,
        listener: Report = lambda phase, choice, bound: None,
    ) -> None:
        """Search for so many seconds from now, to so small a gap."""
        self.deadline = monotonic() + seconds
        self.gap, self.workers, self.seed, self.threads = gap, workers, seed, threads
        self._listener = listener

    @property
    def master(self) -> MasterSolution:
        """What column generation has proven; before that, what follows from costs alone."""
        return self._master or self.priced.lagrangian_bound(self.model)

    def learn(self, master: MasterSolution) -> None:
        """Column generation has come to its end."""
        self.raise_bound(master.bound)
        self._master, self.priced = master, master.priced

    @property
    def proven(self) -> bool:
        """Whether nothing can be better than `choice`."""
        return self.cost < inf and self.cost <= whole_bound(self.bound)

    @property
    def _soft(self) -> float:
        """The points of dates, without the many for who is left unassigned: those would hide what
        is to be gained for everybody else."""
        return self.cost - float(self.model.unplaced[self.choice == NOWHERE].sum())

    def left(self) -> float:
        """Seconds left."""
        return self.deadline - monotonic()

    def done(self) -> bool:
        """Whether it is proven, within the gap, out of time, or stopped."""
        enough = max(self.gap * self.cost, ALMOST * self._soft) if self.cost < inf else -inf
        near = self.cost - self.bound <= enough
        return self.proven or self.infeasible or near or self.left() <= 0 or self.stop()

    def offer(self, choice: IntArray) -> bool:
        """Take `choice` if it is legal and better."""
        verdict = self.model.judge(choice)
        if not verdict.legal or verdict.cost >= self.cost:
            return False
        self.choice, self.cost = choice, float(verdict.cost)
        return True

    def raise_bound(self, bound: float) -> None:
        """No plan costs less than `bound`."""
        self.bound = max(self.bound, min(bound, self.cost))

    def report(self, phase: str) -> None:
        """Tell how far it is."""
        self._listener(phase, self.choice, self.bound)


class Strategy(Protocol):
    """One way to a better plan, or a better bound."""

    def improve(self, search: Search) -> None:
        """Improve what is known, within the search's limits."""
        ...
