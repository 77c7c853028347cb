"""Of a neighbourhood too large to be solved whole, the part that is most likely to help."""

from __future__ import annotations

import numpy as np

from scheduler.model.compiled import NOWHERE
from scheduler.model.incidence import touched_rows
from scheduler.model.language import BoolArray, GroupBound, IntArray
from scheduler.replan.situation import Situation

HELPERS = 150
"""At most so many people are asked to make room."""
NEAREST = 12
"""How many of their cheapest free options they get beside their own place."""
_STUCK = 50
"""Helpers are looked for by name for at most so many without a place."""


def few_options(now: Situation, hood: BoolArray, choice: IntArray) -> tuple[IntArray, BoolArray]:
    """Duties and options, [place in duties, session]: those without a place with all of theirs,
    those whose place would let one of them in, and the cheapest to move of the rest."""
    stuck = np.flatnonzero(hood & (choice == NOWHERE) & now.open.any(axis=1))
    others = np.flatnonzero(hood & (choice != NOWHERE))
    free = _free(now, others, choice)
    cost = np.where(free, now.model.cost[others], np.iinfo(np.int64).max // 2)
    regret = cost.min(axis=1, initial=np.iinfo(np.int64).max // 2)
    regret -= now.model.cost[others, choice[others]]
    opening = _opening(now, stuck[:_STUCK], choice)[others]
    settled = now.kept[others] == choice[others]
    order = np.lexsort((others, regret, ~opening, settled & ~opening))[:HELPERS]
    chosen = others[order]
    options = free[order] & _cheapest(cost[order])
    own = np.arange(len(chosen))
    options[own, choice[chosen]] = True
    home = np.flatnonzero(now.kept[chosen] != NOWHERE)
    options[home, now.kept[chosen[home]]] = True
    duties = np.concatenate([stuck, chosen])
    return duties, np.concatenate([now.open[stuck], options])


def _cheapest(cost: IntArray) -> BoolArray:
    cheapest = np.zeros(cost.shape, np.bool_)
    count = min(NEAREST, cost.shape[1])
    if count:
        nearest = np.argpartition(cost, count - 1, axis=1)[:, :count]
        np.put_along_axis(cheapest, nearest, True, axis=1)
    return cheapest


def _full(now: Situation, bound: GroupBound, choice: IntArray) -> BoolArray:
    """[group, slot] → whether there is no room for one more."""
    taken = now.counted(bound, now.rows(bound, choice)[0])
    return np.asarray(taken >= bound.upper, np.bool_)


def _free(now: Situation, duties: IntArray, choice: IntArray) -> BoolArray:
    """[place in duties, session] → whether there is room for one more of the duty."""
    free = now.open[duties]
    for bound in now.hard:
        full = _full(now, bound, choice).astype(np.float64)
        sessions = full @ bound.incidence(now.model.sessions).T
        free &= ~(bound.membership(now.model.duties)[duties] @ sessions > 0)
    return free


def _opening(now: Situation, stuck: IntArray, choice: IntArray) -> BoolArray:
    """[duty] → whether leaving its place would open an option of somebody stuck."""
    place, session = np.nonzero(now.open[stuck])
    pairs = [np.zeros(0, np.int64)]
    closed_by = np.zeros(len(place), np.int64)
    for bound in now.hard:
        rows, option = touched_rows(now.model, bound, stuck[place], session)
        full = _full(now, bound, choice).ravel()[rows]
        rows, option = rows[full], option[full]
        closed_by += np.bincount(option, minlength=len(place))
        held, holder = now.rows(bound, choice)
        order = np.argsort(held, kind="stable")
        first, last = (
            np.searchsorted(held[order], rows),
            np.searchsorted(held[order], rows, "right"),
        )
        count = last - first
        at = (
            np.repeat(first, count)
            + np.arange(count.sum())
            - np.repeat(np.cumsum(count) - count, count)
        )
        pairs.append(np.repeat(option, count) * now.model.duties + holder[order][at])
    pair, times = np.unique(np.concatenate(pairs), return_counts=True)
    opening = np.zeros(now.model.duties, np.bool_)
    opening[pair[times == closed_by[pair // now.model.duties]] % now.model.duties] = True
    return opening
