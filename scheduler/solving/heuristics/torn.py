"""Whoever a linear program is torn about, a few at a time: they are held where it would have them
most, and it is solved again, so that all others make room for them.

Where many dates cost the same, a linear program that ends in halves often has a whole solution at
no more points. Beside others who stay where they are, those torn do not find it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scheduler.model.compiled import CompiledModel
from scheduler.model.language import BoolArray, IntArray
from scheduler.solving.heuristics.diving import Again
from scheduler.solving.pricing.column_generation import generate_columns
from scheduler.solving.pricing.pricing import MasterSolution

_DECIDED = 1 - 1e-6
"""A weight from which on it counts as one."""
_LITTLE = 1e-6
"""So small a share of a bound is rounding."""


def unravelled(
    model: CompiledModel, relaxed: MasterSolution, again: Again, dearest: float
) -> MasterSolution:
    """The relaxation of the model in which nobody is torn any longer, or as far as that goes below
    `dearest` points. Half of them are held at once; where that costs something, half as many; an
    option that costs something by itself is forbidden if that costs nothing."""
    held, portion = np.zeros(model.duties, np.bool_), 0.5
    while len(relaxed.weight) and relaxed.bound < dearest:
        duties, sessions = _heaviest(model, relaxed, held, portion)
        if not len(duties):
            break
        kept = _where(model, duties, sessions)
        tried = model.without(_others(kept))
        less = again(tried, relaxed)
        if not len(less.weight):
            break
        if _dearer(less, relaxed):
            if len(duties) > 1:
                portion /= 2
                continue
            elsewhere = model.without(kept)
            other = again(elsewhere, relaxed)
            if len(other.weight) and not _dearer(other, relaxed):
                model, relaxed, portion = elsewhere, other, 0.5
                continue
        held[duties] = True
        model, relaxed, portion = tried, less, 0.5
    return relaxed


def relax_until_dearer(
    model: CompiledModel,
    choice: IntArray,
    known: MasterSolution,
    *,
    seconds: float,
    stop: Callable[[], bool],
) -> MasterSolution:
    """The relaxation of a model with fewer options than the `known` one's, as far as is needed to
    know whether it costs more."""
    dearer: list[MasterSolution] = []

    def report(now: MasterSolution) -> None:
        if _dearer(now, known):
            dearer.append(now)

    return generate_columns(
        model,
        choice,
        seconds=seconds,
        stop=lambda: bool(dearer) or stop(),
        report=report,
        start=known,
    )


def _dearer(one: MasterSolution, other: MasterSolution) -> bool:
    return one.bound > other.bound + _LITTLE * max(1.0, abs(other.bound))


def _heaviest(
    model: CompiledModel, relaxed: MasterSolution, held: BoolArray, portion: float
) -> tuple[IntArray, IntArray]:
    """Of those torn and not held yet the portion that is the least so, at least one, and where
    each of them is most."""
    weight = np.zeros(model.cost.shape)
    weight[relaxed.solved] = relaxed.weight
    most = weight.max(axis=1, initial=0.0)
    torn = np.flatnonzero((most <= _DECIDED) & (most > 1 - _DECIDED) & ~held)
    order = np.argsort(-np.round(most[torn], 6), kind="stable")
    duties = torn[order[: max(1, int(portion * len(torn)))]]
    return duties, weight[duties].argmax(axis=1)


def _where(model: CompiledModel, duties: IntArray, sessions: IntArray) -> BoolArray:
    """[duty, session] → whether it is one of these options."""
    found = np.zeros(model.cost.shape, np.bool_)
    found[duties, sessions] = True
    return found


def _others(kept: BoolArray) -> BoolArray:
    """All other options of those who have some of these."""
    return kept.any(axis=1, keepdims=True) & ~kept
