"""Two guards over every rule: the compiled model accepts exactly what `check` calls legal, and
charges exactly what `check` counts."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

import numpy as np
import pytest

from scheduler.domain.problem import Problem
from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.compiling import compile_problem
from scheduler.model.language import BoolArray
from scheduler.model.world import World
from scheduler.rules import Rule, in_force, registry
from scheduler.verify import verify
from tests.worlds import a_random_world, assignments_of

WORLDS = 1000
AT_ONCE = 50
"""So many random worlds are one test."""


def _random_choices(problem: Problem, count: int, seed: int) -> list[list[int]]:
    """Plans in which everybody is at one place at a time, and serves where they may at all."""
    chance = random.Random(seed)
    return [_random_choice(problem, chance) for _ in range(count)]


def _random_choice(problem: Problem, chance: random.Random) -> list[int]:
    busy: dict[str, set[date]] = {person.id: set() for person in problem.employees}
    choice = []
    for duty in problem.duties:
        centre = problem.employee[duty.employee_id].centre
        options = [
            number
            for number, session in enumerate(problem.sessions)
            if session.programme in duty.programmes
            and centre in (None, session.centre)
            and busy[duty.employee_id].isdisjoint(session.days)
        ]
        choice.append(chance.choice([*options, *options, NOWHERE]))
        if choice[-1] != NOWHERE:
            busy[duty.employee_id].update(problem.sessions[choice[-1]].days)
    return choice


def _possible_choices(possible: BoolArray, count: int, seed: int) -> list[list[int]]:
    """Plans in which everybody by themselves may be where they are; few of the others are legal."""
    chance = random.Random(seed)
    options = [[NOWHERE, *np.flatnonzero(mine).tolist()] for mine in possible]
    return [[chance.choice(mine) for mine in options] for _ in range(count)]


def _alone(problem: Problem, rules: Iterable[Rule]) -> Iterator[tuple[str, CompiledModel]]:
    """Each of some rules in force with what it alone says."""
    world = World(problem)
    for key, mine in groupby(rules, key=lambda rule: rule.key):
        model = CompiledModel(world.duties, world.sessions, np.zeros(world.duties, np.int64))
        for rule in mine:
            rule.tell(world, model)
        yield key, model


@pytest.mark.parametrize("first", range(0, WORLDS, AT_ONCE))
def test_every_rule_compiled_alone_agrees_with_its_check(first: int, keys: frozenset[str]) -> None:
    """Alone, because under all of them at once hardly any plan is legal, and of an illegal one
    nothing is known of the points."""
    for seed in range(first, first + AT_ONCE):
        problem = a_random_world(seed)
        rules = [rule for rule in in_force(problem.rules) if rule.key in keys]
        models = dict(_alone(problem, rules))
        for choice in _random_choices(problem, 6, seed):
            violations = verify(problem, assignments_of(problem, choice), rules).violations
            for key, model in models.items():
                mine = [violation for violation in violations if violation.rule == key]
                verdict = model.judge(np.array(choice))
                broken = any(violation.hard for violation in mine)
                assert verdict.legal is not broken, (seed, key, choice)
                if verdict.legal:
                    assert verdict.cost == sum(v.points or 0 for v in mine), (seed, key, choice)


@pytest.mark.parametrize("first", range(0, WORLDS, AT_ONCE))
def test_all_rules_compiled_together_agree_with_verification(first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        problem = a_random_world(seed)
        model = compile_problem(problem)
        for choice in _possible_choices(model.open, 4, seed):
            verified = verify(problem, assignments_of(problem, choice))
            verdict = model.judge(np.array(choice))
            assert verdict.legal == (not verified.hard), (
                seed,
                [str(v.text) for v in verified.hard],
            )
            if verdict.legal:
                charged = {rule: points for rule, points in verdict.by_rule.items() if points}
                assert charged == verified.score, seed


@pytest.mark.slow
def test_the_random_worlds_break_every_rule_now_and_then() -> None:
    """Otherwise the agreement above would say nothing about some rule."""
    hard: set[str] = set()
    soft: set[str] = set()
    for seed in range(150):
        problem = a_random_world(seed)
        for choice in _random_choices(problem, 10, seed):
            for violation in verify(problem, assignments_of(problem, choice)).violations:
                (hard if violation.hard else soft).add(violation.rule)
    assert set(registry()) <= hard
    assert {key for key, rule in registry().items() if not rule.always_on} <= soft


@pytest.mark.slow
def test_plans_of_the_random_worlds_are_legal_and_cost_something_now_and_then() -> None:
    """Otherwise the agreement of all rules together would say nothing about points."""
    charged: Counter[str] = Counter()
    legal = 0
    for seed in range(150):
        model = compile_problem(a_random_world(seed))
        for choice in _possible_choices(model.open, 4, seed):
            verdict = model.judge(np.array(choice))
            if verdict.legal:
                legal += 1
                charged.update(rule for rule, points in verdict.by_rule.items() if points)
    assert legal > 150
    assert len(charged) > len(registry()) / 3
