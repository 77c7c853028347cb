"""Where a company stands: the best plan and the bound of every block, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from scheduler.domain.plan import SolveStatus
from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import IntArray
from scheduler.model.linking import LinkingConstraint
from scheduler.model.packed import Packed
from scheduler.solving.decomposition.tasks import Source, State
from scheduler.solving.result import Limits, relative_gap
from scheduler.solving.search import ALMOST, whole_bound


@dataclass(frozen=True)
class Piece:
    """A block as its company sees it: how to get its model or source, how many duties it has (an
    estimate of the work, for a source), the plan to start from, if it is a source, and what it is
    should nobody come to it, as far as known."""

    get: Callable[[], CompiledModel | Packed | Source]
    size: int
    warm: IntArray | None = None
    source: bool = False
    before: State | None = None


class Incumbents:
    """The blocks as they stand, and what ties them together."""

    def __init__(
        self, pieces: Sequence[Piece], linking: Sequence[LinkingConstraint], limits: Limits
    ) -> None:
        self.pieces, self.linking, self.limits = pieces, tuple(linking), limits
        self.states: list[State | None] = [None] * len(pieces)
        self.bounds = [-inf] * len(pieces)
        self.joint_bound = -inf
        self.in_line = True

    def choices(self) -> list[IntArray]:
        """The best plan of every block; of one without any, that nobody serves."""
        return self.choices_of(self.states)

    def choices_of(self, states: Sequence[State | None]) -> list[IntArray]:
        """The plans of some states, one of every block."""
        return [
            np.full(piece.size, NOWHERE) if state is None else state.choice.astype(np.int64)
            for piece, state in zip(self.pieces, states, strict=True)
        ]

    @property
    def broken(self) -> bool:
        """Whether the plans together break a hard tie."""
        choices = self.choices() if self.linking else []
        return any(
            constraint.points is None and constraint.over(choices).any()
            for constraint in self.linking
        )

    @property
    def cost(self) -> float:
        """Points of all plans together; infinite while a block has none."""
        choices = self.choices() if self.linking else []
        extra = sum(
            constraint.points * constraint.more(choices)
            for constraint in self.linking
            if constraint.points
        )
        return extra + sum(inf if state is None else state.cost for state in self.states)

    @property
    def bound(self) -> float:
        """No plan of the company costs less."""
        return max(sum(whole(bound) for bound in self.bounds), whole(self.joint_bound))

    @property
    def by_rule(self) -> dict[str, int]:
        """Whose points the cost is."""
        found: dict[str, int] = {}
        for state in self.states:
            for rule, points in (state.by_rule if state else {}).items():
                found[rule] = found.get(rule, 0) + points
        for constraint in self.linking:
            if constraint.points and (more := constraint.more(self.choices())):
                found[constraint.key[0]] = (
                    found.get(constraint.key[0], 0) + more * constraint.points
                )
        return {rule: points for rule, points in found.items() if points}

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
