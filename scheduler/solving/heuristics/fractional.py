"""Duties that a linear program leaves between several options, held where it has most of them.

Where many dates cost the same, a linear program that ends in halves often has a whole solution at
no more points. Beside others who stay where they are, fractional duties do not find it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import BoolArray, IntArray
from scheduler.model.slack import off_or_on
from scheduler.solving.heuristics.diving import (
    HALF,
    Again,
    dearer,
    dive,
    solve_until_dearer,
)
from scheduler.solving.heuristics.greedy import greedy
from scheduler.solving.heuristics.neighbourhoods import solve_neighbourhood
from scheduler.solving.heuristics.rounding import DECIDED, heaviest, round_to_plan
from scheduler.solving.pricing.pricing import MasterSolution
from scheduler.solving.search import Search

_WHOLE = 1 - 1e-6
"""A better plan is cheaper by a whole point."""


@dataclass(frozen=True)
class HeldDuties:
    """Fixing by duties: those `held` have one option, or one less. `kept` are the last ones' own,
    [duty, session]."""

    model: CompiledModel
    held: BoolArray
    kept: BoolArray | None = None
    portion: float = HALF

    @classmethod
    def none(cls, model: CompiledModel) -> HeldDuties:
        """Nobody is held yet."""
        return cls(model, np.zeros(model.duties, np.bool_))

    def further(self, master: MasterSolution) -> tuple[HeldDuties, int] | None:
        """The portion that is the least fractional, each where it is most."""
        duties, sessions = self._least_fractional(master)
        if not len(duties):
            return None
        kept, held = np.zeros(self.model.cost.shape, np.bool_), self.held.copy()
        kept[duties, sessions] = True
        held[duties] = True
        others = kept.any(axis=1, keepdims=True) & ~kept
        return HeldDuties(self.model.without(others), held, kept), len(duties)

    def smaller(self) -> HeldDuties:
        """Half as many next time."""
        return replace(self, portion=self.portion / 2)

    def alone(
        self, further: HeldDuties, tried: MasterSolution, master: MasterSolution, again: Again
    ) -> tuple[HeldDuties, MasterSolution]:
        """Its option is forbidden if that costs nothing."""
        assert further.kept is not None
        elsewhere = replace(self, model=self.model.without(further.kept), portion=HALF)
        other = again(elsewhere.model, master)
        if len(other.weight) and not dearer(other, master):
            return elsewhere, other
        return further, tried

    def _least_fractional(self, master: MasterSolution) -> tuple[IntArray, IntArray]:
        """Those duties, at least one, and where each of them is most."""
        weight = master.weights()
        most = weight.max(axis=1, initial=0.0)
        fractional = np.flatnonzero((most <= DECIDED) & (most > 1 - DECIDED) & ~self.held)
        order = np.argsort(-np.round(most[fractional], 6), kind="stable")
        duties = fractional[order[: max(1, int(self.portion * len(fractional)))]]
        return duties, weight[duties].argmax(axis=1)


@dataclass(frozen=True)
class PlaceFractional:
    """Strategy: those that the linear program could not decide about are placed as well as
    possible, and those it has where too few would come."""

    share: float = 0.3
    """Of the time that is left."""

    def improve(self, search: Search) -> None:
        """Place them beside those that it decided about."""
        place_fractional(search, search.master, self.share)


@dataclass(frozen=True)
class Dive:
    """Strategy: fractional duties are held a few at a time, so that all others make room."""

    share: float = 0.4
    """Of the time that is left."""
    placing: float = 0.3
    """Of what is left then, for placing those still fractional."""

    def improve(self, search: Search) -> None:
        """Dive, and round where it ends."""
        if search.done():
            return
        deadline = monotonic() + self.share * search.left()

        def over() -> bool:
            return search.done() or monotonic() > deadline

        def again(model: CompiledModel, known: MasterSolution) -> MasterSolution:
            return solve_until_dearer(
                model,
                search.choice,
                known,
                seconds=deadline - monotonic(),
                stop=over,
                tuning=search.columns,
            )

        held = HeldDuties.none(search.model)
        _, master = dive(held, search.master, again, search.cost - _WHOLE)
        round_to_plan(search, master)
        place_fractional(search, master, self.placing)


def place_fractional(search: Search, master: MasterSolution, share: float) -> None:
    """Place fractional duties within a share of the time, and those where too few would come."""
    sessions, weight = heaviest(master)
    decided = np.where(weight > DECIDED, sessions, NOWHERE)
    kept = off_or_on(search.model, decided)
    fractional = (weight <= DECIDED) & (weight > 1 - DECIDED)
    rows = np.flatnonzero(fractional | (kept != decided))
    if len(rows) and not search.done():
        start = greedy(search.model, start=kept, prices=master.reduced)
        seconds = share * search.left()
        solve_neighbourhood(search, "placing the rest", master, rows, start, seconds)
