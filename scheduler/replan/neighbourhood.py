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
from scheduler.model.language import BoolArray, Family, IntArray
from scheduler.replan.situation import Situation


def first_neighbourhood(now: Situation) -> BoolArray:
    """[duty] → whether it has no place, or one that may be lost whatever the others do."""
    restless = (now.kept == NOWHERE) | now.sure | now.crowded(now.kept)
    for family in now.hard:
        if family.lower is not None:
            restless |= _around(now, family, _short(now, family))
    return now.whole_people(restless) & ~now.frozen


def wider(now: Situation, hood: BoolArray) -> BoolArray:
    """The neighbourhood with everybody who could be asked to make room for it, or to help out
    where it leaves too few."""
    found = hood.copy()
    for family in now.hard:
        found |= _in_the_way(now, family, hood)
        if family.lower is not None:
            found |= _around(now, family, _at_risk(now, family, hood))
    return now.whole_people(found) & ~now.frozen


def _entering(now: Situation, family: Family, hood: BoolArray) -> IntArray:
    """[group, slot] → how many duties of the neighbourhood could go there."""
    rows = np.flatnonzero(hood)
    incidence = family.incidence(now.model.sessions).toarray().astype(np.float32)
    reached = (now.open[rows].astype(np.float32) @ incidence) > 0
    members = family.membership(now.model.duties)[rows]
    counts = members.T @ reached.astype(np.float64)
    return np.asarray(counts).round().astype(np.int64)


def _in_the_way(now: Situation, family: Family, hood: BoolArray) -> BoolArray:
    """Who is where more could go than there is room."""
    rows, duties = now.rows(family, np.where(now.sure, NOWHERE, now.kept))
    full = now.counted(family, rows) + _entering(now, family, hood) > family.upper
    found = np.zeros_like(hood)
    found[duties[full.ravel()[rows]]] = True
    return found


def _short(now: Situation, family: Family) -> BoolArray:
    """[group, slot] → whether too few are there when everybody stays who can."""
    assert family.lower is not None
    taken = now.counted(family, now.rows(family, now.kept)[0])
    short = taken < family.lower
    # A switch is off where nobody is; it is short only if somebody has gone.
    return short & (taken > 0) if family.switch else short


def _at_risk(now: Situation, family: Family, hood: BoolArray) -> BoolArray:
    """[group, slot] → whether too few could be there when the neighbourhood moves."""
    assert family.lower is not None
    outside = np.where(hood, NOWHERE, now.kept)
    least = now.counted(family, now.rows(family, outside)[0]) < family.lower
    touched = now.counted(family, now.rows(family, np.where(hood, now.kept, NOWHERE))[0]) > 0
    if family.switch:
        touched |= _entering(now, family, hood) > 0
    return least & touched


def _around(now: Situation, family: Family, wanted: BoolArray) -> BoolArray:
    """Who is in one of the rows, or could be."""
    if not wanted.any():
        return np.zeros(now.model.duties, np.bool_)
    members = family.membership(now.model.duties)
    incidence = family.incidence(now.model.sessions)
    touching = (members @ sparse.csr_array(wanted.astype(np.float64)) @ incidence.T).toarray() > 0
    return np.asarray((touching & now.open).any(axis=1), np.bool_)
