"""Bounds for all plans, where widening would take too long: column generation over the whole model
with changes for costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import BoolArray, IntArray
from scheduler.replan.situation import Situation
from scheduler.solving.engine import solve_block
from scheduler.solving.result import Limits

_PARTS = 60
"""One change of a person is so many units: shared out among their duties without fractions."""


@dataclass(frozen=True)
class Proven:
    """The best choice, and what no plan can undercut."""

    choice: IntArray
    least: int


@dataclass(frozen=True)
class Whole:
    """All duties at once, the frozen ones in their places."""

    now: Situation
    limits: Limits

    def fewest_unplaced(self, choice: IntArray, seconds: float) -> Proven:
        """The least points of unassigned duties."""
        unit = int(np.gcd.reduce(self.now.model.unplaced, initial=0)) or 1
        proven = self._solve(self._model(self.now.model.unplaced // unit, None), choice, seconds)
        return Proven(proven.choice, proven.least * unit)

    def fewest_changed(self, choice: IntArray, unplaced: int, seconds: float) -> Proven:
        """The fewest people beyond those who change in every plan, in plans that leave
        `unplaced` points unassigned."""
        unit = int(np.gcd.reduce(self.now.model.unplaced, initial=0)) or 1
        price = self._prices()
        # Dear enough that placing one more is worth all the changes of the plan known.
        most = int(price[self.now.kept != choice].sum()) + 1
        left = self.now.model.unplaced // unit * most
        proven = self._solve(self._model(left + price, price), choice, seconds)
        return Proven(proven.choice, ceil((proven.least - unplaced // unit * most) / _PARTS))

    def _prices(self) -> IntArray:
        """[duty] → its share of its person's change."""
        counted = (self.now.kept != NOWHERE) & ~self.now.sure
        mine = np.bincount(self.now.person[counted], minlength=int(self.now.person.max()) + 1)
        return np.where(counted, _PARTS // np.maximum(mine[self.now.person], 1), 0)

    def _model(self, unplaced: IntArray, price: IntArray | None) -> CompiledModel:
        now = self.now
        model = CompiledModel(now.model.duties, now.model.sessions, unplaced)
        model.forbid("closed", ~self._options())
        if price is not None:
            cost = np.broadcast_to(price[:, None], now.open.shape).astype(np.int64)
            home = np.flatnonzero(now.kept != NOWHERE)
            cost[home, now.kept[home]] = 0
            model.price("change", cost)
        model.group_bounds = list(now.hard)
        return model

    def _options(self) -> BoolArray:
        options = self.now.open.copy()
        frozen = np.flatnonzero(self.now.frozen)
        options[frozen] = False
        options[frozen, self.now.kept[frozen]] = True
        return options

    def _solve(self, model: CompiledModel, choice: IntArray, seconds: float) -> Proven:
        limits = replace(self.limits, seconds=seconds, gap=0.0)
        plan = solve_block(model, choice, limits, seed=self.now.problem.seed)
        # Nobody has to be placed: where no plan is possible the frozen are in each other's way.
        return Proven(plan.choice, plan.bound or 0)
