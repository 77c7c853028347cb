"""What keeps a duty from every session that discharges it, while everybody else stays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.model.choices import choice_of
from scheduler.model.compiled import NOWHERE, STRUCTURE, CompiledModel
from scheduler.model.language import (
    BoolArray,
    GroupBound,
    IntArray,
    Model,
    Points,
)
from scheduler.model.world import World
from scheduler.rules import in_force, registry


@dataclass(frozen=True)
class Blocking:
    """The smallest set of rules without which a duty had a place, and in how many sessions; with
    any smaller set there is none. No rules: there is a place. `STRUCTURE` alone and no sessions:
    nothing is on offer."""

    rules: tuple[str, ...]
    sessions: int


class Obstacles:
    """What the rules of a problem say of duties that a plan leaves out."""

    def __init__(self, problem: Problem, assignments: Iterable[Assignment]) -> None:
        self.problem = problem
        self.choice = choice_of(problem, tuple(assignments))
        self.world = World(problem)

    @cached_property
    def _bounds(self) -> list[tuple[GroupBound, IntArray]]:
        """The hard bounds, and [group, slot] → what the plan has there."""
        model = _BoundListener(self.world.duties, self.world.sessions)
        model.told(self.world)
        return [
            (bound, model.use(bound, self.choice))
            for bound in model.group_bounds
            if bound.points is None
        ]

    def of(self, row: int) -> tuple[BoolArray, dict[str, BoolArray]]:
        """For one duty without a session, by its number: the sessions that discharge it, and by
        rule those of them that it closes, [session]."""
        duty = self.problem.duties[row]
        centre = self.problem.employee[duty.employee_id].centre
        offered = np.array(
            [
                each.programme in duty.programmes and centre in (None, each.centre)
                for each in self.problem.sessions
            ],
            np.bool_,
        )
        alone = _ForbiddenListener(self.world.sessions)
        own = self.world.block(np.array([row]), np.arange(self.world.sessions))
        for rule in in_force(self.problem.rules):
            rule.tell(own, alone)
        closed = alone.closed
        closed[STRUCTURE] = self._busy(row)
        for bound, use in self._bounds:
            for group in bound.groups[bound.duties == row].tolist():
                full = _broken(bound, group, use[group])
                if full.any():
                    mask = bound.incidence(self.world.sessions) @ full.astype(np.float64) > 0
                    closed[bound.rule] = closed.get(bound.rule, False) | mask
        closed = {rule: mask & offered for rule, mask in closed.items()}
        return offered, {rule: mask for rule, mask in closed.items() if mask.any()}

    def _busy(self, row: int) -> BoolArray:
        """[session] → whether the person serves elsewhere on one of its days."""
        mine = self.choice[self.world.employee == self.world.employee[row]]
        days = self.world.incidence[:, mine[mine != NOWHERE]].any(axis=1)
        return np.asarray(self.world.incidence[days].any(axis=0))

    def blocking(self, row: int) -> Blocking:
        """The smallest set of rules that blocks a duty without a session. Of several those that
        an admin can change come first, then those that would open the most sessions."""
        offered, closed = self.of(row)
        if not offered.any():
            return Blocking((STRUCTURE,), 0)
        if not closed:
            return Blocking((), int(offered.sum()))
        rules = sorted(closed)
        table = np.array([closed[rule][offered] for rule in rules], np.bool_)
        sets, times = np.unique(table, axis=1, return_counts=True)
        firm = np.array([_is_firm(rule) for rule in rules], np.int64)
        best = min(
            range(sets.shape[1]),
            key=lambda n: (int(sets[:, n].sum()), int(firm @ sets[:, n]), -int(times[n])),
        )
        names = tuple(rule for rule, there in zip(rules, sets[:, best], strict=True) if there)
        return Blocking(names, int(times[best]))


def _is_firm(rule: str) -> bool:
    """Whether no admin can change the rule."""
    kind = registry().get(rule)
    return kind is None or kind.always_on


def _broken(bound: GroupBound, group: int, use: IntArray) -> BoolArray:
    """[slot] → whether one more of the group breaks its limits, or breaks them further."""

    upper = bound.upper[group if len(bound.upper) > 1 else 0]
    broken: BoolArray = use + 1 > upper
    if bound.lower is not None:
        least = bound.lower[group if len(bound.lower) > 1 else 0]
        # Whoever comes first to where there must be several, or nobody, is too few alone.
        broken |= (use == 0) & (least > 1) if bound.switch else np.zeros_like(broken)
    return broken


class _BoundListener(CompiledModel):
    """Hears of bounds alone, so that it needs no table of all options."""

    def __init__(self, duties: int, sessions: int) -> None:
        super().__init__(0, sessions, np.zeros(0, np.int64))
        self.duties = duties

    def told(self, world: World) -> None:
        """Hear every rule in force."""
        for rule in in_force(world.problem.rules):
            rule.tell(world, self)

    def forbid(self, rule: str, mask: BoolArray, points: int | None = None) -> None:
        """What is forbidden is asked for one duty after another."""

    def price(self, rule: str, points: Points) -> None:
        """What it costs does not matter here."""


class _ForbiddenListener(Model):
    """Hears what is forbidden to one duty: by rule, [session]."""

    def __init__(self, sessions: int) -> None:
        self.sessions = sessions
        self.closed: dict[str, BoolArray] = {}

    def forbid(self, rule: str, mask: BoolArray, points: int | None = None) -> None:
        if points is None and mask.any():
            self.closed[rule] = self.closed.get(rule, np.zeros(self.sessions, np.bool_)) | mask[0]

    def price(self, rule: str, points: Points) -> None:
        """Nor does it here."""

    def bound(self, bound: GroupBound) -> None:
        """Bounds are known already."""
