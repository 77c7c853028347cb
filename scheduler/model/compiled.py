"""The compiled model: what every rule says, as arrays, in one small language.

Rows are duties, columns are sessions. An option is a (duty, session) that nothing forbids. A
plan chooses at most one option for every duty; a duty without one costs its `unplaced` points.
Group bounds say how many chosen options a group may have in a slot.
"""

from __future__ import annotations

from collections import Counter
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheduler.model.language import BoolArray, GroupBound, IntArray, Model, Points, narrow

STRUCTURE = "structure"
"""Key of what no rule says because it is what a plan is: only sessions that discharge the duty,
at a centre where the person serves, and one place at a time."""
NOWHERE = -1
"""The session of a duty that is left unassigned."""


@dataclass(frozen=True)
class Judgement:
    """What the compiled model says of a choice: legal or not, its points, and whose they are."""

    legal: bool
    cost: int
    by_rule: dict[str, int] = field(default_factory=dict)


class CompiledModel(Model):
    """Duties × sessions with what is forbidden, what it costs, and the group bounds."""

    def __init__(self, duties: int, sessions: int, unplaced: IntArray) -> None:
        self.duties, self.sessions = duties, sessions
        self.unplaced = unplaced
        self.rules: list[str] = []
        self.blocked: NDArray[np.unsignedinteger[Any]] = np.zeros((duties, sessions), np.uint8)
        """[duty, session] → a bit for every rule that forbids it, by its place in `rules`."""
        self.cost = np.zeros((duties, sessions), np.int64)
        self.group_bounds: list[GroupBound] = []
        self._priced: list[tuple[str, NDArray[Any], int]] = []
        self._calls: Counter[str] = Counter()

    def forbid(self, rule: str, mask: BoolArray, points: int | None = None) -> None:
        """See `Model.forbid`."""
        if points is not None:
            self._price(rule, mask, points)
        elif mask.any():
            bit = 1 << self._bit(rule)
            self.blocked = self.blocked.astype(
                np.promote_types(self.blocked.dtype, np.min_scalar_type(bit)), copy=False
            )
            np.bitwise_or(self.blocked, self.blocked.dtype.type(bit), out=self.blocked, where=mask)

    def price(self, rule: str, points: Points) -> None:
        """See `Model.price`."""
        self._price(rule, points, 1)

    def _price(self, rule: str, table: NDArray[Any], points: int) -> None:
        if points and table.any():
            self.cost += table * np.int64(points)
            # Stored for the score per rule in as few bytes as its points need.
            smallest = np.min_scalar_type(int(table.max()))
            self._priced.append((rule, table.astype(smallest, copy=False), points))

    def bound(self, bound: GroupBound) -> None:
        """See `Model.bound`."""
        ordinal = self._calls[bound.rule]
        self._calls[bound.rule] += 1
        reached = len(bound.duties) and len(bound.sessions)
        if bound.points != 0 and (reached or (bound.known and bound.asked.any())):
            self.group_bounds.append(replace(bound, ordinal=ordinal))

    def _bit(self, rule: str) -> int:
        if rule not in self.rules:
            self.rules.append(rule)
        return self.rules.index(rule)

    def __getstate__(self) -> dict[str, Any]:
        """It travels in as few bytes as hold it."""
        return {**self.__dict__, "cost": narrow(self.cost)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, cost=state["cost"].astype(np.int64))

    def __copy__(self) -> CompiledModel:
        """Another one of the same arrays."""
        other = CompiledModel.__new__(CompiledModel)
        other.__dict__.update(self.__dict__)
        return other

    @property
    def open(self) -> BoolArray:
        """[duty, session] → whether the option exists."""
        free: BoolArray = self.blocked == 0
        return free

    @property
    def dearest(self) -> int:
        """Points of the dearest option."""
        return int(self.cost.max(initial=0, where=self.open))

    def blocked_by(self, duty: int) -> dict[str, BoolArray]:
        """Per rule that forbids any: which sessions it forbids for this duty."""
        row = self.blocked[duty]
        masks = {rule: (row >> n & 1).astype(np.bool_) for n, rule in enumerate(self.rules)}
        return {rule: mask for rule, mask in masks.items() if mask.any()}

    def judge(self, choice: IntArray) -> Judgement:
        """What the model says of `choice`: a session for every duty, or `NOWHERE`."""
        placed = np.flatnonzero(choice != NOWHERE)
        chosen = choice[placed]
        legal = not self.blocked[placed, chosen].any()
        by_rule: dict[str, int] = {}
        for rule, table, points in self._priced:
            cost = int(table[placed, chosen].astype(np.int64).sum()) * points
            by_rule[rule] = by_rule.get(rule, 0) + cost
        for bound in self.group_bounds:
            over = bound.excess(self.use(bound, choice))
            if bound.points is None:
                legal = legal and not over
            else:
                by_rule[bound.rule] = by_rule.get(bound.rule, 0) + over * bound.points
        left = int(self.unplaced[choice == NOWHERE].sum())
        return Judgement(legal, left + sum(by_rule.values()), by_rule)

    def use(self, bound: GroupBound, choice: IntArray) -> IntArray:
        """[group, slot] → how many chosen options of the group touch the slot."""
        duties, groups, signs = bound.members(self.duties)
        incidence = bound.incidence(self.sessions)
        place = choice[duties]
        placed = place != NOWHERE
        first, last = incidence.indptr[place[placed]], incidence.indptr[place[placed] + 1]
        touched = last - first
        # Row by row of the incidence, one after another.
        ends = np.cumsum(touched, dtype=np.int64)
        slots = np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - ends + touched, touched)
        shape = bound.shape
        cells = np.repeat(groups[placed] * shape[1], touched) + incidence.indices[slots]
        weights = None if signs is None else np.repeat(signs[placed], touched)
        counts = np.bincount(cells, weights, minlength=shape[0] * shape[1])
        return counts.astype(np.int64, copy=False).reshape(shape)

    def without(self, options: BoolArray) -> CompiledModel:
        """The same model in which these options, [duty, session], are forbidden, too."""
        model = copy(self)
        model.rules, model.blocked = [*self.rules], self.blocked.copy()
        model.forbid(STRUCTURE, options)
        return model

    def only(self, rows: IntArray) -> CompiledModel:
        """The same model for only some duties; the sessions keep their numbers."""
        model = CompiledModel(len(rows), self.sessions, self.unplaced[rows])
        model.rules = self.rules
        model.blocked, model.cost = self.blocked[rows], self.cost[rows]
        model._priced = [(rule, table[rows], points) for rule, table, points in self._priced]
        number = np.full(self.duties, -1, np.int64)
        number[rows] = np.arange(len(rows))
        for bound in self.group_bounds:
            inside = number[bound.duties] >= 0
            held = np.zeros(bound.shape[0], np.bool_)
            held[bound.groups[inside]] = True
            if bound.points is None:  # what the others lack nobody here makes up for
                held |= bound.asked
            kept = np.flatnonzero(held)
            if len(kept):
                model.group_bounds.append(
                    replace(
                        bound,
                        duties=number[bound.duties[inside]],
                        groups=np.searchsorted(kept, bound.groups[inside]),
                        signs=None if bound.signs is None else bound.signs[inside],
                        upper=_rows_of(bound.upper, kept),
                        lower=None if bound.lower is None else _rows_of(bound.lower, kept),
                        names=None
                        if bound.names is None
                        else tuple(bound.names[n] for n in kept.tolist()),
                    )
                )
        return model

    def remainder(self, rows: IntArray, choice: IntArray) -> CompiledModel:
        """The model for only some duties, with the slack that the choices of all others leave."""
        others = choice.copy()
        others[rows] = NOWHERE
        whole = copy(self)
        whole.group_bounds = [
            left for bound in self.group_bounds for left in _left_of(bound, self.use(bound, others))
        ]
        return whole.only(rows)


def _left_of(bound: GroupBound, used: IntArray) -> list[GroupBound]:
    """What is left of the limits when so much is used; where anybody is, a switch is on."""
    upper = np.maximum(bound.upper - used, 0)
    if bound.lower is None:
        return [replace(bound, upper=upper)]
    lower = np.maximum(bound.lower - used, 0)
    if not bound.switch:
        return [replace(bound, upper=upper, lower=lower)]
    off, on = np.where(used > 0, 0, lower), np.where(used > 0, lower, 0)
    bounds = [replace(bound, upper=upper, lower=off)]
    if on.any():
        # What is too many is counted once, by the first.
        free = np.full_like(upper, np.iinfo(upper.dtype).max)
        bounds.append(replace(bound, upper=free, lower=on, switch=False))
    return bounds


def _rows_of(limits: IntArray, groups: IntArray) -> IntArray:
    return limits[groups] if limits.shape[0] > 1 else limits
