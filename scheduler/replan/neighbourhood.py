"""Who might have to move: a neighbourhood that grows until it is proven to be enough.

The first neighbourhood holds everybody without a place and everybody in a place that is too full.
Each further one adds the people in whose place somebody of the one before could go. A plan in
which people move beyond the first neighbourhood although nobody needs their place can be mended by
letting them stay, so a plan that changes as few as possible, n of them beyond the first
neighbourhood, lies within the n-th.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from scheduler.model.compiled import NOWHERE
from scheduler.model.language import BoolArray, GroupBound, IntArray
from scheduler.replan.situation import Situation


def first_neighbourhood(now: Situation) -> BoolArray:
    """[duty] → whether it has no place, or one that may be lost whatever the others do."""
    restless = (now.kept == NOWHERE) | now.sure | now.crowded(now.kept)
    for bound in now.hard:
        if bound.lower is not None:
            restless |= _around(now, bound, _short(now, bound))
    return now.whole_people(restless) & ~now.frozen


def wider(now: Situation, hood: BoolArray) -> BoolArray:
    """The neighbourhood with everybody who could be asked to make room for it, or to help out
    where it leaves too few."""
    larger = hood.copy()
    for bound in now.hard:
        larger |= _in_the_way(now, bound, hood)
        if bound.lower is not None:
            larger |= _around(now, bound, _at_risk(now, bound, hood))
    return now.whole_people(larger) & ~now.frozen


def _entering(now: Situation, bound: GroupBound, hood: BoolArray) -> IntArray:
    """[group, slot] → how many duties of the neighbourhood could go there."""
    rows = np.flatnonzero(hood)
    incidence = bound.incidence(now.model.sessions).toarray().astype(np.float32)
    reached = (now.open[rows].astype(np.float32) @ incidence) > 0
    members = bound.membership(now.model.duties)[rows]
    counts = members.T @ reached.astype(np.float64)
    return np.asarray(counts).round().astype(np.int64)


def _in_the_way(now: Situation, bound: GroupBound, hood: BoolArray) -> BoolArray:
    """Who is where more could go than there is room."""
    rows, duties = now.rows(bound, np.where(now.sure, NOWHERE, now.kept))
    full = now.counted(bound, rows) + _entering(now, bound, hood) > bound.upper
    in_the_way = np.zeros_like(hood)
    in_the_way[duties[full.ravel()[rows]]] = True
    return in_the_way


def _short(now: Situation, bound: GroupBound) -> BoolArray:
    """[group, slot] → whether too few are there when everybody stays who can."""
    assert bound.lower is not None
    taken = now.counted(bound, now.rows(bound, now.kept)[0])
    short = taken < bound.lower
    # A switch is off where nobody is; it is short only if somebody has gone.
    return short & (taken > 0) if bound.switch else short


def _at_risk(now: Situation, bound: GroupBound, hood: BoolArray) -> BoolArray:
    """[group, slot] → whether too few could be there when the neighbourhood moves."""
    assert bound.lower is not None
    outside = np.where(hood, NOWHERE, now.kept)
    least = now.counted(bound, now.rows(bound, outside)[0]) < bound.lower
    touched = now.counted(bound, now.rows(bound, np.where(hood, now.kept, NOWHERE))[0]) > 0
    if bound.switch:
        touched |= _entering(now, bound, hood) > 0
    return least & touched


def _around(now: Situation, bound: GroupBound, wanted: BoolArray) -> BoolArray:
    """Who is in one of the rows, or could be."""
    if not wanted.any():
        return np.zeros(now.model.duties, np.bool_)
    members = bound.membership(now.model.duties)
    incidence = bound.incidence(now.model.sessions)
    touching = (members @ sparse.csr_array(wanted.astype(np.float64)) @ incidence.T).toarray() > 0
    return np.asarray((touching & now.open).any(axis=1), np.bool_)
