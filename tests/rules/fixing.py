"""What is wrong with the fixes of a rule: tried on tiny worlds in which it alone keeps duties out.

What works is asked of the rule's `check`. That a fix is the least is tried by brute force: with
every change that the rule names anywhere in the world, and with every two.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations

from scheduler.domain.plan import Assignment, Violation
from scheduler.domain.problem import Mode, Problem, RuleSetting
from scheduler.model.world import World
from scheduler.rules import every_setting
from scheduler.rules.base.case import Case, ChangeSearch
from scheduler.rules.base.change import Changes, ProblemChange, cost_of
from scheduler.rules.base.costs import SOFTER_FOR_ALL
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.base.rule import Rule
from tests.worlds import a_random_world

DEAREST = SOFTER_FOR_ALL + 1
"""Where a rule names no fix, no change for less may do."""


@dataclass(frozen=True)
class Blocked:
    """A plan that keeps the rule, and a place for one more duty that breaks it."""

    problem: Problem
    plan: tuple[Assignment, ...]
    place: Assignment

    @property
    def case(self) -> Case:
        choice = PlanView(self.problem, [self.place]).choices[0]
        return Case(self.problem, PlanView(self.problem, self.plan), choice)


def faults(rule: type[Rule], seeds: Iterable[int]) -> tuple[int, list[str]]:
    """How many places the rule blocks in some random worlds, and what is wrong with its fixes."""
    wrong: list[str] = []
    number = 0
    for seed in seeds:
        world = _world(rule, seed)
        blocked = list(_blocked(rule, world, random.Random(seed)))
        fixes = [_governing(rule, each).fixes(each.case) for each in blocked]
        named = [change for ways in fixes for way in ways for change in way]
        number += len(blocked)
        for each, ways in zip(blocked, fixes, strict=True):
            wrong += [f"{seed}: {fault}" for fault in _faults_of(rule, each, ways, named)]
    return number, wrong


def _faults_of(
    rule: type[Rule], blocked: Blocked, ways: Sequence[Changes], named: Sequence[ProblemChange]
) -> Iterator[str]:
    said = [_said(blocked.problem, way) for way in ways]
    for way, words in zip(ways, said, strict=True):
        if _broken(rule, blocked, way):
            yield f"does not work: {words}"
    costs = list(map(cost_of, ways))
    if costs != sorted(costs):
        yield f"not the cheapest first: {said}"
    least = min(costs, default=DEAREST)
    if cheaper := _cheaper(rule, blocked, least, [*named, *_candidates(rule, blocked, least)]):
        yield f"cheaper than {said[:1]}: {_said(blocked.problem, cheaper)}"
    if ways and _least(rule, blocked) > least:
        yield f"cheaper than the least that the rule says: {said[0]}"


def _said(problem: Problem, way: Changes) -> str:
    return f"{[str(change.text(problem)) for change in way]} for {cost_of(way)}"


def _cheaper(
    rule: type[Rule], blocked: Blocked, least: int, changes: Iterable[ProblemChange]
) -> Changes | None:
    """One change or two that do for less."""
    pool = {repr(change): change for change in changes if change.cost < least}
    singles = ((change,) for change in pool.values())
    pairs = (
        pair
        for pair in combinations(pool.values(), 2)
        if cost_of(pair) < least and pair[0].about != pair[1].about
    )
    tried: Iterator[Changes] = (way for ways in (singles, pairs) for way in ways)
    return next((way for way in tried if not _broken(rule, blocked, way)), None)


def _candidates(rule: type[Rule], blocked: Blocked, below: int) -> Iterator[ProblemChange]:
    """Every change that the rule names for the whole world."""
    for each in _in_force(rule, blocked.problem):
        yield from each.candidates(ChangeSearch(blocked.problem, below))


def _least(rule: type[Rule], blocked: Blocked) -> int:
    """What the rule says that a fix costs at least."""
    world = World(blocked.problem)
    row = next(n for n, each in enumerate(world.duty_list) if each.id == blocked.place.duty_id)
    column = [each.key for each in world.session_list].index(blocked.place.session)
    return int(rule.least_fix(world, row)[column])


# ---- The worlds --------------------------------------------------------------------------------


def _world(rule: type[Rule], seed: int) -> Problem:
    """A tiny world in which the rule is on, hard in every second one."""
    problem = a_random_world(seed)
    setting = every_setting(problem.rules)[rule.key]
    if setting.mode is Mode.OFF or seed % 2:
        setting = setting.model_copy(update={"mode": Mode.HARD})
    others = (each for each in problem.rules if each.key != rule.key)
    return problem.changed(rules=(*others, setting))


def _blocked(rule: type[Rule], problem: Problem, chance: random.Random) -> Iterator[Blocked]:
    """Places that the rule alone keeps from one duty after another, while the others are where
    they keep it."""
    for duty in problem.duties:
        plan: tuple[Assignment, ...] = ()
        for other in chance.sample(problem.duties, len(problem.duties)):
            options = [each for each in _places(problem, plan, other.id) if other != duty]
            chance.shuffle(options)
            kept = (each for each in options if not _hard(rule, problem, (*plan, each)))
            plan = (*plan, *list(kept)[:1])
        for place in _places(problem, plan, duty.id):
            if _hard(rule, problem, (*plan, place)):
                yield Blocked(problem, plan, place)


def _places(problem: Problem, plan: Sequence[Assignment], duty_id: str) -> list[Assignment]:
    """The sessions that discharge a duty and in which its person is not elsewhere."""
    duty = problem.duty[duty_id]
    person = problem.employee[duty.employee_id]
    mine = (problem.session[each.session] for each in plan if each.employee_id == person.id)
    busy = {day for session in mine for day in session.days}
    return [
        Assignment(duty_id=duty_id, employee_id=person.id, session=session.key)
        for session in problem.sessions
        if session.programme in duty.programmes
        and person.centre in (None, session.centre)
        and busy.isdisjoint(session.days)
    ]


def _in_force(rule: type[Rule], problem: Problem) -> list[Rule]:
    given = [setting for setting in problem.rules if setting.key == rule.key]
    setting: RuleSetting | None = given[-1] if given else None
    return [each for each in rule.instances(setting) if each.on]


def _governing(rule: type[Rule], blocked: Blocked) -> Rule:
    choice = blocked.case.choice
    return next(r for r in _in_force(rule, blocked.problem) if r.reach.holds(choice))


def _hard(rule: type[Rule], problem: Problem, plan: Sequence[Assignment]) -> list[Violation]:
    view = PlanView(problem, plan)
    return [v for each in _in_force(rule, problem) for v in each.judge(view) if v.hard]


def _broken(rule: type[Rule], blocked: Blocked, way: Changes) -> bool:
    """Whether the rule is still broken with the duty there."""
    made = reduce(lambda problem, change: change.apply(problem), way, blocked.problem)
    return bool(_hard(rule, made, (*blocked.plan, blocked.place)))
