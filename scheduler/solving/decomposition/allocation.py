"""Each block's allocation of what several have to share, so that no first plans of theirs break a
linking constraint."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from scheduler.model.compiled import CompiledModel
from scheduler.model.language import GroupBound, IntArray
from scheduler.model.linking import Key, keys_of
from scheduler.rules import registry
from scheduler.rules.base.rule import Ties
from scheduler.solving.pricing.piecewise import GOLDEN

_WINDOW = 10
"""Slots in a row, mostly days, in which allocations stay the same."""
_ENOUGH = 2**40
"""A limit that limits nobody."""


@dataclass(frozen=True)
class Allocation:
    """From which fraction of the whole to which, and of what: of these groups, or, for a source, of
    all groups of rules that concern the whole company."""

    first: float
    last: float
    keys: frozenset[Key] | None = None

    def of(self, model: CompiledModel) -> CompiledModel:
        """The model in which those groups have no more room than that."""
        allocated = copy(model)
        allocated.group_bounds = [self._of_bound(bound) for bound in model.group_bounds]
        return allocated

    def _of_bound(self, bound: GroupBound) -> GroupBound:
        if bound.names is None or bound.points is not None:
            return bound
        mine = np.full(bound.shape[0], bound.rule in company_rules())
        if self.keys is not None:
            keys = keys_of(bound)
            mine = np.array([keys.get(n) in self.keys for n in range(bound.shape[0])], np.bool_)
        if not mine.any():
            return bound
        upper = np.broadcast_to(bound.upper, bound.shape)
        return replace(bound, upper=np.where(mine[:, None], self.of_limits(upper), upper))

    def of_limits(self, upper: IntArray) -> IntArray:
        """[group, slot] → this allocation of the limits; all of them are whole, and all there is
        together. Where one is what several have to share, it is one block's turn after another's.
        """
        turn = GOLDEN * (np.arange(upper.shape[1]) // _WINDOW) % 1.0
        most = np.minimum(upper, _ENOUGH)
        first, last = (
            np.floor(most * end + turn + 1e-9).astype(np.int64) for end in (self.first, self.last)
        )
        allocated: IntArray = last - first
        return allocated


def company_rules() -> set[str]:
    """Keys of the rules that concern the whole company."""
    return {key for key, rule in registry().items() if rule.ties is Ties.COMPANY}
