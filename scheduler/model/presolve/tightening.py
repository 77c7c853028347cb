"""Coefficient tightening: soft limits as sharp as switches make them. A week with room for one
whose only session runs with at least six people, or not at all, holds five too many or nobody.

A linear program sees no switch: one guest in such a week is free to it. But where nobody or at
least m people come and u of them for nothing, u < m, the others at p points each, p·max(0, x - u)
is p·(m - u)/m for each of all x there are, and p·u/m more for each beyond m. Said like that every
legal plan costs what it did, and no linear relaxation can come nearer to the switch by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scheduler.model.compiled import CompiledModel
from scheduler.model.language import GroupBound, IntArray
from scheduler.model.presolve.pairs import with_pair_cuts

_Table = Callable[[int], sparse.csr_array]
"""Which of so many belong to which column."""


def tighten_coefficients(model: CompiledModel) -> CompiledModel:
    """`model` with its soft limits as sharp as its hard switches make them; itself where there is
    nothing to gain. It has the same legal plans at the same cost, and a linear relaxation that
    knows more. Its costs and points are fractions; group bounds keep their numbers, new ones
    follow."""
    cost, gains = model.cost.astype(np.float64), False
    group_bounds, beyond = [], []
    for bound in model.group_bounds:
        fewest = _fewest(model, bound)
        upper = np.array(np.broadcast_to(bound.upper, bound.shape))
        sharp = fewest > upper
        if not sharp.any():
            group_bounds.append(bound)
            continue
        free = np.where(sharp, upper / np.maximum(fewest, 1), 1.0)
        cost += _everybody_pays(model, bound, 1 - free)
        group_bounds.append(replace(bound, upper=np.where(sharp, model.duties + 1, upper)))
        for share in np.unique(free[sharp & (free > 0)]).tolist():
            limits = np.where(sharp & (free == share), fewest, model.duties + 1)
            points = cast(int, (bound.points or 0) * share)
            beyond.append(replace(bound, upper=limits, points=points))
        gains |= bool((fewest[sharp] > 1).any())
    if not gains:
        return with_pair_cuts(model)
    tight = copy(model)
    tight.cost, tight.group_bounds = cast(IntArray, cost), group_bounds + beyond
    return with_pair_cuts(tight)


def _everybody_pays(
    model: CompiledModel, bound: GroupBound, share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """[duty, session] → points for such shares, [group, slot], of the bound's price."""
    of_group = sparse.csr_array(share) @ bound.incidence(model.sessions).T
    points = (bound.membership(model.duties) @ of_group).toarray()
    return np.asarray(points, np.float64) * float(bound.points or 0)


def _fewest(model: CompiledModel, bound: GroupBound) -> IntArray:
    """[group, slot] of a soft limit → so many are there, or nobody is: a hard switch concerns the
    same people on the same sessions. Zero where there is none, and for groups with names, which
    may have members elsewhere."""
    fewest = np.zeros(bound.shape, np.int64)
    if bound.points is None or bound.lower is not None or bound.names is not None:
        return fewest
    for switch, lower in _switches(model):
        group, its_group = _alike(bound.membership, switch.membership, model.duties)
        slot, its_slot = _alike(bound.incidence, switch.incidence, model.sessions)
        np.maximum.at(fewest, (group[:, None], slot), lower[its_group[:, None], its_slot])
    return fewest


def _switches(model: CompiledModel) -> Iterator[tuple[GroupBound, IntArray]]:
    """Group bounds with hard switches, and how many each of them needs."""
    for bound in model.group_bounds:
        if bound.switch and bound.points is None and bound.names is None:
            lower = bound.lower if bound.lower is not None else np.zeros((1, 1), np.int64)
            yield bound, np.broadcast_to(lower, bound.shape)


def _alike(ours: _Table, theirs: _Table, size: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Our columns and those of theirs that hold the same, side by side."""
    mine, other = ours(size), theirs(size)
    common = sparse.coo_array(mine.T @ other)
    same = common.data == np.asarray(mine.sum(axis=0)).reshape(-1)[common.row]
    same &= common.data == np.asarray(other.sum(axis=0)).reshape(-1)[common.col]
    return common.row[same], common.col[same]
