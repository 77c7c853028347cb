"""A first plan at once: every duty in turn takes the cheapest date still free."""

from __future__ import annotations

import numpy as np

from scheduler.solving.compiled import NOWHERE, CompiledModel, IntArray
from scheduler.solving.room import Room


def greedy(
    model: CompiledModel, order: IntArray | None = None, start: IntArray | None = None
) -> IntArray:
    """A legal choice: duties in `order` (by default those with the fewest options first among
    the dearest to leave), each on its cheapest possible session. Those that have a place in
    `start`, a legal choice, keep it."""
    if order is None:
        order = np.lexsort((model.open.sum(axis=1), -model.unplaced))
    room = Room(model)
    choice = np.full(model.duties, NOWHERE, np.int64) if start is None else start.copy()
    for duty in np.flatnonzero(choice != NOWHERE).tolist():
        room.take(duty, int(choice[duty]))
    for duty in order[choice[order] == NOWHERE].tolist():
        possible, cost = room.prices(duty)
        if not possible.any():
            continue
        session = int(np.flatnonzero(possible)[cost[possible].argmin()])
        if cost[session] < model.unplaced[duty]:
            choice[duty] = session
            room.take(duty, session)
    return choice
