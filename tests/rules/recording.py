"""What rules say to a solver, written down: a model that solves nothing."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from scheduler.model.language import (
    BoolArray,
    IntArray,
    Model,
    Points,
)
from scheduler.model.world import World
from scheduler.rules import in_force


class Limit(NamedTuple):
    """One group's bound in one slot. Duties and sessions by their numbers in the whole problem."""

    name: Hashable
    slot: int
    members: frozenset[int]
    sessions: frozenset[int]
    upper: int
    lower: int
    switch: bool
    points: int | None

    def implied_by(self, other: Limit) -> bool:
        """Whether it is hard and says nothing that the other does not."""
        return (
            self.points is None
            and other.points is None
            and self.members <= other.members
            and self.sessions <= other.sessions
            and self.upper >= other.upper
            and not self.lower
        )


@dataclass(frozen=True)
class Bound:
    """One call of `Model.bound`: whether its groups have names, and all their limits."""

    names: tuple[Hashable, ...] | None
    limits: tuple[Limit, ...]


class Recorder(Model):
    """What is forbidden and what it costs, rule by rule, and every bound in order."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._shape = world.duties, world.sessions
        self.forbidden: dict[str, BoolArray] = {}
        self.prices: dict[str, IntArray] = {}
        self.bounds: dict[str, list[Bound]] = {}

    def forbid(self, rule: str, mask: BoolArray, points: int | None = None) -> None:
        """See `Model.forbid`."""
        assert mask.shape == self._shape
        if points is None:
            self.forbidden[rule] = self.forbidden.get(rule, False) | mask
        else:
            self.price(rule, mask * np.int64(points))

    def price(self, rule: str, points: Points) -> None:
        """See `Model.price`."""
        assert points.shape == self._shape
        assert (points >= 0).all()
        self.prices[rule] = self.prices.get(rule, 0) + points.astype(np.int64)

    def bound(
        self,
        rule: str,
        *,
        duties: IntArray,
        groups: IntArray,
        sessions: IntArray,
        slots: IntArray,
        upper: IntArray,
        lower: IntArray | None = None,
        switch: bool = False,
        points: int | None = None,
        names: Sequence[Hashable] | None = None,
    ) -> None:
        """See `Model.bound`."""
        limits = tuple(
            Limit(
                name=None if names is None else names[group],
                slot=slot,
                members=self._wholes(self._world.rows, duties[groups == group]),
                sessions=self._wholes(self._world.columns, sessions[slots == slot]),
                upper=int(upper[group if len(upper) > 1 else 0, slot]),
                lower=0 if lower is None else int(lower[group if len(lower) > 1 else 0, slot]),
                switch=switch,
                points=points,
            )
            for group in np.unique(groups).tolist()
            for slot in np.unique(slots).tolist()
        )
        named = None if names is None else tuple(names)
        self.bounds.setdefault(rule, []).append(Bound(named, limits))

    def _wholes(self, number: IntArray, mine: IntArray) -> frozenset[int]:
        return frozenset(number[mine].tolist())


def recorded(world: World) -> Recorder:
    """What all rules in force say of a world."""
    model = Recorder(world)
    for rule in in_force(world.problem.rules):
        rule.tell(world, model)
    return model
