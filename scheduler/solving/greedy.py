"""A first plan at once: every duty in turn takes the cheapest date still free."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from scheduler.solving.compiled import NOWHERE, BoolArray, CompiledModel, Family, IntArray


class Ledger:
    """What a growing plan has used of every group bound."""

    def __init__(self, model: CompiledModel) -> None:
        self.model = model
        self._tables = [_Table(family, model) for family in model.families]

    def prices(self, duty: int) -> tuple[BoolArray, IntArray]:
        """For one more choice of `duty`: which sessions are still possible, and what each costs
        now, soft bounds included."""
        possible = self.model.blocked[duty] == 0
        cost = self.model.cost[duty].copy()
        for table in self._tables:
            table.weigh(duty, possible, cost)
        return possible, cost

    def take(self, duty: int, session: int) -> None:
        """Count one more choice."""
        for table in self._tables:
            table.take(duty, session)


class _Table:
    """One family's room left, [group, slot]."""

    def __init__(self, family: Family, model: CompiledModel) -> None:
        self.points = family.points
        self.members = family.membership(model.duties)
        self.incidence: sparse.csr_array = family.incidence(model.sessions)
        self.by_slot = sparse.csr_array(self.incidence.astype(np.int64))
        self.room = np.broadcast_to(family.upper, family.shape).astype(np.int64).copy()

    def weigh(self, duty: int, possible: BoolArray, cost: IntArray) -> None:
        first, last = self.members.indptr[duty : duty + 2]
        for group in self.members.indices[first:last]:
            full = (self.room[group] <= 0).astype(np.int64)
            if not full.any():
                continue
            touched = self.by_slot @ full
            if self.points is None:
                possible &= touched == 0
            else:
                cost += touched * self.points

    def take(self, duty: int, session: int) -> None:
        slots = slice(*self.incidence.indptr[session : session + 2])
        first, last = self.members.indptr[duty : duty + 2]
        for group in self.members.indices[first:last]:
            self.room[group, self.incidence.indices[slots]] -= 1


def greedy(model: CompiledModel, order: IntArray | None = None) -> IntArray:
    """A legal choice: duties in `order` (by default those with the fewest options first among
    the dearest to leave), each on its cheapest possible session."""
    if order is None:
        order = np.lexsort((model.open.sum(axis=1), -model.unplaced))
    ledger = Ledger(model)
    choice = np.full(model.duties, NOWHERE, np.int64)
    for duty in order.tolist():
        possible, cost = ledger.prices(duty)
        if not possible.any():
            continue
        session = int(np.flatnonzero(possible)[cost[possible].argmin()])
        if cost[session] < model.unplaced[duty]:
            choice[duty] = session
            ledger.take(duty, session)
    return choice
