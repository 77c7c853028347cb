"""A linear program's solution as a plan: what it decided stays, the others go by its prices."""

from __future__ import annotations

import numpy as np

from scheduler.model.compiled import NOWHERE
from scheduler.model.language import FloatArray, IntArray
from scheduler.solving.heuristics.greedy import greedy, settle
from scheduler.solving.pricing.pricing import MasterSolution
from scheduler.solving.search import Search

DECIDED = 1 - 1e-6
"""A weight from which on it counts as one."""


def heaviest(master: MasterSolution) -> tuple[IntArray, FloatArray]:
    """[duty] → its heaviest option in the last linear program, and how heavy that is."""
    weight = master.weights(np.float32)
    sessions = weight.argmax(axis=1)
    return sessions, weight[np.arange(len(weight)), sessions].astype(np.float64)


def round_to_plan(search: Search, master: MasterSolution) -> None:
    """Take the linear program's plan where it has one; whoever it leaves between options is placed
    by its prices beside the others."""
    sessions, weight = heaviest(master)
    decided = np.where(weight > DECIDED, sessions, NOWHERE)
    search.offer(decided)
    placed = greedy(search.model, start=decided, prices=master.reduced, stop=search.stop)
    offer_settled(search, placed, master.reduced)
    search.report("pricing options")


def offer_settled(search: Search, choice: IntArray, prices: FloatArray | None = None) -> None:
    """Take `choice`, or what it becomes when every switch is off or on."""
    search.offer(choice)
    if any(bound.switch for bound in search.model.group_bounds):
        search.offer(settle(search.model, choice, prices, search.stop))
