"""A bound that holds for all options, from a linear program over few of them.

Column generation: solve the relaxation over some options of every duty, price all the others by
the duals in a handful of array operations, add those that would pay, until none would. Every
round also yields Lagrange's bound, valid whatever the duals are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np
from scipy import sparse

from scheduler.solving.compiled import NOWHERE, BoolArray, CompiledModel, FloatArray, IntArray
from scheduler.solving.linear import LinearSolution, solve_relaxation
from scheduler.solving.rows import Program, program

FIRST_OPTIONS = 12
MORE_OPTIONS = 8
_EPSILON = 1e-6


@dataclass(frozen=True)
class Relaxation:
    """What is proven: `bound` (no plan costs less) and, for every option, `reduced`: a plan that
    uses option (d, s) costs at least `bound + reduced[d, s]`. `left[d]` is the same for leaving
    duty d unassigned. `active` are the options priced in; `weight` is the linear solution over
    `solved`, row by row."""

    bound: float
    reduced: FloatArray
    left: FloatArray
    active: BoolArray
    solved: BoolArray
    weight: FloatArray
    proven: bool


def relax(
    model: CompiledModel,
    incumbent: IntArray,
    *,
    seconds: float,
    seed: int = 0,
    stop: Callable[[], bool] = lambda: False,
    report: Callable[[float], None] = lambda bound: None,
) -> Relaxation:
    """Solve the relaxation of `model`, starting from a few cheap options of every duty and those
    of `incumbent`; stops early after `seconds` or when `stop` says so, with what is proven then.
    """
    deadline = monotonic() + seconds
    active = _first_options(model, incumbent, np.random.default_rng(seed))
    best = _trivial(model, active)
    while not stop() and (left := deadline - monotonic()) > 0:
        duty, session = np.nonzero(active)
        restricted = program(model, duty, session)
        solution = solve_relaxation(restricted, left, stop)
        if solution is None:
            break
        now = _price(model, restricted, solution, active)
        if now.bound > best.bound or now.proven:
            best = now
        report(best.bound)
        missing = _worth_adding(model, now, active)
        if not missing.any():
            break
        active = active | missing
    return replace(best, active=active)


def _first_options(
    model: CompiledModel, incumbent: IntArray, random: np.random.Generator
) -> BoolArray:
    """The cheapest options of every duty, ties broken by chance so that not everybody's are the
    same, and the incumbent's."""
    noise = random.random(model.cost.shape)
    cost = np.where(model.open, model.cost + noise, np.inf)
    count = min(FIRST_OPTIONS, model.sessions)
    active = np.zeros(model.cost.shape, np.bool_)
    if count:
        cheapest = np.argpartition(cost, count - 1, axis=1)[:, :count]
        np.put_along_axis(active, cheapest, True, axis=1)
    placed = np.flatnonzero(incumbent != NOWHERE)
    active[placed, incumbent[placed]] = True
    return active & model.open


def _trivial(model: CompiledModel, active: BoolArray) -> Relaxation:
    """What holds without any solving: nobody does better than their own cheapest option."""
    cost = np.where(model.open, model.cost, np.inf)
    least = np.minimum(cost.min(axis=1, initial=np.inf), model.unplaced)
    return Relaxation(
        bound=float(least.sum()),
        reduced=cost - least[:, None],
        left=model.unplaced - least,
        active=active,
        solved=active,
        weight=np.zeros(0),
        proven=False,
    )


def _price(
    model: CompiledModel, restricted: Program, solution: LinearSolution, active: BoolArray
) -> Relaxation:
    """Lagrange's bound at the solution's duals, and every option's reduced cost."""
    priced = model.cost.astype(np.float64)
    constant = 0.0
    position = restricted.duties
    for rows in restricted.bounds:
        duals = solution.duals[position : position + len(rows.groups)]
        position += len(rows.groups)
        # Any price between −points and 0 gives a valid bound; rounding must not leave that range.
        duals = np.clip(duals, -np.inf if rows.points is None else -rows.points, 0.0)
        constant += float(duals @ rows.upper)
        family = model.families[rows.family]
        table = sparse.csr_array((duals, (rows.groups, rows.slots)), shape=family.shape)
        by_session = (table @ family.incidence(model.sessions).T).toarray()
        priced -= family.membership(model.duties) @ by_session
    priced = np.where(model.open, priced, np.inf)
    least = np.minimum(priced.min(axis=1, initial=np.inf), model.unplaced)
    bound = constant + float(least.sum())
    # Reduced costs against the least of *all* options are never negative; for pricing the
    # solver's own price of the duty would do the same.
    return Relaxation(
        bound=bound,
        reduced=priced - least[:, None],
        left=model.unplaced - least,
        active=active,
        solved=active,
        weight=solution.values[: restricted.options],
        proven=bound >= solution.objective - _EPSILON * max(1.0, abs(solution.objective)),
    )


def _worth_adding(model: CompiledModel, now: Relaxation, active: BoolArray) -> BoolArray:
    """The few cheapest options of every duty that has one cheaper than all its active ones."""
    inactive = np.where(active, np.inf, now.reduced)
    held = np.where(active, now.reduced, np.inf).min(axis=1, initial=np.inf)
    limit = np.minimum(held, now.left)
    count = min(MORE_OPTIONS, model.sessions)
    if not count:
        return np.zeros_like(active)
    nearest = np.argpartition(inactive, count - 1, axis=1)[:, :count]
    values = np.take_along_axis(inactive, nearest, axis=1)
    useful = values < limit[:, None] - _EPSILON * np.maximum(1.0, np.abs(limit[:, None]))
    found = np.zeros_like(active)
    np.put_along_axis(found, nearest, useful, axis=1)
    return found
