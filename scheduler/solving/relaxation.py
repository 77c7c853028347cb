"""A bound that holds for all options, from a linear program over few of them.

Column generation: first prices for what everybody shares; a few options of every duty that look
cheap at these prices; the linear program over those; all others priced by its duals in a handful
of array operations; those that would pay are added, until none would. Every round also yields
Lagrange's bound, valid whatever the duals are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np
from scipy import sparse

from scheduler.solving.compiled import NOWHERE, BoolArray, CompiledModel, FloatArray, IntArray
from scheduler.solving.dominance import without_dominated
from scheduler.solving.linear import LinearSolution, planned, solve_relaxation
from scheduler.solving.pairs import both, first_of_pairs
from scheduler.solving.rows import BindingRows, Program, elastic_points, program
from scheduler.solving.smoothing import first_prices
from scheduler.solving.tightening import tightened

FEW = 20_000
"""So many options are all taken in at once."""
FEWEST_OPTIONS, FIRST_OPTIONS = 3, 7
"""Of every duty at first: at least, and at most."""
SMALL_GROUP = 30
"""Groups of at most so many members are given all their options where one has no place."""
NEAR = 3.0
"""Points by which an option may look dearer than the cheapest to be among the first."""
MORE_OPTIONS = 5
_CLOSE = 1e-6
"""Bound and program may be so far apart, as a share: pricing on would be for almost nothing."""
_EPSILON = 1e-6

Basis = tuple[Program, LinearSolution]


@dataclass(frozen=True)
class Relaxation:
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
    priced: Priced
    basis: Basis | None = None


def relax(
    model: CompiledModel,
    incumbent: IntArray | Callable[[], IntArray],
    *,
    seconds: float,
    seed: int = 0,
    stop: Callable[[], bool] = lambda: False,
    report: Callable[[Relaxation], None] = lambda relaxed: None,
    start: Relaxation | None = None,
) -> Relaxation:
    """Solve the relaxation of `model`, starting from a few cheap options of every duty and those
    of `incumbent`, asked for when prices are known; stops early after `seconds` or when `stop`
    says so, with what is proven then.

    `start` is the relaxation of a model that has all this one's plans, at the same cost, and the
    same families: its prices, options and basis are begun with.
    """
    deadline = monotonic() + seconds
    model = tightened(model).model
    known = Priced(model.cost.astype(np.float64), 0.0)
    best, solved = known.proves(model), None if start is None else start.basis
    if start is not None:
        best, known = _better(model, best, known, start.priced)
    elif best.reduced.size > FEW and not stop():
        prices = first_prices(model, seconds=0.5 * seconds, seed=seed, stop=stop)
        shared = Priced(known.cost + prices.by_session, prices.constant)
        best, known = _better(model, best, known, shared)
        report(best)
    plan = incumbent() if callable(incumbent) else incumbent
    active = _first_options(model, best, plan, np.random.default_rng(seed))
    if start is not None:
        active |= start.active & model.open
    active = first_of_pairs(model, active, FEW)
    lean = without_dominated(model)
    while not stop() and (left := deadline - monotonic()) > 0:
        duty, session = np.nonzero(active)
        restricted = program(lean, duty, session, relaxed=True)
        if solved is None and (plan != NOWHERE).any():
            solved = restricted, planned(restricted, plan)
        solution = solve_relaxation(restricted, left, stop, solved)
        if solution is None:
            break
        solved = restricted, solution
        now = _price(model, restricted, solution)
        weight = solution.values[: restricted.options]
        best = replace(best, solved=active, weight=weight, basis=solved)
        best, known, missing = _missing(model, best, known, now, active)
        report(best)
        near = solution.objective - best.bound <= _CLOSE * abs(solution.objective)
        if near or not missing.any():
            break
        active = both(model, active | missing)
    return replace(best, active=active)


@dataclass(frozen=True)
class Priced:
    """Some duals at work: the cost of every option, of forbidden ones, too, with the prices of
    what it uses, and the price of all limits together."""

    cost: FloatArray
    constant: float

    def proves(self, model: CompiledModel) -> Relaxation:
        """Lagrange's bound at these duals, and what every option adds to it."""
        cost = np.where(model.open, self.cost, np.inf)
        least = np.minimum(cost.min(axis=1, initial=np.inf), model.unplaced)
        nothing = np.zeros(cost.shape, np.bool_)
        return Relaxation(
            bound=float(least.sum()) - self.constant,
            reduced=cost - least[:, None],
            left=model.unplaced - least,
            active=nothing,
            solved=nothing,
            weight=np.zeros(0),
            priced=self,
        )

    def halfway(self, other: Priced) -> Priced:
        """The duals halfway to those of `other`; all of this is linear in them."""
        return Priced((self.cost + other.cost) / 2, (self.constant + other.constant) / 2)


def _better(
    model: CompiledModel, best: Relaxation, known: Priced, new: Priced
) -> tuple[Relaxation, Priced]:
    proven = new.proves(model)
    if proven.bound <= best.bound:
        return best, known
    return replace(proven, solved=best.solved, weight=best.weight, basis=best.basis), new


def _missing(
    model: CompiledModel, best: Relaxation, known: Priced, now: Priced, active: BoolArray
) -> tuple[Relaxation, Priced, BoolArray]:
    """The better of what was known and what the program's duals prove, and the options to add.

    The duals of a program over few options swing wildly; those halfway from the best known ones
    prove more and know better which options matter (P. Wentges, 1997). Only where the program's
    own duals miss nothing is it solved for all options.
    """
    missing = _worth_adding(model, now.proves(model), active)
    best, halfway = _better(model, best, known, now.halfway(known))
    if missing.any():
        missing |= _worth_adding(model, halfway.proves(model), active)
    best, known = _better(model, best, halfway, now)
    return best, known, missing


def _first_options(
    model: CompiledModel, priced: Relaxation, incumbent: IntArray, random: np.random.Generator
) -> BoolArray:
    """The options of every duty that look cheapest, ties broken by chance so that not everybody's
    are the same, and the incumbent's."""
    if priced.reduced.size <= FEW:
        return model.open
    dear = priced.reduced + random.random(model.cost.shape, np.float32)
    count = min(FIRST_OPTIONS, model.sessions)
    active = np.zeros(model.cost.shape, np.bool_)
    cheapest = np.argpartition(dear, count - 1, axis=1)[:, :count]
    values = np.take_along_axis(dear, cheapest, axis=1)
    rank = values.argsort(axis=1).argsort(axis=1)
    wanted = (values <= NEAR + 1) | (rank < FEWEST_OPTIONS)
    np.put_along_axis(active, cheapest, wanted, axis=1)
    placed = np.flatnonzero(incumbent != NOWHERE)
    active[placed, incumbent[placed]] = True
    if len(placed):
        active |= _in_the_way(model, incumbent)[:, None]
    return active & model.open


def _in_the_way(model: CompiledModel, incumbent: IntArray) -> BoolArray:
    """[duty] → whether it has no place, or is of a small group with one that has none: where the
    few cheapest options of such a group are the same, no program over them places everybody."""
    lost: BoolArray = incumbent == NOWHERE
    found = lost
    for family in model.families:
        members = family.membership(model.duties)
        small = members.sum(axis=0) <= SMALL_GROUP
        found = np.logical_or(found, members @ (small & (members.T @ lost > 0)) > 0)
    return found


def _price(model: CompiledModel, restricted: Program, solution: LinearSolution) -> Priced:
    """All options at the program's duals."""
    priced = model.cost.astype(np.float64)
    constant = 0.0
    position = restricted.duties
    for rows in restricted.bounds:
        duals = _valid(model, rows, solution.duals[position : position + len(rows.groups)])
        position += len(rows.groups)
        limits = np.where(duals > 0, rows.lower, rows.upper)
        constant -= float(duals @ limits)
        family = model.families[rows.family]
        table = sparse.csr_array((duals, (rows.groups, rows.slots)), shape=family.shape)
        by_session = (table @ family.incidence(model.sessions).T).toarray()
        priced -= family.membership(model.duties) @ by_session
    return Priced(priced, constant)


def _valid(model: CompiledModel, rows: BindingRows, duals: FloatArray) -> FloatArray:
    """The duals as prices that give a valid bound: rounding must not leave their range. Those of
    an upper limit are never positive, those of a lower one never negative."""
    least = -np.inf if rows.points is None else -float(rows.points)
    most = elastic_points(model) if rows.points is None else float(rows.points)
    asked = (rows.lower > 0) & (not rows.switch)
    found: FloatArray = np.clip(duals, least, np.where(asked, most, 0.0))
    return found


def _worth_adding(model: CompiledModel, now: Relaxation, active: BoolArray) -> BoolArray:
    """The few cheapest options of every duty that has one cheaper than all its active ones."""
    found = np.zeros_like(active)
    held = np.where(active, now.reduced, np.inf).min(axis=1, initial=np.inf)
    limit = np.minimum(held, now.left)
    limit -= _EPSILON * np.maximum(1.0, np.abs(limit))
    rows = np.flatnonzero(now.reduced.min(axis=1, initial=np.inf) < limit)
    count = min(MORE_OPTIONS, model.sessions)
    if not (count and len(rows)):
        return found
    inactive = np.where(active[rows], np.inf, now.reduced[rows])
    nearest = np.argpartition(inactive, count - 1, axis=1)[:, :count]
    useful = np.take_along_axis(inactive, nearest, axis=1) < limit[rows, None]
    found[rows[:, None], nearest] = useful
    return found
