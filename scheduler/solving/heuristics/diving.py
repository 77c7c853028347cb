"""Switches one after the other: where a linear program has fewer people than a switch needs, the
emptiest are turned off and it is solved again, so that the others fill up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace

import numpy as np

from scheduler.model.compiled import CompiledModel
from scheduler.model.language import (
    BoolArray,
    FloatArray,
    GroupBound,
    IntArray,
)
from scheduler.solving.pricing.pricing import MasterSolution

Again = Callable[[CompiledModel, MasterSolution], MasterSolution]
"""Relaxes a model with some switches set, starting from another one's relaxation."""
_FULL = 1e-6
"""By so little a session may miss what it needs."""


def is_hard(bound: GroupBound) -> bool:
    """Whether it is a switch that no plan may leave with too few, and not set yet."""
    return bound.switch and bound.points is None and bound.asks


def decided(model: CompiledModel, relaxed: MasterSolution, again: Again) -> CompiledModel:
    """The model with every hard switch on, or off. Half of those with too few are turned off at
    once; where that costs something, half as many; one that is missed by itself is turned on."""
    on, off = _none(model), _none(model)
    portion = 0.5
    while len(relaxed.weight):
        thin = _thin(model, relaxed, on, off)
        if not any(some.any() for some in thin):
            break
        emptiest = _emptiest(model, relaxed, thin, portion)
        less = again(_set(model, on, _both(off, emptiest)), relaxed)
        if not len(less.weight):
            break
        if less.bound <= relaxed.bound + _FULL * max(1.0, abs(relaxed.bound)):
            relaxed, off, portion = less, _both(off, emptiest), 0.5
        elif sum(int(some.sum()) for some in emptiest) > 1:
            portion /= 2
        else:
            on = _both(on, emptiest)
            relaxed = again(_set(model, on, off), relaxed)
    used = [use >= least - _FULL for least, use in _needs(model, relaxed)]
    on = [some & (least > 0) for some, (least, _) in zip(used, _needs(model, relaxed), strict=True)]
    return _set(model, on, [~some for some in on])


def none_or_some(model: CompiledModel, relaxed: MasterSolution) -> list[CompiledModel]:
    """Where the linear program has somebody in switched sessions, but in all of them together
    fewer than the smallest needs: the model with nobody there, and the one with so many. Every
    plan is one of either, and the linear program's of neither. Else, nothing."""
    hard = [bound for bound in model.group_bounds if is_hard(bound)]
    if len(hard) != 1 or hard[0].shape[0] != 1 or not len(relaxed.weight):
        return []
    (bound,), ((least, use),) = hard, _needs(model, relaxed)
    needed = int(least.min(initial=np.iinfo(np.int64).max))
    if not _FULL < use.sum() < needed - _FULL:
        return []
    touched = np.unique(bound.sessions)
    some = copy(model)
    together = replace(
        bound,
        sessions=touched,
        slots=np.zeros_like(touched),
        upper=np.array([[model.duties]]),
        lower=np.array([[needed]]),
        switch=False,
    )
    some.group_bounds = [*model.group_bounds, together]
    return [_set(model, _none(model), [np.ones(bound.shape, np.bool_)]), some]


def _none(model: CompiledModel) -> list[BoolArray]:
    return [np.zeros(bound.shape, np.bool_) for bound in model.group_bounds if is_hard(bound)]


def _both(these: Sequence[BoolArray], those: Sequence[BoolArray]) -> list[BoolArray]:
    return [one | other for one, other in zip(these, those, strict=True)]


def _needs(model: CompiledModel, relaxed: MasterSolution) -> list[tuple[IntArray, FloatArray]]:
    """Of every family of hard switches, [group, slot]: how many it needs, and has."""
    weight = np.zeros(model.cost.shape)
    weight[relaxed.solved] = relaxed.weight
    found = []
    for bound in model.group_bounds:
        if is_hard(bound):
            members, incidence = (
                bound.membership(model.duties),
                bound.incidence(model.sessions),
            )
            least = np.broadcast_to(np.asarray(bound.lower), bound.shape)
            found.append((least, np.asarray(members.T @ (weight @ incidence))))
    return found


def _thin(
    model: CompiledModel, relaxed: MasterSolution, on: list[BoolArray], off: list[BoolArray]
) -> list[BoolArray]:
    """Switches not set yet where somebody is, but not enough."""
    return [
        (use > _FULL) & (use < least - _FULL) & ~set_on & ~set_off
        for (least, use), set_on, set_off in zip(_needs(model, relaxed), on, off, strict=True)
    ]


def _emptiest(
    model: CompiledModel, relaxed: MasterSolution, thin: list[BoolArray], portion: float
) -> list[BoolArray]:
    """The emptiest portion of the thin ones, at least one; of those alike, the last."""
    needs = _needs(model, relaxed)
    share = np.concatenate(
        [
            np.where(some, use / np.maximum(least, 1), np.inf).ravel()
            for some, (least, use) in zip(thin, needs, strict=True)
        ]
    )
    count = max(1, int(portion * np.isfinite(share).sum()))
    order = np.lexsort((-np.arange(len(share)), np.round(share, 6)))
    chosen = np.zeros(len(share), np.bool_)
    chosen[order[:count]] = True
    ends = np.cumsum([some.size for some in thin])[:-1]
    return [
        part.reshape(some.shape) for part, some in zip(np.split(chosen, ends), thin, strict=True)
    ]


def _set(model: CompiledModel, on: list[BoolArray], off: list[BoolArray]) -> CompiledModel:
    """The model with some switches on, some off, the others as they were."""
    closed = np.zeros(model.cost.shape, np.bool_)
    group_bounds, asked = [], []
    states = iter(zip(on, off, strict=True))
    for bound in model.group_bounds:
        if not is_hard(bound):
            group_bounds.append(bound)
            continue
        use, shut = next(states)
        least = np.broadcast_to(np.asarray(bound.lower), bound.shape)
        incidence = bound.incidence(model.sessions)
        closed |= bound.membership(model.duties) @ (shut.astype(np.float32) @ incidence.T) > 0
        group_bounds.append(replace(bound, lower=np.where(use | shut, 0, least)))
        asked.append(replace(bound, lower=np.where(use, least, 0), switch=False))
    switched = model.without(closed)
    switched.group_bounds = group_bounds + asked
    return switched
