"""A first plan at once: duty by duty, the cheapest date that is still possible."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy

import numpy as np

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import (
    BoolArray,
    FloatArray,
    GroupBound,
    IntArray,
)
from scheduler.model.slack import Slack

_BREATH = 200
"""Duties placed between two looks at whether to stop."""
_SHUT = np.uint32(1)
"""Some rule's mark: which one does not matter while a plan is made."""


def greedy(
    model: CompiledModel,
    order: IntArray | None = None,
    start: IntArray | None = None,
    prices: FloatArray | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> IntArray:
    """A choice that breaks no upper limit: duties in `order` (by default those with the fewest
    options first among the dearest to leave), each on its cheapest possible session. Those that
    have a place in `start`, a legal choice, keep it.

    With `prices`, [duty, session], the cheapest is the one of the least price instead: what an
    option takes from others is then part of it. When `stop` says so, nobody else is placed.
    """
    if order is None:
        order = np.lexsort((model.open.sum(axis=1), -model.unplaced))
    slack = Slack(model)
    choice = np.full(model.duties, NOWHERE, np.int64) if start is None else start.copy()
    slack.take_all(choice)
    for number, duty in enumerate(order[choice[order] == NOWHERE].tolist()):
        if number % _BREATH == 0 and stop():
            break
        possible, cost = slack.prices(duty)
        rank = cost if prices is None else prices[duty] + (cost - model.cost[duty])
        session = int(np.where(possible, rank, np.inf).argmin())
        if possible[session] and cost[session] < model.unplaced[duty]:
            choice[duty] = session
            slack.take(duty, session)
    return choice


def settle(
    model: CompiledModel,
    choice: IntArray,
    prices: FloatArray | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> IntArray:
    """`choice` with every hard switch off or on: where too few would come, nobody does, the
    emptiest half first, and who loses a place by that gets another one where there is room."""
    switched = [each for each in model.group_bounds if each.switch and each.points is None]
    shut = copy(model)
    while switched:
        thin = [_thin(model, bound, choice) for bound in switched]
        if not any(slots.any() for slots in thin):
            break
        closed = np.zeros(model.cost.shape, np.bool_)
        for bound, slots in zip(switched, thin, strict=True):
            touched = (slots.astype(np.float32) @ bound.incidence(model.sessions).T) > 0
            closed |= bound.membership(model.duties) @ touched > 0
        shut.blocked = np.where(closed, _SHUT, shut.blocked)
        placed = np.flatnonzero(choice != NOWHERE)
        choice = choice.copy()
        choice[placed[closed[placed, choice[placed]]]] = NOWHERE
        choice = greedy(shut, start=choice, prices=prices, stop=stop)
    return choice


def _thin(model: CompiledModel, bound: GroupBound, choice: IntArray) -> BoolArray:
    """[group, slot] → the emptier half of those that are on with too few."""
    use = model.use(bound, choice)
    thin = (use > 0) & (use < (0 if bound.lower is None else bound.lower))
    if not thin.any():
        return thin
    half: BoolArray = thin & (use <= np.median(use[thin]))
    return half
