"""What room a plan leaves in every group bound, one choice at a time."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from scheduler.solving.compiled import BoolArray, CompiledModel, Family, IntArray


class Room:
    """The room left by the choices taken so far."""

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
            table.use(duty, session, 1)

    def give_back(self, duty: int, session: int) -> None:
        """Count one choice less."""
        for table in self._tables:
            table.use(duty, session, -1)

    def full(self, duty: int) -> dict[str, BoolArray]:
        """Per rule whose hard bounds leave no room for `duty`: in which sessions."""
        found: dict[str, BoolArray] = {}
        for table in self._tables:
            if table.points is None and (mask := table.full(duty) > 0).any():
                found[table.rule] = found.get(table.rule, np.zeros_like(mask)) | mask
        return found


class _Table:
    """One family's room left, [group, slot]."""

    def __init__(self, family: Family, model: CompiledModel) -> None:
        self.rule, self.points = family.rule, family.points
        self.members = family.membership(model.duties)
        self.incidence: sparse.csr_array = family.incidence(model.sessions)
        self.by_slot = sparse.csr_array(self.incidence.astype(np.int64))
        self.room = np.broadcast_to(family.upper, family.shape).astype(np.int64).copy()

    def full(self, duty: int) -> IntArray:
        """[session] → how many slots without room one more choice would touch."""
        touched = np.zeros(self.by_slot.shape[0], np.int64)
        for group in self._groups(duty):
            full = (self.room[group] <= 0).astype(np.int64)
            if full.any():
                touched += self.by_slot @ full
        return touched

    def weigh(self, duty: int, possible: BoolArray, cost: IntArray) -> None:
        touched = self.full(duty)
        if self.points is None:
            possible &= touched == 0
        else:
            cost += touched * self.points

    def use(self, duty: int, session: int, count: int) -> None:
        slots = self.incidence.indices[slice(*self.incidence.indptr[session : session + 2])]
        for group in self._groups(duty):
            self.room[group, slots] -= count

    def _groups(self, duty: int) -> IntArray:
        first, last = self.members.indptr[duty : duty + 2]
        return self.members.indices[first:last].astype(np.int64)
