"""The slack that a plan leaves in every group bound, one choice at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import BoolArray, GroupBound, IntArray


class Slack:
    """Residual capacity below the upper limits, beside the choices taken so far."""

    def __init__(self, model: CompiledModel) -> None:
        self.model = model
        alike: dict[tuple[object, ...], list[GroupBound]] = {}
        for bound in model.group_bounds:
            touch = (
                bound.sessions.tobytes(),
                bound.slots.tobytes(),
                bound.shape[1],
            )
            alike.setdefault((bound.points, *touch), []).append(bound)
        self._tables = [_Table(group_bounds, model) for group_bounds in alike.values()]

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

    def take_all(self, choice: IntArray) -> None:
        """Count a session for every duty that has one."""
        placed = np.flatnonzero(choice != NOWHERE)
        for table in self._tables:
            table.use_all(placed, choice[placed])

    def give_back(self, duty: int, session: int) -> None:
        """Count one choice less."""
        for table in self._tables:
            table.use(duty, session, -1)

    def full(self, duty: int) -> dict[str, BoolArray]:
        """Per rule whose hard bounds have no slack for `duty`: in which sessions."""
        full: dict[str, BoolArray] = {}
        for table in self._tables:
            if table.points is None:
                for rule, mask in table.full_by_rule(duty):
                    full[rule] = full.get(rule, np.zeros_like(mask)) | mask
        return full


class _Table:
    """The slack of bounds whose sessions touch the same slots, [group, slot], and, kept up to
    date with it, how many full slots every session touches, [group, session]."""

    def __init__(self, group_bounds: Sequence[GroupBound], model: CompiledModel) -> None:
        self.points = group_bounds[0].points
        members = sparse.hstack([f.membership(model.duties) for f in group_bounds], format="csr")
        self.members = sparse.csr_array(members)
        self.incidence: sparse.csr_array = group_bounds[0].incidence(model.sessions)
        self.touching: sparse.csr_array = sparse.csr_array(self.incidence.T)
        self.slack = np.vstack([np.broadcast_to(f.upper, f.shape) for f in group_bounds]).astype(
            np.int32
        )
        # Single numbers are read and written faster this way than in an array.
        self._cells = self.slack.data
        self._slots = [_row(self.incidence, n).tolist() for n in range(model.sessions)]
        self.rule = [bound.rule for bound in group_bounds for _ in range(bound.shape[0])]
        self._count_full()

    def _count_full(self) -> None:
        full = sparse.csr_array((self.slack <= 0).astype(np.float32))
        self.full = (full @ self.touching).toarray().astype(np.int16)

    def weigh(self, duty: int, possible: BoolArray, cost: IntArray) -> None:
        """Take sessions away that lead over a limit, or add what that costs."""
        groups = self._groups(duty)
        if not len(groups):
            return
        full = self.full[groups[0]] if len(groups) == 1 else self.full[groups].sum(axis=0)
        if self.points is None:
            possible &= full == 0
        else:
            cost += full.astype(np.int64) * self.points

    def full_by_rule(self, duty: int) -> list[tuple[str, BoolArray]]:
        """The rules without slack for the duty, and in which sessions."""
        return [
            (self.rule[group], self.full[group] > 0)
            for group in self._groups(duty).tolist()
            if self.full[group].any()
        ]

    def use(self, duty: int, session: int, count: int) -> None:
        """Take, or give back, the slack of one choice."""
        slots = self._slots[session]
        for group in self._groups(duty).tolist():
            for slot in slots:
                before = self._cells[group, slot]
                self._cells[group, slot] = before - count
                if (before <= 0) != (before <= count):
                    self.full[group, _row(self.touching, slot)] += 1 if count > 0 else -1

    def use_all(self, duties: IntArray, sessions: IntArray) -> None:
        """Take the slack of many choices at once."""
        taken = self.members[duties].T @ self.incidence[sessions]
        self.slack -= np.asarray(taken.toarray(), np.float64).round().astype(np.int32)
        self._count_full()

    def _groups(self, duty: int) -> NDArray[np.signedinteger[Any]]:
        return _row(self.members, duty)


def _row(matrix: sparse.csr_array, row: int) -> NDArray[np.signedinteger[Any]]:
    """The columns of one row."""
    columns: NDArray[np.signedinteger[Any]] = matrix.indices[
        matrix.indptr[row] : matrix.indptr[row + 1]
    ]
    return columns


def legal_part(model: CompiledModel, choice: IntArray, first: IntArray | None = None) -> IntArray:
    """`choice` without what the rules forbid; where a bound is broken, who comes first stays, and
    where too few are left for a switch to be on, nobody does."""
    if model.judge(choice).legal:
        return choice
    # Whoever is where no bound is broken is in nobody's way.
    doubtful = _doubtful(model, choice)
    kept = np.where(doubtful, NOWHERE, choice)
    slack = Slack(model)
    slack.take_all(kept)
    order = np.flatnonzero(doubtful)
    if first is not None:
        order = np.concatenate([first[doubtful[first]], np.setdiff1d(order, first)])
    for duty in order.tolist():
        session = int(choice[duty])
        possible, _ = slack.prices(duty)
        if possible[session]:
            kept[duty] = session
            slack.take(duty, session)
    return off_or_on(model, kept)


def _doubtful(model: CompiledModel, choice: IntArray) -> BoolArray:
    """[duty] → whether it has a place that is forbidden, or in which a hard bound is broken."""
    doubtful = np.zeros(model.duties, np.bool_)
    placed = np.flatnonzero(choice != NOWHERE)
    doubtful[placed] = model.blocked[placed, choice[placed]] != 0
    for bound in model.group_bounds:
        if bound.points is None:
            over = model.use(bound, choice) > bound.upper
            doubtful[placed] |= _there(model, bound, over, placed, choice[placed])
    return doubtful


def _there(
    model: CompiledModel,
    bound: GroupBound,
    slots: BoolArray,
    duties: IntArray,
    sessions: IntArray,
) -> BoolArray:
    """Which of these duties are, in these sessions, in one of the [group, slot] of theirs."""
    touched = slots.astype(np.float32) @ bound.incidence(model.sessions).T > 0
    there = bound.membership(model.duties)[duties] @ touched
    inside: BoolArray = there[np.arange(len(duties)), sessions] > 0
    return inside


def off_or_on(model: CompiledModel, choice: IntArray) -> IntArray:
    """`choice` without those whose group is on with too few, and whom that leaves too few."""
    switched = [each for each in model.group_bounds if each.switch and each.points is None]
    while True:
        placed = np.flatnonzero(choice != NOWHERE)
        gone = np.zeros(len(placed), np.bool_)
        for bound in switched:
            use = model.use(bound, choice)
            thin = (use > 0) & (use < (0 if bound.lower is None else bound.lower))
            gone |= _there(model, bound, thin, placed, choice[placed])
        if not gone.any():
            return choice
        choice = choice.copy()
        choice[placed[gone]] = NOWHERE
