"""Every fix of every rule works, and is the least; a rule of which that is not true is caught."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from scheduler.domain.problem import Mode, Problem
from scheduler.model.language import GroupBound
from scheduler.model.world import World
from scheduler.repairs.effects import Statement, rules_of, statement_of
from scheduler.rules import in_force, registry
from scheduler.rules.base.case import Case, ChangeSearch
from scheduler.rules.base.change import Changes, ProblemChange
from scheduler.rules.base.costs import SOFTER_FOR_ALL
from scheduler.rules.base.rule import Rule
from scheduler.rules.deputies import Deputies
from scheduler.rules.seats import MoreRoom, MoreSeats, Seats
from tests.rules.fixing import faults
from tests.worlds import a_random_world

AT_ONCE = 20
"""So many worlds are one test."""
WORLDS = 20
"""In so many is looked whether any rule heeds a change of another; the last has a published plan
with more people than seats."""


@pytest.mark.parametrize(
    "first",
    [0, 20, *(pytest.param(n, marks=pytest.mark.deep) for n in range(40, 700, AT_ONCE))],
)
@pytest.mark.parametrize("key", registry())
def test_every_fix_works_and_is_the_least(key: str, first: int) -> None:
    blocked, wrong = faults(registry()[key], range(first, first + AT_ONCE))
    assert blocked, "the worlds say nothing of the rule"
    assert wrong == []


@pytest.mark.parametrize("key", registry())
def test_no_change_of_a_rule_is_heeded_by_another_that_does_not_say_so(key: str) -> None:
    """A repair asks only those rules anew that say they heed its changes."""
    for seed in range(WORLDS):
        problem = all_hard(a_random_world(seed))
        changes: dict[object, ProblemChange] = {}
        for rule in in_force(problem.rules):
            if rule.key == key:
                for change in rule.candidates(ChangeSearch(problem, SOFTER_FOR_ALL)):
                    changes.setdefault((type(change), change.about), change)
        made = [(change, World(change.apply(problem))) for change in changes.values()]
        for other in registry():
            said = statement_of(World(problem), other)
            for change, world in made:
                if other not in rules_of(change):
                    assert _alike(said, statement_of(world, other)), (other, change)


def all_hard(problem: Problem) -> Problem:
    settings = (each.model_copy(update={"mode": Mode.HARD}) for each in problem.rules)
    return problem.changed(rules=tuple(settings))


def _alike(one: Statement, other: Statement) -> bool:
    masks, bounds = one.forbidden.keys(), one.group_bounds.values()
    return (
        masks == other.forbidden.keys()
        and all(np.array_equal(one.forbidden[each], other.forbidden[each]) for each in masks)
        and [*map(_limits, bounds)] == [*map(_limits, other.group_bounds.values())]
    )


def _limits(bound: GroupBound) -> tuple[object, ...]:
    lower = None if bound.lower is None else bound.lower.tolist()
    members = (bound.duties, bound.groups, bound.sessions, bound.slots, bound.upper)
    return *(each.tolist() for each in members), lower


# ---- Bad rules ---------------------------------------------------------------------------------


class OneSeatTooMany(Seats):
    """Asks for more than is needed."""

    def own_fixes(self, case: Case) -> Iterator[Changes]:
        for way in super().own_fixes(case):
            yield tuple(
                each.model_copy(update={"more": each.more + 1})
                if isinstance(each, MoreSeats)
                else each
                for each in way
            )


class OnlySeats(Seats):
    """Forgets that a service centre may be full, too."""

    def own_fixes(self, case: Case) -> Iterator[Changes]:
        for way in super().own_fixes(case):
            yield tuple(each for each in way if not isinstance(each, MoreRoom))


class NothingToBeDone(Deputies):
    """Names no fix but to be softer, though it knows of changes that cost less."""

    def own_fixes(self, case: Case) -> Iterator[Changes]:
        yield from ()


class DearestFirst(Deputies):
    """Offers what costs more before what costs less."""

    def fixes(self, case: Case) -> list[Changes]:
        return [*self._softened(case), *self.own_fixes(case)]


class Dearer(Deputies):
    """Says that its fixes cost more than they do."""

    least_cost = 4


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        (OneSeatTooMany, "cheaper than ["),
        (OnlySeats, "does not work"),
        (NothingToBeDone, "cheaper than ["),
        (DearestFirst, "not the cheapest first"),
        (Dearer, "cheaper than the least that the rule says"),
    ],
)
def test_a_rule_whose_fixes_do_not_work_or_are_not_the_least_is_caught(
    rule: type[Rule], fault: str
) -> None:
    _, wrong = faults(rule, range(20))
    assert any(fault in each for each in wrong)
