"""How far a company is: the best plan and the bound of every block, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

import numpy as np

from scheduler.domain.plan import SolveStatus
from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import IntArray
from scheduler.model.linking import LinkingConstraint
from scheduler.model.packed import Packed
from scheduler.solving.decomposition.block_state import BlockSpec, BlockState, Choice, Source
from scheduler.solving.result import Limits, relative_gap
from scheduler.solving.search import ALMOST, whole_bound


class Incumbents:
    """The best plan of every block, and what links the blocks. The next plan of a `stale` block
    counts even if it costs more."""

    def __init__(
        self, specs: Sequence[BlockSpec], linking: Sequence[LinkingConstraint], limits: Limits
    ) -> None:
        self.specs, self.linking, self.limits = specs, tuple(linking), limits
        self.states: list[BlockState | None] = [None] * len(specs)
        self.bounds = [-inf] * len(specs)
        self.joint_bound = -inf
        self.in_line = True
        self.stale: set[int] = set()
        self.latest = 0
        """The block of the last report."""
        self._packed: dict[int, Packed] = {}

    def model(self, number: int) -> CompiledModel | Packed | Source:
        """A block's model, or its source as long as nobody has made it."""
        return self._packed.get(number) or self.specs[number].get()

    def warm(self, number: int) -> Choice | None:
        """A block's best plan, or the one to start from, as it travels."""
        state, warm = self.states[number], self.specs[number].warm
        if state is not None:
            return state.choice
        return None if warm is None else warm.astype(np.int32)

    def take(self, number: int, state: BlockState) -> None:
        """Take a block's new plan if it is better, and what else is new of it."""
        self.latest = number
        if state.packed is not None:
            self._packed[number] = state.packed
        self.bounds[number] = max(self.bounds[number], state.bound)
        known = self.states[number]
        best = older = known if known is not None else state
        if known is None or self._better(number, state, known):
            self.stale.discard(number)
            best = state
        self.states[number] = replace(
            best,
            groups=state.groups or older.groups,
            prices=state.prices or older.prices,
            start=state.start or older.start,
            packed=None,
        )

    def _better(self, number: int, state: BlockState, known: BlockState) -> bool:
        return state.cost <= known.cost or (number in self.stale and state.cost < inf)

    def choices(self) -> list[IntArray]:
        """The best plan of every block; of one without any, that nobody serves."""
        return self.choices_of(self.states)

    def choices_of(self, states: Sequence[BlockState | None]) -> list[IntArray]:
        """The plans of some states, one of every block."""
        return [
            np.full(spec.size, NOWHERE) if state is None else state.choice.astype(np.int64)
            for spec, state in zip(self.specs, states, strict=True)
        ]

    def unproven(self) -> list[int]:
        """The blocks with a plan that may not be the best one."""
        return [n for n, state in enumerate(self.states) if state is not None and not state.proven]

    @property
    def broken(self) -> bool:
        """Whether the plans together break a hard linking constraint."""
        choices = self.choices() if self.linking else []
        return any(each.points is None and each.over(choices).any() for each in self.linking)

    @property
    def cost(self) -> float:
        """Points of all plans together; infinite while a block has none."""
        choices = self.choices() if self.linking else []
        extra = sum(each.points * each.more(choices) for each in self.linking if each.points)
        return extra + sum(inf if state is None else state.cost for state in self.states)

    @property
    def bound(self) -> float:
        """No plan of the company costs less."""
        return max(sum(whole(bound) for bound in self.bounds), whole(self.joint_bound))

    @property
    def by_rule(self) -> dict[str, int]:
        """Whose points the cost is."""
        score: dict[str, int] = {}
        for state in self.states:
            for rule, points in (state.by_rule if state else {}).items():
                score[rule] = score.get(rule, 0) + points
        for constraint in self.linking:
            if constraint.points and (more := constraint.more(self.choices())):
                rule = constraint.key[0]
                score[rule] = score.get(rule, 0) + more * constraint.points
        return {rule: points for rule, points in score.items() if points}

    @property
    def near_enough(self) -> bool:
        """Whether the plans are in line, and within the gap asked for."""
        near = max(self.limits.gap, ALMOST) * self.cost if self.cost < inf else -inf
        return self.cost - self.bound <= near and not self.broken

    def status(self) -> SolveStatus:
        """How it ended."""
        if any(state is not None and state.infeasible for state in self.states):
            return SolveStatus.INFEASIBLE
        if self.cost == inf or not self.in_line:
            return SolveStatus.UNKNOWN
        if self.bound >= self.cost:
            return SolveStatus.OPTIMAL
        if self.limits.stop():
            return SolveStatus.STOPPED
        gap = relative_gap(int(self.cost), int(self.bound))
        near = max(self.limits.gap, ALMOST)
        return SolveStatus.WITHIN_GAP if gap <= near else SolveStatus.TIME_LIMIT


def whole(bound: float) -> float:
    """Points are whole numbers, and never negative."""
    return bound if bound == inf else float(max(0, whole_bound(max(bound, 0.0))))
