"""What each change opens, seen by letting its rule speak with it and without it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from scheduler.domain.problem import Problem, RuleScope
from scheduler.model.language import (
    BoolArray,
    GroupBound,
    IntArray,
    Model,
    Points,
)
from scheduler.model.world import World
from scheduler.rules import every_setting, registry
from scheduler.rules.base.change import ProblemChange

Call = tuple[tuple[RuleScope, str] | None, int]
"""Which of the things a rule says: for which part of the company it is set, and the how manieth."""


def rules_of(change: ProblemChange) -> tuple[str, ...]:
    """The rules that say something else with a change, the one that it loosens first."""
    heeding = (key for key, rule in registry().items() if type(change) in rule.heeds)
    return tuple(dict.fromkeys((change.loosens, *heeding)))


@dataclass(frozen=True)
class Statement:
    """What one rule says hard: what it forbids, [duty, session], and its bounds."""

    forbidden: dict[Call, BoolArray] = field(default_factory=dict)
    group_bounds: dict[Call, GroupBound] = field(default_factory=dict)


@dataclass(frozen=True)
class RuleEffect:
    """What a change opens of one rule: by call the options that are not forbidden any more, [duty,
    session], and by call how many more its bounds let in, [group, slot]. Where `group_bounds` are
    given, the rule has these bounds with the change instead of its own."""

    opened: dict[Call, BoolArray]
    more: dict[Call, IntArray]
    group_bounds: dict[Call, GroupBound] | None

    @property
    def nothing(self) -> bool:
        """Whether the change opens nothing."""
        some = any(mask.any() for mask in self.opened.values())
        return (
            not some
            and not any(more.any() for more in self.more.values())
            and (self.group_bounds is None)
        )


def statement_of(world: World, key: str) -> Statement:
    """What one rule says of a problem."""
    problem, statement = world.problem, Statement()
    for rule in registry()[key].instances(every_setting(problem.rules)[key]):
        if rule.on:
            rule.tell(world, _RuleListener(statement, rule.reach.scope))
    return statement


def effect(problem: Problem, change: ProblemChange, key: str, before: Statement) -> RuleEffect:
    """What a change opens where a rule says what is heard `before`."""
    after = statement_of(World(change.apply(problem)), key)
    strange = [mask for call, mask in after.forbidden.items() if call not in before.forbidden]
    opened: dict[Call, BoolArray] = {}
    for call, mask in before.forbidden.items():
        opened[call] = mask & ~after.forbidden.get(call, np.zeros_like(mask))
        for other in strange:  # what is forbidden anew is not opened
            opened[call] &= ~other
    more = _more(before.group_bounds, after.group_bounds)
    if more is None or (any(grown.any() for grown in more.values()) and key != change.loosens):
        # Only of the rule that they loosen is known that two changes let in what each of them does.
        return RuleEffect(opened, {}, after.group_bounds)
    return RuleEffect(opened, more, None)


def _more(
    before: dict[Call, GroupBound], after: dict[Call, GroupBound]
) -> dict[Call, IntArray] | None:
    """By how much the upper limits grow; None if more than those is different."""
    if before.keys() != after.keys():
        return None
    if not all(_alike(before[call], after[call]) for call in before):
        return None
    return {call: after[call].upper - before[call].upper for call in before}


def _alike(one: GroupBound, other: GroupBound) -> bool:
    """Whether two families are the same but for their upper limits."""
    if (one.lower is None) is not (other.lower is None) or one.upper.shape != other.upper.shape:
        return False
    if one.lower is not None and not np.array_equal(one.lower, other.lower):  # type: ignore[arg-type]
        return False
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("duties", "groups", "sessions", "slots")
    )


class _RuleListener(Model):
    """Hears what a rule says hard about one part of the company."""

    def __init__(self, statement: Statement, scope: tuple[RuleScope, str] | None) -> None:
        self.statement, self.scope = statement, scope
        self.forbids = self.bounds = 0

    def forbid(self, rule: str, mask: BoolArray, points: int | None = None) -> None:
        if points is None:
            self.statement.forbidden[self.scope, self.forbids] = mask
        self.forbids += 1

    def price(self, rule: str, points: Points) -> None:
        """What it costs does not matter here."""

    def bound(self, bound: GroupBound) -> None:
        if bound.points is None and len(bound.duties) and len(bound.sessions):
            self.statement.group_bounds[self.scope, self.bounds] = replace(bound, names=None)
        self.bounds += 1
