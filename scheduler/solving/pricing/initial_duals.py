"""First prices for what everybody shares: seats, days of a centre, weeks.

A linear program over few options is only as good as the options it starts with, and those are good
when seats already have about the right price. The linear program's dual over the shared bounds
alone has a few hundred prices, however many duties there are. Its kinks are smoothed by an entropy
term, the temperature, which makes it twice differentiable, and Newton's method climbs it while the
temperature falls (as in entropic optimal transport: M. Cuturi, “Sinkhorn distances”, 2013; the
damping is Levenberg's and Marquardt's). What comes out is a bound by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scheduler.model.compiled import CompiledModel
from scheduler.model.language import FloatArray, IntArray
from scheduler.model.program import elastic_points
from scheduler.solving.pricing.tuning import COLUMNS

HOTTEST, COOLING, STEEP = 30_000.0, 0.5, 0.3
"""Temperatures in points: from the price of a duty left unassigned downwards, first steeply."""
WARM, COLDEST = 64.0, 1.0
"""Below the one it cools slowly, to the other."""
MOST_STEPS = 10
_TOLERANCE = 0.005
"""Seats by which the bounds are missed, for every duty, when a temperature has done its work."""

_Floats = NDArray[np.float32]


@dataclass(frozen=True)
class InitialDuals:
    """What a seat costs in every session, and the price of all the seats there are: no plan costs
    less than the least of (cost + price) of every duty, less that constant."""

    by_session: FloatArray
    constant: float


def initial_duals(
    model: CompiledModel,
    *,
    seconds: float,
    seed: int = 0,
    stop: Callable[[], bool] = lambda: False,
    sample: int = COLUMNS.sample,
) -> InitialDuals:
    """Nearly the best prices of the bounds that concern every duty, within `seconds`. So large a
    `sample` of the duties stands for all where they are at least twice as many."""
    rows = _shared_rows(model)
    prices = np.zeros(len(rows.limit))
    if len(prices):
        deadline = monotonic() + seconds
        dual = _Dual(model, rows, _sample(model, sample, seed))
        temperature = HOTTEST

        def over() -> bool:
            return stop() or monotonic() > deadline

        while temperature >= COLDEST and not over():
            prices = dual.climb(prices, temperature, over)
            temperature *= STEEP if temperature > WARM else COOLING
    return InitialDuals(rows.touch.T @ prices, float(prices @ rows.limit))


@dataclass(frozen=True)
class _Rows:
    """Shared bounds: Σ touch · (people per session) ≤ limit, each at a price of at most `most`."""

    touch: sparse.csr_array
    limit: FloatArray
    most: FloatArray

    def of(self, part: float) -> _Rows:
        """The same bounds for a part of the duties."""
        return _Rows(self.touch, self.limit * part, self.most)


def _shared_rows(model: CompiledModel) -> _Rows:
    touch, limit, most = [np.zeros((0, model.sessions))], [np.zeros(0)], [np.zeros(0)]
    open_ = model.open.astype(np.float32)
    for bound in model.group_bounds:
        if bound.shape[0] == 1 and len(np.unique(bound.duties)) == model.duties:
            table = bound.incidence(model.sessions).toarray().T
            points = np.inf if bound.points is None else float(bound.points)
            reach = ((open_ @ table.T.astype(np.float32)) > 0).sum(axis=0)
            binding = reach > bound.upper[0]
            touch.append(table[binding])
            limit.append(bound.upper[0][binding].astype(np.float64))
            most.append(np.full(int(binding.sum()), points))
            if bound.lower is not None and not bound.switch:
                asked = bound.lower[0] > 0
                touch.append(-table[asked])
                limit.append(-bound.lower[0][asked].astype(np.float64))
                most.append(np.full(int(asked.sum()), min(points, elastic_points(model))))
    return _without_twins(np.vstack(touch), np.concatenate(limit), np.concatenate(most))


def _without_twins(touch: FloatArray, limit: FloatArray, most: FloatArray) -> _Rows:
    """Bounds on the same sessions at the same price say the same: the tightest is enough, and two
    of them would have no prices of their own."""
    order = np.argsort(limit, kind="stable")
    both = np.hstack([touch, np.minimum(most, 1e18)[:, None]])[order]
    _, first = np.unique(both, axis=0, return_index=True)
    kept = np.sort(order[first])
    return _Rows(sparse.csr_array(touch[kept]), limit[kept], most[kept])


def _sample(model: CompiledModel, size: int, seed: int) -> IntArray | None:
    if model.duties < 2 * size:
        return None
    chosen = np.random.default_rng(seed).choice(model.duties, size, replace=False)
    return np.sort(chosen)


class _Dual:
    """The smoothed dual: value, slope and curvature at some prices."""

    def __init__(self, model: CompiledModel, rows: _Rows, some: IntArray | None) -> None:
        picked = slice(None) if some is None else some
        self.rows = rows if some is None else rows.of(len(some) / model.duties)
        cost = np.where(model.open[picked], model.cost[picked], np.inf).astype(np.float32)
        left = model.unplaced[picked, None].astype(np.float32)
        self.cost: _Floats = np.concatenate([cost, left], axis=1)

    def climb(self, prices: FloatArray, temperature: float, stop: Callable[[], bool]) -> FloatArray:
        """Better prices at this temperature: damped Newton steps inside [0, most]."""
        rows, damping = self.rows, 1e-3
        now = self._at(prices, temperature)
        for _ in range(MOST_STEPS):
            free = ~(
                ((prices <= 0) & (now.slope <= 0)) | ((prices >= rows.most) & (now.slope >= 0))
            )
            if np.abs(now.slope[free]).sum() <= _TOLERANCE * len(self.cost):
                break
            curve = now.curve(rows, temperature)[np.ix_(free, free)]
            for _ in range(6):
                if stop():
                    return prices
                step = np.zeros(len(prices))
                step[free] = _newton(curve, now.slope[free], damping)
                tried = np.clip(prices + step, 0, rows.most)
                there = self._at(tried, temperature)
                if there.value >= now.value + 1e-3 * float(now.slope @ (tried - prices)):
                    break
                damping *= 8
            else:
                break
            prices, now = tried, there
            damping = max(damping / 4, 1e-6)
        return prices

    def _dear(self, prices: FloatArray) -> _Floats:
        added = np.append(self.rows.touch.T @ prices, 0.0).astype(np.float32)
        dear: _Floats = self.cost + added
        return dear

    def _at(self, prices: FloatArray, temperature: float) -> _Point:
        """The dual at some prices."""
        share = self._dear(prices)
        share *= np.float32(-1.0 / temperature)
        highest = share.max(axis=1, keepdims=True)
        share -= highest
        np.exp(share, out=share)
        total = share.sum(axis=1, keepdims=True)
        share /= total
        soft_minima = highest.sum(dtype=np.float64) + np.log(total).sum(dtype=np.float64)
        people = share.sum(axis=0, dtype=np.float64)[:-1]
        return _Point(
            value=-temperature * float(soft_minima) - float(prices @ self.rows.limit),
            slope=self.rows.touch @ people - self.rows.limit,
            people=people,
            share=share,
        )


@dataclass(frozen=True)
class _Point:
    """Value and slope (people over the limits) of the dual somewhere; the expected people of every
    session, and [duty, session] the share of each duty that goes there."""

    value: float
    slope: FloatArray
    people: FloatArray
    share: _Floats

    def curve(self, rows: _Rows, temperature: float) -> FloatArray:
        """The curvature, with its sign turned."""
        share = self.share[:, :-1]
        curve = np.diag(self.people) - (share.T @ share).astype(np.float64)
        curvature: FloatArray = (rows.touch @ (rows.touch @ curve).T) / temperature
        return curvature


def _newton(curve: FloatArray, slope: FloatArray, damping: float) -> FloatArray:
    steep = np.diag(curve)
    floor = 1e-3 * float(steep.max(initial=0.0)) + 1e-9
    step = np.linalg.solve(curve + np.diag(damping * np.maximum(steep, floor)), slope)
    return step.astype(np.float64)
