"""Dominated rows: bounds that say nothing beside others, as a day all of whose sessions fill
another day, too."""

from __future__ import annotations

from copy import copy
from dataclasses import replace

import numpy as np
from scipy import sparse

from scheduler.model.compiled import CompiledModel
from scheduler.model.language import GroupBound, IntArray


def without_dominated_rows(model: CompiledModel) -> CompiledModel:
    """The same model with no limit where another one of the same group implies it: sessions of
    two days make two bounds of every one, of which a linear program needs only one."""
    lean = copy(model)
    lean.group_bounds = [_lean(model, bound) for bound in model.group_bounds]
    return lean


def _lean(model: CompiledModel, bound: GroupBound) -> GroupBound:
    if bound.points is not None or bound.lower is not None or bound.signs is not None:
        return bound
    limits = np.array(np.broadcast_to(bound.upper, (len(bound.upper), bound.shape[1])))
    inner, outer, same = _within(bound.incidence(model.sessions))
    for slot, other, equal in zip(inner.tolist(), outer.tolist(), same.tolist(), strict=True):
        mine, its = bound.upper[:, slot], bound.upper[:, other]
        implied = (mine >= its) if not equal or slot > other else (mine > its)
        limits[implied, slot] = model.duties + 1
    return replace(bound, upper=limits)


def _within(incidence: sparse.csr_array) -> tuple[IntArray, IntArray, IntArray]:
    """Pairs of slots of which the first's sessions all touch the second, and whether these are all
    that do."""
    common = sparse.coo_array(incidence.T @ incidence)
    size = np.asarray(incidence.sum(axis=0)).reshape(-1)
    inside = (common.row != common.col) & (common.data == size[common.row])
    inner, outer = common.row[inside].astype(np.int64), common.col[inside].astype(np.int64)
    return inner, outer, (size[inner] == size[outer]).astype(np.int64)
