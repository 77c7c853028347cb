"""What rules say to a solver, written down: a model that solves nothing."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from scheduler.model.language import (
    BoolArray,
    GroupBound,
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

    def bound(self, bound: GroupBound) -> None:
        """See `Model.bound`."""
        names = bound.names
        limits = tuple(
            Limit(
                name=None if names is None else names[group],
                slot=slot,
                members=self._wholes(self._world.rows, bound.duties[bound.groups == group]),
                sessions=self._wholes(self._world.columns, bound.sessions[bound.slots == slot]),
                upper=_limit(bound.upper, group, slot),
                lower=0 if bound.lower is None else _limit(bound.lower, group, slot),
                switch=bound.switch,
                points=bound.points,
            )
            for group in np.unique(bound.groups).tolist()
            for slot in np.unique(bound.slots).tolist()
        )
        self.bounds.setdefault(bound.rule, []).append(Bound(names, limits))

    def _wholes(self, number: IntArray, mine: IntArray) -> frozenset[int]:
        return frozenset(number[mine].tolist())


def _limit(limits: IntArray, group: int, slot: int) -> int:
    return int(limits[group if len(limits) > 1 else 0, slot])


def recorded(world: World) -> Recorder:
    """What all rules in force say of a world."""
    model = Recorder(world)
    for rule in in_force(world.problem.rules):
        rule.tell(world, model)
    return model
