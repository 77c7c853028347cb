"""The options that a restricted master problem begins with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import BoolArray, IntArray
from scheduler.solving.pricing.pricing import MasterSolution
from scheduler.solving.pricing.tuning import ColumnTuning


@dataclass(frozen=True)
class FirstOptions:
    """What to begin with at these prices, beside an `incumbent`."""

    model: CompiledModel
    priced: MasterSolution
    incumbent: IntArray
    seed: int
    tuning: ColumnTuning

    def begun_with(self, start: MasterSolution | None) -> BoolArray:
        """The first options; where a freer model was solved those that it left, the incumbent's,
        and the cheapest ones of duties that have lost any."""
        if start is None:
            return self._cheapest()
        active: BoolArray = start.active.copy()
        self._add_incumbent(active)
        lost = np.any(start.active & ~self.model.open, axis=1, keepdims=True)
        if lost.any():
            active |= self._cheapest() & lost
        active &= self.model.open
        return active

    def _add_incumbent(self, active: BoolArray) -> None:
        placed = np.flatnonzero(self.incumbent != NOWHERE)
        active[placed, self.incumbent[placed]] = True

    def _cheapest(self) -> BoolArray:
        """The options of every duty that look cheapest, ties broken by chance so that not
        everybody's are the same, and the incumbent's."""
        model, tuning, reduced = self.model, self.tuning, self.priced.reduced
        if reduced.size <= tuning.few:
            return model.open
        chance = np.random.default_rng(self.seed)
        dear = reduced + chance.random(model.cost.shape, np.float32)
        count = min(tuning.first_options, model.sessions)
        active = np.zeros(model.cost.shape, np.bool_)
        cheapest = np.argpartition(dear, count - 1, axis=1)[:, :count]
        values = np.take_along_axis(dear, cheapest, axis=1)
        rank = values.argsort(axis=1).argsort(axis=1)
        wanted = (values <= tuning.near + 1) | (rank < tuning.fewest_options)
        np.put_along_axis(active, cheapest, wanted, axis=1)
        self._add_incumbent(active)
        if (self.incumbent != NOWHERE).any():
            active |= self._in_the_way()[:, None]
        return active & model.open

    def _in_the_way(self) -> BoolArray:
        """[duty] → whether it has no place, or is of a small group with one that has none: where
        the few cheapest options of such a group are the same, no program over them places
        everybody."""
        lost: BoolArray = self.incumbent == NOWHERE
        concerned = lost
        for bound in self.model.group_bounds:
            members = bound.membership(self.model.duties)
            small = members.sum(axis=0) <= self.tuning.small_group
            theirs = members @ (small & (members.T @ lost > 0)) > 0
            concerned = np.logical_or(concerned, theirs)
        return concerned
