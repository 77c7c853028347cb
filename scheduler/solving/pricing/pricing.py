"""Pricing: what every option costs at some duals, and the Lagrangian bound that proves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scheduler.model.compiled import CompiledModel
from scheduler.model.language import BoolArray, FloatArray
from scheduler.model.program import BindingRows, Program, elastic_points
from scheduler.solving.solvers.linear import LinearSolution

Basis = tuple[Program, LinearSolution]


@dataclass(frozen=True)
class MasterSolution:
    """What is proven: `bound` (no plan costs less) and, for every option, `reduced`: a plan that
    uses option (d, s) costs at least `bound + reduced[d, s]`. `left[d]` is the same for leaving
    duty d unassigned. `active` are the options priced in; `weight` is the last program's solution
    over `solved`, row by row, and `basis` that program and all of its solution."""

    bound: float
    reduced: FloatArray
    left: FloatArray
    active: BoolArray
    solved: BoolArray
    weight: FloatArray
    priced: PricedOptions
    basis: Basis | None = None

    def weights(self, kind: type[np.floating] = np.float64) -> NDArray[np.floating]:
        """[duty, session] → its weight in the last program's solution."""
        weight = np.zeros(self.solved.shape, kind)
        weight[self.solved] = self.weight
        return weight


@dataclass(frozen=True)
class PricedOptions:
    """Some duals at work: the cost of every option, of forbidden ones, too, with the prices of
    what it uses, and the price of all limits together."""

    cost: FloatArray
    constant: float

    def lagrangian_bound(self, model: CompiledModel) -> MasterSolution:
        """The Lagrangian bound at these duals, and what every option adds to it."""
        cost = np.where(model.open, self.cost, np.inf)
        least = np.minimum(cost.min(axis=1, initial=np.inf), model.unplaced)
        nothing = np.zeros(cost.shape, np.bool_)
        return MasterSolution(
            bound=float(least.sum()) - self.constant,
            reduced=cost - least[:, None],
            left=model.unplaced - least,
            active=nothing,
            solved=nothing,
            weight=np.zeros(0),
            priced=self,
        )

    def halfway(self, other: PricedOptions) -> PricedOptions:
        """The duals halfway to those of `other`; all of this is linear in them."""
        return PricedOptions((self.cost + other.cost) / 2, (self.constant + other.constant) / 2)


def price(model: CompiledModel, restricted: Program, solution: LinearSolution) -> PricedOptions:
    """All options of `model` at the duals of a program over some."""
    priced = model.cost.astype(np.float64)
    constant = 0.0
    position = restricted.duties
    for rows in restricted.bounds:
        duals = _valid(model, rows, solution.duals[position : position + len(rows.groups)])
        position += len(rows.groups)
        limits = np.where(duals > 0, rows.lower, rows.upper)
        constant -= float(duals @ limits)
        bound = model.group_bounds[rows.bound]
        table = sparse.csr_array((duals, (rows.groups, rows.slots)), shape=bound.shape)
        by_session = (table @ bound.incidence(model.sessions).T).toarray()
        priced -= bound.membership(model.duties) @ by_session
    return PricedOptions(priced, constant)


def _valid(model: CompiledModel, rows: BindingRows, duals: FloatArray) -> FloatArray:
    """The duals as prices that give a valid bound: rounding must not leave their range. Those of
    an upper limit are never positive, those of a lower one never negative."""
    least = -np.inf if rows.points is None else -float(rows.points)
    most = elastic_points(model) if rows.points is None else float(rows.points)
    asked = (rows.lower > 0) & (not rows.switch)
    valid: FloatArray = np.clip(duals, least, np.where(asked, most, 0.0))
    return valid
